"""``report.html``: one file that needs nothing else, for readers of the specification, certifiers and engineers."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from dataverse_tck import __version__
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.evidence.reading import body
from dataverse_tck.report.decisive import decisive
from dataverse_tck.report.html.exhibits import Exhibit, exhibit, should_be
from dataverse_tck.report.html.issues import issue_text
from dataverse_tck.report.html.pictures import call_picture, tables_picture
from dataverse_tck.report.outcomes import NEUTRAL, SYMBOLS
from dataverse_tck.report.sentences import limits, verdict_sentence
from dataverse_tck.report.tables import (
    ACTS,
    FATES,
    call_columns,
    cascades,
    messages_by_state,
    surfaces_of,
)
from dataverse_tck.report.told_run import ToldRun
from dataverse_tck.reporting.harmless import Shown, finalized, harmless
from dataverse_tck.reporting.wording import as_json, reference_link

_TEMPLATES = Path(__file__).parent
_SHOWN = 50  # failures whose exchanges stand in the page as text; those of others can be called up
_OPEN_FIRST = 10  # failures that are open when the page is
_WHOLE_BYTES = 2**18  # of a body that is told whole
_LONG = 20_000  # characters of a command line
_WORD = re.compile(r"[^A-Za-z0-9_.]+")


@dataclass(frozen=True)
class Failure:
    """A requirement that does not hold, with everything that shows it."""

    item: Mapping[str, Any]
    expected: Shown
    seen: tuple[tuple[str, Shown], ...]  # surface, what it says
    exhibits: tuple[Exhibit, ...]
    hanging: tuple[str, ...]  # ids
    repeat: str
    issue: str


def pieces(run: ToldRun) -> Iterator[bytes]:
    """Yield the page of a run."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        finalize=finalized,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters |= {"css": _css, "long": lambda text: harmless(text, _LONG)}
    style, script = (Markup((_TEMPLATES / name).read_text(encoding="utf-8")) for name in ("page.css", "page.js"))  # noqa: S704 - ours
    told, rows = run.certificate, messages_by_state(run.certificate["calls"])
    every = surfaces_of(run.requirements)
    by_surface = [
        (item, {seen["surface"]: seen for seen in item["surfaces"]}) for item in run.requirements if item["surfaces"]
    ]
    texts = environment.get_template("page.html.jinja").generate(
        run=run,
        told=told,
        kit=__version__,
        style=style,
        script=script,
        script_digest=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        sentence=verdict_sentence(told),
        limits=limits(told),
        failures=_failures(run),
        errors=[item for item in run.requirements if item["outcome"] == Outcome.ERROR],
        requirements=_requirement_rows(run),
        declared=_declared(run),
        surfaces_in=lambda items: [name for name in every if any(name in seen for _, seen in items)],
        agreeing=[one for one in by_surface if all(seen["right"] for seen in one[1].values())],
        disagreeing=[one for one in by_surface if not all(seen["right"] for seen in one[1].values())],
        chapters=list(dict.fromkeys(feature.chapter for feature in run.features)),
        cascades=cascades(run.requirements),
        acts=ACTS,
        calls=rows,
        columns=call_columns(rows),
        fates=FATES,
        tables=tables_picture(run.requirements),
        ways=call_picture(run.folder, told),
        scenario_of=run.scenarios.get,
        anchor=anchor,
        opened=_OPEN_FIRST,
        mark=lambda outcome: SYMBOLS.get(outcome, NEUTRAL),
        json=lambda value: harmless(as_json(value)),
        link=reference_link,
        outlines=_packed(_outlines(run)),
        whole=_packed(_whole(run)),
    )
    for text in texts:
        yield text.encode("utf-8", errors="backslashreplace")


def anchor(title: str) -> str:
    """Return the id of a scenario in the page."""
    return "scenario/" + _WORD.sub("-", title.removeprefix("features/")).strip("-")


def _failures(run: ToldRun) -> list[Failure]:
    hanging = run.hanging
    outlines = {one.id: one for one in run.outlines}
    found = []
    for number, item in enumerate(run.failed):
        wrong = [seen for seen in item["surfaces"] if not seen["right"]]
        seen = [(one["surface"], _observed(one["observed"], absent=one["absent"])) for one in wrong]
        keys = decisive(item, outlines) if number < _SHOWN else ()
        shown = tuple(
            filter(
                None,
                (
                    exhibit(run.folder, run.exchanges[key], item, is_last=bool(wrong) or key == keys[-1])
                    for key in keys
                    if key in run.exchanges
                ),
            )
        )
        repeat = run.repeat(item)
        found.append(
            Failure(
                item=item,
                expected=harmless(should_be(item["reason"]) or as_json(item["expected"])),
                seen=tuple(seen) or ((item["surface"] or "", _observed(item["observed"])),),
                exhibits=shown,
                hanging=hanging.get(item["id"], ()),
                repeat=repeat,
                issue=issue_text(run.certificate, item, shown, repeat),
            )
        )
    return found


