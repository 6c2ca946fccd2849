"""From a page to the facts it states: every line is taken in its place, or the reading stops at it."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, TypeVar

from dataverse_tck.reference.page.blocks import BadPage, Block, Kind, Page
from dataverse_tck.reference.page.cells import (
    MANY_TO_ONE,
    ONE_TO_MANY,
    CellParser,
    parse_message,
    parse_option,
    parse_targets,
    require_schema_name,
)
from dataverse_tck.reference.page.cursor import Cursor, require_distinct
from dataverse_tck.reference.page.facts import (
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
from dataverse_tck.reference.page.markdown import is_markdown, read_markdown
from dataverse_tck.reference.page.rendered import read_rendered

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_Entry = TypeVar("_Entry")
_SEE_ALSO = "See also"
_TITLE = re.compile(r"(?P<display_name>\S.*) \((?P<name>\w+)\) table/entity reference\b.*")
_TABLE = re.compile(r"\bfor the (?P<display_name>\S.*?) \((?P<name>\w+)\) table\b")


def read_page(content: bytes) -> tuple[Page, Facts]:
    """Read either form of the page; raises BadPage with the line for anything that is not as it should be."""
    text = _text(content)
    lines = text.split("\n")
    page = read_markdown(lines) if is_markdown(lines) else read_rendered(lines)
    return page, _facts(Cursor(page), hashlib.sha256(text.encode()).hexdigest())


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


def _facts(cursor: Cursor, sha256: str) -> Facts:
    cursor.take_all(Kind.FRONT_MATTER)
    title, table = (None, None) if cursor.rendered else _title(cursor)
    cursor.take_all(Kind.PROSE)
    heading = cursor.section("Messages")
    introduced = _introduced(cursor, cursor.take_all(Kind.PROSE), heading, table)
    rows = cursor.table("Name Is Event?", "Web API Operation", "SDK for .NET")
    messages = require_distinct([parse_message(row) for row in rows], lambda item: item.name)
    columns = _listed(cursor, "Customized columns/attributes", _column)
    require_distinct(columns, lambda item: item.name)
    many_to_one = _listed(cursor, "Many-to-One relationships", _many_to_one)
    one_to_many = _listed(cursor, "One-to-Many relationships", _one_to_many)
    require_distinct([*many_to_one, *one_to_many], lambda item: item.schema_name)
    _see_also(cursor)
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


def _title(cursor: Cursor) -> tuple[str, Table]:
    block = cursor.next("the title of the page")
    found = _TITLE.fullmatch(block.text) if block.level == 1 else None
    if not found:
        raise BadPage(block.line, "this is no reference page of a table: no such title stands here")
    _this_table(found["name"], block)
    return block.text, Table(**found.groupdict(), section=block.section, line=block.line)


def _introduced(cursor: Cursor, prose: Sequence[Block], heading: Block, titled: Table | None) -> Table:
    """The table as the introduction of the messages names it, which both forms have."""
    for block in prose:
        if found := _TABLE.search(block.text):
            _this_table(found["name"], block)
            table = Table(**found.groupdict(), section=block.section, line=block.line)
            if titled and titled.display_name != table.display_name:
                raise BadPage(block.line, f'the table is called "{table.display_name}" here, not so above')
            return table
    raise BadPage(heading.line, "the text below this heading does not name the table")


def _column(cursor: Cursor, heading: Block) -> Choice | Lookup:
    name = require_schema_name(heading.text, heading)
    cursor.cross_reference(f"Changes from {name} ")
    of = (name.lower(), name)  # the LogicalName of a column is its SchemaName in lower case
    following = cursor.peek()
    if following and following.kind is Kind.HEADING:
        cursor.heading(f"{name} Choices/Options", 4)
        rows = cursor.table("Value", "Label")
        options = [parse_option(row, may_lack_label=cursor.rendered) for row in rows]
        return Choice(*of, require_distinct(options, lambda item: item.value), heading.section, heading.line)
    first, *more = cursor.table("Property", "Value")
    lookup = Lookup(*of, parse_targets(first), heading.section, heading.line)
    if more:
        raise BadPage(more[0].line, f'"{more[0].text}" is one property more than is known of a column')
    return lookup


def _many_to_one(cursor: Cursor, heading: Block) -> Relationship:
    return _relationship(cursor, heading, "One-To-Many", "ReferencedEntity", MANY_TO_ONE)


def _one_to_many(cursor: Cursor, heading: Block) -> Relationship:
    return _relationship(cursor, heading, "Many-To-One", "ReferencingEntity", ONE_TO_MANY)


def _relationship(cursor: Cursor, heading: Block, other: str, end: str, known: dict[str, CellParser]) -> Relationship:
    """``other`` is how the page calls the kind of relationship as seen from the table named by ``end``."""
    name = require_schema_name(heading.text, heading)
    crossing = cursor.cross_reference(f"{other} Relationship: ")
    properties: dict[str, Property] = {}
    for row in cursor.table("Property", "Value"):
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


def _see_also(cursor: Cursor) -> None:
    """The end of every page: links, one of them to the Web API's reference; without it, it is cut off."""
    heading = cursor.section(_SEE_ALSO, level=3)
    links = cursor.take_all(Kind.PROSE)
    for block in links:
        if not cursor.rendered and not block.link:
            raise BadPage(block.line, "this line is no link: the page is cut off, or says something new")
    if not any("Web API Reference" in block.text for block in links):
        line = links[-1].line if links else heading.line
        raise BadPage(line, "the page is cut off: the link to the Web API's reference at its end is missing")
    if extra := cursor.peek():
        raise BadPage(extra.line, f'the {extra.kind} "{extra.text}" has no place after the last section')


def _listed(cursor: Cursor, title: str, entry: Callable[[Cursor, Block], _Entry]) -> tuple[_Entry, ...]:
    """A section with an index: its introduction, the index, and one entry for each name in it."""
    cursor.section(title)
    cursor.take_all(Kind.PROSE)
    index = {item.text: item for item in require_distinct(cursor.take_all(Kind.ITEM), lambda item: item.text)}
    indexed = bool(index) or not cursor.rendered  # the rendered form has lost the index of the columns
    entries = []
    while (heading := cursor.peek()) and heading.level == 3 and heading.text != _SEE_ALSO:
        item = index.pop(heading.text, None)
        if not item and indexed:
            raise BadPage(heading.line, f'"{heading.text}" is not in the list above, or stands twice')
        if item and not cursor.rendered and item.link != f"#{heading.section}":
            raise BadPage(item.line, f'this entry does not link to the heading "{heading.text}"')
        entries.append(entry(cursor, cursor.next(heading.text)))
    for item in index.values():
        raise BadPage(item.line, f'"{item.text}" is listed, but no heading of that name follows below')
    return tuple(entries)


def _this_table(name: str, block: Block) -> None:
    if name != TABLE:
        raise BadPage(block.line, f"this is the page of the table {name}; the kit is for {TABLE}")
