"""Which faults of messages share a run: those that cannot hide each other, in an order drawn with the seed."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache

from dataverse_tck.endpoint.embedded import PROFILE
from dataverse_tck.profile.calls import Calls
from dataverse_tck.profile.profile import load_profile
from tests.sharpness.engine import suite

# After these, a call is not where others have to begin, or nobody knows where it is.
_USUAL_MOMENT = re.compile(r"advisory/message/\w+/wrong-state")
SPREADING = {"callable", "effect", "inverse", "read-only"}

# One of them has to work where profiles are silent: an ended call is where most messages come at the wrong time.
ENDING = {"CCaaS_EndCall", "CCaaS_EndPhoneCall"}
# By practice, what comes at the wrong time for this one comes after that one.
AT_THE_WRONG_TIME = {"CCaaS_StartTranscription": "CCaaS_StartRecordingAndTranscription"}


@cache
def declared() -> Calls:
    """What the emulator says of its calls; it has done everything when it answers, so nobody needs to wait."""
    calls = load_profile(PROFILE).calls
    assert calls is not None
    return replace(calls, settle_s=0.0)


def silent() -> Calls:
    """A profile that says how to come to each message, and nothing of what it does."""
    said = declared()
    messages = {
        name: replace(message, to=None, inverse=None, when_wrong_state=(), states=(), others_unchanged=False)
        for name, message in said.messages.items()
    }
    return replace(said, messages=messages)


def parts(fault: str) -> tuple[str, str]:
    """Return message and aspect of ``derived/message/<message>/<aspect>#<kind>``."""
    _, _, message, aspect = fault.partition("#")[0].split("/")
    return message, aspect


# What these leave wrong once they are taken back is nothing that the message which does so may change either.
TAKEN_BACK = {
    "CCaaS_HoldCall": "CCaaS_UnholdCall",
    "CCaaS_PauseRecordingAndTranscription": "CCaaS_ResumeRecordingAndTranscription",
    "CCaaS_StartTranscription": "CCaaS_StopTranscription",
}


def broken_by(faults: Iterable[str]) -> set[str]:
    """Return the ids of what is wrong where these are on."""
    ids = {fault.partition("#")[0] for fault in faults}
    back = {TAKEN_BACK[message] for message, aspect in map(parts, ids) if aspect == "inverse" and message in TAKEN_BACK}
    return ids | {f"derived/message/{message}/effect" for message in back}


def hanging(fault: str) -> set[str]:
    """Return the messages that cannot be tried, or not wholly, where this is wrong; itself among them."""
    message, aspect = parts(fault)
    said = declared()
    assert said.state_reader is not None
    if aspect not in SPREADING:
        return set()
    if message == said.state_reader.message:
        return set(said.messages)
    return {
        item.name
        for item in said.messages.values()
        if message in {item.name, *item.after, item.inverse, AT_THE_WRONG_TIME.get(item.name)}
    }


def may_be_untested(faults: Iterable[str]) -> set[str]:
    """Return the ids that may be not testable: of what hangs on a fault, or comes after it in the same scenario."""
    found: set[str] = set()
    for fault in faults:
        nodes = tuple(f"/message/{name}/" for name in hanging(fault))
        found |= {item.id for item in suite().catalogue.of("calls") if any(node in item.id for node in nodes)}
        found.add(fault.partition("#")[0].replace("derived/", "advisory/"))
    return found


def may_have_no_wrong_moment(faults: Iterable[str]) -> set[str]:
    """Return what is usual at a wrong moment, where a fault may keep a call from ever coming to such a moment."""
    spreads = any(parts(fault)[1] in SPREADING for fault in faults)
    return {item.id for item in suite().catalogue.of("calls") if spreads and _USUAL_MOMENT.fullmatch(item.id)}


def shared_runs(known: Mapping[str, Sequence[str]], seed: int, *, moments_apart: bool = False) -> list[frozenset[str]]:
    """Return the faults of each run; every fault is in exactly one, with none of its id and none that hides it.

    ``moments_apart``: what is wrong at a wrong moment shares no run with what may keep a call from coming there.
    """
    faults = [f"{identifier}#{kind}" for identifier, kinds in known.items() for kind in kinds]
    runs: list[set[str]] = []
    for fault in random.Random(seed).sample(faults, len(faults)):
        for run in runs:
            if not any(_apart(fault, other) or (moments_apart and _hides_moment(fault, other)) for other in run):
                run.add(fault)
                break
        else:
            runs.append({fault})
    return [frozenset(run) for run in runs]


def _apart(one: str, other: str) -> bool:
    """Whether two faults must not share a run."""
    same = one.partition("#")[0] == other.partition("#")[0]
    both_end = {parts(one)[0], parts(other)[0]} == ENDING and {parts(one)[1], parts(other)[1]} <= SPREADING
    return same or both_end or parts(one)[0] in hanging(other) or parts(other)[0] in hanging(one)


def _hides_moment(one: str, other: str) -> bool:
    aspects = {parts(one)[1], parts(other)[1]}
    return "wrong-state" in aspects and bool(aspects & SPREADING)
