"""Test rows of one scenario: made with ids that the kit chose and wrote down first, read, changed, deleted."""

from __future__ import annotations

import re
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from random import Random
from typing import TYPE_CHECKING
from uuid import UUID

from dataverse_tck.evidence.purpose import Phase, Purpose, serving
from dataverse_tck.jsontypes import Json
from dataverse_tck.webapi.http.answer import Refused
from dataverse_tck.webapi.http.errors import Broken, Malformed, NotMade, NotServed, TableMissing, WebApiError
from dataverse_tck.webapi.rows.factory import BIND, RequiredLookup, new_row
from dataverse_tck.webapi.rows.tables import PLATFORM, Table

if TYPE_CHECKING:
    from faker import Faker

    from dataverse_tck.webapi.http.answer import Answer
    from dataverse_tck.webapi.http.batches import Batches
    from dataverse_tck.webapi.http.session import Session
    from dataverse_tck.webapi.rows.ledger import Ledger
    from dataverse_tck.webapi.rows.tables import Tables

__all__ = ["NotMade", "Records", "Row"]

JsonRows = list[Mapping[str, Json]]

ANNOTATIONS = 'odata.include-annotations="*"'
_DEPTH = 6  # rows in a chain of required lookups
_DUPLICATE = "0x80040237"
_NO_SUCH_ROW = "0x80040217"  # a row that the new one refers to
_ANY = {"If-Match": "*"}  # without it a PATCH creates the row that it does not find
_UNDECIDED = frozenset({401, 429, 502, 503, 504})  # nothing was decided about the row
_FAKER_LOCK = threading.Lock()
_ENTITY_ID = re.compile(r"\(([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})\)$")


@dataclass(frozen=True)
class Row:
    """A row that the kit made; ``path`` is below the service root, such as ``msdyn_timegroups(<id>)``."""

    table: str
    id: str
    path: str


