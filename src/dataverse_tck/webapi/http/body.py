"""The body of an answer in pieces, with its content coding undone and its size and time limited.

urllib3 can undo gzip by itself, but takes a stream that ends too early for a whole one; here it is an error.
"""

from __future__ import annotations

import time
import zlib
from typing import TYPE_CHECKING

from dataverse_tck.webapi.http.errors import Broken

if TYPE_CHECKING:
    from collections.abc import Iterator

    from urllib3 import BaseHTTPResponse

PIECE_BYTES = 64 * 1024


def decoded_pieces(raw: BaseHTTPResponse, *, limit: int, deadline: float) -> Iterator[bytes]:
    """Yield the body in non-empty pieces of at most 64 KiB.

    ``limit`` counts bytes, on the wire and decoded alike; ``deadline`` is a value of ``time.monotonic()``.
    Raises Broken when either is passed, or when the gzip stream is damaged or cut off.
    """
    coding = raw.headers.get("Content-Encoding", "").strip().lower()
    wire = _limited(_wire(raw, deadline), limit)
    if coding in {"", "identity"}:
        yield from wire
    elif coding in {"gzip", "x-gzip"}:
        yield from _limited(_gunzip(wire), limit)
    else:
        raise Broken(f"The answer is coded as {coding!r}, though only gzip was offered.")


def _wire(raw: BaseHTTPResponse, deadline: float) -> Iterator[bytes]:
    # read1 returns what has arrived: a server that sends one byte a minute cannot hold us past the deadline.
    while data := raw.read1(PIECE_BYTES, decode_content=False):
        if time.monotonic() > deadline:
            raise Broken("The answer took too long to arrive. Try again; if it stays so, look at what serves it.")
        yield data


def _limited(source: Iterator[bytes], limit: int) -> Iterator[bytes]:
    size = 0
    for data in source:
        size += len(data)
        if size > limit:
            raise Broken(f"The answer is larger than {limit} bytes, which is more than the kit reads.")
        yield data


def _gunzip(source: Iterator[bytes]) -> Iterator[bytes]:
    decoder, begun = zlib.decompressobj(16 + zlib.MAX_WBITS), False
    try:
        for data in source:
            rest = data
            while rest:
                if decoder.eof:  # gzip allows several members in a row
                    decoder = zlib.decompressobj(16 + zlib.MAX_WBITS)
                if piece := decoder.decompress(rest, PIECE_BYTES):
                    yield piece
                rest, begun = decoder.unconsumed_tail or decoder.unused_data, True
        if piece := decoder.flush():
            yield piece
    except zlib.error as problem:
        raise Broken(f"The answer says that it is gzip and is not: {problem}.") from problem
    if begun and not decoder.eof:
        raise Broken("The gzip stream of the answer ended in the middle.")
