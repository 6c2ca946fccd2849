"""What a table is, from the endpoint's own metadata: its columns, and the names of its relationships' two ends."""

from __future__ import annotations

import contextlib
import math
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import product
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar

from dataverse_tck.jsontypes import Json
from dataverse_tck.readings import Reading, State
from dataverse_tck.webapi.http.errors import Broken, Malformed, NotMade, TableMissing, WebApiError
from dataverse_tck.webapi.http.odata import table_path
from dataverse_tck.webapi.metadata.columns import CHOICES, column_kind, read_choice
from dataverse_tck.webapi.metadata.json_readings import JsonObject, read_collection, read_object
from dataverse_tck.webapi.rows.once import Once

if TYPE_CHECKING:
    from dataverse_tck.webapi.http.batches import Batches, Foreseen
    from dataverse_tck.webapi.http.session import Session

T = TypeVar("T")

PLATFORM = frozenset({"businessunit", "organization", "owner", "principal", "systemuser", "team"})
"""Tables whose rows are the organisation itself: never made, an existing one is taken."""

REQUIRED = ("SystemRequired", "ApplicationRequired")
LOOKUPS = ("Lookup", "Customer")
TOGETHER = 4  # tables that are read ahead in one batch
BATCHES_AT_ONCE = 3

DEFINITION = "definition"
_SELECT = "$select=LogicalName,EntitySetName,PrimaryIdAttribute,PrimaryNameAttribute,OwnershipType"
_PARTS = {  # what a table is read from -> where
    DEFINITION: "{}?" + _SELECT,
    "columns": "{}/Attributes",
    "relationships": "{}/ManyToOneRelationships",
}
_MISSING = (TableMissing, NotMade)  # what a question can come to that did not go wrong
_ALL = (Exception,)
_OF_CALLER = {"systemuser": "UserId", "businessunit": "BusinessUnitId", "organization": "OrganizationId"}


@dataclass(frozen=True)
class Column:
    """A column. ``kind`` is its AttributeTypeName without "Type": ``String``, ``Customer``, ``Uniqueidentifier``, ...

    Lengths are in characters, limits include both ends. ``format`` is the FormatName of a text; of a DateTime it
    is ``DateOnly`` when its values have no time of day (DateTimeBehavior), else ``DateAndTime``.
    """

    name: str
    kind: str
    required: str = "None"  # RequiredLevel: None, Recommended, ApplicationRequired, SystemRequired
    creatable: bool = True
    max_length: int | None = None
    minimum: float | None = None
    maximum: float | None = None
    targets: tuple[str, ...] = ()
    format: str | None = None
    default: Json = None  # of a Boolean or a choice; None: none is declared
    derived: bool = False  # filled by the platform: an automatic number, a companion of another column

    @property
    def is_required_link(self) -> bool:
        """Whether a new row has to lead to another one by this column."""
        return self.creatable and not self.derived and self.kind in LOOKUPS and self.required in REQUIRED


@dataclass(frozen=True)
class Table:
    """A table; ``ownership`` is an OwnershipTypes such as ``UserOwned``, "" when that is not said."""

    name: str
    entity_set: str
    primary_id: str
    primary_name: str | None
    ownership: str
    columns: Mapping[str, Column]
    navigation: Mapping[tuple[str, str], str]  # (lookup column, target table) -> single-valued navigation property
    collections: Mapping[str, str]  # SchemaName -> collection navigation property of the referenced table

    @property
    def rows_have_owners(self) -> bool:
        """Whether each row belongs to a user or a team; other tables hold what the organisation shares."""
        return self.ownership in {"UserOwned", "TeamOwned"}


@dataclass(frozen=True)
class RowState:
    """A state that rows of a table can have, and the status that goes with it; None: that is not said."""

    number: int
    status: int | None


