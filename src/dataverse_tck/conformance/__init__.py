"""Requirements, findings, verdicts: pure data and pure functions, no network."""
