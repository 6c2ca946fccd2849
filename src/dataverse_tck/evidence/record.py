"""What was exchanged in a run, taken from its lines in place of the network: each once, by whoever it was made for.

A scene asks one question after the other, so its lines are taken in their order. What belongs to a phase is asked by
several threads: there a line is found by method and address, and whether it went in a batch: two may have asked the
same, in either way, and in another order than now.
"""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dataverse_tck.evidence.purpose import Phase, Purpose
from dataverse_tck.evidence.reading import body
from dataverse_tck.evidence.recorder import Recorder
from dataverse_tck.evidence.redaction import MASK, REQUEST_HEADERS
from dataverse_tck.evidence.sorted_lines import Line, SortedLines

_SHOWN = 300  # characters of a body in a refusal


@dataclass(frozen=True)
class Refusal:
    """Something in the record that does not follow, or is not there: what, where, expected and found."""

    what: str
    where: str
    expected: str = ""
    found: str = ""


class Record(Recorder):
    """The lines of one run; safe to use from several threads. What does not follow is noted in ``refusals``.

    ``options`` and ``end`` are what the run said of itself at its beginning and at its end, None where it did not.
    Raises RecordError for lines that cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(None)
        self.folder = folder
        self.refusals: list[Refusal] = []
        lines = SortedLines(folder)
        self.index, self.options, self.end, self.bodies = lines.index, lines.options, lines.end, lines.bodies
        self.waited_s, self.waits, self.moments = lines.waited_s, lines.waits, lines.moments
        self._scenes, self._phases, self._again, self._batches = lines.scenes, lines.phases, lines.again, lines.batches
        self._last: dict[str, str] = {}  # scene or phase -> the line that was taken last
        self._taking = threading.Lock()
        self._names = frozenset(self._scenes)

    def exchange(
        self, method: str, url: str, headers: Mapping[str, str], content: bytes | None, *, part: bool = False
    ) -> Line | None:
        """Take the line of a request that is made now; None where there is none, which is noted.

        ``part``: only one that went in a batch will do, and where the next is none, that is no fault.
        """
        purpose = self.purpose
        with self._taking:
            line = self._next(purpose, method, url, part=part)
            if part and (line is None or not line.is_part):
                return None
            if line is None:
                self._miss(purpose, f"{method} {url}", "")
                return None
            if different := _differs(line, method, url, headers, content):
                if part:
                    return None
                self._miss(purpose, *different)
                return None
            self._taken(purpose, method, url, part=part)
            return line

    def command(self, words: tuple[str, ...]) -> Mapping[str, Any] | None:
        """Take the line of a command that would be run now; None where there is none, which is noted."""
        purpose, what = self.purpose, f"RUN {' '.join(words)}"
        with self._taking:
            line = self._next(purpose, "RUN", what)
            if line is None or line.what != what:
                self._miss(purpose, what, "" if line is None else line.what)
                return None
            self._taken(purpose, "RUN", what)
            return {"id": line.id, **line.words["fixture"]}

    def wait(self, scene: str) -> Mapping[str, Any] | None:
        """Take how the next effect was waited for that did not show at first; None where nothing says so."""
        with self._taking:
            waits = self._scenes[scene].waits
            if not waits and not self._scenes[scene].astray:
                self._refuse("A scenario waits for an effect, and the record says nothing of a wait.", scene)
            return waits.popleft() if waits else None

    def span(self, scene: str) -> tuple[float, float]:
        """Take when a performance began and ended, in seconds of the run."""
        with self._taking:
            spans = self._scenes[scene].spans
            if not spans and not self._scenes[scene].astray:
                self._refuse("A scenario is performed, and the record does not say when.", scene)
            return spans.popleft() if spans else (0.0, 0.0)

    def settled(self, scene: str) -> float | None:
        """Take how long after the deed a scene looked for no effect; None where it did not have to wait for that."""
        with self._taking:
            one = self._scenes[scene]
            if one.settled and one.settled[0][0] == one.taken:
                return one.settled.popleft()[1]
            return None

    def is_astray(self, scene: str) -> bool:
        """Whether a scene has asked for what the record does not hold."""
        return self._scenes[scene].astray

    def twice(self, scene: str, conversation: str) -> bool:
        """Take whether a conversation that a command gave to a scene was given to another before."""
        with self._taking:
            twice = self._scenes[scene].twice
            if twice and twice[0] == conversation:
                twice.popleft()
                return True
            return False

    def again(self) -> bool:
        """Take whether rows that should be gone were looked for once more."""
        with self._taking:
            if not self._again:
                self._refuse("A row that was deleted is still there, and the record ends.", Phase.CLEAN_UP.value)
            return self._again.popleft() if self._again else False

    def content(self, line: Line) -> bytes:
        """Return what is kept of the body of an answer; one that is not as its line says is noted."""
        answer = line.words["response"] or {}
        try:
            content = body(self.folder, answer)
        except ValueError as problem:
            self._refuse(f"The body of an answer is not what was kept: {problem}.", line.id)
            return b""
        received, kept = (
            {"size": it.get("size"), "sha256": it.get("sha256")} for it in (answer, answer.get("kept") or answer)
        )
        if line.words["error"] is None and MASK.encode() not in content and received != kept:
            self._refuse(
                "The body of an answer is not what was received, and nothing is masked.",
                line.id,
                str(received),
                str(kept),
            )
        return content

    def refuse(self, what: str, where: str, expected: str = "", found: str = "") -> None:
        """Note what does not follow."""
        with self._taking:
            self._refuse(what, where, expected, found)

    def left_over(self) -> Iterator[Refusal]:
        """Tell what nobody has asked for."""
        for name, scene in self._scenes.items():
            if not scene.astray and (scene.lines or scene.waits or scene.spans or scene.settled or scene.twice):
                first = scene.lines[0].id + " " + scene.lines[0].what if scene.lines else "a wait, or when it ended"
                yield Refusal("An answer is left over: nothing asks for it.", name, found=first)
        left: dict[str, list[Line]] = defaultdict(list)
        for (phase, *_), lines in self._phases.items():
            left[phase] += lines
        for phase, some in left.items():
            if some:
                more = f", and {len(some) - 1:,} more" if some[1:] else ""
                found = f"{some[0].id} {_short(some[0].what)}{more}"
                yield Refusal("An answer is left over: nothing asks for it.", phase, found=found)
        if self._again:
            yield Refusal("No row was still there, and the record says so.", Phase.CLEAN_UP.value, found="again")

    def batches_astray(self, root: str) -> tuple[Refusal, ...]:
        """Tell which batches were sent elsewhere than to this service root."""
        urls = {batch: self.index[batch].url for batch in self._batches}
        return tuple(
            Refusal("A batch was sent elsewhere.", batch, f"{root}/$batch", url)
            for batch, url in urls.items()
            if url != f"{root}/$batch"
        )

    def _next(self, purpose: Purpose, method: str, url: str, *, part: bool = False) -> Line | None:
        lines = self._lines(purpose, method, url, part=part)
        return lines[0] if lines else None

    def _taken(self, purpose: Purpose, method: str, url: str, *, part: bool = False) -> None:
        line = self._lines(purpose, method, url, part=part).popleft()
        self._last[purpose.scene or purpose.phase.value] = line.id
        if purpose.scene is not None:
            self._scenes[purpose.scene].taken += 1

    def _lines(self, purpose: Purpose, method: str, url: str, *, part: bool) -> deque[Line]:
        if purpose.scene is not None:
            return self._scenes[purpose.scene].lines
        return self._phases[purpose.phase.value, method, url, part]

    def _miss(self, purpose: Purpose, wanted: str, found: str) -> None:
        where = purpose.scene or purpose.phase.value
        if purpose.scene is None or not self._scenes[purpose.scene].astray:
            last = self._last.get(where)
            nothing = f"nothing more after {last}" if last else "nothing"
            self._refuse("What is asked is not in the record.", where, wanted, found or nothing)
        if purpose.scene is not None:
            self._scenes[purpose.scene].astray = True

    def _refuse(self, what: str, where: str, expected: str = "", found: str = "") -> None:
        is_consequence = self.refusals and (where == Phase.CLEAN_UP or (" (" in where and where not in self._names))
        if is_consequence:  # a performance, or rows, that there are only because of what was refused before
            return
        self.refusals.append(Refusal(what, where, expected, found))


def _differs(
    line: Line, method: str, url: str, headers: Mapping[str, str], content: bytes | None
) -> tuple[str, str] | None:
    """Return what was wanted and what the line says, where these are not the same."""
    wanted = f"{method} {url}"
    if "fixture" in line.words or (line.request["method"], line.request["url"]) != (method, url):
        return wanted, f"{line.id} {line.what}"
    sent = {name.lower(): value for name, value in headers.items() if name.lower() in REQUEST_HEADERS}
    told = line.request["headers"]
    for name in sorted({**sent, **told}):
        if sent.get(name) != told.get(name):
            return f"{wanted} with {name} {_short(sent.get(name))}", f"{line.id} with {_short(told.get(name))}"
    text = None if content is None else content.decode("utf-8", errors="backslashreplace")
    if text != line.request["body"]:
        return f"{wanted} with {_short(text)}", f"{line.id} with {_short(line.request['body'])}"
    return None


def _short(text: object) -> str:
    shown = "nothing" if text is None else str(text)
    return shown if len(shown) <= _SHOWN else shown[:_SHOWN] + "..."
