"""Everything below an entity set: a request becomes an operation on rows, its outcome an answer."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from dataverse_tck.emulator.organisation.model import Table
from dataverse_tck.emulator.protocol.errors import (
    bad_payload,
    bad_request,
    unknown_segment,
    unsupported_method,
)
from dataverse_tck.emulator.protocol.exchange import Answer, Request, empty_answer, json_answer
from dataverse_tck.emulator.protocol.namespace import QUALIFIER
from dataverse_tck.emulator.protocol.options import Query, check_for_one, parse_query, query_options
from dataverse_tck.emulator.protocol.paths import Segment, split_path
from dataverse_tck.emulator.queries import pages
from dataverse_tck.emulator.queries.paging_cookies import less_top
from dataverse_tck.emulator.rows import associations, records
from dataverse_tck.emulator.rows.bulk import MULTIPLE, respond_to_multiple
from dataverse_tck.emulator.rows.paths import Place, enter, step, walk
from dataverse_tck.emulator.rows.references import respond_to_link
from dataverse_tck.emulator.store.rendering import (
    SCHEMA_VERSION,
    TOTALS,
    Annotations,
    load_names,
    row_json,
    value_of,
)
from dataverse_tck.emulator.store.work import Reference, Work
from dataverse_tck.jsontypes import Json

_COUNT, _REF, _VALUE = Segment("$count"), Segment("$ref"), Segment("$value")
_GLOBAL_VERSION = "1000000"  # the schema never changes while the emulator runs


def respond(work: Work, request: Request) -> Answer:
    """Answer a request whose path begins with the entity set of a table of rows."""
    *front, last = split_path(request.path)
    if not front:
        place = enter(work, last)
        return _at_row(work, request, place) if place.id is not None else _at_rows(work, request, place)
    if last == _REF:
        return respond_to_link(work, request, front)
    if last == _VALUE:
        return _property(work, request, walk(work, front[:-1]), front[-1], raw=True)
    place = walk(work, front)
    if place.is_collection:
        return _below_rows(work, request, place, last)
    if last.name in work.database.properties[place.table.logical_name]:
        return _property(work, request, place, last)
    return _at_related(work, request, step(work, place, last))


def _below_rows(work: Work, request: Request, place: Place, last: Segment) -> Answer:
    """What stands after a set or a collection: their count, or a message for many rows at once."""
    if last == _COUNT:
        return _count(work, request, place)
    if last.name.removeprefix(QUALIFIER) in MULTIPLE and place.parent is None:
        return respond_to_multiple(work, request, place.table, last)
    raise unknown_segment(last.text)


def _at_related(work: Work, request: Request, place: Place) -> Answer:
    """What a navigation property leads to."""
    if place.is_collection:
        return _at_rows(work, request, place)
    if request.method != "GET":
        raise unsupported_method(request.method, "GET")
    return empty_answer() if place.empty else _read(work, request, place)


def _at_rows(work: Work, request: Request, place: Place) -> Answer:
    """A set, or the rows that a collection-valued navigation property leads to."""
    if request.method == "GET":
        return _list(work, request, place)
    if request.method != "POST":
        raise unsupported_method(request.method, "GET", "POST")
    query = parse_query(query_options(request.query))
    pages.check_names(work, place.table, query)
    identifier = records.create(work, place.table, request.json(place.table.entity_set))
    if place.parent is not None and place.navigation is not None:
        parent = work.database.described[place.parent.table]
        created = Reference(place.table.logical_name, identifier)
        associations.associate(work, parent, place.parent.id, place.navigation, created)
    return _written(work, request, place.table, identifier, query, created=True)


def _at_row(work: Work, request: Request, place: Place) -> Answer:
    table, identifier = place.table, place.id or ""
    if_match = request.header("if-match")
    match request.method:
        case "GET":
            return _read(work, request, place)
        case "PATCH":
            query = replace(parse_query(query_options(request.query)), expand=())
            pages.check_names(work, table, query)
            created = records.upsert(
                work,
                table,
                identifier,
                request.json(table.entity_set),
                if_match=if_match,
                if_none_match=request.header("if-none-match"),
            )
            return _written(work, request, table, identifier, query, created=created)
        case "DELETE":
            records.remove(work, table, identifier, if_match=if_match)
            return empty_answer()
    raise unsupported_method(request.method, "GET", "PATCH", "DELETE")


def _written(work: Work, request: Request, table: Table, identifier: str, query: Query, *, created: bool) -> Answer:
    """204 with the URL of the row, or the row itself when the caller prefers that."""
    if request.preference("return") != "representation":
        url = f"{work.root}/{table.entity_set}({identifier})"
        return empty_answer(headers={"OData-EntityId": url, "Location": url} if created else {"OData-EntityId": url})
    document = _document(work, request, table, records.fetch(work, table, identifier), query)
    applied = _applied(request, "return=representation")
    return json_answer(document, 201 if created else 200, headers=applied)


def _read(work: Work, request: Request, place: Place) -> Answer:
    query = parse_query(query_options(request.query))
    check_for_one(query)
    pages.check_names(work, place.table, query)
    cells = records.fetch(work, place.table, place.id or "")
    etag = {"ETag": f'W/"{cells["versionnumber"]}"'} if "versionnumber" in cells else {}
    annotated = bool(Annotations.from_prefer(request.headers.get("prefer")))
    unchanged = etag.get("ETag") == request.header("if-none-match")
    if etag and unchanged and not query.expand and not annotated:
        return empty_answer(304, etag)
    document = _document(work, request, place.table, cells, query)
    return json_answer(document, headers=etag | _applied(request))


def _document(work: Work, request: Request, table: Table, cells: dict[str, Any], query: Query) -> dict[str, Json]:
    annotations = Annotations.from_prefer(request.headers.get("prefer"))
    row = row_json(work, table, cells, query.select, annotations)
    if query.expand:
        pages.expand_into(work, table, [cells], [row], query, annotations, page_size=_page_size(request))
    return {"@odata.context": f"{_context(work, table, query)}/$entity", **row}


def _list(work: Work, request: Request, place: Place) -> Answer:
    options = query_options(request.query)
    cookie = options.pop("$skiptoken", None)
    query, page_size = parse_query(options), _page_size(request)
    page = pages.select_rows(work, place.table, query, page_size=page_size, cookie=cookie, condition=place.condition)
    rows = work.behaviour.found(place.table, page.rows, place.parent, query.filter)
    annotations = Annotations.from_prefer(request.headers.get("prefer"))
    if annotations.formatted:
        load_names(work, place.table, rows, query.select)
    documents = [row_json(work, place.table, cells, query.select, annotations) for cells in rows]
    if query.expand:
        pages.expand_into(work, place.table, rows, documents, query, annotations, page_size=page_size)
    answer: dict[str, Json] = {"@odata.context": _context(work, place.table, query)}
    counted = None if page.count is None else min(page.count, pages.MAX_PAGE)
    if counted is not None:
        answer["@odata.count"] = counted
    if annotations.totals:
        answer[f"@{TOTALS}"] = -1 if counted is None else counted
        answer[f"@{TOTALS}limitexceeded"] = page.count != counted
    if annotations.schema_version:
        answer[f"@{SCHEMA_VERSION}"] = _GLOBAL_VERSION
    answer["value"] = documents
    if page.cookie is not None:
        url = f"{work.root}/{request.path.strip('/')}"
        rest = request.query if page_size is not None else less_top(request.query, len(page.rows))
        answer["@odata.nextLink"] = pages.next_link(url, rest, page.cookie)
    applied = () if page_size is None else (f"odata.maxpagesize={page_size}",)
    return json_answer(answer, streamed=True, headers=_applied(request, *applied))


def _page_size(request: Request) -> int | None:
    """The page size that the request prefers, None without one."""
    text = request.preference("odata.maxpagesize")
    if text is None:
        return None
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII) or int(text) == 0:
        raise bad_request(f"Invalid value '{text}' for the preference odata.maxpagesize found.")
    return int(text)


def _count(work: Work, request: Request, place: Place) -> Answer:
    if request.method != "GET":
        raise unsupported_method(request.method, "GET")
    query = parse_query(query_options(request.query))
    number = pages.count_rows(work, place.table, query, condition=place.condition)
    return Answer(200, str(number).encode(), "text/plain")


def _property(work: Work, request: Request, place: Place, segment: Segment, *, raw: bool = False) -> Answer:
    """One property of a row: read, set or cleared; ``raw`` reads its value as text."""
    column = work.database.properties[place.table.logical_name].get(segment.name)
    if column is None or place.id is None or segment.arguments is not None:
        raise unknown_segment(segment.text)
    table, identifier, if_match = place.table, place.id, request.header("if-match")
    if request.method == "GET":
        value = value_of(column, records.fetch(work, table, identifier))
        if value is None:
            return empty_answer()
        if raw:
            shown = str(value).lower() if isinstance(value, bool) else str(value)
            return Answer(200, shown.encode(), "text/plain")
        context = f"{work.root}/$metadata#{table.entity_set}({identifier})/{segment.name}"
        return json_answer({"@odata.context": context, "value": value})
    if raw:
        raise unsupported_method(request.method, "GET")
    if request.method == "PUT":
        body = request.json(table.entity_set)
        if "value" not in body:
            raise bad_payload(table.entity_set, "The property 'value' was expected in the body, but it is missing.")
        records.set_property(work, table, identifier, segment.name, body["value"], if_match=if_match)
        return empty_answer()
    if request.method == "DELETE":
        records.clear_property(work, table, identifier, segment.name, if_match=if_match)
        return empty_answer()
    raise unsupported_method(request.method, "GET", "PUT", "DELETE")


def _context(work: Work, table: Table, query: Query) -> str:
    return f"{work.root}/$metadata#{table.entity_set}{query.shape}"


def _applied(request: Request, *preferences: str) -> dict[str, str]:
    """The header that tells which preferences were honoured."""
    annotations = Annotations.from_prefer(request.headers.get("prefer"))
    shown = [*preferences]
    if annotations:
        shown.append(f'odata.include-annotations="{annotations.text}"')
    return {"Preference-Applied": ",".join(shown)} if shown else {}
