"""What the reference page states, as plain data: one frozen class for each kind of statement.

``line`` is 1-based in the form of the page that was read; ``section`` is the anchor of the page where it has
one, else the slug of the heading, ``title`` for what stands above the first section.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dataverse_tck.jsontypes import Json

if TYPE_CHECKING:
    from collections.abc import Mapping

TABLE = "msdyn_ocliveworkitem"  # the LogicalName of the one table that the kit is for

# Members in the order in which a page prints them (properties of CascadeConfiguration and
# AssociatedMenuConfiguration in the Web API's metadata); a page prints all eight of each.
CASCADE_MEMBERS = ("Archive", "Assign", "Delete", "Merge", "Reparent", "RollupView", "Share", "Unshare")
MENU_MEMBERS = (
    "AvailableOffline",
    "Behavior",
    "Group",
    "Label",
    "MenuId",
    "Order",
    "QueryApi",
    "ViewId",
)
# Members of the Web API's enumerations CascadeType, AssociatedMenuBehavior, AssociatedMenuGroup.
CASCADE_TYPES = ("NoCascade", "Cascade", "Active", "UserOwned", "RemoveLink", "Restrict")
MENU_BEHAVIORS = ("UseCollectionName", "UseLabel", "DoNotDisplay")
MENU_GROUPS = ("Details", "Sales", "Service", "Marketing")


@dataclass(frozen=True)
class Table:
    """The table by its LogicalName and its English display name."""

    name: str
    display_name: str
    section: str
    line: int


@dataclass(frozen=True)
class Message:
    """An operation listed for the table; ``kind`` is "action", ``event`` whether it is one."""

    name: str
    kind: str
    event: bool
    section: str
    line: int


@dataclass(frozen=True)
class Option:
    """A choice; ``label`` is English, None only where the rendered form has lost it."""

    value: int
    label: str | None
    section: str
    line: int


@dataclass(frozen=True)
class Choice:
    """A choice column; ``name`` is its LogicalName, the SchemaName in lower case."""

    name: str
    schema_name: str
    options: tuple[Option, ...]
    section: str
    line: int


@dataclass(frozen=True)
class Target:
    """A table, by LogicalName, that a lookup column can refer to."""

    table: str
    section: str
    line: int


@dataclass(frozen=True)
class Lookup:
    """A lookup column; ``name`` is its LogicalName, the SchemaName in lower case."""

    name: str
    schema_name: str
    targets: tuple[Target, ...]
    section: str
    line: int


@dataclass(frozen=True)
class Property:
    """A property of a relationship: str, bool, None for a blank cell, or members in the order of the page."""

    value: Json
    section: str
    line: int


@dataclass(frozen=True)
class Relationship:
    """A relationship with every property of its table, by name, in the order of the page."""

    schema_name: str
    properties: Mapping[str, Property]
    section: str
    line: int

    def __getitem__(self, name: str) -> Json:
        return self.properties[name].value


@dataclass(frozen=True)
class Columns:
    """The columns that the page changes, by what it says of them."""

    choices: tuple[Choice, ...]
    lookups: tuple[Lookup, ...]


@dataclass(frozen=True)
class Reference:
    """The page itself; ``title`` is None in the rendered form.

    ``sha256`` is that of the page in UTF-8 with LF line ends and no byte order mark.
    """

    title: str | None
    sha256: str


@dataclass(frozen=True)
class Facts:
    """Everything that one revision of the page states."""

    reference: Reference
    table: Table
    messages: tuple[Message, ...]
    columns: Columns
    many_to_one: tuple[Relationship, ...]
    one_to_many: tuple[Relationship, ...]
