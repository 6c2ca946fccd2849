"""What was exchanged in a run, taken from its lines in place of the network: each once, by whoever it was made for.

A scene asks one question after the other, so its lines are taken in their order. What belongs to a phase is asked by
several threads: there a line is found by method and address.
"""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dataverse_tck.evidence.purpose import Phase, Purpose
from dataverse_tck.evidence.reading import EXCHANGES, body
from dataverse_tck.evidence.recorder import ExchangeOutline, Recorder
from dataverse_tck.evidence.redaction import MASK, REQUEST_HEADERS
from dataverse_tck.evidence.shapes import MOST_CHARACTERS, parsed

MOST_KEPT_BYTES = 2**32
"""Of all bodies together: files are compressed, and lines can share them."""

_SHOWN = 300  # characters of a body in a refusal


class RecordError(Exception):
    """The lines of a run cannot be read; the text is a sentence."""


@dataclass(frozen=True)
class Refusal:
    """Something in the record that does not follow, or is not there: what, where, expected and found."""

    what: str
    where: str
    expected: str = ""
    found: str = ""


@dataclass(frozen=True)
class Line:
    """An exchange or a command, as its line tells it."""

    id: str
    words: Mapping[str, Any] = field(repr=False)

    @property
    def is_part(self) -> bool:
        """Whether it was a part of a batch."""
        return "batch" in self.words

    @property
    def request(self) -> Mapping[str, Any]:
        """What was sent."""
        request: Mapping[str, Any] = self.words["request"]
        return request

    @property
    def what(self) -> str:
        """The request line, or the words of the command."""
        if "fixture" in self.words:
            return f"RUN {' '.join(self.words['fixture']['command'])}"
        return f"{self.request['method']} {self.request['url']}"


@dataclass
class _Scene:
    """The lines of one performance: exchanges and commands, waits, and its span, each in their order."""

    lines: deque[Line] = field(default_factory=deque)
    waits: deque[Mapping[str, Any]] = field(default_factory=deque)
    spans: deque[tuple[float, float]] = field(default_factory=deque)
    settled: deque[tuple[int, float]] = field(default_factory=deque)  # after how many of its lines, and when
    taken: int = 0  # of its lines
    place: int = 0  # of the line that was read last
    twice: deque[str] = field(default_factory=deque)  # conversations that a command gave it, and another scene before
    astray: bool = False  # it has asked for what the record does not hold: what is left of it says nothing more


