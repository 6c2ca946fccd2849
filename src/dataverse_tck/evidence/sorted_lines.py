"""The lines of a run, read and put where they will be looked for: by scene, or by phase, method and address."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dataverse_tck.evidence.purpose import Phase
from dataverse_tck.evidence.reading import EXCHANGES
from dataverse_tck.evidence.recorder import ExchangeOutline
from dataverse_tck.evidence.shapes import MOST_CHARACTERS, parsed

MOST_KEPT_BYTES = 2**32
"""Of all bodies together: files are compressed, and lines can share them."""


class RecordError(Exception):
    """The lines of a run cannot be read; the text is a sentence."""


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
class SceneLines:
    """The lines of one performance: exchanges and commands, waits, and its span, each in their order."""

    lines: deque[Line] = field(default_factory=deque)
    waits: deque[Mapping[str, Any]] = field(default_factory=deque)
    spans: deque[tuple[float, float]] = field(default_factory=deque)
    settled: deque[tuple[int, float]] = field(default_factory=deque)  # after how many of its lines, and when
    taken: int = 0  # of its lines
    place: int = 0  # of the line that was read last
    twice: deque[str] = field(default_factory=deque)  # conversations that a command gave it, and another scene before
    astray: bool = False  # it has asked for what the record does not hold: what is left of it says nothing more


class SortedLines:
    """The lines of one run. Raises RecordError for lines that cannot be those of a run.

    ``options`` and ``end`` are what the run said of itself at its beginning and at its end, None where it did not.
    """

    def __init__(self, folder: Path) -> None:
        self.options: Mapping[str, Any] | None = None
        self.end: Mapping[str, Any] | None = None
        self.index: dict[str, ExchangeOutline] = {}
        self.bodies: set[str] = set()  # digests of what is kept
        self.waited_s = 0.0
        self.waits = 0  # lines that say a part of that
        self.moments: tuple[str, str] | None = None  # when the first and the last exchange began, as lines have it
        self.scenes: dict[str, SceneLines] = defaultdict(SceneLines)
        # By phase, method, address, and whether it is a part of a batch.
        self.phases: dict[tuple[str, str, str, bool], deque[Line]] = defaultdict(deque)
        self.again: deque[bool] = deque()  # whether rows that should be gone were looked for once more
        self.batches: dict[str, bool] = {}  # id of a batch -> whether it was answered as a whole
        self._places: dict[str, set[int]] = defaultdict(set)  # phase -> places of its lines
        self._kept = 0  # bytes of all bodies
        self._read(folder / EXCHANGES)

    def _read(self, path: Path) -> None:
        try:
            with path.open(encoding="utf-8") as lines:
                for number, text in enumerate(iter(lambda: lines.readline(MOST_CHARACTERS + 1), ""), 1):
                    try:
                        self._sort(parsed(text, (self.options or {}).get("usual")))
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
        scene = self.scenes[purpose["scene"]] if "scene" in purpose else None
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
        if began := words.get("started"):
            first, last = self.moments or (began, began)
            self.moments = min(first, began), max(last, began)
        self.waited_s += words.get("waited_s", 0.0)
        self.waits += words.get("waited_s", 0.0) > 0
        if purpose["phase"] == Phase.BATCH:
            return
        if scene is not None:
            scene.lines.append(line)
        else:
            self.phases[purpose["phase"], method, url, line.is_part].append(line)

    def _take_place(self, scene: SceneLines | None, purpose: Mapping[str, Any]) -> None:
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
            self.batches[line.id] = answer.get("status") == 200 and answer["kept"] is None
        elif line.is_part and not self.batches.get(line.words["batch"]):
            raise ValueError(f"it is a part of {line.words['batch']!r:.40}, which is no batch that was answered")
        if kept := answer.get("kept"):
            self._kept += kept["size"]
            self.bodies.add(kept["sha256"])
        if self._kept > MOST_KEPT_BYTES:
            raise ValueError(f"there are more than {MOST_KEPT_BYTES:,} bytes of bodies")

    def _sort_note(self, scene: SceneLines | None, words: Mapping[str, Any]) -> None:
        if scene is None:
            self.again.append(words["again"])
        elif "wait" in words:
            scene.waits.append(words["wait"])
        elif "span" in words:
            began, ended = words["span"]
            scene.spans.append((began, ended))
        elif "twice" in words:
            scene.twice.append(words["twice"])
        else:
            scene.settled.append((len(scene.lines), words["settled"]))
