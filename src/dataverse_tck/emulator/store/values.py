"""Single values on their way into the database: JSON to cells, each checked against its column."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from dataverse_tck.emulator.organisation.model import Column, Kind, Organisation, Required, Table
from dataverse_tck.emulator.protocol.errors import not_null, text_too_long, value_out_of_range, wrong_literal
from dataverse_tck.jsontypes import Json

_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?", re.ASCII)
_INT32, _INT64 = 2**31, 2**63
FIRST_YEAR = 1753  # of Dataverse's calendar
OUT_OF_RANGE = "0x8004431A"  # code of the refusal of a choice that is not offered


def cell(organisation: Organisation, table: Table, column: Column, value: Json) -> Any:
    """The cell for a JSON value of a column that is no lookup, or the documented refusal."""
    if value is None:
        if column.required is Required.SYSTEM:
            raise not_null(column.logical_name)
        return None
    return _READERS[column.kind](organisation, table, column, value)


def guid(value: str) -> str | None:
    """A GUID in lower case, None when the text is none."""
    text = value.strip("{}")
    return text.lower() if _GUID.fullmatch(text) else None


def _wrong(table: Table, column: Column, value: Json) -> Exception:
    literal = value if isinstance(value, str) else json.dumps(value)
    return wrong_literal(table.entity_set, literal, column.kind.edm_type)


def _text(_: Organisation, table: Table, column: Column, value: Json) -> str:
    if not isinstance(value, str):
        raise _wrong(table, column, value)
    if column.max_length is not None and len(value) > column.max_length:
        raise text_too_long(column.logical_name, table.logical_name, column.max_length)
    return value


def _integer(_: Organisation, table: Table, column: Column, value: Json) -> int:
    limit = _INT64 if column.kind is Kind.BIG_INT else _INT32
    if not isinstance(value, int) or isinstance(value, bool) or not -limit <= value < limit:
        raise _wrong(table, column, value)
    _in_range("0x8004432f", table, column, value)
    return value


def _decimal(_: Organisation, table: Table, column: Column, value: Json) -> float:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise _wrong(table, column, value)
    _in_range("0x80044330", table, column, value)
    return round(float(value), column.precision if column.precision is not None else 2)


def _in_range(code: str, table: Table, column: Column, value: float) -> None:
    low, high = column.minimum, column.maximum
    if (low is not None and value < low) or (high is not None and value > high):
        raise value_out_of_range(code, value, column.logical_name, table.logical_name, f"{low} to {high}.")


def _boolean(_: Organisation, table: Table, column: Column, value: Json) -> bool:
    if not isinstance(value, bool):
        raise _wrong(table, column, value)
    return value


def _moment(_: Organisation, table: Table, column: Column, value: Json) -> str:
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        raise _wrong(table, column, value)
    try:
        moment = datetime.fromisoformat(value)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise _wrong(table, column, value) from None
    if moment.year < FIRST_YEAR:
        raise _wrong(table, column, value)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _identifier(_: Organisation, table: Table, column: Column, value: Json) -> str:
    found = guid(value) if isinstance(value, str) else None
    if found is None:
        raise _wrong(table, column, value)
    return found


def _choice(organisation: Organisation, table: Table, column: Column, value: Json) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise _wrong(table, column, value)
    _known(organisation, table, column, (value,))
    return value


def _choices(organisation: Organisation, table: Table, column: Column, value: Json) -> str | None:
    """Several choices, ``"1,2"`` on the wire."""
    if not isinstance(value, str) or not re.fullmatch(r"(?:\s*-?\d{1,10}\s*(?:,\s*-?\d{1,10}\s*)*)?", value, re.ASCII):
        raise _wrong(table, column, value)
    wanted = tuple(dict.fromkeys(int(item) for item in value.split(",") if item.strip()))
    _known(organisation, table, column, wanted)
    return f",{','.join(map(str, wanted))}," if wanted else None


def numbers_in(stored: int | str | None) -> tuple[int, ...]:
    """The choices in the cell of a choice column, of one choice or of several."""
    return tuple(int(item) for item in str(stored).split(",") if item) if stored is not None else ()


def _known(organisation: Organisation, table: Table, column: Column, wanted: Iterable[int]) -> None:
    if column.choice is None:
        return
    known = [option.value for option in organisation.choice[column.choice].options]
    for value in wanted:
        if value not in known:
            accepted = ",".join(map(str, known))
            raise value_out_of_range(OUT_OF_RANGE, value, column.logical_name, table.logical_name, accepted)


_READERS: dict[Kind, Callable[[Organisation, Table, Column, Json], Any]] = {
    Kind.STRING: _text,
    Kind.MEMO: _text,
    Kind.INTEGER: _integer,
    Kind.BIG_INT: _integer,
    Kind.DECIMAL: _decimal,
    Kind.DATE_TIME: _moment,
    Kind.BOOLEAN: _boolean,
    Kind.PICKLIST: _choice,
    Kind.STATE: _choice,
    Kind.STATUS: _choice,
    Kind.MULTI_SELECT: _choices,
    Kind.UNIQUE_IDENTIFIER: _identifier,
}
