"""One request in, one answer out: what stands at a path, and the answer that the protocol wants for it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import unquote

from dataverse_tck.emulator.faults.chosen import Faults
from dataverse_tck.emulator.metadata.csdl import metadata_document
from dataverse_tck.emulator.metadata.definitions import Definitions
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
from dataverse_tck.emulator.metadata.system_rows import SystemRows
from dataverse_tck.emulator.operations import session
from dataverse_tck.emulator.organisation.model import Binding
from dataverse_tck.emulator.ownership.pending import Pending
from dataverse_tck.emulator.protocol.errors import (
    ODataError,
    bad_request,
    unknown_segment,
    unsupported_format,
    unsupported_option,
)
from dataverse_tck.emulator.protocol.exchange import (
    Answer,
    Request,
    acts_for_another,
    error_answer,
    json_answer,
    outputs_answer,
)
from dataverse_tck.emulator.protocol.namespace import NAMESPACE, QUALIFIER
from dataverse_tck.emulator.protocol.options import Query, check_for_one, parse_query, query_options
from dataverse_tck.emulator.protocol.paths import Segment, split_path
from dataverse_tck.emulator.store.settings import Settings
from dataverse_tck.jsontypes import Json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dataverse_tck.emulator.operations.dispatch import Operations
    from dataverse_tck.emulator.organisation.model import Organisation
    from dataverse_tck.emulator.store.database import Database
    from dataverse_tck.emulator.store.work import RowBehaviour, Work

METADATA_SETS = ("EntityDefinitions", "RelationshipDefinitions", "GlobalOptionSetDefinitions")


@dataclass(frozen=True)
class Place:
    """Where a path leads: a collection or a resource, its context, and the type declared there."""

    found: Collection | Resource
    context: str
    declared: str
    base_only: bool = False  # a relationship by key, without a cast: its base properties alone


class Service:
    """The Web API of one organisation, each surface rendered from its own copy of it."""

    def __init__(
        self,
        organisation: Organisation,
        surfaces: Mapping[str, Organisation],
        database_url: str = "sqlite://",
        *,
        settings: Settings | None = None,
        faults: Faults | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.settings = settings or Settings()
        self.faults = faults or Faults()
        self.pending = Pending(self.settings.cascade_delay, clock)
        self.database_url = database_url
        self.organisation = organisation
        self.surfaces = surfaces
        self._documents: dict[bool, bytes] = {}
        self.definitions = Definitions(surfaces)
        self.rows = SystemRows(surfaces)
        self.sets: dict[str, Callable[[], Collection]] = {
            "EntityDefinitions": lambda: self.definitions.tables,
            "RelationshipDefinitions": lambda: self.definitions.relationships,
            "GlobalOptionSetDefinitions": lambda: self.definitions.global_choices,
            **self.rows.sets,
        }

    @cached_property
    def database(self) -> Database:
        """The rows, made when they are first asked for: what speaks of metadata alone does not wait for them."""
        from dataverse_tck.emulator.store.database import Database
        from dataverse_tck.emulator.store.seeds import seed

        database = Database(self.faults.in_rows(self.organisation), self.database_url)
        seed(database)
        return database

    @cached_property
    def row_behaviour(self) -> RowBehaviour:
        """What rows do, rightly or with faults."""
        return self.faults.row_behaviour()

    @cached_property
    def operations(self) -> Operations:
        """What carries out operations, rightly or with faults."""
        return self.faults.operations()

    def open_database(self) -> None:
        """Open the database before it is needed; raises CannotOpenDatabaseError."""
        _ = self.database

    def dispatch(self, request: Request, work: Work | None = None) -> Answer:
        """Answer a request; errors are answers too.

        Rows are read and written in a transaction of the request's own, or as part of ``work``: whoever gives that has
        to undo it when the status of the answer is 400 or higher.
        """
        try:
            return self._answer(request, work)
        except ODataError as error:
            annotations = request.preference("odata.include-annotations")
            return error_answer(error, detailed=annotations == "*")

    @contextmanager
    def transaction(self, request: Request) -> Iterator[Work]:
        """Yield what a request works with; its changes are undone when the block raises.

        What cascades are to do later waits from its end on; what is refused too late is refused there.
        """
        from dataverse_tck.emulator.store.callers import work_for

        self.pending.run(self.database)
        with self.database.transaction() as connection:
            work = work_for(self.database, connection, request, self.settings, self.row_behaviour)
            if self.settings.effect_delay or self.operations.has_late_effects:
                from dataverse_tck.emulator.operations.call_effects import settle

                settle(work)
            yield work
        self.pending.add(work)
        work.behaviour.after_commit(work)

    def _answer(self, request: Request, work: Work | None) -> Answer:
        method, path = request.method, request.path.strip("/")
        accept = request.headers.get("accept", "")
        if unquote(path) == "$metadata":
            _only_get(method, "$metadata")
            return self._metadata(request.query, accept)
        if unquote(path) == "$batch":
            return self._batch(request)
        _accepts(accept, ("application/json", "application/*"))
        if not path:
            _only_get(method, "the service document")
            return _lasting(json_answer({"@odata.context": f"{request.root}/$metadata", "value": self._entity_sets}))
        segments = split_path(path)
        first = segments[0].name
        if first in session.FUNCTIONS and work is None and not acts_for_another(request):
            return self._function(method, segments, path, request.root)
        if first in self.sets:
            if method != "GET":
                what = "EntityMetadata" if first == "EntityDefinitions" else first
                raise ODataError(405, "0x80060888", f"Operation not supported on {what}")
            return _lasting(self._resource(segments, path, request.query, request.root))
        if first in self._row_sets or first in self._unbound:
            return self._rows(request, segments, work)
        raise unknown_segment(first)

    def _rows(self, request: Request, segments: list[Segment], work: Work | None) -> Answer:
        """What works with rows, which only now costs the import of the database."""
        if work is None:
            with self.transaction(request) as own:
                return self._rows(request, segments, own)
        from dataverse_tck.emulator.operations.dispatch import is_operation
        from dataverse_tck.emulator.rows import entity_sets

        if is_operation(self.organisation, segments):
            return self.operations.answer(work, request, segments)
        return entity_sets.respond(work, request)

    def _batch(self, request: Request) -> Answer:
        from dataverse_tck.emulator.batch.batch import answer_batch

        return answer_batch(request, self.dispatch, lambda: self.transaction(request))

    def _metadata(self, query: str, accept: str) -> Answer:
        _accepts(accept, ("application/xml", "application/*"))
        options = query_options(query)
        for name in options:
            if name != "annotations":
                raise unsupported_option(name)
        annotated = options.get("annotations", "false").lower() == "true"
        return Answer(200, self._csdl(annotated), "application/xml", lasting=True)

    def _csdl(self, annotated: bool) -> bytes:  # noqa: FBT001 - the argument is the key of the cache
        if annotated not in self._documents:
            self._documents[annotated] = metadata_document(self.surfaces["csdl"], annotations=annotated)
        return self._documents[annotated]

    @cached_property
    def _entity_sets(self) -> list[dict[str, str]]:
        return [
            {"name": table.entity_set, "kind": "EntitySet", "url": table.entity_set}
            for table in self.organisation.tables
        ]

    @cached_property
    def _row_sets(self) -> frozenset[str]:
        return frozenset(item["name"] for item in self._entity_sets)

    @cached_property
    def _unbound(self) -> frozenset[str]:
        return frozenset(item.name for item in self.organisation.operations if item.binding is Binding.UNBOUND)

    def _function(self, method: str, segments: list[Segment], path: str, root: str) -> Answer:
        name = segments[0].name
        if method != "GET":
            raise ODataError(
                404,
                "",
                f"No HTTP resource was found that matches the request URI '{root}/{path.strip('/')}'.",
            )
        if len(segments) > 1 or segments[0].arguments:
            raise unknown_segment(segments[-1].text)
        return outputs_answer(root, name, session.FUNCTIONS[name](self.organisation, None))

    def _resource(self, segments: list[Segment], path: str, raw_query: str, root: str) -> Answer:
        options = query_options(raw_query)
        counted = segments[-1] == Segment("$count")
        if counted:
            segments = segments[:-1]
        place = Place(self.sets[segments[0].name](), segments[0].name, "")
        place = _enter(place, segments[0])
        for segment in segments[1:]:
            place = _step(place, segment)
        here = f"{root}/{path}"
        pages = page_of(here, raw_query, options, self.settings.page_size)
        query = parse_query(options)
        if counted:
            return _count(place, query, segments[-1])
        document = _document(place, query, pages)
        context = {"@odata.context": f"{root}/$metadata#{place.context}{_shape(query)}"}
        streamed = isinstance(place.found, Collection) and not place.found.definitions
        if isinstance(place.found, Resource):
            context["@odata.context"] += "/$entity"
        return json_answer({**context, **document}, streamed=streamed)


def _enter(place: Place, segment: Segment) -> Place:
    """Apply the key of a segment that has one to the collection that it names."""
    found = place.found
    if not isinstance(found, Collection):
        if segment.arguments is not None:
            raise unknown_segment(segment.text)
        return place
    if segment.arguments is None:
        return Place(found, place.context, found.type)
    key = segment.key
    name = key.name or (found.keys[-1] if not key.quoted else found.keys[0])
    if name not in found.keys:
        raise bad_request(f"The property '{name}' is no key of the type '{NAMESPACE}.{found.type}'.")
    for item in found.items:
        if item.values.get(name) == key.value:
            shown = f"'{key.value}'" if key.quoted else key.value
            base_only = found.type == "RelationshipMetadataBase"
            context = f"{place.context}({shown})" if found.definitions else place.context
            return Place(item, context, found.type, base_only=base_only)
    raise found.missing(name, key.value) if found.missing else unknown_segment(segment.text)


def _step(place: Place, segment: Segment) -> Place:
    """Follow one more segment: a cast, a navigation property or a property."""
    found = place.found
    if segment.name.startswith(QUALIFIER) and segment.arguments is None:
        return _cast(place, segment.name.removeprefix(QUALIFIER))
    if isinstance(found, Resource) and segment.name in found.links:
        linked = found.links[segment.name]()
        if linked is None:
            raise unknown_segment(segment.name)
        inner = Place(linked, f"{place.context}/{segment.name}", linked.type)
        return _enter(inner, segment)
    raise unknown_segment(segment.text)


def _cast(place: Place, type_name: str) -> Place:
    """Keep what is of that type: a resource of another kind is not found, a collection loses it."""
    found, context = place.found, f"{place.context}/{NAMESPACE}.{type_name}"
    if isinstance(found, Resource):
        if found.type != type_name:
            raise unknown_segment(QUALIFIER + type_name)
        return Place(found, context, type_name)
    if not type_name.endswith(("AttributeMetadata", "RelationshipMetadata", "OptionSetMetadata")):
        raise unknown_segment(QUALIFIER + type_name)
    items = tuple(item for item in found.items if item.type == type_name)
    if not items and type_name == "EnumAttributeMetadata":
        raise unknown_segment(QUALIFIER + type_name)
    narrowed = Collection(
        type_name,
        items,
        frozenset(items[0].values) if items else found.properties,
        frozenset(items[0].links) if items else frozenset({"OptionSet", "GlobalOptionSet"}),
        found.keys,
        found.missing,
        found.definitions,
        found.filterable,
    )
    return Place(narrowed, context, type_name)


def _document(place: Place, query: Query, pages: Page | None) -> dict[str, Json]:
    found = place.found
    if isinstance(found, Collection):
        if query.filter is not None and not found.filterable:
            raise unsupported_option("$filter")
        return render_collection(found, query, pages)
    check_for_one(query)
    if place.base_only:
        base = {name: value for name, value in found.values.items() if name in RELATIONSHIP_BASE}
        found = Resource(found.type, base)
    check_resource(found, query)
    return render(found, query, place.declared, pages)


def _count(place: Place, query: Query, segment: Segment) -> Answer:
    if not isinstance(place.found, Collection):
        raise unknown_segment(f"{segment.text}/$count")
    check_names(place.found, query)
    number = len(matching(place.found, query))
    return Answer(200, str(number).encode(), "text/plain")


def _shape(query: Query) -> str:
    """The part of a context that tells what was selected and expanded."""
    names = list(query.select or ())
    names += [f"{name}{_shape(nested) or '()'}" for name, nested in query.expand]
    return f"({','.join(names)})" if names else ""


def _only_get(method: str, what: str) -> None:
    if method != "GET":
        raise ODataError(405, "0x80060888", f"Operation not supported on {what}")


def _accepts(accept: str, wanted: tuple[str, ...]) -> None:
    """Refuse an Accept header that has no room for the one format there is."""
    ranges = [part.partition(";")[0].strip().lower() for part in accept.split(",")]
    if any(ranges) and not any(item in (*wanted, "*/*", "") for item in ranges):
        raise unsupported_format()


def _lasting(answer: Answer) -> Answer:
    return replace(answer, lasting=True)
