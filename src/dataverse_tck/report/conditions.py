"""Under which conditions two runs were made: in sentences, what differs between them beside what they found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from dataverse_tck.reporting.harmless import harmless

_LONGEST = 120  # characters of one value
_DIGEST = 12  # of a digest that are told: enough to see that two differ


def other_conditions(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """Say in a sentence each what is otherwise in the certificate of a run than in that of an earlier one."""
    return chain(_made_with(before, now), _asked_for(before, now), _examined(before, now), _ended(before, now))


def _made_with(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """Tell of the kit, the reference and the profile."""
    was, is_now = before["suite"], now["suite"]
    if was != is_now:
        yield f"The suite is another one: {_version(was)} before, {_version(is_now)} now."
    old, new = ((told["reference"] or {}).get("sha256") for told in (before, now))
    if old != new:
        yield f"The reference is another revision: {_digest(old)} before, {_digest(new)} now."
    if _profile(before["profile"]) != _profile(now["profile"]):
        yield f"The profile is another one: {_profile(before['profile'])} before, {_profile(now['profile'])} now."


def _asked_for(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """Tell of waivers, the level, what was selected, and the seed."""
    if (waived := _waivers(before)) != (waived_now := _waivers(now)):
        yield f"The waivers are others: {len(waived)} in force before, {len(waived_now)} now."
    if before["level"] != now["level"]:
        yield f"The level was {_text(before['level'])}, and is {_text(now['level'])}."
    for name, words in (("only", "--only"), ("exclude", "--exclude")):
        if before[name] != now[name]:
            yield f"What was selected differs: {words} was {_listed(before[name])}, and is {_listed(now[name])}."
    old, new = (told["run"]["pytest_args"] for told in (before, now))
    if old != new:
        yield f"What was selected differs: the arguments for pytest were {_listed(old)}, and are {_listed(new)}."
    if before["max_fail"] != now["max_fail"]:
        old, new = (told["max_fail"] or "not given" for told in (before, now))
        yield f"--max-fail was {old}, and is {new}."
    if before["seed"] != now["seed"]:
        yield f"The seed was {before['seed']}, and is {now['seed']}: what is made up has other values."


def _examined(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """Tell of the endpoint: where it is, what it says of itself, and what of it could be read."""
    old, new = _address(before["endpoint"]), _address(now["endpoint"])
    if old != new:
        yield f"The endpoint has another address: {old} before, {new} now."
    old, new = (_said(told["endpoint"].get("version")) for told in (before, now))
    if old != new:
        yield f"The endpoint is of another version: {old} before, {new} now."
    old, new = (_digest(told["endpoint"].get("metadata")) for told in (before, now))
    if old != new:
        yield f"What the endpoint declares is something else: {old} before, {new} now."
    was, states = ({one["surface"]: one["state"] for one in told["surfaces"]} for told in (before, now))
    for name in dict.fromkeys((*was, *states)):
        old, new = _said(was.get(name)), _said(states.get(name))
        if old != new:
            yield f"The surface {_text(name)} was {old}, and is {new}."


def _ended(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """Tell of what kept a run from its end; it says something also where both were kept from it."""
    for told, when in ((before, "earlier"), (now, "later")):
        if told["interrupted"]:
            yield f"The {when} run was interrupted."
        if told["troubles"]:
            yield f"Something broke in the {when} run: {_text(told['troubles'][0])}."


def _waivers(told: Mapping[str, Any]) -> set[str]:
    return {one["requirement"] for one in told.get("waivers") or [] if one["state"] == "in force"}


def _version(suite: Mapping[str, Any]) -> str:
    return f"{_text(suite['version'])} ({_digest(suite['sha256'])})"


def _profile(profile: Mapping[str, Any] | None) -> str:
    return f"{_text(profile['name'])} ({_digest(profile['sha256'])})" if profile else "none"


def _address(endpoint: Mapping[str, Any]) -> str:
    return "the embedded emulator" if endpoint["embedded"] else _text(endpoint["root"])


def _digest(sha256: str | None) -> str:
    return f"sha256 {sha256[:_DIGEST]}..." if sha256 else "not told"


def _said(value: str | None) -> str:
    return _text(value) if value else "not told"


def _listed(values: list[str]) -> str:
    return _text(" ".join(values)) if values else "not given"


def _text(value: object) -> str:
    return harmless(value, _LONGEST)
