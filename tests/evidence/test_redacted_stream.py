"""Secrets are found in bodies that arrive in pieces, wherever these are split."""

from __future__ import annotations

import html
import random
from urllib.parse import quote

import pytest

from dataverse_tck.evidence.redaction import Redaction

LONG = "eyJ0/x+y==.a'b&c"
SHORT = "abc123"
WORDS = [
    *(LONG, quote(LONG, safe=""), html.escape(LONG), LONG[:5], LONG[5:], LONG[-1:]),
    *(SHORT, SHORT[:3], SHORT[3:], "Bearer ", "bearer ", '"', "'", "=", "&", ";", ",", " ", "\n", "x", "~", "\r\n"),
    *("://", "me:pass", "@", "/", "u" * 1023, "é", ":", "//"),
]


def split(content: bytes, chance: random.Random) -> list[bytes]:
    """The content in pieces of any length, also none."""
    places = sorted(chance.choices(range(len(content) + 1), k=chance.randrange(8)))
    return [content[a:b] for a, b in zip([0, *places], [*places, len(content)], strict=True)]


@pytest.mark.parametrize(
    "secrets", [(), (LONG,), (SHORT,), (LONG, SHORT), ("s3cr3t@x", "a"), (LONG, LONG + "more")], ids=str
)
def test_however_it_is_split_it_is_redacted_as_a_whole(secrets: tuple[str, ...]) -> None:
    """Random contents, made of secrets, of halves of them and of what stands around them, in random pieces."""
    chance, redaction = random.Random(4711), Redaction(secrets)
    for _ in range(1500):
        words = chance.choices([*WORDS, *secrets], k=chance.randrange(12))
        content = "".join(words).encode()
        stream = redaction.stream()
        pieces = split(content, chance)
        assert b"".join([*map(stream.add, pieces), stream.end()]) == redaction.content(content), pieces


def test_a_byte_at_a_time() -> None:
    """Each secret is found, and each that only looks like one stays."""
    text = f'{LONG} "{SHORT}" x{SHORT}y Bearer {SHORT} https://me:pass@host {SHORT}'.encode()
    user = b"https://" + b"u" * 1024 + b"@host"
    for content in (text, user, SHORT.encode(), b"\n" + SHORT.encode() + b"\n", b""):
        redaction = Redaction([LONG, SHORT])
        stream = redaction.stream()
        given = b"".join([*(stream.add(bytes([byte])) for byte in content), stream.end()])
        assert given == redaction.content(content)
    assert given == b""


def test_what_is_decided_is_given_out_at_once() -> None:
    """No more is held back than the longest thing to be found; of what is given out nothing has to be taken back."""
    stream = Redaction([LONG]).stream()
    assert 100_000 - 2000 < len(stream.add(b"x" * 100_000)) < 100_000
    assert len(stream.add(b"y" * 100_000)) == 100_000


@pytest.mark.parametrize("length", range(1, len(LONG)))
def test_a_secret_halved_by_the_cut_is_dropped(length: int) -> None:
    """When a body is cut in the middle of a secret, the part that is left goes too; of a whole body it stays."""
    half = LONG[:length].encode()
    for before in (b"#" * 10, b"#" * 5000, LONG.encode()):
        clean = before.replace(LONG.encode(), b"[redacted]")
        stream = Redaction([LONG]).stream()
        assert stream.add(before) + stream.add(half) + stream.end(whole=False) == clean
        stream = Redaction([LONG]).stream()
        assert stream.add(before) + stream.add(half) + stream.end() == clean + half


def test_a_word_that_a_short_secret_begins_with_stays_at_a_cut() -> None:
    """It also occurs by chance."""
    stream = Redaction(["password"]).stream()
    assert stream.add(b"my pass") + stream.end(whole=False) == b"my pass"
