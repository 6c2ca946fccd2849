"""Faults of a message in one state alone: it is right in every other. docs/calls.md says what each kind does."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

from dataverse_tck.emulator.faults.calls.moments import Moment, moments, state_name
from dataverse_tck.emulator.operations.call_states import TRANSITIONS, Call

PREFIX = "derived/message/"
Kinds = tuple[str, ...]
REFUSED, MISSING, ACCEPTED = "refused", "missing", "accepted"
_ASPECTS = {REFUSED: "callable", MISSING: "effect", ACCEPTED: "wrong-state"}


@cache
def known_state_faults() -> dict[str, Kinds]:
    """The faults there are: id -> its kinds, each with the state in its name.

    Where a message is possible it can be refused or, if it changes something, do nothing; elsewhere it can be done.
    """
    found = [(moment, REFUSED) for moment in moments() if moment.is_possible]
    found += [(moment, MISSING) for moment, _ in found if moment.message in TRANSITIONS]
    return _by_id([*found, *((moment, ACCEPTED) for moment in _wrong() if moment.shows)])


@cache
def known_idle_faults() -> dict[str, Kinds]:
    """Of messages that are done in a wrong state, those that the call does not show: it is so already.

    Only the answer is wrong there. In form they are as ``known_state_faults``.
    """
    return _by_id([(moment, ACCEPTED) for moment in _wrong() if not moment.shows])


def kind_in(kind: str, message: str, call: Call) -> str:
    """The name of a kind in the state that a call is in."""
    return f"{kind}-in-{state_name(message, call)}"


def _wrong() -> list[Moment]:
    return [moment for moment in moments() if not moment.is_possible]


def _by_id(faults: list[tuple[Moment, str]]) -> dict[str, Kinds]:
    kinds: defaultdict[str, Kinds] = defaultdict(tuple)
    for moment, kind in faults:
        kinds[f"{PREFIX}{moment.message}/{_ASPECTS[kind]}"] += (kind_in(kind, moment.message, moment.call),)
    return dict(kinds)
