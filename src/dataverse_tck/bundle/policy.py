"""A policy: what somebody accepts of a run, written down once, and each clause of it held against a certificate."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dataverse_tck.bundle.keys import KEY_ID, NamedKey, read_public
from dataverse_tck.bundle.manual import OPEN
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.conformance.requirement import LEVELS, selects
from dataverse_tck.conformance.verdict import Verdict
from dataverse_tck.conformance.waivers import Standing
from dataverse_tck.profile.coverage import TRIED
from dataverse_tck.profile.problems import breaches
from dataverse_tck.profile.profile import read_toml
from dataverse_tck.reporting.wording import beside, counted
from dataverse_tck.usage import UsageError

_DAY_S = 86_400
_NAMED = 3  # ids that a clause names
_HARMLESS = {Outcome.PASS, Outcome.WAIVED, Outcome.NOT_APPLICABLE, Outcome.NOT_CLAIMED, Outcome.BEYOND}


@dataclass(frozen=True)
class Policy:
    """A policy as it stands in its file; None where it has no such clause."""

    level: str | None = None
    greatest_age_days: float | None = None
    suite: tuple[str, ...] | None = None  # versions
    waived: tuple[str, ...] | None = None  # ids or globs of what may be, as in the next two
    not_claimed: tuple[str, ...] | None = None
    statements: tuple[str, ...] | None = None
    least_with_effect: int | None = None  # messages
    least_tried: int | None = None  # pairs of message and state
    signed_by: tuple[NamedKey, ...] | None = None
    challenge: str | None = None


@dataclass(frozen=True)
class Clause:
    """What came of one clause: the figure, and what it was held to."""

    name: str
    holds: bool
    figure: str


@dataclass(frozen=True)
class Seen:
    """What a policy is held against. ``signers`` None: a folder, which nobody signs."""

    certificate: Mapping[str, Any]
    now: datetime
    signers: tuple[str, ...] | None = None
    statements: tuple[Mapping[str, Any], ...] = ()


def load_policy(path: Path) -> Policy:
    """Read a policy in TOML. Raises UsageError with the key, the value seen and the way out."""
    _, document = read_toml(path, "policy")
    if found := breaches(document, "policy"):
        more = f" There {'is' if len(found) == 2 else 'are'} {len(found) - 1} more." if found[1:] else ""
        raise UsageError(f"The policy {path} cannot be used: {found[0]}{more}")
    if not document.keys() - {"format"}:
        raise UsageError(f"The policy {path} asks for nothing: say at least one clause, such as level or signed_by.")
    signed_by = document.get("signed_by")
    return Policy(
        level=document.get("level"),
        greatest_age_days=document.get("greatest_age_days"),
        suite=_list(document, "suite"),
        waived=_list(document, "waived"),
        not_claimed=_list(document, "not_claimed"),
        statements=_list(document, "statements"),
        least_with_effect=document.get("least_with_effect"),
        least_tried=document.get("least_tried"),
        signed_by=None if signed_by is None else tuple(_key(path, word) for word in signed_by),
        challenge=document.get("challenge"),
    )


def _list(document: Mapping[str, Any], name: str) -> tuple[str, ...] | None:
    return tuple(document[name]) if name in document else None


def _key(path: Path, word: str) -> NamedKey:
    if KEY_ID.fullmatch(word):
        return NamedKey(word, f"{word[:16]}...")
    return read_public(path.parent / word)


def clauses(policy: Policy, seen: Seen) -> Iterator[Clause]:
    """Yield what comes of each clause that a policy has; the verdict is one always."""
    told = seen.certificate
    yield _verdict(policy, seen)
    if policy.level is not None:
        holds = LEVELS.index(told["level"]) >= LEVELS.index(policy.level)
        yield Clause("level", holds, f"{told['level']}, at least {policy.level}")
    if policy.greatest_age_days is not None:
        yield _age(policy.greatest_age_days, seen)
    if policy.suite is not None:
        version = told["suite"]["version"]
        yield Clause("suite", version in policy.suite, f"{version}, of {' or '.join(policy.suite)}")
    for name, outcome, may_be in (
        ("waived", Outcome.WAIVED, policy.waived),
        ("not claimed", Outcome.NOT_CLAIMED, policy.not_claimed),
    ):
        if may_be is not None:
            yield _may_be(name, [row["id"] for row in _deciding(told) if row["outcome"] == outcome], may_be)
    if policy.statements is not None:
        yield _may_be("statements", _stated(seen), policy.statements)
    yield from _calls(policy, told["calls"] or {})
    if policy.signed_by is not None:
        yield _signed_by(policy.signed_by, seen.signers)
    if policy.challenge is not None:
        yield challenged(policy.challenge, told)


def challenged(challenge: str, certificate: Mapping[str, Any]) -> Clause:
    """Return whether a run was made for a challenge; a level that only reads asks nothing that hangs on it."""
    found = certificate.get("challenge")
    figure = "no challenge" if found is None else repr(found)
    if found == challenge and certificate["level"] == LEVELS[0]:
        figure += f"; at the level {LEVELS[0]} that shows nothing, as what is asked there does not hang on it"
    return Clause("challenge", found == challenge, figure if found == challenge else f"{figure}, not {challenge!r}")


def _verdict(policy: Policy, seen: Seen) -> Clause:
    """Conformant; or incomplete by nothing but what cannot be looked at, and accepted statements speak of that."""
    told = seen.certificate
    if told["verdict"] == Verdict.CONFORMANT:
        return Clause("verdict", holds=True, figure=_conformant(told))
    if told["verdict"] != Verdict.INCOMPLETE:
        return Clause("verdict", holds=False, figure=told["verdict"])
    open_ones = {row["id"]: row["outcome"] for row in _deciding(told) if row["outcome"] not in _HARMLESS}
    if why := _why_not(open_ones, policy, seen):
        return Clause("verdict", holds=False, figure=f"incomplete: {why}")
    figure = f"incomplete, and manual statements speak of all {len(open_ones)} that are open"
    return Clause("verdict", holds=True, figure=figure)


def _why_not(open_ones: Mapping[str, str], policy: Policy, seen: Seen) -> str | None:
    """Return why statements do not make good what a run has left open; None where they do."""
    told = seen.certificate
    if told["interrupted"] or told["troubles"]:
        return "the run was interrupted or says of troubles"
    if stale := [one["requirement"] for one in told["waivers"] if one["state"] == Standing.STALE]:
        return f"a waiver is stale: nothing of {_some(stale)} fails"
    if undecided := [key for key, outcome in open_ones.items() if outcome not in OPEN]:
        return f"{_some(undecided)} {'is' if len(undecided) == 1 else 'are'} not decided"
    return _uncovered(open_ones, policy, seen)


def _uncovered(open_ones: Mapping[str, str], policy: Policy, seen: Seen) -> str | None:
    accepted = {key for key in _stated(seen) if selects(policy.statements or (), [key])}
    if uncovered := [key for key in open_ones if key not in accepted]:
        return f"no manual statement that is accepted speaks of {_some(uncovered)}"
    return None if open_ones else "nothing is open that a statement could speak of"


def _conformant(told: Mapping[str, Any]) -> str:
    return f"conformant{beside(told['counts'])}"


def _deciding(told: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    return (row for row in told["requirements"] if row["obligation"] != "advisory")


def _stated(seen: Seen) -> list[str]:
    return sorted({key for one in seen.statements for key in one["requirements"]})


def _age(greatest: float, seen: Seen) -> Clause:
    began, ended = (datetime.fromisoformat(seen.certificate[name]) for name in ("started", "finished"))
    if max(began, ended) > seen.now:
        return Clause(
            "age", holds=False, figure=f"the run ends at {seen.certificate['finished']}, which is still to come"
        )
    days = (seen.now - began).total_seconds() / _DAY_S
    return Clause("age", days <= greatest, f"{days:.1f} days, at most {greatest:g}")


def _may_be(name: str, found: Sequence[str], may_be: Sequence[str]) -> Clause:
    if other := [key for key in found if not selects(may_be, [key])]:
        return Clause(name, holds=False, figure=f"{len(found)}, of which {_some(other)} may not be")
    return Clause(name, holds=True, figure=f"{len(found)}, each of which may be" if found else "none")


def _calls(policy: Policy, calls: Mapping[str, Any]) -> Iterator[Clause]:
    if (least := policy.least_with_effect) is not None:
        found = calls.get("with_effect", 0)
        yield Clause("effects", found >= least, f"{counted(found, 'message')} with a declared effect, at least {least}")
    if (least := policy.least_tried) is not None:
        found = sum(calls.get("states", {}).get(str(fate), 0) for fate in TRIED)
        yield Clause("tried", found >= least, f"{counted(found, 'pair')} of message and state, at least {least}")


def _signed_by(keys: Collection[NamedKey], signers: Collection[str] | None) -> Clause:
    names = ", ".join(key.name for key in keys)
    if signers is None:
        figure = f"nobody: a folder is not signed. Verify its bundle for {names}"
        return Clause("signed by", holds=False, figure=figure)
    return Clause("signed by", {key.id for key in keys} <= set(signers), names)


def _some(ids: Collection[str] | Iterator[str]) -> str:
    listed = list(ids)
    more = f" and {len(listed) - _NAMED} more" if len(listed) > _NAMED else ""
    return ", ".join(listed[:_NAMED]) + more


def utc_now() -> datetime:
    """Return the moment against which age is measured."""
    return datetime.now(UTC)
