"""What was exchanged with the endpoint, redacted at the door."""
