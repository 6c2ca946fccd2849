"""Waits for effects as the record has them, held to the rules of patience."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

from dataverse_tck.acts.patience import SHORT_S, Kinds
from dataverse_tck.acts.waits import FIRST_PAUSE_S, LONGEST_PAUSE_S, Noting, Wait, Waiting, Waits

if TYPE_CHECKING:
    from dataverse_tck.acts.stage import Stage
    from dataverse_tck.evidence.record import Record

T = TypeVar("T")

ROUNDS = ("", "again", "once more", "alone")
"""In their order, as the names of performances have them: none begins before those of the one before have ended."""

_SLACK_S = 0.01  # of clocks that are read one after the other
_MADE_S = 1.0  # from the making of the scenes of a round to the beginning of the first
_EARLY = 0.9  # of a pause: how much of it there is at least
_CUT = 5  # looks that may follow each other quickly: the first, and those where a deadline cut the pause


class RecordedWaits(Waits):
    """Looks as often as the record says; nobody waits. ``check`` says at the end what cannot have been so."""

    def __init__(self, stage: Stage, record: Record) -> None:
        super().__init__(stage.patience, stage.clock, lambda seconds: None)
        self._record = record
        self._missed: set[tuple[str, str, Kinds]] = set()  # scenario, look, kinds: what stayed away at first
        self._hasty: list[tuple[str, Kinds]] = []  # scene: what was given up before its deadline
        self._longest: dict[str, float] = defaultdict(float)  # scene -> the longest wait in it
        self._seen: dict[str, float] = defaultdict(float)  # scene -> the slowest effect that it saw
        self._settled: dict[str, float | None] = {}  # scene -> when it looked for no effect, by its deed
        self._spans: dict[str, tuple[float, float]] = {}

    def until(
        self,
        who: Waiting,
        look: Callable[[], T],
        good: Callable[[T], bool],
        *,
        kinds: Kinds,
        whole: float,
        given_up: bool,
    ) -> tuple[T, Wait]:
        """Look once, and where that does not show the effect as often as it was looked for then."""
        scene = who.records.scene
        try:
            seen = look()
            if good(seen):
                return seen, Wait(1, 0.0, 0.0, seen=True, deadline=whole)
        except Exception:
            self._record.wait(scene)  # which was broken off by what the look came to
            raise
        told = self._record.wait(scene)
        wait = Wait(1, whole, whole, seen=False, deadline=whole) if told is None else Wait(**told)
        for looks in range(2, wait.looks + 1):
            seen = look()
            if self._record.is_astray(scene) or (good(seen) and looks < wait.looks):
                wait = replace(wait, looks=looks, seen=False)
                break
        is_good = good(seen)
        if self._record.is_astray(scene):
            return seen, replace(wait, seen=is_good)
        if problem := broken_rule(wait, whole, seen=is_good) or self._unearned(wait, scene, look, kinds):
            self._record.refuse(f"A wait for an effect is not as it has to be: {problem}.", scene)
        self._note(scene, wait, look, kinds, whole)
        return seen, replace(wait, seen=is_good)

    def _unearned(self, wait: Wait, scene: str, look: Callable[[], object], kinds: Kinds) -> str:
        """Say where a wait was given up that had to be whole: no earlier performance has missed the same."""
        title, which = _title_and_round(scene)
        if wait.given_up and (not which or (title, _name(look), kinds) not in self._missed):
            return "it was given up, and no earlier performance has waited for the same in vain"
        return ""

    def _note(self, scene: str, wait: Wait, look: Callable[[], object], kinds: Kinds, whole: float) -> None:
        title, which = _title_and_round(scene)
        self._longest[scene] = max(self._longest[scene], wait.ended)
        if wait.seen:
            self._seen[scene] = max(self._seen[scene], wait.after)
        elif not which:
            self._missed.add((title, _name(look), kinds))
        if wait.deadline < whole and not wait.given_up:
            self._hasty.append((scene, kinds))

    def settle(self, who: Waiting) -> None:
        """Look at once: what was waited for has passed."""
        scene = who.records.scene
        before, told = self._settled.get(scene), self._record.settled(scene)
        self._settled[scene] = told if before is None else max(before, told or 0.0)

    def span(self, records: Noting, began: float, ended: float) -> tuple[float, float]:
        """Return when the performance began and ended then; a later look at what it missed only ends later."""
        told = self._record.span(records.scene)
        first = self._spans.setdefault(records.scene, told)
        if first != told and (first[0] != told[0] or told[1] < first[1]):
            self._record.refuse("A performance begins twice.", records.scene, f"from {first[0]} s", f"from {told[0]} s")
        return told

    def check(self) -> None:
        """Refuse waits and spans that do not go together; to be called once everything is performed."""
        for scene, kinds in self._hasty:
            if not self._patience.may_have_been_hopeless(kinds):
                self._record.refuse(
                    "A wait for an effect is not as it has to be: it was given up before its deadline, and the effect "
                    "had not stayed away often enough.",
                    scene,
                )
        for scene, longest in self._longest.items():
            if longest > (most := self._most(scene)):
                self._refuse_long("A wait for an effect is longer than its performance.", scene, most, longest)
        self._check_rounds()
        self._check_settled()

    def _most(self, scene: str) -> float:
        """Return how long a scene can have waited at most: effects are timed from its last deed, or its making.

        All scenes of a round are made when it begins.
        """
        if scene not in self._spans:
            return math.inf
        which = _title_and_round(scene)[1]
        begun = min(began for one, (began, _) in self._spans.items() if _title_and_round(one)[1] == which)
        return self._spans[scene][1] - begun + _MADE_S

    def _refuse_long(self, what: str, scene: str, expected: float, found: float) -> None:
        self._record.refuse(what, scene, f"at most {expected:.3f} s", f"{found:.3f} s")

    def _check_rounds(self) -> None:
        """Hold rounds to their order: each is over when the next begins."""
        rounds = {which: [it for it in self._spans.items() if _title_and_round(it[0])[1] == which] for which in ROUNDS}
        for before, after in pairwise([spans for spans in rounds.values() if spans]):
            over = max(ended for _, (_, ended) in before)
            scene, (began, _) = min(after, key=lambda it: it[1][0])
            if began < over - _SLACK_S:
                self._record.refuse(
                    "A later performance begins before the earlier ones are over.",
                    scene,
                    f"not before {over:.3f} s",
                    f"{began:.3f} s",
                )

    def _check_settled(self) -> None:
        """Hold looks for no effect to the slowest one that had shown by then."""
        for scene, told in self._settled.items():
            began, _ = self._spans.get(scene, (0.0, 0.0))
            slowest = max((self._seen[one] for one, span in self._spans.items() if span[1] < began), default=0.0)
            waited = self._most(scene) if told is None else told
            if waited < slowest - _SLACK_S:
                self._record.refuse(
                    "No effect was looked for too soon.", scene, f"not before {slowest:.3f} s", f"{waited:.3f} s"
                )


def broken_rule(wait: Wait, whole: float, *, seen: bool) -> str:
    """Say which rule of patience a wait does not keep, nothing where it keeps all."""
    if wait.seen != seen:
        return f"what is {'not ' if wait.seen else ''}to be seen is said {'' if wait.seen else 'not '}to have shown"
    if wait.looks < 1 or not 0 <= wait.after <= wait.ended:
        return f"it has {wait.looks} looks, the last after {wait.after} s"
    short = min(SHORT_S, whole)
    if wait.deadline != short and (wait.given_up or wait.deadline != whole):
        return f"its deadline is {wait.deadline} s, not {short if wait.given_up else whole} s"
    if not seen and wait.ended < wait.deadline:
        return f"it ended after {wait.ended:.3f} s of {wait.deadline} s, and nothing had shown"
    if wait.after < _EARLY * _pauses(wait.looks - _CUT):
        return f"it has {wait.looks} looks in {wait.after:.3f} s"
    return ""


def _pauses(number: int) -> float:
    """Return how long so many pauses between looks are together; each is twice the one before, up to the longest."""
    together, pause = 0.0, FIRST_PAUSE_S
    while number > 0 and pause < LONGEST_PAUSE_S:
        together, pause, number = together + pause, pause * 2, number - 1
    return together + max(0, number) * LONGEST_PAUSE_S


def _title_and_round(scene: str) -> tuple[str, str]:
    for which in ROUNDS[1:]:
        if scene.endswith(f" ({which})"):
            return scene.removesuffix(f" ({which})"), which
    return scene, ""


def _name(look: Callable[[], object]) -> str:
    return f"{look.__module__}.{look.__qualname__}"