class Record(Recorder):
    """The lines of one run; safe to use from several threads. What does not follow is noted in ``refusals``.

    ``options`` and ``end`` are what the run said of itself at its beginning and at its end, None where it did not.
    Raises RecordError for lines that cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(None)
        self.folder = folder
        self.refusals: list[Refusal] = []
        self.options: Mapping[str, Any] | None = None
        self.end: Mapping[str, Any] | None = None
        self.bodies: set[str] = set()  # digests of what is kept
        self.waited_s = 0.0
        self.waits = 0  # lines that say a part of that
        self.most_at_once = 0
        self._scenes: dict[str, _Scene] = defaultdict(_Scene)
        self._phases: dict[tuple[str, str, str], deque[Line]] = defaultdict(deque)
        self._again: deque[bool] = deque()  # whether rows that should be gone were looked for once more
        self._batches: dict[
            str, bool | None
        ] = {}  # id of a batch -> whether it has parts; None: none yet, and it has to
        self._places: dict[str, set[int]] = defaultdict(set)  # phase -> places of its lines
        self._kept = 0  # bytes of all bodies
        self._last: dict[str, str] = {}  # scene or phase -> the line that was taken last
        self._taking = threading.Lock()
        self._read()
        self._names = frozenset(self._scenes)

    def _read(self) -> None:
        try:
            with (self.folder / EXCHANGES).open(encoding="utf-8") as lines:
                for number, text in enumerate(iter(lambda: lines.readline(MOST_CHARACTERS + 1), ""), 1):
                    try:
                        self._sort(parsed(text))
                    except (ValueError, KeyError, TypeError, AttributeError) as problem:
                        raise RecordError(
                            f"Line {number} of {EXCHANGES} is not as this kit writes lines: {problem}."
                        ) from None
        except (OSError, UnicodeDecodeError) as problem:
            raise RecordError(f"{EXCHANGES} cannot be read: {problem}.") from None
        if self.end and not self.end["interrupted"] and self.end["trouble"] is None:
            self._expect_whole()

    def _expect_whole(self) -> None:
        """Raise RecordError where a line is missing of what several threads asked; what broke off may lack one."""
        for phase, places in self._places.items():
            if missing := set(range(1, max(places))) - places:
                raise RecordError(f"{EXCHANGES} lacks place {min(missing)} of the phase {phase}.")

    def _sort(self, words: Mapping[str, Any]) -> None:
        """Put one line where it will be looked for."""
        purpose = words["for"]
        scene = self._scenes[purpose["scene"]] if "scene" in purpose else None
        self._take_place(scene, purpose)
        if "options" in words or "end" in words:
            if (self.options if "options" in words else self.end) is not None:
                raise ValueError(f"{'options' if 'options' in words else 'end'!r} stands twice")
            self.options = words.get("options", self.options)
            self.end = words.get("end", self.end)
            return
        if "id" not in words:
            self._sort_note(scene, words)
            return
        line = Line(words["id"], words)
        if line.id in self.index or line.id != f"x{len(self.index) + 1:04}":
            raise ValueError(f"its number is {line.id!r:.40}, not x{len(self.index) + 1:04}")
        method, _, url = line.what.partition(" ")
        answer = words.get("response") or {}
        self._sort_part(line, answer)
        self.index[line.id] = ExchangeOutline(method, url, answer.get("status"), line.is_part)
        self.waited_s += words.get("waited_s", 0.0)
        self.waits += words.get("waited_s", 0.0) > 0
        if purpose["phase"] == Phase.BATCH:
            return
        if scene is not None:
            scene.lines.append(line)
        else:
            self._phases[purpose["phase"], method, url].append(line)

    def _take_place(self, scene: _Scene | None, purpose: Mapping[str, Any]) -> None:
        place = purpose["place"]
        if scene is not None:
            if place != scene.place + 1:
                raise ValueError(f"its place in {purpose['scene']!r:.200} is {place}, not {scene.place + 1}")
            scene.place = place
        elif place < 1 or place in self._places[purpose["phase"]]:
            raise ValueError(f"its place in the phase {purpose['phase']} is {place}, which is another's")
        else:
            self._places[purpose["phase"]].add(place)

    def _sort_part(self, line: Line, answer: Mapping[str, Any]) -> None:
        """Note a batch, and hold a part to its own; only what was answered as a whole has parts."""
        if line.words["for"]["phase"] == Phase.BATCH:
            has_parts = answer.get("status") == 200 and answer["kept"] is None
            self._batches[line.id] = None if has_parts else False
        elif line.is_part:
            if self._batches.get(line.words["batch"], False) is False:
                raise ValueError(f"it is a part of {line.words['batch']!r:.40}, which is no batch that was answered")
            self._batches[line.words["batch"]] = True
        if kept := answer.get("kept"):
            self._kept += kept["size"]
            self.bodies.add(kept["sha256"])
        if self._kept > MOST_KEPT_BYTES:
            raise ValueError(f"there are more than {MOST_KEPT_BYTES:,} bytes of bodies")

    def _sort_note(self, scene: _Scene | None, words: Mapping[str, Any]) -> None:
        if scene is None:
            self._again.append(words["again"])
        elif "wait" in words:
            scene.waits.append(words["wait"])
        elif "span" in words:
            began, ended = words["span"]
            scene.spans.append((began, ended))
        elif "twice" in words:
            scene.twice.append(words["twice"])
        else:
            scene.settled.append((len(scene.lines), words["settled"]))

    def exchange(
        self, method: str, url: str, headers: Mapping[str, str], content: bytes | None, *, part: bool = False
    ) -> Line | None:
        """Take the line of a request that is made now; None where there is none, which is noted.

        ``part``: only one that went in a batch will do, and where the next is none, that is no fault.
        """
        purpose = self.purpose
        with self._taking:
            line = self._next(purpose, method, url)
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
            self._taken(purpose, method, url)
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
        for (phase, _, _), lines in self._phases.items():
            for line in lines:
                yield Refusal("An answer is left over: nothing asks for it.", phase, found=f"{line.id} {line.what}")
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

    def _next(self, purpose: Purpose, method: str, url: str) -> Line | None:
        lines = self._lines(purpose, method, url)
        return lines[0] if lines else None

    def _taken(self, purpose: Purpose, method: str, url: str) -> None:
        line = self._lines(purpose, method, url).popleft()
        self._last[purpose.scene or purpose.phase.value] = line.id
        if purpose.scene is not None:
            self._scenes[purpose.scene].taken += 1

    def _lines(self, purpose: Purpose, method: str, url: str) -> deque[Line]:
        if purpose.scene is not None:
            return self._scenes[purpose.scene].lines
        return self._phases[purpose.phase.value, method, url]

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