def _observed(value: Any, *, absent: bool = False) -> Shown:
    return Shown("nothing: it is not there") if absent else harmless(as_json(value))


def _requirement_rows(run: ToldRun) -> Iterator[tuple[Mapping[str, Any], str, str]]:
    """Yield each requirement with the chapter that it belongs to, and with who says it."""
    declared = _declared(run)
    about = {item["id"].split("/")[1] for item in run.requirements if item["id"].endswith("/ReferencedEntity")}
    for item in run.requirements:
        yield item, _chapter(item, about), "declared" if item["id"] in declared else item["obligation"]


def _declared(run: ToldRun) -> frozenset[str]:
    """Return the requirements that rest on what the maker declared: those that only such scenarios look at."""
    obligations = {
        case.title: scenario.obligation
        for feature in run.features
        for rule in feature.rules
        for scenario in rule.scenarios
        for table in scenario.examples
        for case in table.cases
    }
    return frozenset(
        it["id"]
        for it in run.requirements
        if it["obligation"] == "derived"
        and it["scenarios"]
        and {obligations.get(one) for one in it["scenarios"]} == {"declared"}
    )


def _chapter(item: Mapping[str, Any], about: set[str]) -> str:
    if item["scenarios"]:
        return str(item["scenarios"][0]).split("/")[1]
    words = item["id"].removeprefix("derived/").removeprefix("advisory/").split("/")
    known = {"message": "messages", "table": "conversation", "column": "conversation"}
    return known.get(words[0]) or ("about" if words[1:2] and words[1] in about else "related")


def _outlines(run: ToldRun) -> Mapping[str, Any]:
    purposes = list(dict.fromkeys(one.purpose for one in run.outlines))
    number = {purpose: place for place, purpose in enumerate(purposes)}
    root = run.certificate["endpoint"]["root"]
    return {
        "purposes": [[harmless(one), _scenario_of(run, one)] for one in purposes],
        "rows": [
            [
                one.id,
                one.method,
                harmless(one.url.removeprefix(root)),
                one.status,
                round(one.elapsed_ms),
                number[one.purpose],
                int(one.is_part),
            ]
            for one in run.outlines
        ],
    }


def _scenario_of(run: ToldRun, purpose: str) -> str:
    """Return the anchor of the scenario that was performed, perhaps once more ("... (again)"); else nothing."""
    title = purpose if purpose in run.scenarios else purpose.rpartition(" (")[0]
    return anchor(title) if title in run.scenarios else ""


def _whole(run: ToldRun) -> Mapping[str, str]:
    """Return the lines of exchanges that failures rest on, each with its body, as text."""
    return {key: harmless(_text_of(run.folder, line), 2 * _WHOLE_BYTES) for key, line in run.exchanges.items()}


def _text_of(folder: Path, line: Mapping[str, Any]) -> str:
    answer = line.get("response")
    if not answer:
        return json.dumps(line, indent=2, ensure_ascii=False)
    try:
        text = body(folder, answer).decode("utf-8", errors="backslashreplace")
    except ValueError as problem:
        text = f"(cannot be read: {problem})"
    without = {**line, "response": {**answer, "body": "below"}}
    cut = f"{text[:_WHOLE_BYTES]}\n... ({len(text):,} characters)" if len(text) > _WHOLE_BYTES else text
    return f"{json.dumps(without, indent=2, ensure_ascii=False)}\n\n{cut}"


def _css(text: str) -> Markup:
    """Return a text for a string of a style sheet: letters, numbers and a few signs, everything else left out."""
    return Markup(re.sub(r"[^A-Za-z0-9 .:+_-]", "", text))  # noqa: S704


def _packed(document: Mapping[str, Any] | Sequence[Any]) -> Markup:
    """Return a document as the page carries it: compressed, and in letters that mean nothing to a browser."""
    text = json.dumps(document, separators=(",", ":"))
    return Markup(base64.b64encode(gzip.compress(text.encode(), compresslevel=6, mtime=0)).decode())  # noqa: S704
