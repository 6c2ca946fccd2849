"""What CI servers are told beside the log: annotations, and nothing that an endpoint could make them do.

GitHub Actions takes lines that begin with ``::`` for commands, and ``##[`` anywhere in a line; Azure Pipelines takes
``##vso[`` and ``##[``. What an endpoint says is printed too, so on these servers such signs are broken up.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import TextIOBase
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from dataverse_tck.conformance.waivers import Standing
from dataverse_tck.reporting.failures import failures_in, groups_of
from dataverse_tck.reporting.harmless import harmless
from dataverse_tck.reporting.telling.causes import Cause
from dataverse_tck.reporting.telling.failure import Failure, told
from dataverse_tck.reporting.undecided import causes_in
from dataverse_tck.reporting.wording import braced, counted
from dataverse_tck.suite_files import suite_root

if TYPE_CHECKING:
    from dataverse_tck.conformance.waivers import JudgedWaiver
    from dataverse_tck.reporting.result import RunResult

_LONGEST = 3000  # characters of an annotation
STEP_SUMMARY = "GITHUB_STEP_SUMMARY"  # a file for what the page of a job shows
MOST = 10  # annotations: GitHub shows no more of one step
_COMMAND = re.compile(r"^(\s*):(?=:)|##(?=\[|vso\[)")


@dataclass(frozen=True)
class Annotation:
    """One thing to be told at a place of the checkout; ``file`` is None where the suite lies elsewhere."""

    title: str
    text: str
    file: str | None
    line: int
    is_error: bool = True


def server(environment: Mapping[str, str] = os.environ) -> str | None:
    """Return which CI server this runs on: "github", "azure", or None for any other and for none."""
    if environment.get("GITHUB_ACTIONS") == "true":
        return "github"
    return "azure" if environment.get("TF_BUILD", "").lower() == "true" else None


class Guarded(TextIOBase):
    """A stream on which nothing is a command of a CI server but what ``say`` says; it is written line by line."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._line = ""  # that has no end yet

    def write(self, text: str) -> int:
        """Write a text, signs of commands broken up."""
        *whole, self._line = (self._line + text).split("\n")
        for line in whole:
            self._stream.write(_COMMAND.sub(_broken_up, line) + "\n")
        return len(text)

    def say(self, command: str) -> None:
        """Write a command, in a line of its own."""
        self._stream.write(f"{command}\n")

    def flush(self) -> None:
        """Write what has no end yet as well."""
        self._stream.write(_COMMAND.sub(_broken_up, self._line))
        self._line = ""
        self._stream.flush()

    def fileno(self) -> int:
        """Return the number of what is below."""
        return self._stream.fileno()

    def isatty(self) -> bool:
        """Whether what is below is a terminal."""
        return self._stream.isatty()

    @property
    def encoding(self) -> str:  # type: ignore[override] # of a stream it cannot be set
        """The encoding of what is below."""
        return self._stream.encoding


def _broken_up(found: re.Match[str]) -> str:
    return f"{found[1]}: " if found[1] is not None else "# #"


def guard() -> None:
    """Let no text on stdout and stderr be a command of the CI server, where this runs on one."""
    if server() is not None:
        sys.stdout, sys.stderr = Guarded(sys.stdout), Guarded(sys.stderr)


def annotate(result: RunResult) -> None:
    """Tell the CI server what decides against the endpoint, ten things at most."""
    where = server()
    if where is None or not isinstance(sys.stdout, Guarded):
        return
    written = _github if where == "github" else _azure
    for annotation in worth_telling(result):
        sys.stdout.say(written(annotation))


