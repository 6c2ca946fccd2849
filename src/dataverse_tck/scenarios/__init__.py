"""The pytest side: feature files collected, steps found, scenarios rehearsed, asked and replayed."""
