"""``.../$ref``: the links of a row, over a navigation property of either side."""

from __future__ import annotations

from dataverse_tck.emulator.protocol.errors import unknown_segment, unsupported_method
from dataverse_tck.emulator.protocol.exchange import Answer, Request, empty_answer, json_answer
from dataverse_tck.emulator.protocol.options import parse_query, query_options
from dataverse_tck.emulator.protocol.paths import Segment
from dataverse_tck.emulator.queries import pages
from dataverse_tck.emulator.queries.paging_cookies import less_top
from dataverse_tck.emulator.rows import associations
from dataverse_tck.emulator.rows.paths import Place, step, walk
from dataverse_tck.emulator.rows.payload import reference_of
from dataverse_tck.emulator.store.work import Reference, Work
from dataverse_tck.jsontypes import Json


def respond_to_link(work: Work, request: Request, front: list[Segment]) -> Answer:
    """Answer a request for ``.../$ref``; ``front`` are the segments before it."""
    *before, link = front
    place = walk(work, before) if before else None
    if place is None or place.id is None:
        raise unknown_segment("$ref")
    table, identifier, bare = place.table, place.id, Segment(link.name)
    target = step(work, place, bare)
    if request.method == "GET":
        return _reference_list(work, request, target if link.arguments is None else step(work, place, link))
    if request.method == ("PUT" if target.single else "POST") and link.arguments is None:
        url = request.json(table.entity_set).get("@odata.id")
        other = reference_of(work, url, table.entity_set)
        if work.behaviour.takes_address(work, table, link.name, linking=True):
            associations.associate(work, table, identifier, link.name, other)
        return empty_answer()
    if request.method != "DELETE":
        raise unsupported_method(request.method, "GET", "PUT" if target.single else "POST", "DELETE")
    named = None if target.single else _named(work, request, target, link, table.entity_set)
    if work.behaviour.takes_address(work, table, link.name, linking=False):
        associations.disassociate(work, table, identifier, link.name, named)
    return empty_answer()


def _named(work: Work, request: Request, target: Place, link: Segment, entity_set: str) -> Reference | None:
    """The row of a collection that is to be unlinked: by its key, or by ``$id``."""
    url = query_options(request.query).get("$id")
    if link.arguments is not None:
        url = f"{target.table.entity_set}({link.arguments})"
    return None if url is None else reference_of(work, url, entity_set)


def _reference_list(work: Work, request: Request, target: Place) -> Answer:
    def url(identifier: str) -> str:
        return f"{work.root}/{target.table.entity_set}({identifier})"

    if target.empty:
        return empty_answer()
    if target.id is not None:
        return json_answer({"@odata.context": f"{work.root}/$metadata#$ref", "@odata.id": url(target.id)})
    options = query_options(request.query)
    cookie = options.pop("$skiptoken", None)
    query = parse_query(options)
    page = pages.select_rows(work, target.table, query, cookie=cookie, condition=target.condition)
    answer: dict[str, Json] = {
        "@odata.context": f"{work.root}/$metadata#Collection($ref)",
        "value": [{"@odata.id": url(cells[target.table.primary_id])} for cells in page.rows],
    }
    if page.cookie is not None:
        here = f"{work.root}/{request.path.strip('/')}"
        answer["@odata.nextLink"] = pages.next_link(here, less_top(request.query, len(page.rows)), page.cookie)
    return json_answer(answer)
