"""One door to the network: sessions, limits, retries, answers and errors."""
