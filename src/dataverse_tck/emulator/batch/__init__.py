"""``$batch``: many requests in one, change sets included."""
