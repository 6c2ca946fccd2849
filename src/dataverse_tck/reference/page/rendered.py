"""Reads the text of the rendered reference page into blocks.

Rendering has lost the markup: headings and line breaks inside cells are told by their words alone, a row may
run over two lines, the index of the columns is gone, and some cells are empty that are not so in the source.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from dataverse_tck.reference.page.blocks import BadPage, Block, Kind, Page, single_cell, with_sections
from dataverse_tck.reference.page.facts import CASCADE_MEMBERS, MENU_MEMBERS

if TYPE_CHECKING:
    from collections.abc import Iterator

_SECTIONS = {
    "Messages": 2,
    "Customized columns/attributes": 2,
    "Many-to-One relationships": 2,
    "One-to-Many relationships": 2,
    "See also": 3,
}
_CROSSINGS = ("Changes from ", "One-To-Many Relationship: ", "Many-To-One Relationship: ")
_OPTIONS = re.compile(r"\w+ Choices/Options")
_DELIMITER = re.compile(r"\|(-{3,}\|)+")
_MEMBER = re.compile(rf"(?=(?:{'|'.join((*CASCADE_MEMBERS, *MENU_MEMBERS, 'Event'))}):(?: |$))")


def read_rendered(lines: list[str]) -> Page:
    """Read the rendered text; raises BadPage for a table that is cut off."""
    filled = [(number, line.strip()) for number, line in enumerate(lines, 1) if line.strip()]
    crossing = {number for (number, _), (_, below) in pairwise(filled) if below.startswith(_CROSSINGS)}
    return Page(rendered=True, blocks=with_sections(_blocks(iter(filled), crossing)))


def _blocks(numbered: Iterator[tuple[int, str]], crossing: set[int]) -> Iterator[Block]:
    """``crossing``: the lines right above a cross-reference, which no line but a heading is."""
    columns = 0  # of the table that we are in, 0: in none
    for number, line in numbered:
        if columns and "|" in line:
            yield Block(Kind.ROW, number, _cells(_joined(number, line, columns, numbered)))
            continue
        columns = 0
        if line.startswith("|"):
            header, (below, delimiter) = _header(number, line, numbered)
            columns = delimiter.count("|") - 1
            if columns != len(header):
                raise BadPage(number, f"this table names {len(header)} columns and has {columns}")
            yield Block(Kind.HEADER, number, header)
            yield Block(Kind.DELIMITER, below, single_cell(delimiter))
        elif line.startswith("- "):
            yield Block(Kind.ITEM, number, single_cell(line[2:]))
        elif line in _SECTIONS:
            yield Block(Kind.HEADING, number, single_cell(line), level=_SECTIONS[line])
        elif number in crossing:
            yield Block(Kind.HEADING, number, single_cell(line), level=3)
        elif _OPTIONS.fullmatch(line):
            yield Block(Kind.HEADING, number, single_cell(line), level=4)
        else:
            yield Block(Kind.PROSE, number, single_cell(line))


def _header(
    number: int, line: str, numbered: Iterator[tuple[int, str]]
) -> tuple[tuple[tuple[str, ...], ...], tuple[int, str]]:
    """The cells of a header, which may run over lines, and the delimiter below it with its line."""
    joined = line
    for below, text in numbered:
        if _DELIMITER.fullmatch(text):
            return _cells(joined), (below, text)
        if "|" not in text:
            break
        joined += " " + text
    raise BadPage(number, "this table header has no delimiter line below it: the page is cut off")


def _joined(number: int, line: str, columns: int, numbered: Iterator[tuple[int, str]]) -> str:
    """A whole row: the line and those below it until it has all its cells."""
    while len(_cells(line)) < columns:
        below, text = next(numbered, (number, ""))
        if not text.endswith("|"):
            raise BadPage(below, "a table row is cut off")
        line += " " + text
    if len(_cells(line)) > columns or not line.endswith("|"):
        raise BadPage(number, f"this row has {len(_cells(line))} cells, its table {columns}")
    return line


def _cells(line: str) -> tuple[tuple[str, ...], ...]:
    bare = line.removeprefix("|").removesuffix("|")
    return tuple(tuple(part.strip() for part in _parts(cell)) for cell in bare.split("|"))


def _parts(cell: str) -> list[str]:
    """The cell, split before each ``Member: `` that the page prints on a line of its own."""
    return [part for part in _MEMBER.split(cell) if part.strip()] or [""]
