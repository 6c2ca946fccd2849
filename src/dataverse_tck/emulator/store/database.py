"""The rows of an organisation in a real database: its SQL tables, the ways between them, and its transactions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.pool import StaticPool

from dataverse_tck.emulator.organisation.model import Column, Kind, Organisation, Relationship, Table
from dataverse_tck.emulator.protocol.errors import CannotOpenDatabaseError
from dataverse_tck.emulator.store.sql_tables import intersect_table, private_table, sql_table

_Statement = TypeVar("_Statement")
OWNER = "owner"


class Database:
    """One organisation's rows. All work is done by one thread, one transaction after the other."""

    def __init__(self, organisation: Organisation, url: str = "sqlite://") -> None:
        """``url`` is SQLAlchemy's: ``sqlite://`` keeps the rows in memory, ``sqlite:///file.db`` in a file."""
        self.organisation = organisation
        self.described = {table.logical_name: table for table in organisation.tables if not table.is_virtual}
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
        self.tables = {name: sql_table(table, metadata) for name, table in self.described.items()}
        self.by_id = {
            name: sa.select(table).where(table.c[self.described[name].primary_id] == sa.bindparam("id"))
            for name, table in self.tables.items()
        }
        self.intersects = {many.schema_name: intersect_table(many, metadata) for many in organisation.many_to_many}
        self.private_tables = {table.name: private_table(table, metadata) for table in organisation.private_tables}
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

    def cached_statement(self, key: tuple[str, ...], build: Callable[[], _Statement]) -> _Statement:
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
