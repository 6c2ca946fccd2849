"""Reads the rows of ``customapis`` with the parameters and response properties that hang on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dataverse_tck.readings import Reading, State
from dataverse_tck.webapi.http.odata import equals_any
from dataverse_tck.webapi.metadata.json_readings import JsonObject, read_collection

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dataverse_tck.webapi.http.session import Session

_QUERY = (
    "customapis?$select=uniquename,isfunction,bindingtype,boundentitylogicalname"
    "&$expand=CustomAPIRequestParameters($select=uniquename,type,isoptional),"
    "CustomAPIResponseProperties($select=uniquename,type)&$filter="
)
_LISTS = ("CustomAPIRequestParameters", "CustomAPIResponseProperties")


def read_custom_apis(session: Session, names: Iterable[str]) -> Reading[tuple[JsonObject, ...]]:
    """Return the rows of these messages, each with both lists; BROKEN where a list or a name in it is missing.

    A list that an endpoint pages goes on at a link of its own (OData 4.01 JSON, 4.6.9).
    """
    reading = read_collection(session, [_QUERY + chain for chain in equals_any("uniquename", names)])
    exchanges, rows = list(reading.exchanges), list[JsonObject]()
    for row in reading.content or ():
        whole = dict(row)
        for name in _LISTS:
            if isinstance(link := row.get(f"{name}@odata.nextLink"), str):
                rest = read_collection(session, [link])
                exchanges += rest.exchanges
                if rest.content is None:
                    return Reading(rest.state, reason=rest.reason, exchanges=tuple(exchanges))
                whole[name] = [*_items(row.get(name)), *rest.content]
            items = whole.get(name)
            if not isinstance(items, list) or not all(_is_named(item) for item in items):
                reason = f"customapis answers {row.get('uniquename')} without a list {name} of named rows."
                return Reading(State.BROKEN, reason=reason, exchanges=tuple(exchanges))
        rows.append(whole)
    if reading.content is None:
        return reading
    return Reading(State.READ, tuple(rows), exchanges=tuple(exchanges))


def _items(value: object) -> list[object]:
    return value if isinstance(value, list) else [None]


def _is_named(item: object) -> bool:
    return isinstance(item, dict) and isinstance(item.get("uniquename"), str)
