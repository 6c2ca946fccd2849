"""One run from its settings to its exit code."""
