"""From a page to the facts it states: a strict walk that takes every line in its place or stops at it."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Protocol, TypeVar

from dataverse_tck.reference.cells import (
    MANY_TO_ONE,
    ONE_TO_MANY,
    Reader,
    message,
    option,
    schema_name,
    targets,
)
from dataverse_tck.reference.facts import (
    TABLE,
    Choice,
    Columns,
    Facts,
    Lookup,
    Property,
    Reference,
    Relationship,
    Table,
)
from dataverse_tck.reference.markdown import is_markdown, read_markdown
from dataverse_tck.reference.page import BadPage, Block, Kind, Page
from dataverse_tck.reference.rendered import read_rendered

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_Entry = TypeVar("_Entry")
_SEE_ALSO = "See also"
_TITLE = re.compile(r"(?P<display_name>\S.*) \((?P<name>\w+)\) table/entity reference\b.*")
_TABLE = re.compile(r"\bfor the (?P<display_name>\S.*?) \((?P<name>\w+)\) table\b")
_MESSAGE_TABLE = ("Name Is Event?", "Web API Operation", "SDK for .NET")
_OPTION_TABLE = ("Value", "Label")
_PROPERTY_TABLE = ("Property", "Value")


def read_page(content: bytes) -> tuple[Page, Facts]:
    """Read either form of the page; raises BadPage with the line for anything that is not as it should be."""
    text = _text(content)
    lines = text.split("\n")
    page = read_markdown(lines) if is_markdown(lines) else read_rendered(lines)
    return page, _Walk(page).facts(hashlib.sha256(text.encode()).hexdigest())


def _text(content: bytes) -> str:
    """UTF-8 with LF line ends and no byte order mark, whatever the file was saved with."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadPage(line, "the file is not UTF-8 text; save the page as UTF-8") from None
    if not text.strip():
        raise BadPage(None, "the file is empty")
    return text.replace("\r\n", "\n").replace("\r", "\n")


