"""One scenario of the data and calls levels, performed: its acts in their order, and what came of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from dataverse_tck.acting.script import Act, Script, Stop
from dataverse_tck.acts.errors import Aside, OthersChangedError, StoppedError, UnfitError, WrongError
from dataverse_tck.acts.scene import Scene
from dataverse_tck.conformance.finding import WORST_FIRST, Finding, Outcome
from dataverse_tck.jsontypes import Json
from dataverse_tck.webapi.http.errors import NotMade, TableMissing, WebApiError

if TYPE_CHECKING:
    from dataverse_tck.acts.scene import Missed
    from dataverse_tck.acts.stage import Stage
    from dataverse_tck.profile.coverage import Tried

INTERRUPTED = Stop(0, Outcome.NOT_TESTABLE, "the run ended before it was performed")
_AGAIN = frozenset({Outcome.FAIL, Outcome.ERROR})


@dataclass(frozen=True)
class Performed:
    """What came of one script: where it stopped, if it did, and what it found of each requirement that it decides."""

    stop: Stop | None
    findings: tuple[Finding, ...]
    again: bool = field(default=False, compare=False)  # it did not pass, and could the next time
    reaches: bool = field(default=False, compare=False)  # a row that nothing should happen to was changed
    missed: Missed | None = field(default=None, compare=False)  # what it stopped at had not shown
    void: bool = field(default=False, compare=False)  # says nothing where there is a later performance
    span: tuple[float, float] = field(default=(0.0, 0.0), compare=False)  # when it began and ended, by time.monotonic
    tried: tuple[Tried, ...] = field(default=(), compare=False)  # messages by state
    seconds: float = field(default=0.0, compare=False)  # spent on it; in its span it also waits for its turn


NOT_CLAIMED = Performed(Stop(0, Outcome.NOT_CLAIMED, "the profile says that the implementation does not offer it"), ())


class Performance:
    """One script being performed, under a name that no other performance of the run has.

    It can be ``prepared`` before it is ``finished``, in another thread; what goes wrong becomes its stop. ``given_up``
    is what it is known to miss.
    """

    def __init__(
        self,
        script: Script,
        stage: Stage,
        name: str,
        claimed: Callable[[str], bool],
        given_up: Missed | None = None,
    ) -> None:
        self._script = script
        self._stage = stage
        self._scene = Scene(stage, name)
        self._scene.given_up = given_up
        self._began: float | None = None
        self._spent = 0.0  # seconds in which it was not waiting for its turn
        self._told: list[tuple[Act, Json, str]] = []
        is_claimed = not script.decides or any(map(claimed, script.decides))
        self._ended: Performed | None = None if is_claimed else NOT_CLAIMED

    def prepare(self) -> None:
        """Do what the scenario starts from, together with others: it is asked in batches."""
        self._scene.records.session = self._stage.batches
        began = time.monotonic()
        try:
            self._go_on(self._script.given)
        finally:
            self._spent = time.monotonic() - began
            self._scene.records.session = self._stage.session

    def finish(self, rests: Callable[[int], None] = lambda change: None) -> Performed:
        """Do the rest, and return what came of the whole; ``rests`` is told of waits for effects: 1 begun, -1 over."""
        self._scene.rests = rests
        began = time.monotonic()
        self._go_on(len(self._script.acts))
        return replace(self._ended or self._performed(None, None), seconds=self._spent + time.monotonic() - began)

    def _go_on(self, end: int) -> None:
        """Do the acts before the ``end``-th that are not done yet."""
        self._began = self._began or time.monotonic()
        for at in range(len(self._told), end):
            if self._ended is not None:
                return
            if self._stage.stopping.is_set():
                self._ended = Performed(INTERRUPTED, ())
                return
            self._scene.missed = None
            act = self._script.acts[at]
            try:
                advised = _advised if _is_advisory(act) else _done
                self._told.append((act, advised(act, self._scene), self._scene.surface))
            except StoppedError:
                self._ended = Performed(INTERRUPTED, ())
            except Exception as problem:  # noqa: BLE001 - every end of a scenario is told
                self._ended = self._performed(_stop(at, problem), problem)

    def _performed(self, stop: Stop | None, problem: Exception | None) -> Performed:
        findings = _findings(self._script, self._scene, self._told, stop, problem)
        if stop is None:
            again = any(one.outcome in _AGAIN for one in findings)
        else:
            again = stop.trouble is None and not (isinstance(problem, UnfitError) and not problem.again)
        return Performed(
            stop,
            findings,
            again=again,
            reaches=isinstance(problem, OthersChangedError),
            missed=self._scene.missed if stop else None,
            span=self._stage.waits.span(self._scene.records, self._began or 0.0, time.monotonic()),
            tried=tuple(self._scene.tried),
        )


def _done(act: Act, scene: Scene) -> Json:
    return act.do(scene, *act.words)


def _is_advisory(act: Act) -> bool:
    return bool(act.decides) and all(identifier.startswith("advisory/") for identifier in act.decides)


def _advised(act: Act, scene: Scene) -> Json:
    """Look at what is advisory: whatever comes of it, the scenario goes on."""
    try:
        return act.do(scene, *act.words)
    except WrongError as problem:
        return Aside(Outcome.FAIL, str(problem), problem.observed, problem.expected)
    except UnfitError as problem:
        return Aside(problem.outcome, str(problem))


def _stop(at: int, problem: Exception) -> Stop:
    match problem:
        case WrongError():
            return Stop(at, Outcome.FAIL, str(problem))
        case UnfitError():
            return Stop(at, problem.outcome, str(problem))
        case NotMade() | TableMissing():
            return Stop(at, Outcome.NOT_TESTABLE, str(problem))
        case WebApiError():
            return Stop(at, Outcome.ERROR, str(problem))
        case _:
            return Stop(at, Outcome.ERROR, f"the kit broke inside: {problem}", trouble=problem)


def _findings(
    script: Script,
    scene: Scene,
    told: Sequence[tuple[Act, Json, str]],
    stop: Stop | None,
    problem: Exception | None,
) -> tuple[Finding, ...]:
    """Say of each requirement: decided by its acts, failed by the act that stopped, or never reached.

    The evidence of each is the whole scenario: what it began with, what was done, and every look.
    """
    evidence = tuple(dict.fromkeys(scene.records.exchanges))
    stopped_by = script.acts[stop.at].decides if stop else ()
    found = []
    for identifier in script.decides:
        mine = [(observed, surface) for act, observed, surface in told if identifier in act.decides]
        if stop is None or (identifier not in stopped_by and _reached(script, identifier, stop.at)):
            aside = next((observed for observed, _ in mine if isinstance(observed, Aside)), None)
            observed, surface = mine[0]
            found.append(
                Finding(identifier, Outcome.PASS, "", observed, surface, evidence)
                if aside is None
                else Finding(
                    identifier,
                    aside.outcome,
                    aside.reason,
                    aside.observed,
                    surface,
                    evidence,
                    expected=aside.expected,
                )
            )
        elif stop.outcome is not Outcome.FAIL or identifier in stopped_by:
            wrong = problem if isinstance(problem, WrongError) else WrongError("")
            found.append(
                Finding(
                    identifier,
                    stop.outcome,
                    stop.reason,
                    wrong.observed,
                    scene.surface,
                    evidence,
                    expected=wrong.expected,
                )
            )
        else:
            reason = f"an earlier sentence of its scenario failed: {stop.reason}"
            found.append(Finding(identifier, Outcome.NOT_TESTABLE, reason, exchanges=evidence))
    return tuple(found)


def _reached(script: Script, identifier: str, stopped_at: int) -> bool:
    """Whether every act that decides the requirement came before the stop."""
    return all(identifier not in act.decides for act in script.acts[stopped_at:])


def worst_of(found: Collection[Finding]) -> Finding:
    """Return what several scenarios together say of one requirement: one that does not apply says nothing."""
    telling = [item for item in found if item.outcome is not Outcome.NOT_APPLICABLE] or list(found)
    return min(telling, key=lambda item: WORST_FIRST.index(item.outcome))


def merge_findings(performed: Collection[Performed]) -> dict[str, Finding]:
    """Return one finding for each requirement that was performed."""
    grouped: dict[str, list[Finding]] = {}
    for one in performed:
        for finding in one.findings:
            grouped.setdefault(finding.requirement, []).append(finding)
    return {identifier: _with_evidence_of_all(worst_of(found), found) for identifier, found in grouped.items()}


def _with_evidence_of_all(told: Finding, found: Collection[Finding]) -> Finding:
    """Return a finding with what all its scenarios exchanged, its own last: there it was seen."""
    others = (key for one in found if one is not told for key in one.exchanges)
    exchanges = tuple(dict.fromkeys(key for key in others if key not in told.exchanges)) + told.exchanges
    return replace(told, exchanges=exchanges)