class Records:
    """Writes and reads the rows of one scenario, in one thread.

    ``scene`` is a name that no other scenario of the run has; with ``seed`` it decides ids and values. ``mark``
    begins every text. What goes wrong on the way raises WebApiError.
    """

    def __init__(self, session: Session, tables: Tables, ledger: Ledger, *, scene: str, seed: int, mark: str) -> None:
        self.session: Session | Batches = session
        self.tables = tables
        self.ledger = ledger
        self.scene = scene
        self.purpose = Purpose(Phase.SCENE, scene)
        self.mark = mark
        self.exchanges: list[str] = []  # ids of all exchanges of this scenario, in order
        self._random = Random(f"{seed}/{scene}")  # noqa: S311 - to be repeated, not to be secret

    @cached_property
    def made_up(self) -> Random:
        """What values are drawn from, apart from the ids of rows."""
        return Random(self._random.getrandbits(64))  # noqa: S311 - to be repeated, not to be secret

    def make(self, table: str, values: Mapping[str, Json] | None = None, *, without: Collection[str] = ()) -> Row:
        """Make a row and the rows that it needs; ``values`` go over what the kit would give, ``without`` are columns
        that are left out even where they should be given.

        Raises NotMade when the endpoint does not let it be made.
        """
        return self._make(table, values or {}, (), without)

    def attempt(self, table: str, values: Mapping[str, Json]) -> tuple[Row, Answer]:
        """Send a creation that may be refused; raises NotMade only when what the row needs cannot be made.

        A creation that was sent more than once (``answer.attempts``) may be answered "already there" (412).
        """
        row, answer, _ = self._attempt(table, values, ())
        return row, answer

    def read(
        self, row: Row, *, select: Sequence[str] = (), headers: Mapping[str, str] | None = None
    ) -> Mapping[str, Json] | None:
        """Read a row with all annotations; None when it is not there (404)."""
        query = f"?$select={','.join(select)}" if select else ""
        answer = self._read(row.path + query, headers)
        if answer.status == 404:
            return None
        document = answer.json() if answer.status == 200 else None
        if not isinstance(document, dict):
            raise _unexpected(answer, "a row")
        return document

    def list(self, target: str, headers: Mapping[str, str] | None = None) -> JsonRows:
        """Read all pages of a collection, with all annotations; raises Refused when what was asked is refused."""
        rows: JsonRows = []
        with self._noting():
            for answer, document in self.session.pages(target, prefer=ANNOTATIONS, headers=headers):
                self.exchanges.append(answer.exchange)
                value = document.get("value") if isinstance(document, dict) else None
                if not isinstance(value, list_) or not all(isinstance(row, dict) for row in value):
                    raise _unexpected(answer, "a list of rows")
                rows += value
        return rows

    def send(
        self, method: str, target: str, content: Json | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send any request as part of this scenario, whatever the status of its answer."""
        with self._noting():
            answer = self.session.send(method, target, content=content, headers=headers)
            self.exchanges.append(answer.exchange)
        return answer

    def patch(self, row: Row, values: Mapping[str, Json]) -> Answer:
        """Change a row that is there."""
        return self.send("PATCH", row.path, values, _ANY)

    def bind(self, row: Row, navigation: str, other: Row | None) -> Answer:
        """Let a single-valued navigation property lead to another row, or nowhere."""
        return self.patch(row, {f"{navigation}{BIND}": other and f"/{other.path}"})

    def note(self, words: Mapping[str, Json]) -> None:
        """Write down something of this scene that is no exchange."""
        with serving(self.purpose):
            self.session.recorder.note(words)

    def delete(self, row: Row) -> Answer:
        """Delete a row."""
        return self.send("DELETE", row.path)

    def _make(
        self, name: str, values: Mapping[str, Json], above: tuple[str, ...], without: Collection[str] = ()
    ) -> Row:
        if name in PLATFORM:
            raise NotMade(f"Rows of {name} are the organisation itself; the kit makes none.")
        row, answer, missing = self._attempt(name, values, above, without)
        if 200 <= answer.status < 300:
            return row
        if _is_duplicate(answer):
            if answer.attempts > 1 and self.read(row) is not None:
                return row
            if answer.attempts == 1:  # a row of somebody else, or of an earlier run: it is not ours to delete
                self.ledger.mark_gone(row.id)
                raise NotMade(
                    f"{row.path} is there already, though this run did not make it. Clean up after the run with the"
                    " same seed, or choose another seed.",
                    answer.exchange,
                )
        message = f"The endpoint makes no row of {name}: {answer.summary()}."
        if answer.status in _UNDECIDED:
            raise Broken(message, answer.exchange)
        if answer.status == 404 and answer.error_code() != _NO_SUCH_ROW:
            raise NotServed(
                f"The endpoint declares {name}, and serves no rows of it: {answer.summary()}.", answer.exchange
            )
        raise NotMade(" ".join([message, *missing]), answer.exchange)

    def _attempt(
        self, name: str, values: Mapping[str, Json], above: tuple[str, ...], without: Collection[str] = ()
    ) -> tuple[Row, Answer, tuple[str, ...]]:
        """Send a creation; also returns why lookups were left out."""
        try:
            table = self.tables.of(name)
        except TableMissing as problem:
            raise NotMade(str(problem), problem.exchange) from problem
        with _faker(self.made_up) as fake:
            wanted = new_row(table, self.tables, fake, self.mark, self.tables.options, given={*values, *without})
        body, missing = dict(wanted.body), []
        for need in wanted.needs:
            try:
                body |= self._fulfil(table, need, (*above, name))
            except NotMade as problem:
                if need.enforced:
                    raise
                missing.append(problem.cause)
        row = self._planned(table)
        answer = self.send("POST", table.entity_set, {**body, **values, table.primary_id: row.id})
        made = _ENTITY_ID.search(answer.headers.get("OData-EntityId", ""))
        if 200 <= answer.status < 300 and made and made[1].lower() != row.id:
            self.ledger.note_unmade(row.id)
            row = self._planned(table, made[1].lower())  # the endpoint chose another id
        elif 400 <= answer.status < 500 and answer.attempts == 1:
            self.ledger.note_unmade(row.id)
        return row, answer, tuple(missing)

    def _fulfil(self, table: Table, need: RequiredLookup, above: tuple[str, ...]) -> dict[str, str]:
        """Return the binding of a required lookup to the first target of which there is, or can be made, a row."""
        causes = []
        for navigation, name in need.targets:
            try:
                return {f"{navigation}{BIND}": f"/{self._supply(name, above)}"}
            except NotMade as problem:
                causes.append(problem.cause)
        reasons = " ".join(causes) or "None of its targets is there."
        raise NotMade(f"A row of {table.name} needs a {need.column}, which cannot be given. {reasons}")

    def _supply(self, name: str, above: tuple[str, ...]) -> str:
        """Return the path of a row that a required lookup can lead to: one that is there, or a new one."""
        table = self.tables.of(name)
        if name in PLATFORM or not table.rows_have_owners:
            return f"{table.entity_set}({self.tables.existing(name)})"
        if name in above or len(above) == _DEPTH:
            raise NotMade(f"The required lookups lead in a circle: {' > '.join([*above, name])}.")
        return self._make(name, {}, above).path

    def _planned(self, table: Table, chosen: str | None = None) -> Row:
        identifier = chosen or str(UUID(int=self._random.getrandbits(128), version=4))
        self.ledger.plan(table.name, table.entity_set, identifier, self.scene)
        return Row(table.name, identifier, f"{table.entity_set}({identifier})")

    def _read(self, target: str, headers: Mapping[str, str] | None) -> Answer:
        with self._noting():
            answer = self.session.get(target, prefer=ANNOTATIONS, headers=headers)
            self.exchanges.append(answer.exchange)
        return answer

    @contextmanager
    def _noting(self) -> Iterator[None]:
        """Ask for this scene, and note the exchange of what goes wrong, too."""
        try:
            with serving(self.purpose):
                yield
        except WebApiError as problem:
            if problem.exchange and problem.exchange not in self.exchanges:
                self.exchanges.append(problem.exchange)
            raise


list_ = list  # the method of that name hides it inside of the class


@contextmanager
def _faker(random: Random) -> Iterator[Faker]:
    """Lend the maker of values: it is large, takes long to make, and is not safe to use from several threads."""
    with _FAKER_LOCK:
        fake = _made_faker()
        fake.random = random  # type: ignore[attr-defined]
        yield fake


@cache
def _made_faker() -> Faker:
    from faker import Faker

    return Faker("en_US")


def _is_duplicate(answer: Answer) -> bool:
    return answer.status == 412 or answer.error_code() == _DUPLICATE


def _unexpected(answer: Answer, expected: str) -> WebApiError:
    where = answer.url.partition("?")[0]
    if answer.status != 200:
        return Refused(f"{where} answers {answer.summary()} instead of {expected}.", answer)
    return Malformed(f"{where} answers with JSON of another shape than {expected}.", answer.exchange)
