"""The endpoint under test: the embedded one started, any one found, read and judged."""
