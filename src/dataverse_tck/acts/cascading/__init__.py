"""What is done to a record, and what comes of it for its conversations."""
