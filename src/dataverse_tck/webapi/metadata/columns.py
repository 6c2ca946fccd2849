"""Kinds of columns: which cast shows the options of a choice, and what a lookup is that is none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dataverse_tck.readings import Reading, State
from dataverse_tck.webapi.http.odata import column_path
from dataverse_tck.webapi.metadata.json_readings import JsonObject, read_object

if TYPE_CHECKING:
    from dataverse_tck.webapi.http.batches import Batches
    from dataverse_tck.webapi.http.session import Session

Columns = Reading[Mapping[str, JsonObject]]

CHOICES = ("MultiSelectPicklist", "Picklist", "State", "Status")
"""Kinds with options. Each has a cast of its own: the common base EnumAttributeMetadata cannot be cast to."""

LOOKUPS = ("Lookup", "Customer", "Owner", "PartyList")
"""Kinds with targets; all of them are LookupAttributeMetadata."""

_UNDECIDED = ("MultiSelectPicklist", "Picklist")
"""What is tried, in this order, when the endpoint does not say of which kind a choice is."""


def column_kind(column: JsonObject) -> str | None:
    """Return the kind that a column is declared as, such as ``Picklist``; None when that is not said.

    ``@odata.type`` is the most exact, then ``AttributeTypeName``. ``AttributeType`` calls a multi-select
    choice ``Virtual``, as it does files and images, so ``Virtual`` says nothing.
    """
    cast = column.get("@odata.type")
    name = column.get("AttributeTypeName")
    candidates = (
        cast.rpartition(".")[2].removesuffix("AttributeMetadata") if isinstance(cast, str) else None,
        name.get("Value") if isinstance(name, Mapping) else name,
        column.get("AttributeType"),
    )
    for candidate in candidates:
        kind = candidate.removesuffix("Type") if isinstance(candidate, str) else ""
        if kind not in {"", "Virtual"}:
            return kind
    return None


def read_choice(session: Session | Batches, table: str, name: str, columns: Columns) -> Reading[JsonObject]:
    """Read a choice column with OptionSet and GlobalOptionSet, by the cast for the kind that is declared."""
    kind = None
    if columns.state is State.READ and columns.content is not None:
        if name not in columns.content:
            return _missing(name, columns)
        kind = column_kind(columns.content[name])
        if kind is not None and kind not in CHOICES:
            return _another_kind(name, kind, "choice", columns)
    exchanges: tuple[str, ...] = ()
    readings = []
    for cast in [kind] if kind else _UNDECIDED:
        query = "$select=LogicalName&$expand=OptionSet,GlobalOptionSet"
        reading = _own(name, read_object(session, f"{column_path(table, name, cast)}?{query}"))
        exchanges += reading.exchanges
        shown = reading.content and (reading.content.get("OptionSet") or reading.content.get("GlobalOptionSet"))
        if reading.state is State.READ and (kind or shown):
            return Reading(State.READ, reading.content, exchanges=exchanges)
        readings.append(reading)
    # A cast that was read and shows no options is an answer; one that broke is a doubt.
    worst = min(readings, key=lambda item: (State.READ, State.BROKEN, State.UNREADABLE).index(item.state))
    return Reading(worst.state, worst.content, worst.reason, exchanges)


def check_lookup(name: str, reading: Reading[JsonObject], columns: Columns) -> Reading[JsonObject]:
    """Weigh what the lookup cast said against the column list, which may say that there is no such lookup."""
    reading = _own(name, reading)
    if columns.state is not State.READ or columns.content is None:
        return reading
    if name not in columns.content:
        return _missing(name, columns, *reading.exchanges)
    kind = column_kind(columns.content[name])
    if reading.state is State.UNREADABLE and kind is not None and kind not in LOOKUPS:
        return _another_kind(name, kind, "lookup", columns, *reading.exchanges)
    return reading


def _own(name: str, reading: Reading[JsonObject]) -> Reading[JsonObject]:
    """Doubt an answer that is about another column than the one asked for."""
    answered = (reading.content or {}).get("LogicalName", name)
    if answered == name:
        return reading
    reason = f"Asked for the column {name}, the endpoint answers with {answered!r:.80}."
    return Reading(State.BROKEN, reason=reason, exchanges=reading.exchanges)


def _missing(name: str, columns: Columns, *exchanges: str) -> Reading[JsonObject]:
    reason = f"The table has no column {name}."
    return Reading(State.READ, None, reason, columns.exchanges + exchanges)


def _another_kind(name: str, kind: str, wanted: str, columns: Columns, *exchanges: str) -> Reading[JsonObject]:
    reason = f"The column {name} is declared as {kind}, which is no {wanted}."
    return Reading(State.READ, None, reason, columns.exchanges + exchanges)
