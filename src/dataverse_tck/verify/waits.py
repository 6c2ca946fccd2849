"""Waits for effects as the record has them, held to the rules of patience."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from dataverse_tck.acts.patience import Kinds
from dataverse_tck.acts.waits import Noting, Wait, Waiting, Waits

if TYPE_CHECKING:
    from dataverse_tck.acts.stage import Stage
    from dataverse_tck.evidence.record import Record

T = TypeVar("T")


class RecordedWaits(Waits):
    """Looks as often as the record says; nobody waits."""

    def __init__(self, stage: Stage, record: Record) -> None:
        super().__init__(stage.patience, stage.clock, lambda seconds: None)
        self._record = record

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
        try:
            seen = look()
            if good(seen):
                return seen, Wait(1, 0.0, 0.0, seen=True, deadline=whole)
        except Exception:
            self._record.wait(who.records.scene)  # which was broken off by what the look came to
            raise
        told = self._record.wait(who.records.scene)
        wait = Wait(1, whole, whole, seen=False, deadline=whole) if told is None else Wait(**told)
        for looks in range(2, wait.looks + 1):
            seen = look()
            if good(seen) and looks < wait.looks:
                wait = replace(wait, looks=looks, seen=False)
                break
        is_good = good(seen)
        if problem := _broken_rule(wait, whole, seen=is_good):
            self._record.refuse(f"A wait for an effect is not as it has to be: {problem}.", who.records.scene)
        return seen, replace(wait, seen=is_good)

    def settle(self, who: Waiting) -> None:
        """Look at once: what was waited for has passed."""

    def span(self, records: Noting, began: float, ended: float) -> tuple[float, float]:
        """Return when the performance began and ended then."""
        return self._record.span(records.scene)


def _broken_rule(wait: Wait, whole: float, *, seen: bool) -> str:
    """Say which rule of patience a wait does not keep, nothing where it keeps all."""
    if wait.seen != seen:
        return f"what is {'not ' if wait.seen else ''}to be seen is said {'' if wait.seen else 'not '}to have shown"
    if wait.looks < 1 or not 0 <= wait.after <= wait.ended:
        return f"it has {wait.looks} looks, the last after {wait.after} s"
    if not 0 <= wait.deadline <= whole:
        return f"its deadline is {wait.deadline} s, not {whole} s"
    if not seen and wait.ended < wait.deadline:
        return f"it ended after {wait.ended:.3f} s of {wait.deadline} s, and nothing had shown"
    return ""
