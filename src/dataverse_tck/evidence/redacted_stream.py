"""What is to be replaced in a body, found while the body arrives: however it is split, as in the whole of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

LOOK_BEHIND = 16
"""Bytes that stay in sight after they are given out; no pattern looks further back."""


@dataclass(frozen=True)
class Replacement:
    """Every match of ``pattern`` becomes ``by``."""

    pattern: re.Pattern[bytes]
    by: bytes
    reach: int  # bytes that decide, from where a match would begin: the longest match, and what it looks at beyond
    signs: tuple[bytes, ...]  # one of these is in every match: most bodies hold none, and that is quickly seen
    beginnings: tuple[bytes, ...] = ()  # of what must not stand half at the end of a body that was cut off

    def may_occur(self, content: bytes) -> bool:
        """Whether there may be a match."""
        return any(sign in content for sign in self.signs)

    def whole(self, content: bytes) -> bytes:
        """Return a whole content with everything replaced; the same object when there is no match."""
        return self.pattern.sub(self.by, content) if self.may_occur(content) else content

    def without_half(self, content: bytes) -> bytes:
        """Return the end of a content that was cut off, without a match that the cut has halved."""
        for length in range(min(len(content), self.reach), 0, -1):
            if any(form.startswith(content[-length:]) for form in self.beginnings):
                return content[:-length]
        return content


class RedactedStream:
    """Gives out the pieces of a body with everything replaced.

    The last bytes are held back until it is decided what they are, so a piece may come out empty.
    """

    def __init__(self, replacements: Iterable[Replacement]) -> None:
        self._stages = [_Stage(replacement) for replacement in replacements]

    def add(self, piece: bytes) -> bytes:
        """Take in the next piece; return what is decided."""
        for stage in self._stages:
            piece = stage.add(piece)
        return piece

    def end(self, *, whole: bool = True) -> bytes:
        """Return the rest; of a body that is not ``whole``, without what the cut may have halved."""
        rest = b""
        for stage in self._stages:
            rest = stage.add(rest) + stage.end(whole=whole)
        return rest


class _Stage:
    def __init__(self, replacement: Replacement) -> None:
        self._what = replacement
        self._seen = b""  # a few bytes that were given out already, then those that are held back
        self._at = 0  # where the latter begin

    def add(self, piece: bytes) -> bytes:
        self._seen += piece
        return self._given(len(self._seen) - self._what.reach + 1)

    def end(self, *, whole: bool) -> bytes:
        rest = self._given(len(self._seen))
        return rest if whole else self._what.without_half(rest)

    def _given(self, decided: int) -> bytes:
        """Give out what begins before that place."""
        seen, at, given = self._seen, self._at, list[bytes]()
        if decided <= at:
            return b""
        if self._what.may_occur(seen):
            for found in self._what.pattern.finditer(seen, at):
                if found.start() >= decided:
                    break
                given += [seen[at : found.start()], self._what.by]
                at = found.end()
        if at < decided:
            given.append(seen[at:decided])
            at = decided
        behind = max(0, at - LOOK_BEHIND)
        self._seen, self._at = seen[behind:], at - behind
        return given[0] if len(given) == 1 else b"".join(given)
