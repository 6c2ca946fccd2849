"""What the sentences of the data and calls levels do: they write, observe, and say what was wrong."""
