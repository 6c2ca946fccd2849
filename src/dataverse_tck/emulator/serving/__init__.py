"""Sockets, TLS, tokens, limits and latency."""
