"""Resource paths: ``EntityDefinitions(LogicalName='x')/Attributes`` as segments with their keys."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TypeVar
from urllib.parse import unquote

from dataverse_tck.emulator.protocol.errors import bad_request, unknown_segment

_SEGMENT = re.compile(r"([$\w.]+)(?:\((.*)\))?", re.DOTALL)
_KEY = re.compile(r"(?:(\w+)=)?(?:'((?:[^']|'')*)'|([^',()=]*))", re.DOTALL)
_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_Place = TypeVar("_Place")


@dataclass(frozen=True)
class Key:
    """The key of a segment: of a named property, or of the primary one when ``name`` is None."""

    name: str | None
    value: str
    quoted: bool


@dataclass(frozen=True)
class Segment:
    """One segment of a path; ``arguments`` is what stands in its parentheses, None without any."""

    name: str
    arguments: str | None = None

    @property
    def text(self) -> str:
        """The segment as it was written."""
        return self.name if self.arguments is None else f"{self.name}({self.arguments})"

    @property
    def key(self) -> Key:
        """The arguments read as the key of one resource."""
        match = _KEY.fullmatch((self.arguments or "").strip())
        if match is None or (match[2] is None and not match[3]):
            raise bad_request(f"')' or ',' expected at position 5 in '({self.arguments})'.")
        if match[2] is not None:
            return Key(match[1], match[2].replace("''", "'"), quoted=True)
        if not _GUID.fullmatch(match[3]):
            raise bad_request(f"')' or ',' expected at position 5 in '({self.arguments})'.")
        return Key(match[1], match[3].lower(), quoted=False)


def split_path(raw: str) -> list[Segment]:
    """The segments of a raw (still percent-encoded) path below the service root."""
    segments = []
    for part in raw.strip("/").split("/"):
        text = unquote(part)
        match = _SEGMENT.fullmatch(text)
        if match is None:
            raise unknown_segment(text)
        segments.append(Segment(match[1], match[2]))
    return segments


def walk(
    segments: Sequence[Segment], enter: Callable[[Segment], _Place], step: Callable[[_Place, Segment], _Place]
) -> _Place:
    """Where a path leads: ``enter`` finds its first segment, ``step`` goes on to each of the others."""
    if not segments:
        raise unknown_segment("")
    return reduce(step, segments[1:], enter(segments[0]))
