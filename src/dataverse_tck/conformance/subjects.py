"""The nouns of the reference: what the judge picks out of the readings, one at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dataverse_tck.jsontypes import Json

if TYPE_CHECKING:
    from dataverse_tck.conformance.requirement import Catalogue, Requirement


@dataclass(frozen=True)
class Subject:
    """A table, message, option, lookup column or relationship, with all requirements about it."""

    node: str  # relationship/<SchemaName>, column/<LogicalName>/option/<Value>, ...
    table: str  # LogicalName of the table under test
    stated: Mapping[tuple[str, ...], Json]  # what the reference says, by path; not for lookup targets
    requirements: tuple[Requirement, ...]

    @property
    def noun(self) -> str:
        """``table``, ``message``, ``option``, ``lookup`` or ``relationship``."""
        kind, *rest = self.node.split("/")
        return kind if kind != "column" else ("option" if "option" in rest else "lookup")

    @property
    def name(self) -> str:
        """The last word of the node: a SchemaName, a message name, an option's number."""
        return self.node.rsplit("/", 1)[-1]

    @property
    def column(self) -> str:
        """LogicalName of the column, for options and lookups."""
        return self.node.split("/")[1]

    @property
    def many_to_one(self) -> bool:
        """Whether the table under test is the referencing end of this relationship."""
        return ("ReferencedEntity",) in self.stated


def table_name(catalogue: Catalogue) -> str:
    """Return the LogicalName of the table that the catalogue is about."""
    return next(str(item.expected) for item in catalogue.requirements if item.family == "table-exists")


def subjects(catalogue: Catalogue) -> tuple[Subject, ...]:
    """Group the surface requirements of a catalogue by what they are about, in page order."""
    grouped: dict[str, list[Requirement]] = defaultdict(list)
    for item in catalogue.of("surface"):
        grouped[item.node].append(item)
    table = table_name(catalogue)
    return tuple(
        Subject(node, table, {item.path: item.expected for item in items}, tuple(items))
        for node, items in grouped.items()
    )
