"""The rows that a run plans to make, written down before each request, so that a crash leaves none behind unknown.

JSON lines: a header, then ``{"planned": {...}}`` and ``{"gone": id}`` (``schemas/outputs/ledger.schema.json``). A line
is handed to the operating system before the request is sent: it outlives the death of this process.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

from dataverse_tck.webapi.http.errors import NotAllowed

if TYPE_CHECKING:
    from pathlib import Path

FORMAT = "dataverse-tck ledger 1"
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NAME = re.compile(r"\w+")


@dataclass(frozen=True)
class PlannedRow:
    """A row that was planned; ``gone`` when it is known not to be there any more."""

    table: str
    entity_set: str
    id: str
    scene: str
    gone: bool = False

    @property
    def path(self) -> str:
        """The row below the service root."""
        return f"{self.entity_set}({self.id})"


@dataclass(frozen=True)
class LedgerContents:
    """What a ledger says: its header (root, seed, mark, started) and its rows in the order of their planning."""

    header: Mapping[str, Any]
    entries: tuple[PlannedRow, ...]


class Ledger:
    """Writes a ledger; safe to use from several threads.

    ``header`` has root, seed, mark and started. A file that is there already is continued, its header stays.
    """

    def __init__(self, path: Path, header: Mapping[str, Any]) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._planned: dict[str, PlannedRow] = {}
        self._unmade: set[str] = set()
        before = path.read_bytes() if path.exists() else b""
        whole = before[: before.rfind(b"\n") + 1]
        if whole:
            self._planned = {entry.id: entry for entry in read_ledger(path).entries}
        # A last line without its end was cut off, and nothing was sent for it: it must not spoil the next one.
        with path.open("r+b" if before else "wb") as file:
            file.truncate(len(whole))
        self._file = path.open("a", encoding="utf-8", newline="\n")
        if not whole:
            self._write({"format": FORMAT, **header})

    def plan(self, table: str, entity_set: str, id: str, scene: str) -> None:  # noqa: A002 - as in the file
        """Write down a row that is about to be made. Raises ValueError for an id that was planned before."""
        entry = PlannedRow(table, entity_set, id, scene)
        with self._lock:
            if id in self._planned:
                raise ValueError(f"The id {id} is planned twice: two scenes share the name {scene!r}.")
            self._planned[id] = entry
            planned = {"table": table, "entity_set": entity_set, "id": id, "scene": scene}
            self._write({"planned": planned})

    def mark_gone(self, id: str) -> None:  # noqa: A002 - as in the file
        """Write down that a planned row is not there, or is none of this run."""
        with self._lock:
            entry = self._planned[id]
            if not entry.gone:
                self._planned[id] = replace(entry, gone=True)
                self._write({"gone": id})

    def note_unmade(self, id: str) -> None:  # noqa: A002 - as in the file
        """Note that the endpoint says no to a planned row; it is looked for all the same when rows are removed."""
        with self._lock:
            self._unmade.add(id)

    @property
    def made(self) -> tuple[PlannedRow, ...]:
        """The rows to which the endpoint has not said no."""
        return tuple(entry for entry in self.entries if entry.id not in self._unmade)

    @property
    def entries(self) -> tuple[PlannedRow, ...]:
        """All rows in the order of their planning."""
        with self._lock:
            return tuple(self._planned.values())

    def close(self) -> None:
        """Close the file; plans after this are an error."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _write(self, line: Mapping[str, Any]) -> None:
        self._file.write(json.dumps(line, separators=(",", ":")) + "\n")
        self._file.flush()


def read_ledger(path: Path) -> LedgerContents:
    """Read a ledger; a last line that was cut off does not count.

    Raises NotAllowed for a file that is no ledger or is damaged: nothing is deleted on its word.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")[:-1]  # what follows the last line end is cut off
    except (OSError, UnicodeDecodeError) as problem:
        raise NotAllowed(f"The ledger {path} cannot be read: {problem}.") from problem
    header: Mapping[str, Any] = {}
    entries: dict[str, PlannedRow] = {}
    for number, text in enumerate(lines, 1):
        try:
            line = json.loads(text)
            if number == 1:
                header = _header(line)
            elif "planned" in line:
                entry = _entry(line["planned"])
                entries[entry.id] = entry
            else:
                entries[line["gone"]] = replace(entries[line["gone"]], gone=True)
        except (ValueError, KeyError, TypeError) as problem:
            raise NotAllowed(
                f"{path} is not a ledger of this kit, or is damaged in line {number} ({problem}); nothing is deleted"
                " on its word. Correct or remove that line."
            ) from problem
    if not header:
        raise NotAllowed(f"{path} is empty: its run ended before anything was planned, and there is nothing to delete.")
    return LedgerContents(header, tuple(entries.values()))


def _header(line: Mapping[str, Any]) -> Mapping[str, Any]:
    if line["format"] != FORMAT:
        raise ValueError(f"the format is {line['format']!r:.80}, not {FORMAT!r}")
    return line


def _entry(planned: Mapping[str, Any]) -> PlannedRow:
    entry = PlannedRow(planned["table"], planned["entity_set"], planned["id"], planned["scene"])
    if not (_NAME.fullmatch(entry.table) and _NAME.fullmatch(entry.entity_set) and _GUID.fullmatch(entry.id)):
        raise ValueError(f"{entry.path} of {entry.table} is no row")
    return entry
