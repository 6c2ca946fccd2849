"""What a single table row states: each reader gives the value of a row, or refuses what it does not know."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from uuid import UUID

from dataverse_tck.jsontypes import Json
from dataverse_tck.reference.page.blocks import BadPage, Block
from dataverse_tck.reference.page.facts import (
    CASCADE_MEMBERS,
    CASCADE_TYPES,
    MENU_BEHAVIORS,
    MENU_GROUPS,
    MENU_MEMBERS,
    Message,
    Option,
    Target,
)

_NAME = re.compile(r"[A-Za-z]\w*", re.ASCII)
_LOGICAL_NAME = re.compile(r"[a-z][a-z0-9_]*")
_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,9}")


def parse_message(row: Block) -> Message:
    """A row of the message table: its name, ``Event: False``, and "<name> action"."""
    name, *event = row.cells[0]
    require_schema_name(name, row)
    if event != ["Event: False"]:
        raise BadPage(row.line, f'message {name}: "{" ".join(event)}" stands where "Event: False" is known')
    if row.cell(1) != f"{name} action":
        raise BadPage(row.line, f'message {name}: "{row.cell(1)}" stands where "{name} action" is known')
    return Message(name, "action", event=False, section=row.section, line=row.line)


def parse_option(row: Block, *, may_lack_label: bool) -> Option:
    """A row of an options table: a whole number and its label."""
    if not _WHOLE.fullmatch(row.cell(0)):
        raise BadPage(row.line, f'the value "{row.cell(0)}" of an option is no whole number')
    if not row.cell(1) and not may_lack_label:
        raise BadPage(row.line, f"option {row.cell(0)} has no label")
    return Option(int(row.cell(0)), row.cell(1) or None, row.section, row.line)


def parse_targets(row: Block) -> tuple[Target, ...]:
    """The row ``Targets`` of a lookup: LogicalNames of tables, separated by commas."""
    if row.cell(0) != "Targets":
        raise BadPage(row.line, f'"{row.cell(0)}" is no known property of a column')
    names = [name.strip() for name in row.cell(1).split(",")]
    for name in names:
        require_logical_name(name, row)
        if names.count(name) > 1:
            raise BadPage(row.line, f"the target {name} is listed twice")
    return tuple(Target(name, row.section, row.line) for name in names)


def require_schema_name(text: str, row: Block) -> str:
    """A SchemaName or the name of a message, else BadPage."""
    if not _NAME.fullmatch(text):
        raise BadPage(row.line, f'"{text}" stands where a name is expected')
    return text


def require_logical_name(text: str, row: Block) -> str:
    """A LogicalName, else BadPage."""
    if not _LOGICAL_NAME.fullmatch(text):
        raise BadPage(row.line, f'"{text}" stands where the name of a table or column is expected')
    return text


def _logical(row: Block) -> Json:
    return require_logical_name(row.cell(1), row)


def _name(row: Block) -> Json:
    return require_schema_name(row.cell(1), row)


def _boolean(row: Block) -> Json:
    return _typed(row.cell(1), row.cell(0), row)


def _blank(row: Block) -> Json:
    if row.cell(1):
        raise BadPage(row.line, f'{row.cell(0)} is "{row.cell(1)}"; only a blank cell is known')


def _cascade(row: Block) -> Json:
    cascade = _members(row, CASCADE_MEMBERS)
    for member, value in cascade.items():
        if value not in CASCADE_TYPES:
            raise BadPage(row.line, f'{member}: "{value}" is no known cascade')
    return cascade


def _menu(row: Block) -> Json:
    return {member: _typed(text, member, row) for member, text in _members(row, MENU_MEMBERS).items()}


def _whole(text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise ValueError
    return int(text)


def _some(text: str) -> str:
    if not text:
        raise ValueError
    return text


def _one_of(*names: str) -> Callable[[str], Json]:
    return lambda text: names[names.index(text)]


# From what a page prints to the JSON value that the Web API serves; ValueError for what is not known. A blank
# Label or Order states that the menu has none.
_PRINTED: dict[str, Callable[[str], Json]] = {
    "IsCustomizable": lambda text: _one_of("True", "False")(text) == "True",
    "AvailableOffline": lambda text: _one_of("True", "False")(text) == "True",
    "Behavior": _one_of(*MENU_BEHAVIORS),
    "Group": _one_of(*MENU_GROUPS),
    "Label": lambda text: text or None,
    "MenuId": lambda text: None if text == "null" else _some(text),
    "Order": lambda text: _whole(text) if text else None,
    "QueryApi": lambda text: None if text == "null" else _some(text),
    "ViewId": lambda text: _one_of(str(UUID(text)))(text),
}


def _typed(text: str, name: str, row: Block) -> Json:
    try:
        return _PRINTED[name](text)
    except ValueError:
        raise BadPage(row.line, f'{name}: "{text}" is no known value') from None


def _members(row: Block, known: Collection[str]) -> dict[str, str]:
    """The parts ``Member: value`` of a cell: every known member once, and no other."""
    members: dict[str, str] = {}
    for part in row.cells[1]:
        member, colon, value = part.partition(":")
        if not colon or member not in known:
            raise BadPage(row.line, f'"{part}" is no known member of {row.cell(0)}')
        if member in members:
            raise BadPage(row.line, f"{member} stands twice in {row.cell(0)}")
        members[member] = value.strip()
    if missing := [member for member in known if member not in members]:
        raise BadPage(row.line, f"{row.cell(0)} lacks {', '.join(missing)}")
    return members


CellParser = Callable[[Block], Json]

MANY_TO_ONE: dict[str, CellParser] = {
    "ReferencedEntity": _logical,
    "ReferencedAttribute": _logical,
    "ReferencingAttribute": _logical,
    "ReferencingEntityNavigationPropertyName": _name,
    "IsHierarchical": _blank,
    "CascadeConfiguration": _cascade,
}
ONE_TO_MANY: dict[str, CellParser] = {
    "ReferencingEntity": _logical,
    "ReferencingAttribute": _logical,
    "ReferencedEntityNavigationPropertyName": _name,
    "IsCustomizable": _boolean,
    "AssociatedMenuConfiguration": _menu,
}
