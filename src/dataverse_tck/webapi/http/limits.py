"""How long the kit waits for an endpoint, how much it reads, how often it asks."""

from __future__ import annotations

from dataclasses import dataclass

PARALLEL_REQUESTS = 8
"""Requests under way at once: few enough for any endpoint, enough to read all metadata in three rounds."""

MOST_AT_ONCE = 32
"""Requests under way at once, at most: the service refuses a user the 53rd."""


@dataclass(frozen=True)
class Limits:
    """How long, how large, how often."""

    connect_s: float = 5
    read_s: float = 60  # of silence
    exchange_s: float = 300  # one body from its first to its last byte
    json_bytes: int = 64 * 1024 * 1024
    csdl_bytes: int = 256 * 1024 * 1024
    tries: int = 5  # of one request that is answered 429 or 503
    retry_after_s: float = 60  # the longest wait between two of them
    redirects: int = 5
    pages: int = 100
