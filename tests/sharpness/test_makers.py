"""Makers whose calls are otherwise and right: other words, other bindings, lenient ones, and some that offer little.

And one whose message reaches every other call: the same verdict every time.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.emulator.organisation.assemble import create_organisation
from dataverse_tck.emulator.organisation.model import Binding
from dataverse_tck.emulator.serving.app import create_app
from dataverse_tck.emulator.serving.server import running
from dataverse_tck.profile.calls import Calls, Region
from dataverse_tck.profile.coverage import Fate
from dataverse_tck.profile.profile import Profile
from dataverse_tck.settings import Settings
from tests.sharpness.call_lanes import declared
from tests.sharpness.engine import RUN_SEED, Outcomes, perform, right_reading, scripts
from tests.sharpness.gateway import Dialect

if TYPE_CHECKING:
    from starlette.types import ASGIApp

REACHING = "derived/message/CCaaS_HoldCall/effect#everywhere"
RUNS = range(20)
OWN_WORDS = {
    "None": "idle", "Offered": "ringing", "Connected": "talking", "Held": "parked", "TransferPending": "handing over",
    "Ended": "over",
}  # fmt: skip
SIX = (
    "CCaaS_AcceptCall",
    "CCaaS_GetCallState",
    "CCaaS_HoldCall",
    "CCaaS_UnholdCall",
    "CCaaS_EndCall",
    "CCaaS_BargeInToCall",
)


def in_own_words(status: int, body: bytes) -> tuple[int, bytes]:
    """Tell the state of a call in other words."""
    if status != 200:
        return status, body
    told = json.loads(body)
    return 200, json.dumps({**told, "CallState": OWN_WORDS[told["CallState"]]}).encode()


def says_yes(status: int, body: bytes) -> tuple[int, bytes]:
    """Answer yes, and do nothing, where a message is refused because of the state of the call."""
    return (204, b"") if b"not possible" in body else (status, body)


def other_words(calls: Calls) -> Calls:
    assert calls.state_reader is not None
    call = Region("CallState", {own: word for word, own in OWN_WORDS.items()})
    reader = replace(calls.state_reader, regions={**calls.state_reader.regions, "call": call})
    return replace(calls, state_reader=reader)


def lenient(calls: Calls) -> Calls:
    """Where a wrong state changes nothing; the session that is hidden is so as well."""
    messages = {
        name: replace(one, when_wrong_state=("unchanged",) if one.when_wrong_state else ())
        for name, one in calls.messages.items()
    }
    return replace(calls, messages=messages)


def of_six(calls: Calls) -> Calls:
    return replace(calls, messages={name: replace(one, supported=name in SIX) for name, one in calls.messages.items()})


@dataclass(frozen=True)
class Maker:
    """An endpoint of calls that is right, with what it says of itself."""

    says: Callable[[Calls], Calls]
    binding: Binding = Binding.ENTITY
    before: Callable[[ASGIApp], ASGIApp] = lambda app: app
    right: int = 165  # pairs of message and state; three that the declaration names cannot come about


MAKERS = {
    "other words, bound to nothing": Maker(
        other_words, Binding.UNBOUND, lambda app: Dialect(app, "CCaaS_GetCallState", in_own_words)
    ),
    "lenient": Maker(lenient, before=lambda app: Dialect(app, "CCaaS_", says_yes)),
    "six messages": Maker(of_six, right=24),
}


def called(app: ASGIApp, maker: Maker, folder: Path, *, workers: int = 8, seed: int = RUN_SEED) -> Outcomes:
    """Perform all scenarios of calls at an endpoint that a maker describes."""
    calls = maker.says(declared())
    unclaimed = frozenset(key for one in calls.not_claimed() for key in right_ids() if f"/{one.name}/" in key)
    settings = Settings(
        seed=seed,
        settle_s=0,
        workers=workers,
        level="calls",
        profile=Profile("", "", calls=calls),
        not_claimed=dict.fromkeys(unclaimed, ""),
    )
    with running(maker.before(app)) as root:
        return perform(replace(right_reading(maker.binding), root=root), folder, scripts("calls"), settings)


def right_ids() -> frozenset[str]:
    return frozenset(key for script in scripts("calls").values() for key in script.decides)


@pytest.mark.whole
@pytest.mark.parametrize("name", MAKERS)
def test_a_maker_whose_calls_are_otherwise_is_right(name: str, tmp_path: Path) -> None:
    """In each state, by what they say of themselves."""
    maker = MAKERS[name]
    found = called(create_app(create_organisation(binding=maker.binding)), maker, tmp_path)

    right = {Outcome.PASS, Outcome.NOT_APPLICABLE, Outcome.NOT_CLAIMED}
    assert found.told({key for key, one in found.findings.items() if one.outcome not in right}) == {}
    fates = Counter(one.fate for one in found.tried)
    assert fates == {Fate.RIGHT: maker.right, Fate.UNREACHED: fates[Fate.UNREACHED]}
    assert (found.troubles, found.leftovers) == ((), ())


@pytest.mark.campaign
@pytest.mark.parametrize("workers", [1, 8, 32])
@pytest.mark.parametrize("number", RUNS)
def test_a_message_that_reaches_all_other_calls_fails_itself_alone(number: int, workers: int, tmp_path: Path) -> None:
    """However many scenarios are under way, and in whatever order."""
    app = create_app(create_organisation(), faults=[REACHING])
    found = called(app, Maker(lambda calls: calls), tmp_path, workers=workers, seed=number)

    assert found.ids(Outcome.FAIL) == {REACHING.partition("#")[0]}, found.told(found.ids(Outcome.FAIL))
    assert found.ids(Outcome.NOT_TESTABLE) == {"derived/message/CCaaS_HoldCall/inverse"}
    assert found.ids(Outcome.ERROR) == set()
    assert (found.troubles, found.leftovers) == ((), ())
