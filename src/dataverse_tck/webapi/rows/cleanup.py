"""Deletes the rows of a ledger, and nothing else, and looks whether they are gone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from urllib.parse import quote

from dataverse_tck.evidence.leftover import Leftover
from dataverse_tck.evidence.purpose import Phase, Purpose, serve, serving
from dataverse_tck.readings import State
from dataverse_tck.webapi.http.errors import WebApiError
from dataverse_tck.webapi.http.odata import table_path
from dataverse_tck.webapi.metadata.json_readings import read_collection, read_object

if TYPE_CHECKING:
    from dataverse_tck.evidence.recorder import Recorder
    from dataverse_tck.webapi.http.answer import Answer
    from dataverse_tck.webapi.http.batches import Batches
    from dataverse_tck.webapi.http.session import Session
    from dataverse_tck.webapi.rows.ledger import Ledger, PlannedRow

Progress = Callable[[int, int], None]
_CHUNK = 50  # ids in one filter: below 8 KiB of URL
_LONGEST_PAUSE_S = 5.0


def clean_up(
    session: Session,
    ledger_entries: Iterable[PlannedRow],
    *,
    workers: int = 4,
    on_progress: Progress | None = None,
    ledger: Ledger | None = None,
    settle_s: float = 30,
    batches: Batches | None = None,
    keys: Mapping[str, str] | None = None,
    again: Callable[[], bool] | None = None,
) -> tuple[Leftover, ...]:
    """Delete what the entries name and is not marked gone; return what remains. Never raises for an answer.

    Newest first within a scene, scenes in parallel, in rounds as long as something still goes; what is not done in
    ``batches`` one by one. ``keys``: table -> its primary id, as far as that is known. A deleted row may
    be seen for up to ``settle_s`` seconds, as cascades can lag. ``on_progress(gone, of)`` comes from one thread;
    ``ledger`` is where rows are marked gone. ``again`` says, in place of the clock, whether to look once more for rows
    that should be gone.
    """
    # Scenes in an order of their own: in which they began is chance.
    pending = {entry.id: entry for entry in sorted(ledger_entries, key=lambda one: one.scene) if not entry.gone}
    total, reasons = len(pending), dict[str, str]()
    purpose = Purpose(Phase.CLEAN_UP)
    threads = workers if batches is None else max(workers, batches.size)  # those of a batch wait for each other
    with ThreadPoolExecutor(threads, thread_name_prefix="cleanup", initializer=serve, initargs=(purpose,)) as pool:
        work = _CleanUp(
            session, pool, batches, keys or {}, lambda: again or _Pauses(session.recorder, purpose, settle_s).again
        )
        try:
            while pending:
                reasons = work.round(list(pending.values()))
                gone = [identifier for identifier in pending if identifier not in reasons]
                for identifier in gone:
                    del pending[identifier]
                    if ledger is not None:
                        ledger.mark_gone(identifier)
                if on_progress is not None:
                    on_progress(total - len(pending), total)
                if not gone:
                    break
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return tuple(Leftover(entry.table, entry.id, entry.path, reasons[entry.id]) for entry in pending.values())


class _CleanUp:
    """What the rounds of one clean-up share."""

    def __init__(
        self,
        session: Session,
        pool: ThreadPoolExecutor,
        batches: Batches | None,
        keys: Mapping[str, str],
        patience: Callable[[], Callable[[], bool]],
    ) -> None:
        self._session = session
        self._pool = pool
        self._batches = batches
        self._patience = patience
        self._keys: dict[str, str | None] = {**keys}  # table -> its primary id, None: not to be found out

    def round(self, entries: Sequence[PlannedRow]) -> dict[str, str]:
        """Delete once; return the reason for each id that is not known to be gone."""
        scenes: dict[str, list[PlannedRow]] = {}
        for entry in reversed(entries):
            scenes.setdefault(entry.scene, []).append(entry)
        reasons: dict[str, str] = {}
        for part in self._pool.map(self._delete, self._together(scenes.values())):
            reasons |= part
        refused = [entry for entry in entries if entry.id in reasons]
        # A filter shows only what the caller may read; of a row that could not be deleted only a 404 will do.
        present = set(self._pool.map(self._look, refused))
        reasons = {entry.id: reasons[entry.id] for entry in refused if entry.id in present}
        deleted = [entry for entry in entries if entry not in refused]
        return reasons | dict.fromkeys(self._lasting(deleted), "It was deleted, and can still be read.")

    def _together(self, scenes: Iterable[Sequence[PlannedRow]]) -> Iterator[Sequence[PlannedRow]]:
        """Yield rows that are deleted one after the other: those of one scene, of several where there are batches."""
        together: list[PlannedRow] = []
        for scene in scenes:
            if together and (self._batches is None or len(together) + len(scene) > self._batches.size):
                yield together
                together = []
            together = [*together, *scene]
        if together:
            yield together

    def _delete(self, entries: Sequence[PlannedRow]) -> dict[str, str]:
        reasons = {}
        told = self._asked([("DELETE", entry.path) for entry in entries])
        for entry, answered in zip(entries, told, strict=True):
            if answered is not None and _is_gone(answered):
                continue
            try:
                answer = self._session.send("DELETE", entry.path)
            except WebApiError as problem:
                reasons[entry.id] = str(problem)
                continue
            if not _is_gone(answer):
                reasons[entry.id] = f"DELETE {entry.path} answers {answer.summary()}."
        return reasons

    def _asked(self, wanted: Sequence[tuple[str, str]]) -> Sequence[Answer | None]:
        """Ask in a batch (method, target); None where that came to nothing."""
        if self._batches is None:
            return [None] * len(wanted)
        return self._batches.answers([self._batches.part(*one) for one in wanted])

    def _lasting(self, entries: Sequence[PlannedRow]) -> set[str]:
        """Return the ids of deleted rows that can still be read after a while."""
        again = self._patience()
        while (seen := self._seen(entries)) and again():
            entries = [entry for entry in entries if entry.id in seen]
        return seen

    def _seen(self, entries: Sequence[PlannedRow]) -> set[str]:
        tables: dict[tuple[str, str], list[PlannedRow]] = {}
        for entry in entries:
            tables.setdefault((entry.table, entry.entity_set), []).append(entry)
        chunks = [chunk for group in tables.values() for chunk in _chunks(group)]
        unknown = [name for name, _ in tables if name not in self._keys]
        self._keys.update(zip(unknown, self._pool.map(self._key, unknown), strict=True))
        if self._batches is not None:
            self._batches.expect(sum(self._keys[chunk[0].table] is not None for chunk in chunks))
        return {identifier for found in self._pool.map(self._search, chunks) for identifier in found}

    def _key(self, table: str) -> str | None:
        definition = read_object(self._session, f"{table_path(table)}?$select=LogicalName,PrimaryIdAttribute")
        key = (definition.content or {}).get("PrimaryIdAttribute")
        return key if isinstance(key, str) else None

    def _search(self, entries: Sequence[PlannedRow]) -> set[str]:
        """Return the ids that a filter finds, or where that is refused, that are there one by one."""
        key = self._keys[entries[0].table]
        if key is not None and (ids := self._filtered(key, entries)) is not None:
            return ids & {entry.id for entry in entries}
        return {identifier for identifier in map(self._look, entries) if identifier is not None}

    def _filtered(self, key: str, entries: Sequence[PlannedRow]) -> set[str] | None:
        chain = quote(" or ".join(f"{key} eq {entry.id}" for entry in entries))
        try:
            found = read_collection(
                self._batches or self._session, [f"{entries[0].entity_set}?$select={key}&$filter={chain}"]
            )
        finally:
            if self._batches is not None:
                self._batches.done_with()
        if found.state is not State.READ or found.content is None:
            return None
        return {str(row.get(key)).lower() for row in found.content}

    def _look(self, entry: PlannedRow) -> str | None:
        """Return the id of a row unless it is not there (404)."""
        try:
            return None if self._session.get(entry.path).status == 404 else entry.id
        except WebApiError:
            return entry.id


class _Pauses:
    """Pauses between looks for rows that should be gone, each written down."""

    def __init__(self, recorder: Recorder, purpose: Purpose, settle_s: float) -> None:
        self._recorder = recorder
        self._purpose = purpose
        self._deadline = time.monotonic() + settle_s
        self._pause_s = 0.05

    def again(self) -> bool:
        """Wait, and say that it is worth another look; False when the time is over."""
        is_worth = time.monotonic() + self._pause_s <= self._deadline
        with serving(self._purpose):
            self._recorder.note({"again": is_worth})
        if is_worth:
            time.sleep(self._pause_s)
            self._pause_s = min(2 * self._pause_s, _LONGEST_PAUSE_S)
        return is_worth


def _is_gone(answer: Answer) -> bool:
    return 200 <= answer.status < 300 or answer.status == 404


def _chunks(entries: Sequence[PlannedRow]) -> Iterator[Sequence[PlannedRow]]:
    for start in range(0, len(entries), _CHUNK):
        yield entries[start : start + _CHUNK]
