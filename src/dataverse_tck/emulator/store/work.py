"""What one request works with, and what rows do at the points where they could also do otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from dataverse_tck.emulator.organisation.model import Column, Organisation, Relationship, Table
from dataverse_tck.emulator.protocol.errors import bad_payload
from dataverse_tck.emulator.store.database import Database, referenced_tables
from dataverse_tck.emulator.store.navigation import refers
from dataverse_tck.emulator.store.settings import Settings
from dataverse_tck.emulator.store.values import cell
from dataverse_tck.jsontypes import Json

Cells = Mapping[str, Any]


def now() -> str:
    """Return the present as Dataverse writes it: UTC, whole seconds."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True)
class Reference:
    """A row, named by its table (LogicalName) and id."""

    table: str
    id: str


class RowBehaviour:
    """What rows do, at the points where ``faults.faulty_rows`` lets them do otherwise; as it stands here, all is right.

    A service has one for as long as it runs.
    """

    def before_enter(self, work: Work, table: Table) -> None:
        """A path begins with the entity set of a table: nothing speaks against it."""

    def before_step(self, work: Work, table: Table, name: str) -> None:
        """A path follows a navigation property of a row: nothing speaks against it."""

    def expanded(self, table: Table, name: str, document: dict[str, Json]) -> None:
        """A navigation property was put into the document of a row: it stays there."""

    def before_create(self, work: Work, table: Table) -> None:
        """A row is to be created: nothing speaks against it."""

    def cells_of(self, work: Work, table: Table, column: Column, value: Json) -> dict[str, Any]:
        """The cell, by its name, that a value makes of a column that is no lookup; raises the documented refusals."""
        return {column.logical_name: cell(work.organisation, table, column, value)}

    def bound(
        self, work: Work, table: Table, navigation: str, url: Json, right: Callable[[], dict[str, Reference | None]]
    ) -> dict[str, Reference | None]:
        """The cell that a link in a body makes, by its name: what ``right`` says, or the documented refusal."""
        return right()

    def check_target(self, relationship: Relationship, reference: Reference, entity_set: str) -> None:
        """Refuse a row of a table that the relationship does not lead to."""
        if reference.table not in referenced_tables(relationship):
            raise bad_payload(
                entity_set,
                f"The navigation property '{relationship.referencing_navigation}' takes rows of the table "
                f"'{relationship.referenced_entity}', not of '{reference.table}'.",
            )

    def before_write(self, work: Work, table: Table, cells: dict[str, Any], row: Cells) -> dict[str, Any]:
        """The cells that are written, of those that a request sets: all. ``row`` is empty when it is a new one's."""
        return cells

    def after_link(self, work: Work, row: Reference, column: str, old: Reference | None, new: Reference | None) -> None:
        """A lookup of a row that was there already came to refer to ``new``: nothing else happens."""

    def after_commit(self, work: Work) -> None:
        """The transaction of a request has ended: nothing can fail any more."""

    def rendered(self, work: Work, table: Table, cells: Cells, document: dict[str, Json]) -> dict[str, Json]:
        """A row as clients see it; ``document`` shows its cells, with the annotations that were asked for."""
        return document

    def takes_address(self, work: Work, table: Table, navigation: str, *, linking: bool) -> bool:
        """Whether a navigation property of a row that is linked or freed by address (``$ref``) does so: it does."""
        return True

    def filtered(
        self, work: Work, table: Table, text: str, condition: sa.ColumnElement[bool]
    ) -> sa.ColumnElement[bool]:
        """What a ``$filter`` on rows of a table lets through: what it says."""
        return condition

    def before_delete(self, work: Work, row: Reference) -> None:
        """A row is to be deleted, which may be refused or not be there: nothing is kept of it."""

    def remains(self, row: Reference, *, below: bool) -> dict[str, Any] | None:
        """What is left of a row that is not there, at its address or for what is listed below it: nothing."""
        return None

    def found(
        self, table: Table, rows: list[dict[str, Any]], parent: Reference | None, text: str | None
    ) -> list[dict[str, Any]]:
        """The rows of a list, that of ``parent`` or of the table, by a ``$filter``: those that are there."""
        return rows

    def related(self, relationship: Relationship, reference: Reference | None) -> Reference | None:
        """Where a single-valued navigation property leads: to what the lookup refers to."""
        return reference

    def lists(
        self, work: Work, relationship: Relationship, parent: sa.ColumnElement[Any], table: str, rows: sa.FromClause
    ) -> sa.ColumnElement[bool]:
        """Whether the collection of ``parent``, the id of a row of ``table``, lists a row of ``rows``."""
        column = relationship.referencing_attribute
        return sa.and_(rows.c[column] == parent, refers(work.database, rows, column, table))

    def children(
        self, work: Work, relationship: Relationship, table: Table, rows: sa.FromClause, ids: Sequence[str]
    ) -> tuple[sa.FromClause, sa.ColumnElement[Any], sa.ColumnElement[bool]]:
        """What the collections of rows of ``table`` list: what to select from, the parent's id, and the condition."""
        column = relationship.referencing_attribute
        key = rows.c[column]
        return rows, key, sa.and_(key.in_(ids), refers(work.database, rows, column, table.logical_name))

    def reached(self, work: Work, relationship: Relationship, action: str, found: set[str]) -> set[str]:
        """The rows that an action goes on to over a relationship; ``found`` are those that its setting says."""
        return found

    def starts(self, work: Work, action: str, row: Reference) -> Mapping[str, set[str]]:
        """The rows, by table, that an action is done to which was asked for of one: that one alone."""
        return {row.table: {row.id}}

    def is_kept(self, relationship: Relationship, action: str, new: Reference | None) -> bool:
        """Whether a row that comes to refer to ``new`` keeps what came, by the setting for the action, before."""
        return False

    def is_inherited(self, relationship: Relationship, action: str) -> bool:
        """Whether a row that comes to refer to another one inherits what the setting for the action says."""
        return True

    def heirs(
        self, work: Work, target: str, heirs: dict[str, set[str]], right: dict[str, Any]
    ) -> list[tuple[dict[str, set[str]], list[dict[str, Any]]]]:
        """Who inherits what of a right granted on a row of the table ``target``: all heirs the same."""
        return [(heirs, [right])]

    def after_revoke(self, work: Work, target: Reference, principal: Reference) -> None:
        """A row is no longer shared with a principal: direct shares of other rows stay."""


