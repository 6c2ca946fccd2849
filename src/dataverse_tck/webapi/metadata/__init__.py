"""What an endpoint declares, read once."""
