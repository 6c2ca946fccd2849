"""Two runs compared by their certificates: what became of each requirement, and what else may be why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.report.conditions import other_conditions
from dataverse_tck.reporting.harmless import harmless
from dataverse_tck.reporting.wording import MOST, in_few_lines

_FAILING = frozenset({str(Outcome.FAIL), str(Outcome.WAIVED)})
_CHECKED = _FAILING | {str(Outcome.PASS)}

Outcomes = tuple[str | None, str | None]
"""What came of a requirement before and now; None where a certificate does not name it."""


@dataclass(frozen=True)
class Changes:
    """Requirements by what became of them, as ids in the order of the later certificate.

    The first six share none: what is now seen failing for the first time is newly failing, also where nothing was
    checked before. ``waived_since`` and ``no_longer_waived`` are among those that are still failing.
    """

    newly_failing: tuple[str, ...] = ()
    newly_waived: tuple[str, ...] = ()  # as newly failing, but a waiver in force covers it
    fixed: tuple[str, ...] = ()
    still_failing: tuple[str, ...] = ()  # waived or not
    no_longer_checked: tuple[str, ...] = ()
    newly_checked: tuple[str, ...] = ()  # and passed
    waived_since: tuple[str, ...] = ()
    no_longer_waived: tuple[str, ...] = ()


KINDS = tuple(one.name for one in fields(Changes))


@dataclass(frozen=True)
class Group:
    """Requirements of which the same is to be told."""

    title: str
    ids: tuple[str, ...]


@dataclass(frozen=True)
class Differences(Changes):
    """What differs between two runs: of requirements that decide, apart from these of advisory ones; and the causes."""

    advisory: Changes = field(default_factory=Changes)
    outcomes: Mapping[str, Outcomes] = field(default_factory=dict)  # of all ids that stand above
    causes: tuple[str, ...] = ()  # sentences: what else differs, so that it may be why

    @property
    def is_none(self) -> bool:
        """Whether every requirement came out as it did, the advisory ones included."""
        return not (_has_changed(self) or _has_changed(self.advisory))

    @property
    def groups(self) -> tuple[Group, ...]:
        """What there is to tell, the worst first, advisory ones last; each requirement stands in one group."""
        return (*_groups(self, self.outcomes), *_groups(self.advisory, self.outcomes, "advisory, "))


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> Differences:
    """Compare the certificate of a run with that of an earlier one."""
    deciding: dict[str, Outcomes] = {}
    advisory: dict[str, Outcomes] = {}
    for key, (is_advisory, outcomes) in _pairs(before, now).items():
        (advisory if is_advisory else deciding)[key] = outcomes
    judged, beside = _changes(deciding), _changes(advisory)
    causes = tuple(other_conditions(before, now))
    if not causes and (_has_changed(judged) or _has_changed(beside)):
        causes = ("Nothing else that the certificates name differs: the endpoint behaves otherwise than it did.",)
    told = {key for one in (judged, beside) for kind in KINDS for key in getattr(one, kind)}
    every = {**deciding, **advisory}
    return Differences(
        **vars(judged),
        advisory=beside,
        outcomes={key: outcomes for key, outcomes in every.items() if key in told},
        causes=causes,
    )


def told_in_lines(found: Differences, every: Iterable[str]) -> Iterator[str]:
    """Yield what differs as people read it on a terminal, harmless; ``every``: the ids of all requirements."""
    for group in found.groups:
        yield ""
        yield f"{group.title} ({len(group.ids):,})"
        yield from (harmless(f"  {line}", MOST) for line in in_few_lines(group.ids, every))
    if found.is_none:
        yield ""
        yield "nothing differs: whatever was checked came out as it did before"
    if found.causes:
        yield ""
        yield "what else differs, and may be why" if not found.is_none else "what else differs"
        yield from (harmless(f"  {sentence}") for sentence in found.causes)


def _has_changed(found: Changes) -> bool:
    return any(getattr(found, kind) for kind in KINDS if kind != "still_failing")


def _pairs(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, tuple[bool, Outcomes]]:
    """Return, by id, whether a requirement is advisory, and both outcomes; those of the later certificate first."""
    was = {item["id"]: item for item in before["requirements"]}
    found = {
        item["id"]: (item["obligation"] == "advisory", (was.get(item["id"], {}).get("outcome"), item["outcome"]))
        for item in now["requirements"]
    }
    gone = {key: (item["obligation"] == "advisory", (item["outcome"], None)) for key, item in was.items()}
    return {**found, **{key: pair for key, pair in gone.items() if key not in found}}


def _changes(pairs: Mapping[str, Outcomes]) -> Changes:
    kinds: dict[str, list[str]] = {}
    for key, (was, now) in pairs.items():
        for kind in _kinds(was, now):
            kinds.setdefault(kind, []).append(key)
    return Changes(**{kind: tuple(keys) for kind, keys in kinds.items()})


def _kinds(was: str | None, now: str | None) -> Iterator[str]:
    """Tell to which fields of ``Changes`` a requirement with these outcomes belongs."""
    if now in _FAILING:
        if was not in _FAILING:
            yield "newly_waived" if now == Outcome.WAIVED else "newly_failing"
            return
        yield "still_failing"
        if was != now:
            yield "waived_since" if now == Outcome.WAIVED else "no_longer_waived"
    elif now == Outcome.PASS:
        if was in _FAILING:
            yield "fixed"
        elif was != Outcome.PASS:
            yield "newly_checked"
    elif was in _CHECKED:
        yield "no_longer_checked"


def _groups(found: Changes, outcomes: Mapping[str, Outcomes], apart: str = "") -> Iterator[Group]:
    told: dict[str, list[str]] = {}
    for kind, title in _TITLES.items():
        for key in getattr(found, kind):
            told.setdefault(apart + title + _more(kind, *outcomes[key]), []).append(key)
    yield from (Group(title, tuple(keys)) for title, keys in told.items())


_TITLES = {
    "newly_failing": "newly failing",
    "newly_waived": "newly failing, waived",
    "no_longer_checked": "no longer checked",
    "fixed": "fixed",
    "newly_checked": "newly checked, pass",
    "still_failing": "still failing",
}


def _more(kind: str, was: str | None, now: str | None) -> str:
    """Return what a title says beside the kind of change."""
    if kind == "no_longer_checked":
        return f", now {now or 'not there'}"
    if kind != "still_failing" or was == now == Outcome.FAIL:
        return ""
    if was == now:
        return ", waived as before"
    return ", waived since" if now == Outcome.WAIVED else ", no longer waived"
