"""The gate: how many requests pass at once, and when none may; time is made up, but for waits of a moment."""

from __future__ import annotations

import threading

import pytest

from dataverse_tck.webapi.http.errors import Broken
from dataverse_tck.webapi.http.gate import ADVISED, LEFT, Gate

MOMENT_S = 0.05


class Passing:
    """A request that tries to pass, in a thread of its own."""

    def __init__(self, gate: Gate) -> None:
        self.problem: Exception | None = None
        self._gate = gate
        self._done = threading.Event()
        threading.Thread(target=self._enter, daemon=True).start()

    @property
    def passes(self) -> bool:
        """Whether it gets through before long."""
        return self._done.wait(2)

    @property
    def waits(self) -> bool:
        """Whether it still stands there after a moment."""
        return not self._done.wait(MOMENT_S)

    def _enter(self) -> None:
        try:
            self._gate.enter()
        except Broken as problem:
            self.problem = problem
        self._done.set()


class Clock:
    """Seconds that pass when they are told to."""

    now = 100.0

    def __call__(self) -> float:
        """Return the present."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still."""
    return Clock()


def answered(gate: Gate, latency_s: float, times: int) -> None:
    """Let requests pass, one after the other, each answered after that long."""
    for _ in range(times):
        gate.enter()
        gate.leave({}, latency_s)


def test_as_many_pass_as_may_be_under_way() -> None:
    """The next one waits until one of them is done."""
    gate = Gate(2)
    gate.enter()
    gate.enter()
    third = Passing(gate)

    assert third.waits
    gate.leave()
    assert third.passes
    assert (gate.at_once, gate.most) == (2, 2)


def test_a_number_stays_what_it_is() -> None:
    """Whatever is answered, advised or refused."""
    gate = Gate(3)
    answered(gate, 0.1, 100)
    gate.hold(0)
    gate.enter()
    gate.leave({ADVISED: "1"}, 0.1)

    assert gate.at_once == 3


def test_more_pass_while_answers_stay_as_quick() -> None:
    """From 8 up to 32, half as many more each time that as many have been compared."""
    gate, seen = Gate(), [8]
    for _ in range(400):
        answered(gate, 0.1, 1)
        if gate.at_once != seen[-1]:
            seen.append(gate.at_once)

    assert seen == [8, 12, 18, 27, 32]
    assert gate.most == 32


def test_fewer_pass_when_more_only_wait_for_each_other() -> None:
    """Twice the best latency is borne, more is not; a few slow answers decide nothing."""
    gate = Gate()
    answered(gate, 0.1, 16)
    answered(gate, 0.2, 24)
    assert gate.at_once == 18

    answered(gate, 0.21, 36)
    assert gate.at_once == 12

    answered(gate, 9.0, 11)
    answered(gate, 0.1, 13)
    assert gate.at_once == 18


def test_answers_that_take_longer_send_nobody_away_whom_it_began_with() -> None:
    """They may be answers to other questions: only a refusal says that 8 are too many."""
    gate = Gate()
    answered(gate, 0.1, 16)
    for _ in range(20):
        answered(gate, 9.0, 36)
    assert gate.at_once == 8

    gate.hold(0)
    answered(gate, 9.0, 36)
    assert gate.at_once == 4


def test_a_refusal_halves_and_holds_all(clock: Clock) -> None:
    """Nobody passes until the endpoint has had its time; one always may, in the end."""
    gate = Gate(clock=clock)
    gate.hold(30)
    first = Passing(gate)
    assert first.waits
    assert gate.at_once == 4

    clock.now += 30
    gate.hold(0)
    assert first.passes
    for _ in range(5):
        gate.hold(0)
    assert gate.at_once == 1


def test_the_longest_of_several_waits_holds(clock: Clock) -> None:
    """A shorter one that comes later ends nothing."""
    gate = Gate(4, clock)
    gate.hold(30)
    gate.hold(5)
    clock.now += 6
    gate.hold(0)

    assert Passing(gate).waits


def test_what_the_endpoint_advises_is_heeded() -> None:
    """As the most at once; never more than the service bears, and nonsense is none."""
    gate = Gate()
    gate.enter()
    gate.leave({ADVISED: "5"}, 0.1)
    assert gate.at_once == 5
    answered(gate, 0.1, 100)
    assert gate.at_once == 5

    lavish = Gate()
    lavish.enter()
    lavish.leave({ADVISED: "4000"}, 0.1)
    lavish.enter()
    lavish.leave({ADVISED: "many"}, 0.1)
    answered(lavish, 0.1, 400)
    assert lavish.at_once == 32


def test_no_more_pass_than_the_endpoint_still_takes(clock: Clock) -> None:
    """Those that are under way are counted, as it may not have seen them; then one asks how many there are by now."""
    gate = Gate(8, clock)
    gate.enter()
    gate.enter()
    gate.leave({LEFT: "3"})
    gate.enter()
    gate.enter()
    further = Passing(gate)
    assert further.waits  # two have passed since, and one before

    for _ in range(3):
        gate.leave()
    assert further.waits
    clock.now += 1
    gate.hold(0)
    assert further.passes
    gate.leave({LEFT: "600"})
    gate.enter()


def test_who_waits_is_sent_away_when_the_gate_closes() -> None:
    """So that no thread outlives its session."""
    gate = Gate(1)
    gate.enter()
    waiting = Passing(gate)
    assert waiting.waits

    gate.close()
    assert waiting.passes
    assert str(waiting.problem) == "The session was closed while a request waited for its turn."
