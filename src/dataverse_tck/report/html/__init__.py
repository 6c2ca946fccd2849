"""The page of a run: one file for everybody who reads it."""
