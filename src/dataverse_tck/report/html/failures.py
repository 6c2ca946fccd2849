"""Failures as an engineer is shown them: what was expected and seen, the exchanges that show it, what hangs on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dataverse_tck.report.html.exhibits import Exhibit, exhibit
from dataverse_tck.report.html.issues import issue_text
from dataverse_tck.report.told_run import ToldRun
from dataverse_tck.reporting.harmless import Shown, harmless
from dataverse_tck.reporting.telling.decisive import decisive
from dataverse_tck.reporting.telling.failure import observed, waiver_of
from dataverse_tck.reporting.wording import as_json

_SHOWN = 50  # failures whose exchanges stand in the page as text; those of others can be called up


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
    waiver: tuple[str, str] | None  # what it is called, and what there is to say of it


def failures(run: ToldRun) -> list[Failure]:
    """Return all failures of a run, in the order of the certificate, then those that are waived."""
    hanging = run.hanging
    found = []
    for number, item in enumerate((*run.failed, *run.waived)):
        wrong = [seen for seen in item["surfaces"] if not seen["right"]]
        keys = decisive(item, run.requests) if number < _SHOWN else ()
        exhibits = (
            exhibit(run.folder, run.exchanges[key], item, is_last=bool(wrong) or key == keys[-1])
            for key in keys
            if key in run.exchanges
        )
        shown = tuple(one for one in exhibits if one is not None)
        repeat = run.repeat(item)
        found.append(
            Failure(
                item=item,
                expected=harmless(as_json(item["expected"])),
                seen=tuple((surface, harmless(what)) for what, surface in observed(item)),
                exhibits=shown,
                hanging=hanging.get(item["id"], ()),
                repeat=repeat,
                issue=issue_text(run.certificate, item, shown, repeat),
                waiver=waiver_of(item),
            )
        )
    return found
