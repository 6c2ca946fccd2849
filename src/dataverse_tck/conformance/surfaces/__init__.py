"""What each surface of an endpoint says of each subject, brought into one shape."""