class Tables:
    """Reads tables on demand, each once per run; safe to use from several threads."""

    def __init__(self, session: Session | Batches) -> None:
        self._session = session
        self._lock = threading.Lock()
        self._known: dict[tuple[str, ...], Once[Any]] = {}

    def of(self, name: str, *, ahead: bool = False) -> Table:
        """Return a table by its LogicalName; what goes wrong ``ahead`` of need is asked again.

        Raises TableMissing when the endpoint has none or does not show it, and another WebApiError when the
        question went wrong.
        """
        return self._once(("table", name), lambda: self._composed(name), _MISSING if ahead else _ALL)

    def _composed(self, name: str) -> Table:
        parts = [self._part(name, part) for part in _PARTS]
        try:
            return composed(name, *parts)
        finally:
            with self._lock:  # what it was made of is large, or wrong
                for part in _PARTS:
                    del self._known[part, name]

    def _part(self, name: str, part: str, session: Session | Batches | Foreseen | None = None) -> Any:
        read = read_object if part == DEFINITION else _read_list
        asked = session or self._session
        return self._once((part, name), lambda: _content(read(asked, _target(name, part)), name), _MISSING)

    def read_all(self, names: Iterable[str], batches: Batches) -> None:
        """Read tables, and those that their rows need, in batches; what goes wrong there is read by whoever needs it.

        A few at a time: what they are read from is large.
        """
        known: set[str] = set()
        wanted = set(names)
        with ThreadPoolExecutor(BATCHES_AT_ONCE, thread_name_prefix="tables") as pool:
            while wave := sorted(wanted - known):
                known.update(wave)
                some = [wave[start : start + TOGETHER] for start in range(0, len(wave), TOGETHER)]
                wanted = set().union(*pool.map(partial(self._read_some, batches), some))

    def _read_some(self, batches: Batches, names: Sequence[str]) -> set[str]:
        """Read tables in one batch, but for those that were read already; return what the rows of all of them need."""
        parts = list(product((name for name in names if name not in self.keys), _PARTS))
        known = batches.foreseen([_target(name, part) for name, part in parts])
        for name, part in parts:
            with contextlib.suppress(WebApiError):
                self._part(name, part, known)
        return {target for name in names for target in self._needed(name)}

    def _needed(self, name: str) -> set[str]:
        """Return the tables of which a row of this one needs a row."""
        try:
            table = self.of(name, ahead=True)
        except WebApiError:
            return set()
        return {target for column in table.columns.values() if column.is_required_link for target in column.targets}

    @property
    def keys(self) -> dict[str, str]:
        """The primary id of each table that was read."""
        with self._lock:
            tables = [once.known for (kind, *_), once in self._known.items() if kind == "table"]
        return {table.name: table.primary_id for table in tables if table is not None}

    def options(self, table: Table, column: Column) -> Sequence[int]:
        """Return the numbers of a choice column; raises NotMade when the endpoint does not show them."""
        return self._once(("options", table.name, column.name), lambda: _read_options(self._session, table, column))

    def states(self, table: Table) -> Sequence[RowState]:
        """Return the states of a table's rows; raises NotMade when it has none, or the endpoint does not show them."""
        if "statecode" not in table.columns:
            raise NotMade(f"Rows of {table.name} have no state: the endpoint declares no column statecode.")
        return self._once(("states", table.name), lambda: _read_states(self._session, table))

    def existing(self, name: str) -> str:
        """Return the id of a row that is there: the caller, their business unit and organisation, else the first.

        Raises NotMade when there is none that can be read.
        """
        return self._once(("existing", name), lambda: self._find(name))

    def caller(self) -> Mapping[str, Any]:
        """Return what WhoAmI tells of the caller, nothing where it does not; whoever needs it, it is asked once."""
        return self._once(("caller",), lambda: read_object(self._session, "WhoAmI").content or {})

    def _find(self, name: str) -> str:
        if name in _OF_CALLER and isinstance(found := self.caller().get(_OF_CALLER[name]), str):
            return found
        table = self.of(name)
        rows = read_collection(self._session, [f"{table.entity_set}?$select={table.primary_id}&$top=1"])
        for row in rows.content or ():
            if isinstance(found := row.get(table.primary_id), str):
                return found
        reason = rows.reason or f"{table.entity_set} is empty."
        raise NotMade(f"A row of {name} is needed, and none can be taken: {reason}", _last(rows))

    def _once(self, key: tuple[str, ...], read: Callable[[], T], keep: tuple[type[Exception], ...] = _ALL) -> T:
        with self._lock:
            once: Once[T] = self._known.setdefault(key, Once())
        return once.get(read, keep)


def _target(name: str, part: str) -> str:
    return _PARTS[part].format(table_path(name))


def _read_list(session: Session | Batches | Foreseen, target: str) -> Reading[Any]:
    return read_collection(session, [target])


def composed(name: str, table: JsonObject, columns: Sequence[JsonObject], relationships: Sequence[JsonObject]) -> Table:
    """Return a table as its definition, its attributes and its many-to-one relationships tell.

    Raises Malformed where the definition lacks a name that rows need.
    """
    for member in ("EntitySetName", "PrimaryIdAttribute"):
        if not isinstance(table.get(member), str):
            raise Malformed(f"The definition of the table {name} has no {member}, but {table.get(member)!r:.80}.")
    # Sorted: what is drawn for one column hangs on those before it, and no endpoint has to keep their order.
    described = [_column(row) for row in columns if isinstance(row.get("LogicalName"), str)]
    navigation, collections = {}, {}
    for item in relationships:
        single, many = (item.get(f"Referenc{end}EntityNavigationPropertyName") for end in ("ing", "ed"))
        if single:
            navigation[str(item.get("ReferencingAttribute", "")), str(item.get("ReferencedEntity", ""))] = str(single)
        if many:
            collections[str(item.get("SchemaName", ""))] = str(many)
    return Table(
        name=name,
        entity_set=table["EntitySetName"],
        primary_id=table["PrimaryIdAttribute"],
        primary_name=table.get("PrimaryNameAttribute"),
        ownership=str(table.get("OwnershipType") or ""),
        columns={one.name: one for one in sorted(described, key=attrgetter("name"))},
        navigation=navigation,
        collections=collections,
    )


