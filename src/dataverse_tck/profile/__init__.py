"""What an implementer says of an implementation, checked and held against its metadata."""
