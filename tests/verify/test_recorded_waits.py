"""Waits and spans of a record that cannot go together: given up too soon, too long, or in the wrong order."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from dataverse_tck.acts.clock import Clock
from dataverse_tck.acts.patience import ENOUGH, Patience
from dataverse_tck.acts.waits import Wait
from dataverse_tck.evidence.record import Record
from dataverse_tck.verify.waits import RecordedWaits

KINDS = (("link",), ("link", "one"))
VAIN = Wait(5, 1.0, 1.1, seen=False, deadline=1.0)
SEEN = Wait(4, 0.4, 0.5, seen=True, deadline=1.0)
GIVEN_UP = Wait(4, 0.2, 0.21, seen=False, deadline=0.2, given_up=True)
HASTY = Wait(4, 0.2, 0.21, seen=False, deadline=0.2)


class Replay:
    """A record of notes, asked for one after the other; ``refused`` tells what of it is."""

    def __init__(self, folder: Path, *notes: tuple[str, dict[str, Any]]) -> None:
        places: dict[str, int] = {}
        lines = []
        for scene, words in notes:
            places[scene] = places.get(scene, 0) + 1
            lines.append({"for": {"phase": "scene", "scene": scene, "place": places[scene]}, **words})
        (folder / "exchanges.ndjson").write_text("".join(json.dumps(line) + "\n" for line in lines))
        self.record = Record(folder)
        self.patience = Patience()
        stage = SimpleNamespace(patience=self.patience, clock=Clock())
        self.waits = RecordedWaits(cast("Any", stage), self.record)

    def wait(self, scene: str, *, shows: bool = False) -> None:
        """Wait for an effect that shows at the last look, or never."""
        looks = iter([False] * (SEEN.looks - 1) + [shows] * 10**3)
        _, wait = self.waits.until(self.who(scene), lambda: next(looks), bool, kinds=KINDS, whole=1.0, given_up=False)
        if not wait.seen and wait.deadline == 1.0:
            self.patience.in_vain(KINDS)

    def who(self, scene: str) -> Any:
        """A scene of that name."""
        return SimpleNamespace(records=SimpleNamespace(scene=scene))

    def span(self, scene: str) -> None:
        """End a performance."""
        self.waits.span(self.who(scene).records, 0.0, 0.0)

    def refused(self) -> list[tuple[str, str]]:
        """Where something is refused, and what."""
        self.waits.check()
        return [(one.where, one.what) for one in self.record.refusals]


def wait(one: Wait) -> dict[str, Any]:
    """The note of a wait."""
    return {"wait": asdict(one)}


def span(began: float, ended: float) -> dict[str, Any]:
    """The note of a performance."""
    return {"span": [began, ended]}


def test_a_later_performance_may_give_up_what_the_first_has_missed(tmp_path: Path) -> None:
    replay = Replay(tmp_path, ("one", wait(VAIN)), ("one (again)", wait(GIVEN_UP)))
    replay.wait("one")
    replay.wait("one (again)")
    assert replay.refused() == []


@pytest.mark.parametrize("scene", ["one", "other (again)"])
def test_no_other_may(tmp_path: Path, scene: str) -> None:
    replay = Replay(tmp_path, ("first", wait(VAIN)), (scene, wait(GIVEN_UP)))
    replay.wait("first")
    replay.wait(scene)
    assert [(where, "was given up, and no earlier" in what) for where, what in replay.refused()] == [(scene, True)]


@pytest.mark.parametrize("number", [ENOUGH - 1, ENOUGH])
def test_a_deadline_is_short_where_the_effect_has_stayed_away_often_enough(tmp_path: Path, number: int) -> None:
    others = [str(at) for at in range(number)]
    replay = Replay(tmp_path, ("hasty", wait(HASTY)), *((one, wait(VAIN)) for one in others))
    for scene in ("hasty", *others):
        replay.wait(scene)
    assert [where for where, _ in replay.refused()] == ([] if number == ENOUGH else ["hasty"])


def test_what_was_seen_is_seen_again(tmp_path: Path) -> None:
    replay = Replay(tmp_path, ("one", wait(SEEN)), ("two", wait(SEEN)))
    replay.wait("one", shows=True)
    replay.wait("two")
    assert [(where, "said to have shown" in what) for where, what in replay.refused()] == [("two", True)]


def test_no_wait_is_longer_than_its_performance(tmp_path: Path) -> None:
    replay = Replay(
        tmp_path, ("one", wait(VAIN)), ("one", span(5.0, 5.05)), ("two", wait(VAIN)), ("two", span(5.0, 5.2))
    )
    for scene in ("one", "two"):
        replay.wait(scene)
        replay.span(scene)
    assert replay.refused() == [("one", "A wait for an effect is longer than its performance.")]


def test_rounds_follow_each_other(tmp_path: Path) -> None:
    notes = [("one", span(0, 3)), ("two", span(0, 5)), ("two (again)", span(5, 6)), ("one (alone)", span(5.5, 7))]
    replay = Replay(tmp_path, *notes)
    for scene, _ in notes:
        replay.span(scene)
    assert replay.refused() == [("one (alone)", "A later performance begins before the earlier ones are over.")]


def test_a_later_look_does_not_change_the_beginning(tmp_path: Path) -> None:
    notes = [("one", span(1, 3)), ("one", span(1, 9)), ("two", span(1, 3)), ("two", span(2, 9))]
    replay = Replay(tmp_path, *notes)
    for scene, _ in notes:
        replay.span(scene)
    assert replay.refused() == [("two", "A performance begins twice.")]


@pytest.mark.parametrize(("settled", "told"), [(0.5, []), (0.3, ["late"]), (None, [])])
def test_no_effect_is_looked_for_when_the_slowest_would_have_shown(
    tmp_path: Path, settled: float | None, told: list[str]
) -> None:
    waited = [] if settled is None else [("late", {"settled": settled})]
    replay = Replay(tmp_path, ("early", wait(SEEN)), ("early", span(0, 1)), *waited, ("late", span(2, 2.3)))
    replay.wait("early", shows=True)
    replay.span("early")
    replay.waits.settle(replay.who("late"))
    replay.span("late")
    assert [where for where, _ in replay.refused()] == told
