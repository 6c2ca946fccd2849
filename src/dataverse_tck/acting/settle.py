"""What several performances of one scenario come to: seen once, seen twice.

A result that changed counts only where a failure that was confirmed explains it. Otherwise a contradiction stays a
fail, and what could not be decided stays undecided: an endpoint that loses writes under load is not right because it
is when asked twice.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dataverse_tck.acting.perform import Performed
from dataverse_tck.acts.errors import StoppedError
from dataverse_tck.conformance.finding import WORST_FIRST, Finding, Outcome

if TYPE_CHECKING:
    from dataverse_tck.acting.script import Stop
    from dataverse_tck.acts.stage import Stage

ONCE = "so it was only while other scenarios ran; performed again it was not"


def looked_once_more(performed: Performed, stage: Stage, turns: AbstractContextManager[object]) -> Performed:
    """Return what a script came to that waited for something in vain, after a look when that is due.

    What shows only now was late, which is no contradiction; where the kit itself was hasty, that says nothing at all.
    """
    stop, missed = performed.stop, performed.missed
    if stop is None or missed is None:
        return performed
    try:
        stage.pause(missed.due - time.monotonic())
        with turns:
            shows = missed.shows()
    except StoppedError:
        return performed
    evidence = tuple(dict.fromkeys(missed.records.exchanges))
    findings = tuple(replace(one, exchanges=evidence) for one in performed.findings)
    if not shows:
        return replace(performed, findings=findings)
    reason = f"{stop.reason} It came later: an endpoint that needs longer can be given it, with --settle."
    outcome = Outcome.ERROR if stop.outcome is Outcome.FAIL else stop.outcome
    findings = tuple(
        replace(one, outcome=outcome, reason=reason) if one.reason == stop.reason else one for one in findings
    )
    stop = replace(stop, outcome=outcome, reason=reason)
    # What it was waited for counts until now, as far as others could have brought it.
    span = stage.waits.span(missed.records, performed.span[0], time.monotonic())
    return replace(performed, stop=stop, findings=findings, missed=None, void=missed.hasty, span=span)


def weighed(performed: Performed, stage: Stage) -> Performed:
    """Return what a script came to as it stands at the end: to have given up early what does show here says nothing."""
    missed = performed.missed
    hasty = missed is not None and missed.hasty and not stage.patience.is_hopeless(missed.kinds)
    return replace(performed, void=True) if hasty else performed


def differs(before: Performed, after: Performed) -> bool:
    """Whether a later performance that did not pass either came to something else than the one before."""
    return after.void or (after.again and (before.void or _outcomes(before) != _outcomes(after)))


def settled(performances: Sequence[Performed], *, explained: bool) -> Performed:
    """Return what the performances of one script, in their order, come to together.

    ``explained``: a confirmed failure of another scenario reached the rows of the first of them.
    """
    performances = [one for one in performances if not one.void] or performances[-1:]
    if len(performances) == 1:
        return performances[0]
    found = [_together(identifier, performances, explained=explained) for identifier in _identifiers(performances)]
    if not found:
        chosen, stays = _decided([_ended(one) for one in performances], explained=explained)
        return replace(performances[chosen], stop=_noted(performances[chosen].stop, stays=stays))
    worst = min(found, key=lambda one: WORST_FIRST.index(one.finding.outcome))
    stop = None if worst.finding.outcome is Outcome.PASS else _noted(worst.told_by.stop, stays=worst.stays)
    return replace(worst.told_by, stop=stop, findings=tuple(one.finding for one in found))


@dataclass(frozen=True)
class _Together:
    """What the performances say of one requirement; ``stays``: against what the last of them says."""

    finding: Finding
    told_by: Performed
    stays: bool


def _identifiers(performances: Sequence[Performed]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.requirement for performed in performances for one in performed.findings))


def _together(identifier: str, performances: Sequence[Performed], *, explained: bool) -> _Together:
    told = [
        (performed, one) for performed in performances for one in performed.findings if one.requirement == identifier
    ]
    chosen, stays = _decided([one.outcome for _, one in told], explained=explained)
    told_by, finding = told[chosen]
    return _Together(_with_all_evidence(finding, [one for _, one in told], stays=stays), told_by, stays)


def _decided(outcomes: Sequence[Outcome], *, explained: bool) -> tuple[int, bool]:
    """Return which of the performances says what a requirement comes to, and whether it stays against the last one."""
    last = len(outcomes) - 1
    fails = [at for at, outcome in enumerate(outcomes) if outcome is Outcome.FAIL]
    if outcomes[last] is Outcome.FAIL or explained:
        return last, False
    if fails:
        return fails[-1], True
    if outcomes[0] is Outcome.PASS:  # it was another requirement for which it was performed again
        return 0, False
    if outcomes[last] is not Outcome.PASS:
        return last, False
    return min(range(last), key=lambda at: WORST_FIRST.index(outcomes[at])), True


def _with_all_evidence(finding: Finding, performed: Sequence[Finding], *, stays: bool) -> Finding:
    """Return a finding with the exchanges of all performances, its own last: there it was seen."""
    others = [key for one in performed if one is not finding for key in one.exchanges]
    exchanges = tuple(dict.fromkeys(key for key in others if key not in finding.exchanges)) + finding.exchanges
    reason = f"{finding.reason} ({ONCE})" if stays else finding.reason
    return replace(finding, reason=reason, exchanges=exchanges)


def _noted(stop: Stop | None, *, stays: bool) -> Stop | None:
    return replace(stop, reason=f"{stop.reason} ({ONCE})") if stop and stays else stop


def _ended(performed: Performed) -> Outcome:
    return performed.stop.outcome if performed.stop else Outcome.PASS


def _outcomes(performed: Performed) -> tuple[Outcome, ...]:
    return (_ended(performed), *(one.outcome for one in performed.findings))
