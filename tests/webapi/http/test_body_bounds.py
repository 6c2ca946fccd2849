"""Bodies at their bounds: a byte more or less, a moment later, and codings in every spelling."""

from __future__ import annotations

import gzip
import time
from collections.abc import Iterable
from typing import Any

import pytest

from dataverse_tck.webapi.http import body
from dataverse_tck.webapi.http.body import PIECE_BYTES, decoded_pieces
from dataverse_tck.webapi.http.errors import Broken

LATER = time.monotonic() + 1e6


class Raw:
    """An answer on the wire: it comes in these pieces."""

    def __init__(self, pieces: Iterable[bytes], coding: str | None = None) -> None:
        self.headers = {} if coding is None else {"Content-Encoding": coding}
        self.asked: list[Any] = []
        self._pieces = iter(pieces)

    def read1(self, most: int, *, decode_content: bool) -> bytes:
        """Return the next piece."""
        self.asked.append((most, decode_content))
        return next(self._pieces, b"")


def read(
    pieces: Iterable[bytes], coding: str | None = None, limit: int = 10**6, deadline: float = LATER
) -> list[bytes]:
    """The decoded pieces."""
    raw: Any = Raw(pieces, coding)
    return list(decoded_pieces(raw, limit=limit, deadline=deadline))


@pytest.mark.parametrize("coding", [None, "", " ", "identity", "IDENTITY", " Identity "])
def test_what_is_not_coded_is_left_alone(coding: str | None) -> None:
    """In any spelling; without a header nothing is coded."""
    assert read([b"a", b"bc"], coding) == [b"a", b"bc"]


@pytest.mark.parametrize("coding", ["gzip", "GZIP", " x-gzip ", "X-GZip"])
def test_gzip_is_known_in_every_spelling(coding: str) -> None:
    """As RFC 9110 has it: codings know no case, and x-gzip is gzip."""
    assert b"".join(read([gzip.compress(b"hello")], coding)) == b"hello"


@pytest.mark.parametrize("coding", ["deflate", "br", "gzip, gzip"])
def test_another_coding_is_named(coding: str) -> None:
    """In lower case."""
    with pytest.raises(Broken) as told:
        read([b"x"], coding.upper())
    assert str(told.value) == f"The answer is coded as {coding!r}, though only gzip was offered."


@pytest.mark.parametrize("coding", [None, "gzip"])
def test_the_limit_is_what_may_be_read(coding: str | None) -> None:
    """All of it, and not a byte more; pieces add up."""
    content = b"x" * 1000
    pieces = [content[:400], content[400:]]
    sent = pieces if coding is None else [gzip.compress(content)]
    assert b"".join(read(sent, coding, limit=1000)) == content
    with pytest.raises(Broken) as told:
        read(sent, coding, limit=999)
    assert str(told.value) == "The answer is larger than 999 bytes, which is more than the kit reads."


def test_a_body_that_goes_on_past_its_time_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """The deadline itself is still in time; what comes afterwards is not, though there is more."""
    now = iter([5.0, 6.0, 6.5])
    monkeypatch.setattr(body.time, "monotonic", lambda: next(now))
    raw: Any = Raw([b"a", b"b", b"c", b"d"])
    pieces = decoded_pieces(raw, limit=10, deadline=6.0)

    assert [next(pieces), next(pieces)] == [b"a", b"b"]
    with pytest.raises(Broken, match=r"^The answer took too long to arrive\. Try again"):
        next(pieces)


def test_the_wire_is_read_in_small_pieces_as_it_is() -> None:
    """At most 64 KiB, without the decoding of the library."""
    raw: Any = Raw([b"a"])
    list(decoded_pieces(raw, limit=10, deadline=LATER))

    assert raw.asked == [(65536, False)] * 2
    assert PIECE_BYTES == 65536


def test_what_unfolds_comes_in_small_pieces() -> None:
    """However well it was packed, and none of them is empty."""
    content = bytes(range(256)) * 1000
    pieces = read([gzip.compress(content)], "gzip")

    assert b"".join(pieces) == content
    assert max(map(len, pieces)) == 65536
    assert min(map(len, pieces)) > 0


@pytest.mark.parametrize("size", [1, 3, 10**6])
def test_gzip_may_have_several_members(size: int) -> None:
    """Cut anywhere on the wire; an empty member adds nothing."""
    sent = gzip.compress(b"one") + gzip.compress(b"") + gzip.compress(b"two")
    pieces = [sent[start : start + size] for start in range(0, len(sent), size)]

    assert b"".join(read(pieces, "gzip")) == b"onetwo"


def test_an_empty_body_is_empty_in_every_coding() -> None:
    """A stream that never began has not ended in the middle."""
    assert read([]) == read([], "gzip") == []


@pytest.mark.parametrize(
    ("pieces", "words"),
    [
        ([gzip.compress(b"hello")[:-1]], "The gzip stream of the answer ended in the middle."),
        ([gzip.compress(b"hello"), gzip.compress(b"two")[:7]], "The gzip stream of the answer ended in the middle."),
        ([b"plain text"], "The answer says that it is gzip and is not: Error -3 while decompressing data: incorrect"),
        ([gzip.compress(b"hello"), b"plain"], "The answer says that it is gzip and is not: Error -3"),
    ],
    ids=["cut", "second cut", "plain", "plain after"],
)
def test_a_stream_that_is_none_is_told(pieces: list[bytes], words: str) -> None:
    """Cut off, or not gzip at all; the words of zlib stand in the sentence."""
    with pytest.raises(Broken) as told:
        read(pieces, "gzip")
    assert str(told.value).startswith(words)