def worth_telling(result: RunResult, workspace: Path | None = None) -> Iterator[Annotation]:
    """Yield what broke, of failures that are alike the first; of more than ten, the last says how many there are."""
    groups = groups_of(result)
    lines = {one.title: one.line for one in result.told}
    shown = groups if len(groups) <= MOST else groups[: MOST - 1]
    failures = failures_in(result, [group[0]["id"] for group in shown])
    for failure, group in zip(failures, shown, strict=True):
        title = next(iter(failure.scenarios), "")
        file = _in_workspace(title.partition(": ")[0], workspace) if title else None
        text = _text(result, failure, [row["id"] for row in group[1:]])
        yield Annotation(failure.id, text, file, lines.get(title, 1))
    if left := [row for group in groups[len(shown) :] for row in group]:
        more = counted(len(left), "more requirement")
        yield Annotation("dataverse-tck", f"{more} failed: see report.html.", None, 1)
    waived = (_waived(one) for one in result.waivers if one.covers and one.standing is Standing.IN_FORCE)
    warnings = (*waived, *map(_why_undecided, causes_in(result)), *result.problems)
    for warning in warnings[: MOST - min(MOST, len(groups))]:
        yield Annotation("dataverse-tck", harmless(warning, _LONGEST), None, 1, is_error=False)


def _waived(one: JudgedWaiver) -> str:
    until = f"until {one.waiver.expires}, to be mended by {one.waiver.owner}: {one.waiver.reason}"
    return f"{counted(len(one.covers), 'failure')} waived {until}\n{', '.join(braced(one.covers))}"


def _why_undecided(cause: Cause) -> str:
    more = f"\nuntested: {counted(len(cause.untested), 'more requirement')}" if cause.untested else ""
    ids = ", ".join(braced(cause.ids))
    return f"{counted(len(cause.ids), 'requirement')} {cause.outcome}: {cause.reason}\n{ids}{more}"


def _text(result: RunResult, failure: Failure, others: Sequence[str]) -> str:
    facts = ((label, text) for label, text in told(failure, result.findings) if label != "scenario")
    lines = [failure.statement, *(f"{label}: {text}" if label else text for label, text in facts)]
    lines += [f"alike: {', '.join(braced(others))}"] if others else []
    return harmless(_COMMAND.sub(_broken_up, "\n".join(lines)), _LONGEST)


def refused(message: str) -> None:
    """Tell the CI server that nothing could be examined, and why."""
    where = server()
    if where is not None and isinstance(sys.stdout, Guarded):
        annotation = Annotation("dataverse-tck", harmless(_COMMAND.sub(_broken_up, message), _LONGEST), None, 1)
        sys.stdout.say((_github if where == "github" else _azure)(annotation))
    if where is not None and (summary := os.environ.get(STEP_SUMMARY)):
        shown = harmless(message, _LONGEST).replace("`", "'")
        with suppress(OSError), Path(summary).open("a", encoding="utf-8") as file:
            file.write(f"# could not start\n\n```\n{shown}\n```\n")


def _in_workspace(file: str, workspace: Path | None) -> str | None:
    """Return the path of a feature as the server shows it; None where the suite lies outside of the checkout."""
    root = workspace or Path(os.environ.get("GITHUB_WORKSPACE") or os.environ.get("BUILD_SOURCESDIRECTORY") or ".")
    path = suite_root() / file
    if "site-packages" in path.parts:  # installed into the checkout, and no part of it
        return None
    return path.relative_to(root.resolve()).as_posix() if path.is_relative_to(root.resolve()) else None


def _github(one: Annotation) -> str:
    place = f"file={_property(one.file)},line={one.line}," if one.file else ""
    text = one.text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return f"::{'error' if one.is_error else 'warning'} {place}title={_property(one.title)}::{text}"


def _property(text: str) -> str:
    codes = {"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"}
    return "".join(codes.get(character, character) for character in text)


def _azure(one: Annotation) -> str:
    codes = {"%": "%AZP25", "\r": "%0D", "\n": "%0A", ";": "%3B", "]": "%5D"}

    def escaped(text: str) -> str:
        return "".join(codes.get(character, character) for character in text)

    place = f"sourcepath={escaped(one.file)};linenumber={one.line};" if one.file else ""
    kind = "error" if one.is_error else "warning"
    text = f"{one.title}: {one.text}".replace("%", "%AZP25").replace("\r", "%0D").replace("\n", "%0A")
    return f"##vso[task.logissue type={kind};{place}]{text}"
