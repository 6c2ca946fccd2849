"""The rows of an organisation in a real database: its SQL tables, made from the description of its tables.

Cells are kept as the wire shows them: ids as lower-case text, times as ``2026-01-31T09:00:00Z``, a multi-select choice
as ``,1,2,`` (so that one value can be looked for), money and decimals as floats. A lookup column has a second SQL
column, ``<column>__type``, with the LogicalName of the table that it refers to. Columns that name a table are generated
from it, so that they cannot go stale. The tables ``owner`` and ``activitypointer`` stay empty: their rows are those of
other tables.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.pool import StaticPool

from dataverse_tck.emulator.faults.behaviour import Behaviour
from dataverse_tck.emulator.faults.row_faults import Misbehaviours, behaving
from dataverse_tck.emulator.organisation import conversation, security_tables, system_tables
from dataverse_tck.emulator.organisation.model import Column, Kind, ManyToMany, Organisation, Relationship, Table
from dataverse_tck.emulator.protocol.errors import CannotOpenDatabaseError, ODataError

TYPE_SUFFIX = "__type"
_Statement = TypeVar("_Statement")
CALL = "__call"  # of a conversation: what its columns do not say of its call, as ``calls.Call``
OWNER = "owner"
_SQL_TYPES = {
    Kind.INTEGER: sa.Integer,
    Kind.BIG_INT: sa.BigInteger,
    Kind.DECIMAL: sa.Float,
    Kind.BOOLEAN: sa.Boolean,
    Kind.PICKLIST: sa.Integer,
    Kind.STATE: sa.Integer,
    Kind.STATUS: sa.Integer,
}


def now() -> str:
    """Return the present as Dataverse writes it: UTC, whole seconds."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True)
class Reference:
    """A row, named by its table (LogicalName) and id."""

    table: str
    id: str


class Database:
    """One organisation's rows. All work is done by one thread, one transaction after the other."""

    def __init__(self, organisation: Organisation, url: str = "sqlite://", behaviour: Behaviour | None = None) -> None:
        """``url`` is SQLAlchemy's: ``sqlite://`` keeps the rows in memory, ``sqlite:///file.db`` in a file."""
        self.behaviour = behaviour or Behaviour()
        self.wrong = self.behaviour.wrong
        self.organisation = behaving(organisation, self.wrong)
        described = {table.logical_name for table in system_tables.TABLES}
        self.described = {
            table.logical_name: table for table in organisation.tables if table.logical_name not in described
        }
        self.by_entity_set = {table.entity_set: table for table in self.described.values()}
        self.single_valued, self.collections = _navigation(self.described, organisation)
        self._navigation = {
            (table, relationship.referencing_attribute, target): name
            for table, links in self.single_valued.items()
            for name, relationship in links.items()
            for target in referenced_tables(relationship)
        }
        self.properties = {name: _properties(table) for name, table in self.described.items()}
        metadata = sa.MetaData()
        self.tables = {name: _sql_table(table, metadata) for name, table in self.described.items()}
        self.by_id = {
            name: sa.select(table).where(table.c[self.described[name].primary_id] == sa.bindparam("id"))
            for name, table in self.tables.items()
        }
        self.intersects = {many.schema_name: _intersect(many, metadata) for many in organisation.many_to_many}
        self.shares = self.tables[security_tables.SHARING.logical_name]
        self.inheritances = _inheritances(metadata)
        self.former = _former(metadata)
        self._built: dict[tuple[str, ...], Any] = {}
        self.versions = sa.Table("_version", metadata, sa.Column("last", sa.BigInteger, nullable=False))
        last = self.versions.c.last
        self.bump = self.versions.update().values(last=last + 1).returning(last)
        self.engine = _open(url, metadata)
        with self.engine.begin() as connection:
            if connection.scalar(sa.select(sa.func.count()).select_from(self.versions)) == 0:
                connection.execute(self.versions.insert().values(last=1_000_000))

    def navigation_of(self, table: str, column: str, target: str) -> str | None:
        """Return the single-valued navigation property of a lookup that refers to a row of ``target``."""
        return self._navigation.get((table, column, target))

    def built(self, key: tuple[str, ...], build: Callable[[], _Statement]) -> _Statement:
        """Return the statement of that key, built when it is first asked for: building takes longer than running."""
        if key not in self._built:
            self._built[key] = build()
        statement: _Statement = self._built[key]
        return statement

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        """Yield a connection whose changes are kept together, or not at all when the block raises."""
        with self.engine.begin() as connection:
            yield connection

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()


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
    late: list[ODataError] = field(default_factory=list)  # refusals of what is kept all the same
    deferred: list[Callable[[Work], None]] | None = None  # what cascades do after the answer; None: they do it at once
    elevated: bool = False  # works with the rights of the service, not with those of the caller

    @property
    def organisation(self) -> Organisation:
        """The organisation as the service behaves (its relationships drive the cascades)."""
        return self.database.organisation

    @property
    def wrong(self) -> Misbehaviours:
        """What rows do wrongly."""
        return self.database.wrong

    def later(self, do: Callable[[Work], None]) -> None:
        """Do what an action does to other rows: at once, or after the answer."""
        if self.deferred is None:
            do(self)
        else:
            self.deferred.append(do)

    def next_version(self) -> int:
        """Return the next versionnumber: higher than every one before it."""
        return int(self.connection.execute(self.database.bump).scalar_one())