@dataclass(frozen=True)
class Work:
    """What one request works with: one transaction, on behalf of one user."""

    database: Database
    connection: sa.Connection
    caller: str  # systemuserid
    root: str  # service root, for absolute URLs
    moment: str = field(default_factory=now)
    on_behalf_of: str | None = None  # the systemuserid that sent the request, when it acts as another user
    names: dict[Reference, str | None] = field(default_factory=dict)  # primary names already read
    # What cascades do after the answer, by their action; None: they do it at once.
    deferred: list[tuple[str, str, Callable[[Work], None]]] | None = None
    elevated: bool = False  # works with the rights of the service, not with those of the caller
    settings: Settings = field(default_factory=Settings)
    behaviour: RowBehaviour = field(default_factory=RowBehaviour)

    @property
    def organisation(self) -> Organisation:
        """The organisation as the service behaves (its relationships drive the cascades)."""
        return self.database.organisation

    def later(self, action: str, of: str, do: Callable[[Work], None]) -> None:
        """Do what an action on a row (``of``: its id) does to other rows: at once, or after the answer."""
        if self.deferred is None:
            do(self)
        else:
            self.deferred.append((action, of, do))

    def next_version(self) -> int:
        """Return the next versionnumber: higher than every one before it."""
        return int(self.connection.execute(self.database.bump).scalar_one())
