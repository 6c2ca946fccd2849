"""From a page to the facts it states: every line is taken in its place, or the reading stops at it."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, TypeVar

from dataverse_tck.reference.page.cells import (
    MANY_TO_ONE,
    ONE_TO_MANY,
    Reader,
    message,
    option,
    schema_name,
    targets,
)
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
from dataverse_tck.reference.page.page import BadPage, Block, Kind, Page
from dataverse_tck.reference.page.rendered import read_rendered
from dataverse_tck.reference.page.walk import Walk, distinct

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
    return page, _facts(Walk(page), hashlib.sha256(text.encode()).hexdigest())


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


def _facts(walk: Walk, sha256: str) -> Facts:
    walk.any(Kind.FRONT_MATTER)
    title, table = (None, None) if walk.rendered else _title(walk)
    walk.any(Kind.PROSE)
    heading = walk.section("Messages")
    introduced = _introduced(walk, walk.any(Kind.PROSE), heading, table)
    rows = walk.table("Name Is Event?", "Web API Operation", "SDK for .NET")
    messages = distinct([message(row) for row in rows], lambda item: item.name)
    columns = _listed(walk, "Customized columns/attributes", _column)
    distinct(columns, lambda item: item.name)
    many_to_one = _listed(walk, "Many-to-One relationships", _many_to_one)
    one_to_many = _listed(walk, "One-to-Many relationships", _one_to_many)
    distinct([*many_to_one, *one_to_many], lambda item: item.schema_name)
    _see_also(walk)
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


def _title(walk: Walk) -> tuple[str, Table]:
    block = walk.next("the title of the page")
    found = _TITLE.fullmatch(block.text) if block.level == 1 else None
    if not found:
        raise BadPage(block.line, "this is no reference page of a table: no such title stands here")
    _this_table(found["name"], block)
    return block.text, Table(**found.groupdict(), section=block.section, line=block.line)


def _introduced(walk: Walk, prose: Sequence[Block], heading: Block, titled: Table | None) -> Table:
    """The table as the introduction of the messages names it, which both forms have."""
    for block in prose:
        if found := _TABLE.search(block.text):
            _this_table(found["name"], block)
            table = Table(**found.groupdict(), section=block.section, line=block.line)
            if titled and titled.display_name != table.display_name:
                raise BadPage(block.line, f'the table is called "{table.display_name}" here, not so above')
            return table
    raise BadPage(heading.line, "the text below this heading does not name the table")


def _column(walk: Walk, heading: Block) -> Choice | Lookup:
    name = schema_name(heading.text, heading)
    walk.crossing(f"Changes from {name} ")
    of = (name.lower(), name)  # the LogicalName of a column is its SchemaName in lower case
    following = walk.peek()
    if following and following.kind is Kind.HEADING:
        walk.heading(f"{name} Choices/Options", 4)
        rows = walk.table("Value", "Label")
        options = [option(row, may_lack_label=walk.rendered) for row in rows]
        return Choice(*of, distinct(options, lambda item: item.value), heading.section, heading.line)
    first, *more = walk.table("Property", "Value")
    lookup = Lookup(*of, targets(first), heading.section, heading.line)
    if more:
        raise BadPage(more[0].line, f'"{more[0].text}" is one property more than is known of a column')
    return lookup


def _many_to_one(walk: Walk, heading: Block) -> Relationship:
    return _relationship(walk, heading, "One-To-Many", "ReferencedEntity", MANY_TO_ONE)


def _one_to_many(walk: Walk, heading: Block) -> Relationship:
    return _relationship(walk, heading, "Many-To-One", "ReferencingEntity", ONE_TO_MANY)


def _relationship(walk: Walk, heading: Block, other: str, end: str, known: dict[str, Reader]) -> Relationship:
    """``other`` is how the page calls the kind of relationship as seen from the table named by ``end``."""
    name = schema_name(heading.text, heading)
    crossing = walk.crossing(f"{other} Relationship: ")
    properties: dict[str, Property] = {}
    for row in walk.table("Property", "Value"):
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


def _see_also(walk: Walk) -> None:
    """The end of every page: links, one of them to the Web API's reference; without it, it is cut off."""
    heading = walk.section(_SEE_ALSO, level=3)
    links = walk.any(Kind.PROSE)
    for block in links:
        if not walk.rendered and not block.link:
            raise BadPage(block.line, "this line is no link: the page is cut off, or says something new")
    if not any("Web API Reference" in block.text for block in links):
        line = links[-1].line if links else heading.line
        raise BadPage(line, "the page is cut off: the link to the Web API's reference at its end is missing")
    if extra := walk.peek():
        raise BadPage(extra.line, f'the {extra.kind} "{extra.text}" has no place after the last section')


def _listed(walk: Walk, title: str, entry: Callable[[Walk, Block], _Entry]) -> tuple[_Entry, ...]:
    """A section with an index: its introduction, the index, and one entry for each name in it."""
    walk.section(title)
    walk.any(Kind.PROSE)
    index = {item.text: item for item in distinct(walk.any(Kind.ITEM), lambda item: item.text)}
    indexed = bool(index) or not walk.rendered  # the rendered form has lost the index of the columns
    entries = []
    while (heading := walk.peek()) and heading.level == 3 and heading.text != _SEE_ALSO:
        item = index.pop(heading.text, None)
        if not item and indexed:
            raise BadPage(heading.line, f'"{heading.text}" is not in the list above, or stands twice')
        if item and not walk.rendered and item.link != f"#{heading.section}":
            raise BadPage(item.line, f'this entry does not link to the heading "{heading.text}"')
        entries.append(entry(walk, walk.next(heading.text)))
    for item in index.values():
        raise BadPage(item.line, f'"{item.text}" is listed, but no heading of that name follows below')
    return tuple(entries)


def _this_table(name: str, block: Block) -> None:
    if name != TABLE:
        raise BadPage(block.line, f"this is the page of the table {name}; the kit is for {TABLE}")
