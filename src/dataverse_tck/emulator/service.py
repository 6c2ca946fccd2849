"""One request in, one answer out: what stands at a path, and the answer that the protocol wants for it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import unquote

from dataverse_tck.emulator.faults.active import ActiveFaults
from dataverse_tck.emulator.metadata.answers import respond
from dataverse_tck.emulator.metadata.csdl import metadata_document
from dataverse_tck.emulator.metadata.definitions import Definitions
from dataverse_tck.emulator.metadata.resource import (
    Collection,
)
from dataverse_tck.emulator.metadata.system_rows import SystemRows
from dataverse_tck.emulator.operations import functions
from dataverse_tck.emulator.organisation.model import Binding
from dataverse_tck.emulator.ownership.delayed_cascades import DelayedCascades
from dataverse_tck.emulator.protocol.errors import (
    ODataError,
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
from dataverse_tck.emulator.protocol.options import query_options
from dataverse_tck.emulator.protocol.paths import Segment, split_path
from dataverse_tck.emulator.store.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dataverse_tck.emulator.operations.dispatch import Operations
    from dataverse_tck.emulator.organisation.model import Organisation
    from dataverse_tck.emulator.store.database import Database
    from dataverse_tck.emulator.store.work import RowBehaviour, Work

METADATA_SETS = ("EntityDefinitions", "RelationshipDefinitions", "GlobalOptionSetDefinitions")


class Service:
    """The Web API of one organisation, each surface rendered from its own copy of it."""

    def __init__(
        self,
        organisation: Organisation,
        surfaces: Mapping[str, Organisation],
        database_url: str = "sqlite://",
        *,
        settings: Settings | None = None,
        faults: ActiveFaults | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.settings = settings or Settings()
        self.faults = faults or ActiveFaults()
        self.pending = DelayedCascades(self.settings.cascade_delays, clock)
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
                from dataverse_tck.emulator.operations.call_effects import carry_out_due

                carry_out_due(work)
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
        if first in functions.FUNCTIONS and work is None and not acts_for_another(request):
            return self._function(method, segments, path, request.root)
        if first in self.sets:
            if method != "GET":
                what = "EntityMetadata" if first == "EntityDefinitions" else first
                raise ODataError(405, "0x80060888", f"Operation not supported on {what}")
            return _lasting(respond(self.sets, request, self.settings.page_size))
        if first in self._row_sets or first in self._unbound or self.faults.calls.of_names:
            return self._rows(request, segments, work)
        raise unknown_segment(first)

    def _rows(self, request: Request, segments: list[Segment], work: Work | None) -> Answer:
        """What works with rows, which only now costs the import of the database."""
        if work is None:
            with self.transaction(request) as own:
                return self._rows(request, segments, own)
        from dataverse_tck.emulator.rows import entity_sets

        if self.operations.finds(self.organisation, segments):
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
        return outputs_answer(root, name, functions.FUNCTIONS[name](self.organisation, None))


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