class _Walk:
    """The way through the blocks, in the one order that a page has."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._blocks = page.blocks
        self._at = 0

    def facts(self, sha256: str) -> Facts:
        self._any(Kind.FRONT_MATTER)
        title, table = (None, None) if self._page.rendered else self._title()
        self._any(Kind.PROSE)
        heading = self._section("Messages")
        introduced = self._introduced(self._any(Kind.PROSE), heading, table)
        messages = _distinct([message(row) for row in self._table(_MESSAGE_TABLE)], lambda item: item.name)
        columns = self._listed("Customized columns/attributes", self._column)
        _distinct(columns, lambda item: item.name)
        many_to_one = self._listed("Many-to-One relationships", self._many_to_one)
        one_to_many = self._listed("One-to-Many relationships", self._one_to_many)
        _distinct([*many_to_one, *one_to_many], lambda item: item.schema_name)
        self._see_also()
        return Facts(
            Reference(title, sha256),
            table or introduced,
            messages,
            Columns(
                tuple(item for item in columns if isinstance(item, Choice)),
                tuple(item for item in columns if isinstance(item, Lookup)),
            ),
            many_to_one,
            one_to_many,
        )

    # the parts of the page, in their order

    def _title(self) -> tuple[str, Table]:
        block = self._next("the title of the page")
        found = _TITLE.fullmatch(block.text) if block.level == 1 else None
        if not found:
            raise BadPage(block.line, "this is no reference page of a table: no such title stands here")
        _this_table(found["name"], block)
        return block.text, Table(**found.groupdict(), section=block.section, line=block.line)

    def _introduced(self, prose: Sequence[Block], heading: Block, titled: Table | None) -> Table:
        """The table as the introduction of the messages names it, which both forms have."""
        for block in prose:
            if found := _TABLE.search(block.text):
                _this_table(found["name"], block)
                table = Table(**found.groupdict(), section=block.section, line=block.line)
                if titled and titled.display_name != table.display_name:
                    raise BadPage(block.line, f'the table is called "{table.display_name}" here, not so above')
                return table
        raise BadPage(heading.line, "the text below this heading does not name the table")

    def _column(self, heading: Block) -> Choice | Lookup:
        name = schema_name(heading.text, heading)
        self._crossing(f"Changes from {name} ")
        of = (name.lower(), name)  # the LogicalName of a column is its SchemaName in lower case
        following = self._peek()
        if following and following.kind is Kind.HEADING:
            self._section(f"{name} Choices/Options", level=4)
            rows = self._table(_OPTION_TABLE)
            options = [option(row, may_lack_label=self._page.rendered) for row in rows]
            return Choice(*of, _distinct(options, lambda item: item.value), heading.section, heading.line)
        first, *more = self._table(_PROPERTY_TABLE)
        lookup = Lookup(*of, targets(first), heading.section, heading.line)
        if more:
            raise BadPage(more[0].line, f'"{more[0].text}" is one property more than is known of a column')
        return lookup

    def _many_to_one(self, heading: Block) -> Relationship:
        return self._relationship(heading, "One-To-Many", "ReferencedEntity", MANY_TO_ONE)

    def _one_to_many(self, heading: Block) -> Relationship:
        return self._relationship(heading, "Many-To-One", "ReferencingEntity", ONE_TO_MANY)

    def _relationship(self, heading: Block, other: str, end: str, known: dict[str, Reader]) -> Relationship:
        name = schema_name(heading.text, heading)
        crossing = self._crossing(f"{other} Relationship: ")
        properties: dict[str, Property] = {}
        for row in self._table(_PROPERTY_TABLE):
            key = row.cell(0)
            if key not in known:
                raise BadPage(row.line, f'"{key}" is no known property of a relationship in this section')
            if key in properties:
                raise BadPage(row.line, f"{key} stands twice in this table")
            properties[key] = Property(known[key](row), row.section, row.line)
        if missing := [key for key in known if key not in properties]:
            raise BadPage(heading.line, f"the relationship {name} lacks {', '.join(missing)}")
        if crossing.text != f"{other} Relationship: {properties[end].value} {name}":
            raise BadPage(crossing.line, f"this line does not name {properties[end].value} {name}")
        return Relationship(name, properties, heading.section, heading.line)

    def _see_also(self) -> None:
        """The end of every page: links, one of them to the Web API's reference; without it, it is cut off."""
        heading = self._section(_SEE_ALSO, level=3)
        links = self._any(Kind.PROSE)
        for block in links:
            if not self._page.rendered and not block.link:
                raise BadPage(block.line, "this line is no link: the page is cut off, or says something new")
        if not any("Web API Reference" in block.text for block in links):
            line = links[-1].line if links else heading.line
            raise BadPage(line, "the page is cut off: the link to the Web API's reference at its end is missing")
        if extra := self._peek():
            raise BadPage(extra.line, f'the {extra.kind} "{extra.text}" has no place after the last section')

    # what the parts are made of

    def _listed(self, title: str, entry: Callable[[Block], _Entry]) -> tuple[_Entry, ...]:
        """A section with an index: its introduction, the index, and one entry for each name in it."""
        self._section(title)
        self._any(Kind.PROSE)
        index = {item.text: item for item in _distinct(self._any(Kind.ITEM), lambda item: item.text)}
        indexed = bool(index) or not self._page.rendered  # the rendered form has lost the index of the columns
        entries = []
        while (heading := self._peek()) and heading.level == 3 and heading.text != _SEE_ALSO:
            item = index.pop(heading.text, None)
            if not item and indexed:
                raise BadPage(heading.line, f'"{heading.text}" is not in the list above, or stands twice')
            if item and not self._page.rendered and item.link != f"#{heading.section}":
                raise BadPage(item.line, f'this entry does not link to the heading "{heading.text}"')
            self._at += 1
            entries.append(entry(heading))
        for item in index.values():
            raise BadPage(item.line, f'"{item.text}" is listed, but no heading of that name follows below')
        return tuple(entries)

    def _table(self, header: tuple[str, ...]) -> tuple[Block, ...]:
        """The rows of the table that starts here, at least one."""
        expected = f"a table with the columns {', '.join(header)}"
        block = self._next(expected)
        if block.kind is not Kind.HEADER or tuple(map(block.cell, range(len(block.cells)))) != header:
            raise BadPage(block.line, f'"{block.text}" stands where {expected} is known')
        self._any(Kind.DELIMITER)
        rows = self._any(Kind.ROW)
        if not rows:
            raise BadPage(block.line, "this table has no rows")
        return rows

    def _crossing(self, words: str) -> Block:
        """The line below a heading that points to the same thing on another page."""
        block = self._next(f'a line "{words.strip()} ..."')
        if block.kind is not Kind.PROSE or not block.text.startswith(words):
            raise BadPage(block.line, f'"{block.text}" stands where "{words.strip()} ..." is known')
        return block

    def _section(self, title: str, level: int = 2) -> Block:
        if not any(block.kind is Kind.HEADING and block.text == title for block in self._blocks):
            last = self._blocks[-1].line
            raise BadPage(last, f'the page is cut off or no reference page of a table: no section "{title}"')
        block = self._next(f'the section "{title}"')
        if (block.kind, block.level, block.text) != (Kind.HEADING, level, title):
            raise BadPage(block.line, f'{block.kind} "{block.text}" stands where "{title}" is known to begin')
        return block

    def _any(self, kind: Kind) -> tuple[Block, ...]:
        start = self._at
        while (block := self._peek()) and block.kind is kind:
            self._at += 1
        return self._blocks[start : self._at]

    def _next(self, expected: str) -> Block:
        block = self._peek()
        if not block:
            raise BadPage(self._blocks[-1].line, f"the page is cut off: {expected} should follow")
        self._at += 1
        return block

    def _peek(self) -> Block | None:
        return self._blocks[self._at] if self._at < len(self._blocks) else None


class _Located(Protocol):
    @property
    def line(self) -> int: ...


_Item = TypeVar("_Item", bound=_Located)


def _distinct(items: Sequence[_Item], key: Callable[[_Item], object]) -> tuple[_Item, ...]:
    """The items, or BadPage at the line of the second that has the same key."""
    first: dict[object, int] = {}
    for item in items:
        if (line := first.setdefault(key(item), item.line)) != item.line:
            raise BadPage(item.line, f'"{key(item)}" stands here for the second time, after line {line}')
    return tuple(items)


def _this_table(name: str, block: Block) -> None:
    if name != TABLE:
        raise BadPage(block.line, f"this is the page of the table {name}; the kit is for {TABLE}")
