"""All scenarios of the data and calls levels, performed together: several at a time, each in its own order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dataverse_tck.acting.script import Act, Script, Stop
from dataverse_tck.acts.errors import Aside, StoppedError, UnfitError, WrongError
from dataverse_tck.acts.scene import Scene
from dataverse_tck.conformance.finding import WORST_FIRST, Finding, Outcome
from dataverse_tck.jsontypes import Json
from dataverse_tck.webapi.http.errors import NotMade, TableMissing, WebApiError

if TYPE_CHECKING:
    from dataverse_tck.acts.stage import Stage

INTERRUPTED = Stop(0, Outcome.NOT_TESTABLE, "the run ended before it was performed")


@dataclass(frozen=True)
class Performed:
    """What came of one script: where it stopped, if it did, and what it found of each requirement that it decides."""

    stop: Stop | None
    findings: tuple[Finding, ...]


def perform_all(
    scripts: Mapping[str, Script],
    stage: Stage,
    *,
    workers: int,
    claimed: Callable[[str], bool],
    progress: Callable[[int, int], None],
) -> dict[str, Performed]:
    """Perform scripts by title; the interruption of the run ends them all and passes through.

    Scripts that touch the same relationship are not under way at once: an endpoint that also deletes, assigns or
    shares the conversations of other records must fail the scenario that asked for it, and no other.
    """
    touched = {title: _touched(script, stage) for title, script in scripts.items()}
    crowds = Counter(name for names in touched.values() for name in names)
    # What most others have to wait for goes first; else it would be left alone at the end.
    waiting = sorted(scripts, key=lambda title: -max((crowds[name] for name in touched[title]), default=0))
    under_way: dict[Future[Performed], str] = {}
    performed: dict[str, Performed] = {}
    with ThreadPoolExecutor(workers, thread_name_prefix="scenario") as pool:
        try:
            while waiting or under_way:
                for title in tuple(waiting):
                    if len(under_way) < workers and not any(touched[title] & touched[it] for it in under_way.values()):
                        waiting.remove(title)
                        under_way[pool.submit(perform, scripts[title], stage, title, claimed)] = title
                for done in wait(under_way, return_when=FIRST_COMPLETED).done:
                    performed[under_way.pop(done)] = done.result()
                    progress(len(performed), len(scripts))
        except BaseException:
            stage.stopping.set()
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    return performed


def _touched(script: Script, stage: Stage) -> frozenset[str]:
    """Return the SchemaNames of the relationships whose rows a script makes or changes."""
    return frozenset(word for act in script.acts for word in act.words if word in stage.links)


def perform(script: Script, stage: Stage, title: str, claimed: Callable[[str], bool]) -> Performed:
    """Perform one script; whatever goes wrong becomes its stop."""
    if script.decides and not any(map(claimed, script.decides)):
        reason = "the profile says that the implementation does not offer it"
        return Performed(Stop(0, Outcome.NOT_CLAIMED, reason), ())
    scene = Scene(stage, title)
    told: list[tuple[Act, Json, str]] = []
    for at, act in enumerate(script.acts):
        if stage.stopping.is_set():
            return Performed(INTERRUPTED, ())
        try:
            observed = _advised(act, scene) if _is_advisory(act) else act.do(scene, *act.words)
        except StoppedError:
            return Performed(INTERRUPTED, ())
        except Exception as problem:  # noqa: BLE001 - every end of a scenario is told
            stop = _stop(at, problem)
            return Performed(stop, _findings(script, scene, told, stop, problem))
        told.append((act, observed, scene.surface))
    return Performed(None, _findings(script, scene, told, None, None))


def _is_advisory(act: Act) -> bool:
    return bool(act.decides) and all(identifier.startswith("advisory/") for identifier in act.decides)


def _advised(act: Act, scene: Scene) -> Json:
    """Look at what is advisory: whatever comes of it, the scenario goes on."""
    try:
        return act.do(scene, *act.words)
    except WrongError as problem:
        return Aside(Outcome.FAIL, str(problem), problem.observed)
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
                else Finding(identifier, aside.outcome, aside.reason, aside.observed, surface, evidence)
            )
        elif stop.outcome is not Outcome.FAIL or identifier in stopped_by:
            shown = problem.observed if isinstance(problem, WrongError) else None
            found.append(Finding(identifier, stop.outcome, stop.reason, shown, scene.surface, evidence))
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
    return {identifier: worst_of(found) for identifier, found in grouped.items()}
