"""A strict way through the blocks of a page: each step takes what must come next or stops at its line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from dataverse_tck.reference.page.blocks import BadPage, Block, Kind, Page

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Cursor:
    """The blocks of a page and how far they have been taken; every step raises BadPage."""

    def __init__(self, page: Page) -> None:
        self.rendered = page.rendered
        self._blocks = page.blocks
        self._at = 0

    def peek(self) -> Block | None:
        """The block that comes next, None at the end."""
        return self._blocks[self._at] if self._at < len(self._blocks) else None

    def next(self, expected: str) -> Block:
        """Take one block of any kind."""
        block = self.peek()
        if not block:
            raise BadPage(self._blocks[-1].line, f"the page is cut off: {expected} should follow")
        self._at += 1
        return block

    def take_all(self, kind: Kind) -> tuple[Block, ...]:
        """Take all blocks of one kind that follow, which may be none."""
        start = self._at
        while (block := self.peek()) and block.kind is kind:
            self._at += 1
        return self._blocks[start : self._at]

    def section(self, title: str, level: int = 2) -> Block:
        """Take the heading of a section that every page has."""
        if not any(block.kind is Kind.HEADING and block.text == title for block in self._blocks):
            last = self._blocks[-1].line
            raise BadPage(last, f'the page is cut off or no reference page of a table: no section "{title}"')
        return self.heading(title, level)

    def heading(self, title: str, level: int) -> Block:
        """Take a heading of which the words are known."""
        block = self.next(f'the heading "{title}"')
        if (block.kind, block.level, block.text) != (Kind.HEADING, level, title):
            raise BadPage(block.line, f'{block.kind} "{block.text}" stands where "{title}" is known to begin')
        return block

    def cross_reference(self, words: str) -> Block:
        """Take the line below a heading that points to the same thing on another page."""
        block = self.next(f'a line "{words.strip()} ..."')
        if block.kind is not Kind.PROSE or not block.text.startswith(words):
            raise BadPage(block.line, f'"{block.text}" stands where "{words.strip()} ..." is known')
        return block

    def table(self, *header: str) -> tuple[Block, ...]:
        """Take a table with this header; returns its rows, at least one."""
        expected = f"a table with the columns {', '.join(header)}"
        block = self.next(expected)
        if block.kind is not Kind.HEADER or tuple(map(block.cell, range(len(block.cells)))) != header:
            raise BadPage(block.line, f'"{block.text}" stands where {expected} is known')
        self.take_all(Kind.DELIMITER)
        rows = self.take_all(Kind.ROW)
        if not rows:
            raise BadPage(block.line, "this table has no rows")
        return rows


class _Located(Protocol):
    @property
    def line(self) -> int: ...


_Item = TypeVar("_Item", bound=_Located)


def require_distinct(items: Sequence[_Item], key: Callable[[_Item], object]) -> tuple[_Item, ...]:
    """The items, or BadPage at the line of the second that has the same key."""
    first: dict[object, int] = {}
    for item in items:
        if (line := first.setdefault(key(item), item.line)) != item.line:
            raise BadPage(item.line, f'"{key(item)}" stands here for the second time, after line {line}')
    return tuple(items)
