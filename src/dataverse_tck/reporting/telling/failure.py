"""A failure as every report tells it: expected, observed, the exchanges that decided, and how to repeat it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.evidence.reading import EXCHANGES, whole_lines
from dataverse_tck.reporting.telling.decisive import decisive
from dataverse_tck.reporting.telling.passages import MOST_TOLD, telling
from dataverse_tck.reporting.wording import as_json, counted, in_few_lines, lines, reference_link

ABSENT = "nothing: it is not there"
_Told = tuple[str, str, str]  # what was sent, status, part of the answer
_WIDTH = 400  # characters of a request line; exchanges.ndjson has it whole


@dataclass(frozen=True)
class Shot:
    """An exchange that decided: what was asked, and the part of the answer that shows it."""

    id: str
    request: str  # "GET https://...", cut where it is long; of a command, "RUN" and its words
    sent: str  # what went with it, as far as a line has room
    status: str  # "204", or what broke
    answer: str
    is_decisive: bool  # what differs shows here; else it is what was done before

    @property
    def told(self) -> str:
        """The answer in a line."""
        return f"{self.status} {self.answer}".strip() or "nothing"


@dataclass(frozen=True)
class Failure:
    """A requirement that does not hold, as it is told."""

    id: str
    statement: str
    expected: str  # as JSON, like what was observed
    derived_from: str | None
    section: str
    line: int  # of the page's source
    observed: tuple[tuple[str, str], ...]  # (what, surface)
    reason: str  # empty where surfaces say all
    shots: tuple[Shot, ...]
    others: int  # exchanges that belong to it beside
    scenarios: tuple[str, ...]
    repeat: str
    untested: tuple[str, ...]  # ids of what hangs on it
    waiver: tuple[str, str] | None = None  # "waived" or "waiver", and what there is to say of it


def failures_of(
    rows: Sequence[Mapping[str, Any]],
    folder: Path,
    requests: Mapping[str, str],
    *,
    repeat: Callable[[Mapping[str, Any]], str],
    hanging: Mapping[str, tuple[str, ...]],
) -> list[Failure]:
    """Return the failures of requirements as a certificate tells them; ``requests`` as for ``decisive``.

    The evidence is read once, one answer at a time.
    """
    decided = {row["id"]: decisive(row, requests) for row in rows}
    answers = _answers(rows, decided, folder)
    return [
        Failure(
            id=row["id"],
            statement=row["statement"],
            expected=as_json(row["expected"]),
            derived_from=row["derived_from"],
            section=row["section"],
            line=row["line"],
            observed=tuple(observed(row)),
            reason="" if row["surfaces"] else row["reason"],
            shots=tuple(_shots(row, decided[row["id"]], requests, answers)),
            others=len(set(row["exchanges"]) - set(decided[row["id"]])),
            scenarios=tuple(row["scenarios"]),
            repeat=repeat(row),
            untested=hanging.get(row["id"], ()),
            waiver=waiver_of(row),
        )
        for row in rows
    ]


def observed(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what was seen of a requirement, as JSON, and where: by every surface that contradicts, or as a whole."""
    wrong = [seen for seen in row["surfaces"] if not seen["right"]]
    for seen in wrong:
        yield ABSENT if seen["absent"] else as_json(seen["observed"]), seen["surface"]
    if not wrong:
        yield as_json(row["observed"]), row["surface"] or ""


def waiver_of(row: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return what there is to say of the waiver of a failure; None where there is none."""
    waiver = row.get("waiver")
    if waiver is None:
        return None
    link = f" ({waiver['link']})" if waiver["link"] else ""
    why = f"{waiver['reason']}{link}"
    if row["outcome"] == Outcome.WAIVED:
        return "waived", f"until {waiver['expires']}, to be mended by {waiver['owner']}: {why}"
    return "waiver", f"expired after {waiver['expires']}, to be mended by {waiver['owner']}: {why}"


def _answers(
    rows: Iterable[Mapping[str, Any]], decided: Mapping[str, Sequence[str]], folder: Path
) -> Mapping[tuple[str, str], _Told]:
    """Return what was sent, the status and the telling part of the answers, by exchange and requirement."""
    items: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        for key in decided[row["id"]]:
            items[key].append(row)
    found: dict[tuple[str, str], _Told] = {}
    for line in whole_lines(folder / EXCHANGES, items, is_checked=False):
        of, key = items[line["id"]], line["id"]
        answer, error = line.get("response"), line.get("error")
        parts = list(telling(folder, answer, of)) if answer else [""] * len(of)
        status = f"{error['kind']}: {error['reason']}" if error else str(answer["status"]) if answer else ""
        sent = line["request"]["body"] or "" if "request" in line else ""
        for row, part in zip(of, parts, strict=True):
            found[key, row["id"]] = (_in_a_line(sent), status, part)
    return found


def _in_a_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= MOST_TOLD else f"{line[:MOST_TOLD]}..."


def _shots(
    row: Mapping[str, Any],
    keys: Sequence[str],
    requests: Mapping[str, str],
    answers: Mapping[tuple[str, str], _Told],
) -> Iterator[Shot]:
    shows = {key for seen in row["surfaces"] if not seen["right"] for key in seen["exchanges"]}
    for key in keys:
        sent, status, answer = answers.get((key, row["id"]), ("", "", ""))
        named = key in shows or key == keys[-1] or key in row["reason"]
        asked = requests[key]
        yield Shot(key, asked if len(asked) <= _WIDTH else f"{asked[:_WIDTH]}...", sent, status, answer, named)


def told(failure: Failure, of: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield everything that there is to tell of a failure, each with what it is; ``of``: the ids of all requirements.

    The texts are an endpoint's own: whoever shows them makes them harmless.
    """
    because = f" because of {failure.derived_from}" if failure.derived_from else ""
    yield "expected", f"{failure.expected}{because}"
    for what, surface in failure.observed:
        yield "observed", f"{what}{f' in {surface}' if surface else ''}"
    if failure.reason:
        yield "because", lines(failure.reason)
    for shot in failure.shots:
        yield "decisive" if shot.is_decisive else "request", f"{shot.request} ({shot.id})"
        if shot.sent:
            yield "sent", shot.sent
        yield "answered", shot.told if shot.is_decisive else shot.status or "nothing"
    if failure.others:
        yield "more", f"{counted(failure.others, 'other exchange')}: certificate.json names them"
    for title in failure.scenarios:
        yield "scenario", title
    if failure.waiver:
        yield failure.waiver
    yield "reference", f"{reference_link(failure.section)} (line {failure.line} of its source)"
    yield "repeat", failure.repeat
    yield from told_untested(failure.untested, of)


def told_untested(ids: Sequence[str], of: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield what hangs on something that did not pass."""
    if ids:
        hang = "hangs" if len(ids) == 1 else "hang"
        yield "untested", f"{len(ids):,} more {hang} on this, and could not be tested:"
        yield from (("", line) for line in in_few_lines(ids, of))
