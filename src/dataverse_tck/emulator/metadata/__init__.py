"""What the organisation declares: definitions, ``$metadata``, rows of the system tables."""
