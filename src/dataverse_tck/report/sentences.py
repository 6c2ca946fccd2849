"""The verdict of a run in a sentence, and what the run does not say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.conformance.verdict import Verdict
from dataverse_tck.conformance.waivers import Standing
from dataverse_tck.report.told_run import NO_VERDICT
from dataverse_tck.reporting.wording import counted

_UNDECIDED = (Outcome.NOT_TESTABLE, Outcome.NOT_OBSERVABLE, Outcome.ERROR, Outcome.DESELECTED)
_LEVELS = {"surface": "what it declares", "data": "what becomes of its rows", "calls": "what its call messages do"}


def verdict_sentence(told: Mapping[str, Any]) -> str:
    """Return what the run came to."""
    if told["verdict"] == NO_VERDICT:
        return "There is no verdict: the run ended before it could give one."
    counts, coverage = told["counts"], told["coverage"]
    checked, total = coverage["checked"], coverage["requirements"]
    waived = counts[Outcome.WAIVED]
    if told["verdict"] == Verdict.CONFORMANT:
        return _conformant(checked, total, waived)
    if told["verdict"] == Verdict.NOT_CONFORMANT:
        if checked == 1:
            return "The one requirement that was checked does not hold."
        do = "does" if counts[Outcome.FAIL] == 1 else "do"
        return f"{counts[Outcome.FAIL]:,} of the {checked:,} requirements that were checked {do} not hold."
    undecided = sum(counts[one] for one in _UNDECIDED)
    is_stale = any(one["state"] == Standing.STALE for one in told["waivers"])
    why = "a waiver names what does not fail" if is_stale and not told["troubles"] else "the run did not end well"
    why = f"{counted(undecided, 'requirement')} could not be checked" if undecided else why
    but = f" but what is waived ({counted(waived, 'requirement')}), and" if waived else ", but"
    return f"Nothing was seen broken{but} {why}: neither conformant nor not."


def _conformant(checked: int, total: int, waived: int) -> str:
    left = total - checked
    rest = f"; {left:,} more {'was' if left == 1 else 'were'} not checked" if left else ""
    if waived:
        but = "does not, and is" if waived == 1 else "do not, and are"
        hold = f"{checked - waived:,} of the {checked:,} requirements that were checked hold"
        return f"{hold}; {waived:,} {but} waived{rest}."
    if checked == 1:
        return f"The one requirement that was checked holds{rest}."
    return f"All {checked:,} requirements that were checked hold{rest}."


def limits(told: Mapping[str, Any]) -> tuple[str, ...]:
    """Return, in sentences, what nobody may read out of the verdict."""
    return tuple(_limits(told))


def not_checked(told: Mapping[str, Any]) -> tuple[str, ...]:
    """Return, in sentences, what of all that there is was not checked, but for what the maker does not claim."""
    return tuple(_not_checked(told))


def _limits(told: Mapping[str, Any]) -> Iterator[str]:
    yield from waivers(told)
    if told["endpoint"]["embedded"]:
        yield "The endpoint is the kit's own emulator: this says nothing of any other endpoint."
    if told["interrupted"]:
        yield "The run was interrupted."
    yield from (f"Trouble: {trouble}" for trouble in told["troubles"])
    yield from _not_checked(told)
    if advisory := sum(told["advisory"].values()):
        yield f"{counted(advisory, 'requirement')} beside these are advisory: they never count for the verdict."
    yield from _left_out(told)
    for message in told["private_messages"]:
        yield f"{message} is private: the platform hides it from $metadata, so its absence there says nothing."
    beside = (
        ("exclusions", "part", "of the reference page not checked: the certificate says why."),
        ("extensions", "extension", "beyond the reference: listed, not judged."),
        ("leftovers", "test row", "could not be removed: the certificate names them."),
    )
    yield from (f"{counted(len(told[key]), noun)} {words}" for key, noun, words in beside if told[key])
    yield (
        "This report only shows the evidence: dataverse-tck verify says whether the verdict follows from it. No record "
        "can say who really answered."
    )


def _not_checked(told: Mapping[str, Any]) -> Iterator[str]:
    counts = told["counts"]
    if beyond := counts.get(Outcome.BEYOND):
        above = [words for level, words in _LEVELS.items() if list(_LEVELS).index(level) > _level(told)]
        yield (
            f"It was run at the level {told['level']}: of {' and '.join(above)} it says nothing "
            f"({counted(beyond, 'requirement')})."
        )
    if told["only"]:
        yield f"It was told to look at {', '.join(told['only'])} alone."
    if told["exclude"]:
        yield f"It was told to leave out {', '.join(told['exclude'])}."
    if told["max_fail"]:
        yield f"It was told to end after {counted(told['max_fail'], 'scenario')} that failed."
    if number := counts.get(Outcome.NOT_APPLICABLE):
        yield f"{counted(number, 'requirement')} did not apply to this endpoint: neither passed nor failed."
    if number := sum(counts.get(one, 0) for one in _UNDECIDED):
        yield f"{counted(number, 'requirement')} could not be checked: neither passed nor failed."


def waivers(told: Mapping[str, Any]) -> Iterator[str]:
    """Yield what was accepted, by whom and until when, and what of that counts no longer or never did."""
    for one in told["waivers"]:
        covers = counted(len(one["covers"]), "failure")
        what = f"{one['requirement']} ({one['owner']}, until {one['expires']})"
        match one["state"]:
            case Standing.IN_FORCE:
                yield f"Waived: {covers} of {what}: {one['reason']}"
            case Standing.STALE:
                yield f"Stale waiver: nothing of {what} fails any more. Until it is removed, the run is incomplete."
            case Standing.EXPIRED:
                fails = f"{covers} of it {'counts' if len(one['covers']) == 1 else 'count'} again"
                yield f"Expired waiver: {what} counts no longer; {fails if one['covers'] else 'nothing of it fails'}."


def _level(told: Mapping[str, Any]) -> int:
    return list(_LEVELS).index(told["level"])


def _left_out(told: Mapping[str, Any]) -> Iterator[str]:
    for one in told["not_claimed"]:
        what = one.get("message") or f"{one['solution']} ({', '.join(one['tables'])})"
        yield f"Not claimed by the maker: {what}{': ' + one['reason'] if one['reason'] else ''}."
    calls = told["calls"]
    if not calls:
        return
    pairs = (("with_effect", "what comes of it"), ("with_wrong_state", "what happens at a wrong moment"))
    for key, what in pairs:
        if silent := calls["claimed"] - calls[key]:
            yield f"Of {counted(silent, 'message')} that the maker claims, the maker does not declare {what}."
