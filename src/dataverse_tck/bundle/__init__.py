"""The folder of a run as one signed file: made, signed, read from a stranger, and held to a policy."""
