"""The model that both forms of the reference page are read into: a flat list of blocks with line numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Piece = tuple[int, int, int]  # line, cell, part: the smallest thing that a page can state


class BadPage(Exception):  # noqa: N818 - it reads as a sentence where it is raised
    """The page is not what it should be; ``line`` is 1-based, None when no single line is to blame."""

    def __init__(self, line: int | None, message: str) -> None:
        super().__init__(message)
        self.line = line


class Kind(StrEnum):
    """What a line of the page is."""

    FRONT_MATTER = "front matter"
    HEADING = "heading"
    PROSE = "line of text"
    ITEM = "list entry"
    HEADER = "table header"
    DELIMITER = "table delimiter"
    ROW = "table row"


@dataclass(frozen=True)
class Block:
    """One line of the page: its cells, each split into parts where the page breaks the line inside a cell.

    Anything but a table line has one cell of one part. ``link`` is the target of an entry or a text that is
    one whole link; ``anchor`` and ``level`` belong to headings. The rendered form has no links and anchors.
    """

    kind: Kind
    line: int
    cells: tuple[tuple[str, ...], ...]
    level: int = 0
    anchor: str | None = None
    link: str | None = None
    section: str = ""

    @property
    def text(self) -> str:
        """All that the line says, cells and parts joined by blanks."""
        return " ".join(part for cell in self.cells for part in cell).strip()

    def cell(self, index: int) -> str:
        """One cell, its parts joined by blanks."""
        return " ".join(self.cells[index]).strip()

    def places(self) -> Iterator[tuple[int, int]]:
        """Every (cell, part), 0-based."""
        return ((cell, part) for cell, parts in enumerate(self.cells) for part in range(len(parts)))


@dataclass(frozen=True)
class Page:
    """A page in either form."""

    rendered: bool
    blocks: tuple[Block, ...]

    def pieces(self) -> set[Piece]:
        """Every line, cell and part of a cell that a derivation has to account for."""
        return {(block.line, *place) for block in self.blocks for place in block.places()}


def single_cell(text: str) -> tuple[tuple[str, ...], ...]:
    """The cells of a line that is no table line."""
    return ((text.strip(),),)


def heading_slug(heading: str) -> str:
    """The id that the publishing system gives a heading: lower case, hyphens for blanks, no punctuation."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


def with_sections(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Tell each block the section that it stands in: sub-headings without an anchor open none."""
    placed = []
    section = "title"
    for block in blocks:
        if block.kind is Kind.HEADING and block.level in (2, 3):
            section = block.anchor or heading_slug(block.text)
        placed.append(replace(block, section=section))
    return tuple(placed)
