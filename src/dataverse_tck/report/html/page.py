"""``report.html``: one file that needs nothing else, for readers of the specification, certifiers and engineers."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping

from dataverse_tck import __version__
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.report.html.belonging import declared_by_the_maker, requirement_rows
from dataverse_tck.report.html.failures import failures
from dataverse_tck.report.html.packed import anchor, outlines, whole
from dataverse_tck.report.html.pictures import call_picture, tables_picture
from dataverse_tck.report.html.templates import environment, own
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
from dataverse_tck.reporting.harmless import harmless
from dataverse_tck.reporting.wording import as_json, reference_link

_SHOWN = 50  # failures whose exchanges stand in the page as text; those of others can be called up
_OPEN_FIRST = 10  # failures that are open when the page is


def pieces(run: ToldRun) -> Iterator[bytes]:
    """Yield the page of a run."""
    script = own("page.js")
    told, rows = run.certificate, messages_by_state(run.certificate["calls"])
    declared = declared_by_the_maker(run)
    texts = (
        environment()
        .get_template("page.html.jinja")
        .generate(
            run=run,
            told=told,
            kit=__version__,
            style=own("page.css"),
            script=script,
            script_digest=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
            sentence=verdict_sentence(told),
            limits=limits(told),
            since=run.since_baseline,
            known={item["id"] for item in run.requirements},
            failures=failures(run),
            errors=[item for item in run.requirements if item["outcome"] == Outcome.ERROR],
            requirements=requirement_rows(run, declared),
            declared=declared,
            **_by_surface(run),
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
            outlines=outlines(run),
            whole=whole(run),
        )
    )
    for text in texts:
        yield text.encode("utf-8", errors="backslashreplace")


def _by_surface(run: ToldRun) -> Mapping[str, object]:
    """Return requirements with what each surface says of them: those on which all agree, and the others."""
    every = surfaces_of(run.requirements)
    found = [(item, {seen["surface"]: seen for seen in item["surfaces"]}) for item in run.requirements]
    agreeing: list[object] = []
    disagreeing: list[object] = []
    for item, surfaces in found:
        if surfaces:
            (agreeing if all(seen["right"] for seen in surfaces.values()) else disagreeing).append((item, surfaces))
    return {
        "agreeing": agreeing,
        "disagreeing": disagreeing,
        "surfaces_in": lambda items: [name for name in every if any(name in surfaces for _, surfaces in items)],
    }
