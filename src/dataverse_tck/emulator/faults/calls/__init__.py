"""Faults of calls that are not those of a whole message: in one state alone, beyond one call, or of no message."""
