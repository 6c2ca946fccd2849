"""Rows made, read, changed, deleted and linked."""
