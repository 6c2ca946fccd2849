"""The things that surfaces show: nouns of the reference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dataverse_tck.jsontypes import Json


@dataclass(frozen=True)
class Subject:
    """A table, message, option, lookup column or relationship, with what the reference states of it."""

    node: str  # relationship/<SchemaName>, column/<LogicalName>/option/<Value>, ...
    table: str  # LogicalName of the table under test
    stated: Mapping[tuple[str, ...], Json]  # what the reference says, by path; not for lookup targets

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