def _open(url: str, metadata: sa.MetaData) -> sa.Engine:
    """Connect, and make the tables that are missing; raises CannotOpenDatabaseError."""
    memory = {"poolclass": StaticPool} if url in ("sqlite://", "sqlite:///:memory:") else {}
    try:
        engine = sa.create_engine(url, connect_args={"check_same_thread": False}, **memory)
        sa.event.listen(engine, "connect", _quicken)
        missing = _missing_column(engine, metadata)
        if missing is None:
            metadata.create_all(engine)
    except sa.exc.SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise CannotOpenDatabaseError(
            f"Cannot open the database {url}: {reason}. Name a file that can be written, as in sqlite:///rows.db."
        ) from error
    if missing is not None:
        raise CannotOpenDatabaseError(
            f"The database {url} was made by another version, or with another --channel: its column {missing!r} is"
            " missing or of another kind. Name a new file, or the options that it was made with."
        )
    return engine


def _missing_column(engine: sa.Engine, metadata: sa.MetaData) -> str | None:
    """A column that a kept database does not have, or not of that kind, as ``table.column``."""
    for (_, name), columns in sa.inspect(engine).get_multi_columns().items():
        kept = {column["name"]: column["type"]._type_affinity for column in columns}  # noqa: SLF001 - no public name
        if name in metadata.tables:
            for column in metadata.tables[name].columns:
                if kept.get(column.name) is not column.type._type_affinity:  # noqa: SLF001
                    return f"{name}.{column.name}"
    return None


def _quicken(connection: Any, _: object) -> None:
    """Write a file ahead, forced out at checkpoints alone: a machine that fails may take the last rows along."""
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")


def _sql_table(table: Table, metadata: sa.MetaData) -> sa.Table:
    if table.logical_name == security_tables.SHARING.logical_name:
        return _shares(metadata)
    columns = [item for column in table.columns for item in _sql_columns(table, column)]
    if table.logical_name == conversation.NAME:
        columns.append(sa.Column(CALL, sa.JSON(none_as_null=True)))
    return sa.Table(table.logical_name, metadata, *columns)


def _sql_columns(table: Table, column: Column) -> list[sa.Column[Any]]:
    name = column.logical_name
    if column.kind is Kind.ENTITY_NAME:
        return [sa.Column(name, sa.Text, sa.Computed(_named_table(table, name), persisted=False))]
    kind = _SQL_TYPES.get(column.kind, sa.Text)
    found: list[sa.Column[Any]] = [
        sa.Column(name, kind, primary_key=name == table.primary_id, index=column.kind.is_lookup)
    ]
    if column.kind.is_lookup:
        found.append(sa.Column(name + TYPE_SUFFIX, sa.Text))
    return found