def _content(reading: Reading[T], table: str) -> T:
    """Return what was read; raises TableMissing for what is not offered, Broken for what went wrong."""
    if reading.state is State.READ and reading.content is not None:
        return reading.content
    if reading.state is State.BROKEN:
        raise Broken(reading.reason, _last(reading))
    raise TableMissing(
        f"The endpoint has no table {table}, or does not show it to this caller: {reading.reason}", _last(reading)
    )


def _last(reading: Reading[Any]) -> str | None:
    return reading.exchanges[-1] if reading.exchanges else None


def _column(row: JsonObject) -> Column:
    kind = _kind(row)
    required, targets, default = row.get("RequiredLevel"), row.get("Targets"), row.get("DefaultValue")
    if kind in CHOICES and isinstance(chosen := row.get("DefaultFormValue"), int) and chosen >= 0:
        default = chosen
    level = required.get("Value") if isinstance(required, Mapping) else required
    return Column(
        name=row["LogicalName"],
        kind=kind,
        required=level if isinstance(level, str) else "None",
        creatable=row.get("IsValidForCreate") is True,
        max_length=_number(row.get("MaxLength"), int),
        minimum=_number(row.get("MinValue"), float),
        maximum=_number(row.get("MaxValue"), float),
        targets=tuple(name for name in targets if isinstance(name, str)) if isinstance(targets, list) else (),
        format=_format(row, kind),
        default=default,
        derived=bool(row.get("AttributeOf") or row.get("AutoNumberFormat")),
    )


def _kind(row: JsonObject) -> str:
    """Return the kind; AttributeTypeName first, as Customer and Owner columns share the type of lookups."""
    name = row.get("AttributeTypeName")
    value = name.get("Value") if isinstance(name, Mapping) else name
    kind = value.removesuffix("Type") if isinstance(value, str) else ""
    if kind in {"", "Virtual"}:
        kind = column_kind(row) or "Virtual"
    return "Uniqueidentifier" if kind.lower() == "uniqueidentifier" else kind


def _format(row: JsonObject, kind: str) -> str | None:
    member = row.get("DateTimeBehavior" if kind == "DateTime" else "FormatName")
    value = member.get("Value") if isinstance(member, Mapping) else member
    if kind == "DateTime":
        return "DateOnly" if value == "DateOnly" else "DateAndTime"
    plain = row.get("Format")
    return value if isinstance(value, str) else plain if isinstance(plain, str) else None


def _number(value: Json, convert: Callable[[Json], T]) -> T | None:
    """Return a number; 1e999 is none, though JSON has room for it."""
    known = isinstance(value, int | float) and not isinstance(value, bool)
    return convert(value) if known and not math.isinf(value) else None


def _read_options(session: Session | Batches, table: Table, column: Column) -> tuple[int, ...]:
    return tuple(option["Value"] for option in _options(session, table, column))


def _read_states(session: Session | Batches, table: Table) -> tuple[RowState, ...]:
    options = _options(session, table, table.columns["statecode"])
    return tuple(RowState(option["Value"], _number(option.get("DefaultStatus"), int)) for option in options)


def _options(session: Session | Batches, table: Table, column: Column) -> list[JsonObject]:
    declared: Reading[Mapping[str, JsonObject]] = Reading(
        State.READ, {column.name: {"AttributeTypeName": {"Value": f"{column.kind}Type"}}}
    )
    reading = read_choice(session, table.name, column.name, declared)
    if reading.state is State.UNREADABLE or (reading.state is State.READ and reading.content is None):
        raise NotMade(
            f"A value of {column.name} is needed, and its options cannot be read: {reading.reason}", _last(reading)
        )
    choice = _content(reading, table.name)
    shown = choice.get("OptionSet") or choice.get("GlobalOptionSet")
    options = shown.get("Options") if isinstance(shown, Mapping) else None
    listed = options if isinstance(options, list) else ()
    return [one for one in listed if isinstance(one, Mapping) and isinstance(one.get("Value"), int)]
