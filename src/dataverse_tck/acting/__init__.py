"""Scenarios that write, performed: several at a time, each in its own order, their rows removed at the end."""