def _named_table(table: Table, name: str) -> str:
    """The SQL of a column that names a table: that of the lookup beside it, or the row's own."""
    for column in table.columns:
        lookup = column.logical_name
        if column.kind.is_lookup and name in (
            f"{lookup}type",
            f"{lookup}idtype",
            f"{lookup.removesuffix('id')}typecode",
        ):
            return lookup + TYPE_SUFFIX
    return f"'{table.logical_name}'"


Links = dict[str, dict[str, Relationship]]


def _navigation(described: Mapping[str, Table], organisation: Organisation) -> tuple[Links, Links]:
    """Relationships by table and navigation property: the single-valued ones, and the collections."""
    single: Links = defaultdict(dict)
    collections: Links = defaultdict(dict)
    for relationship in organisation.relationships:
        many = described.get(relationship.referencing_entity)
        if many is None or relationship.referenced_entity not in described:
            continue
        column = many.column.get(relationship.referencing_attribute)
        if column is None or not column.kind.is_lookup:
            continue
        single[many.logical_name][relationship.referencing_navigation] = relationship
        collections[relationship.referenced_entity][relationship.referenced_navigation] = relationship
        if column.kind is Kind.OWNER:  # activities take the name of the base table's property as well
            single[many.logical_name][column.logical_name] = relationship
            for owner in referenced_tables(relationship):
                collections[owner][relationship.referenced_navigation] = relationship
    return single, collections


def referenced_tables(relationship: Relationship) -> tuple[str, ...]:
    """Return the tables whose rows the relationship can refer to: an owner is a user or a team."""
    return ("systemuser", "team") if relationship.referenced_entity == OWNER else (relationship.referenced_entity,)


def _properties(table: Table) -> dict[str, Column]:
    """The columns by the name of their property: lookups are read as ``_<column>_value``."""
    return {f"_{name}_value" if column.kind.is_lookup else name: column for name, column in table.column.items()}


def _intersect(many: ManyToMany, metadata: sa.MetaData) -> sa.Table:
    """The intersect table of a many-to-many relationship."""
    ends = [sa.Column(column, sa.Text, primary_key=True) for _, column in (many.first, many.second)]
    return sa.Table(many.intersect_entity, metadata, *ends)


def _shares(metadata: sa.MetaData) -> sa.Table:
    """The sharing table, principalobjectaccess: direct and inherited rights of a principal on a row, as bit masks."""
    return sa.Table(
        "principalobjectaccess",
        metadata,
        sa.Column("principalobjectaccessid", sa.Text, primary_key=True),
        sa.Column("objectid", sa.Text, nullable=False, index=True),
        sa.Column("objecttypecode", sa.Text, nullable=False),
        sa.Column("principalid", sa.Text, nullable=False, index=True),
        sa.Column("principaltypecode", sa.Text, nullable=False),
        sa.Column("accessrightsmask", sa.Integer, nullable=False, default=0),
        sa.Column("inheritedaccessrightsmask", sa.Integer, nullable=False, default=0),
        sa.Column("changedon", sa.Text, nullable=False),
        sa.Column("versionnumber", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("objectid", "principalid"),
    )


def _inheritances(metadata: sa.MetaData) -> sa.Table:
    """Where inherited rights come from: what a row has for a principal because of the row ``sourceid``.

    ``by_ownership``: the principal owns the source; otherwise the source was shared with it. The inherited mask of
    the sharing table is the sum of these, so that a right that goes takes nothing along that has another source.
    """
    return sa.Table(
        "_inheritance",
        metadata,
        sa.Column("objectid", sa.Text, primary_key=True),
        sa.Column("sourceid", sa.Text, primary_key=True, index=True),
        sa.Column("by_ownership", sa.Boolean, primary_key=True),
        sa.Column("principalid", sa.Text, primary_key=True, index=True),
        sa.Column("principaltypecode", sa.Text, nullable=False),
        sa.Column("objecttypecode", sa.Text, nullable=False),
        sa.Column("mask", sa.Integer, nullable=False),
    )


def _former(metadata: sa.MetaData) -> sa.Table:
    """What conversations were about before, for the misbehaviour that lists them there still."""
    names = ("childid", "parentid", "parenttype")
    return sa.Table("_former", metadata, *(sa.Column(name, sa.Text, primary_key=True) for name in names))
