"""Requests for metadata and system rows: what a path and its query options ask for becomes an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dataverse_tck.emulator.metadata.paths import Location, enter, step
from dataverse_tck.emulator.metadata.relationships import RELATIONSHIP_BASE
from dataverse_tck.emulator.metadata.resource import (
    Collection,
    Page,
    Resource,
    check_names,
    check_resource,
    matching,
    page_of,
    render,
    render_collection,
)
from dataverse_tck.emulator.protocol.errors import unknown_segment, unsupported_option
from dataverse_tck.emulator.protocol.exchange import Answer, Request, json_answer
from dataverse_tck.emulator.protocol.options import Query, check_for_one, parse_query, query_options
from dataverse_tck.emulator.protocol.paths import Segment, split_path, walk
from dataverse_tck.jsontypes import Json


def respond(sets: Mapping[str, Callable[[], Collection]], request: Request, page_size: int | None) -> Answer:
    """Answer a GET whose path begins with one of the sets; collections have at most ``page_size`` members."""
    segments, options = split_path(request.path), query_options(request.query)
    counted = segments[-1] == Segment("$count")
    if counted:
        segments = segments[:-1]

    def first(segment: Segment) -> Location:
        return enter(Location(sets[segment.name](), segment.name, ""), segment)

    location = walk(segments, first, step)
    here = f"{request.root}/{request.path.strip('/')}"
    pages = page_of(here, request.query, options, page_size)
    query = parse_query(options)
    if counted:
        return _count(location, query, segments[-1])
    document = _document(location, query, pages)
    context = {"@odata.context": f"{request.root}/$metadata#{location.context}{query.shape}"}
    streamed = isinstance(location.found, Collection) and not location.found.definitions
    if isinstance(location.found, Resource):
        context["@odata.context"] += "/$entity"
    return json_answer({**context, **document}, streamed=streamed)


def _document(location: Location, query: Query, pages: Page | None) -> dict[str, Json]:
    found = location.found
    if isinstance(found, Collection):
        if query.filter is not None and not found.filterable:
            raise unsupported_option("$filter")
        return render_collection(found, query, pages)
    check_for_one(query)
    if location.base_only:
        base = {name: value for name, value in found.values.items() if name in RELATIONSHIP_BASE}
        found = Resource(found.type, base)
    check_resource(found, query)
    return render(found, query, location.declared, pages)


def _count(location: Location, query: Query, segment: Segment) -> Answer:
    if not isinstance(location.found, Collection):
        raise unknown_segment(f"{segment.text}/$count")
    check_names(location.found, query)
    number = len(matching(location.found, query))
    return Answer(200, str(number).encode(), "text/plain")
