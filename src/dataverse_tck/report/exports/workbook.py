"""``requirements.xlsx``: the traceability matrix, and sheets for scenarios, messages by state and the run."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook

from dataverse_tck.report.exports.matrix import COLUMNS, LONGEST, row
from dataverse_tck.report.outcomes import SYMBOLS
from dataverse_tck.report.sentences import limits, verdict_sentence
from dataverse_tck.report.tables import FATES, messages_by_state
from dataverse_tck.report.told_run import ToldRun
from dataverse_tck.reporting.harmless import harmless

_COLOURS: Mapping[str, dict[str, object]] = {
    "pass": {"bg_color": "#E2F3E6", "font_color": "#14642B"},
    "fail": {"bg_color": "#FDE7E8", "font_color": "#A3121F", "bold": True},
    "open": {"bg_color": "#FDF0D5", "font_color": "#7A4A00"},
    "neutral": {"bg_color": "#ECECEC", "font_color": "#4A4A4A"},
}


@dataclass(frozen=True)
class Sheet:
    """A table: its columns with their widths in characters, and in which of them stands an outcome."""

    name: str
    columns: Sequence[tuple[str, int]]
    rows: Iterable[Sequence[object]]
    outcome: int | None = None
    colours: Mapping[str, str] = field(default_factory=dict)


def pieces(run: ToldRun) -> Iterator[bytes]:
    """Yield the workbook of a run: the same bytes for the same run."""
    made = io.BytesIO()
    # No text of a stranger becomes a formula, a link or a number.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(made, options) as book:
        book.set_properties(
            {
                "title": f"{run.certificate['verdict']}: {harmless(run.certificate['endpoint']['root'], 200)}",
                "created": _moment(run.certificate["finished"]),
            }
        )
        head = book.add_format({"bold": True, "bg_color": "#F4F4F2", "border": 1, "text_wrap": True, "valign": "top"})
        plain = book.add_format({"text_wrap": True, "valign": "top"})
        colours = {
            name: book.add_format({"valign": "top", "border": 1, "border_color": "#D0D0D0"} | it)
            for name, it in _COLOURS.items()
        }
        for sheet in _sheets(run):
            _add(book, sheet, head, plain, colours)
    yield made.getvalue()


def _moment(text: str | None) -> datetime:
    """Return when a run ended, without a zone; a run that did not end has a date all the same."""
    try:
        return datetime.fromisoformat(text or "").astimezone(UTC).replace(tzinfo=None)
    except ValueError:
        return datetime(2000, 1, 1)  # noqa: DTZ001 - a workbook knows no zone


def _add(book: Workbook, sheet: Sheet, head: Format, plain: Format, colours: Mapping[str, Format]) -> None:
    page = book.add_worksheet(sheet.name)
    page.freeze_panes(1, 0)
    page.repeat_rows(0)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    for number, (name, width) in enumerate(sheet.columns):
        page.set_column(number, number, width)
        page.write_string(0, number, name, head)
    last = 0
    for last, cells in enumerate(sheet.rows, 1):
        for number, value in enumerate(cells):
            if isinstance(value, int) and not isinstance(value, bool):
                page.write_number(last, number, value, plain)
                continue
            colour = sheet.colours.get(str(value), "neutral") if number == sheet.outcome else None
            text = harmless("" if value is None else value, LONGEST)
            page.write_string(last, number, text, colours[colour] if colour else plain)
    page.autofilter(0, 0, max(last, 1), len(sheet.columns) - 1)


def _sheets(run: ToldRun) -> Sequence[Sheet]:
    marks = {outcome: colour for outcome, (_, colour) in SYMBOLS.items()}
    return (
        Sheet("Requirements", COLUMNS, map(row, run.requirements), 0, marks),
        Sheet("Scenarios", _SCENARIOS, _scenarios(run), 0, marks),
        Sheet("Messages by state", _MESSAGES, _messages(run), 0, FATES),
        Sheet("Extensions", (("kind", 20), ("name", 80)), [(it["kind"], it["name"]) for it in _extensions(run)]),
        Sheet("Run", (("what", 24), ("value", 110)), _about(run)),
    )


_SCENARIOS = (
    ("outcome", 14),
    ("chapter", 14),
    ("level", 9),
    ("obligation", 11),
    ("scenario", 110),
    ("requirements", 80),
)


def _scenarios(run: ToldRun) -> Iterable[Sequence[object]]:
    for feature in run.features:
        for scenario in (one for rule in feature.rules for one in rule.scenarios):
            for case in (one for table in scenario.examples for one in table.cases):
                taken = run.scenarios.get(case.title)
                outcome = run.outcome_of(case.title, scenario.level)
                said = "\n".join(taken.said) if taken else ""
                yield outcome, feature.chapter, scenario.level, scenario.obligation, case.title, said


_MESSAGES = (
    ("outcome", 24),
    ("message", 40),
    ("call", 16),
    ("beside", 40),
    ("declared possible", 18),
    ("reason", 60),
    ("exchange", 10),
)


def _messages(run: ToldRun) -> Iterable[Sequence[object]]:
    for message, places in messages_by_state(run.certificate["calls"]).items():
        for where, them in places.items():
            for one in them:
                yield one.fate, message, where, one.beside, "yes" if one.possible else "no", one.reason, one.exchange


def _extensions(run: ToldRun) -> Sequence[Mapping[str, Any]]:
    found: Sequence[Mapping[str, Any]] = run.certificate["extensions"]
    return found


def _about(run: ToldRun) -> Iterable[Sequence[object]]:
    told = run.certificate
    yield "verdict", told["verdict"]
    yield "in a sentence", verdict_sentence(told)
    if told["coverage"]:
        yield "requirements", told["coverage"]["requirements"]
        yield "checked", told["coverage"]["checked"]
    for name, number in told["counts"].items():
        yield name, number
    for sentence in (*run.missing, *limits(told)):
        yield "what this does not say", sentence
    yield "endpoint", told["endpoint"]["root"]
    yield "level", told["level"]
    yield "begun", told["started"]
    yield "finished", told["finished"]
    yield "run", run.name
    yield "seed", str(told["seed"])
    yield "suite", f"dataverse-tck {told['suite']['version']}, sha256 {told['suite']['sha256']}"
    for name in ("reference", "profile", "evidence"):
        if told[name]:
            yield (
                name,
                f"{told[name].get('title') or told[name].get('name') or told[name].get('file')}, sha256 "
                + str(told[name]["sha256"]),
            )
    yield "how to verify", "dataverse-tck verify RUN, with the folder of the run"
