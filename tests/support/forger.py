"""A forger: one seeded change in the folder of a run, and where wanted every digest made anew after it."""

from __future__ import annotations

import hashlib
import json
import os
import random
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dataverse_tck.evidence.reading import EXCHANGES
from dataverse_tck.evidence.usual import reduced
from dataverse_tck.report.folder import read_run
from dataverse_tck.report.formats import FORMATS
from tests.support.exchange_lines import whole

CERTIFICATE = "certificate.json"


def dumped(words: Mapping[str, Any]) -> str:
    """The text of a line."""
    return json.dumps(words, separators=(",", ":")) + "\n"


@dataclass(frozen=True)
class Forgery:
    """What was changed: its kind, the file, and one of the words that the first refusal has to hold.

    ``is_free``: with digests made anew nothing needs to depend on it; only a signature would protect it.
    """

    kind: str
    file: str
    places: tuple[str, ...]
    is_free: bool = False


@dataclass
class Forger:
    """Copies a run by hard links, and changes one thing in the copy. ``draw`` decides everything."""

    folder: Path
    draw: random.Random
    bodies: dict[str, str] = field(default_factory=dict)  # digest -> the one that it has become

    @classmethod
    def of(cls, run: Path, folder: Path, seed: str) -> Forger:
        """A forger at work on a copy of a run."""
        for path in run.rglob("*"):
            if path.is_file():
                target = folder / path.relative_to(run)
                target.parent.mkdir(parents=True, exist_ok=True)
                os.link(path, target)
        return cls(folder, random.Random(seed))

    def forge(self, change: Callable[[Forger], Forgery], *, remade: bool) -> Forgery:
        """Make a change (``forgeries.KINDS``)."""
        forgery = change(self)
        if remade:
            self._remake()
        return forgery

    def read(self, name: str) -> bytes:
        """The content of a file."""
        return (self.folder / name).read_bytes()

    def write(self, name: str, content: bytes) -> None:
        """Write a file of the copy alone."""
        (self.folder / name).unlink(missing_ok=True)
        (self.folder / name).write_bytes(content)

    def lines(self) -> list[str]:
        """The lines of the record."""
        return self.read(EXCHANGES).decode().splitlines(keepends=True)

    def write_lines(self, lines: list[str]) -> None:
        """Write the lines of the record."""
        self.write(EXCHANGES, "".join(lines).encode())

    def certificate(self) -> dict[str, Any]:
        """What the certificate says."""
        document: dict[str, Any] = json.loads(self.read(CERTIFICATE))
        return document

    def write_certificate(self, document: dict[str, Any]) -> None:
        """Write the certificate."""
        self.write(CERTIFICATE, json.dumps(document, indent=1).encode())

    def one(self, wanted: Callable[[dict[str, Any]], bool]) -> tuple[int, dict[str, Any]]:
        """One of the lines that are wanted: its number from 0, and its words."""
        lines = self.lines()
        for at in self.draw.sample(range(len(lines)), len(lines)):
            words = list(whole([lines[0], lines[at]]))[1] if at else json.loads(lines[0])
            if wanted(words):
                return at, words
        raise LookupError("no line of the run is so")

    def put(self, at: int, words: dict[str, Any]) -> None:
        """Put other words in the place of a line."""
        lines = self.lines()
        lines[at] = self.line(words)
        self.write_lines(lines)

    def line(self, words: dict[str, Any]) -> str:
        """The line of these words, in which what is usual is left out."""
        usual = json.loads(self.lines()[0])["options"]["usual"]
        return dumped(reduced(words, usual))

    def leave_out(self, unwanted: Callable[[dict[str, Any]], bool]) -> None:
        """Leave lines out as if they had never been: all others are numbered anew, and all digests made anew."""
        kept = [words for words in whole(self.lines()) if not unwanted(words)]
        with_parts = {words["batch"] for words in kept if "batch" in words}
        kept = [words for words in kept if words["for"]["phase"] != "batch" or words["id"] in with_parts]
        ids: dict[str, str] = {}
        places: Counter[str] = Counter()
        for words in kept:
            if "id" in words:
                before, words["id"] = words["id"], f"x{len(ids) + 1:04}"
                ids[before] = words["id"]
            if "batch" in words:
                words["batch"] = ids[words["batch"]]
            belongs = words["for"].get("scene", words["for"]["phase"])
            places[belongs] += 1
            words["for"]["place"] = places[belongs]
        self.write_lines([self.line(words) for words in kept])
        self._remake()

    def _remake(self) -> None:
        """Make every digest anew, in the certificate and of the profile in the record, and every report."""
        document = self.certificate()
        if (self.folder / "profile.toml").is_file() and document.get("profile"):
            before, after = document["profile"]["sha256"], hashlib.sha256(self.read("profile.toml")).hexdigest()
            if before != after and EXCHANGES in document["files"]:
                self.write(EXCHANGES, self.read(EXCHANGES).replace(before.encode(), after.encode()))
                document["profile"]["sha256"] = after
        reports = {it.file for it in FORMATS.values()}
        names = [it for it in sorted(self.folder.rglob("*")) if it.is_file() and it.name not in {CERTIFICATE, *reports}]
        document["files"] = {
            path.relative_to(self.folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in names
        }
        document["evidence"]["sha256"] = document["files"].get(EXCHANGES, "")
        self.write_certificate(document)
        for report in FORMATS.values():
            if (self.folder / report.file).is_file():
                with suppress(Exception):  # where nothing can be told any more, the report stays as it was
                    self.write(report.file, b"".join(report.pieces(read_run(self.folder, is_ours=True))))
