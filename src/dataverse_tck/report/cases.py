"""Every scenario of the features with what a run says of it, as formats tell it that know tests and no requirements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.report.features import Feature, Rule, ToldScenario
from dataverse_tck.report.html.exhibits import should_be
from dataverse_tck.report.outcomes import NOT_RUN
from dataverse_tck.report.told_run import TakenScenario, ToldRun
from dataverse_tck.reporting.harmless import harmless
from dataverse_tck.reporting.wording import as_json, reference_link

_LONGEST = 20_000  # characters of a reason
_FAILED = frozenset({str(Outcome.FAIL), str(Outcome.ERROR)})


@dataclass(frozen=True)
class ToldCase:
    """A scenario, or a row of its examples."""

    title: str  # "features/about/names.feature: ..."
    outcome: str
    taken: TakenScenario
    reason: str  # empty for a pass; it may have several lines
    feature: str = ""  # its name; this and what follows are empty where the features are not those of the run
    rule: str = ""
    level: str = ""
    obligation: str = ""

    @property
    def file(self) -> str:
        """The file of its feature."""
        return self.title.partition(": ")[0]

    @property
    def name(self) -> str:
        """Its own name."""
        return self.title.partition(": ")[2] or self.title

    @property
    def status(self) -> str:
        """What tests know: "passed", "failed", and "skipped" for what decides nothing, what is advisory too."""
        if self.outcome == Outcome.PASS:
            return "passed"
        decided = [key for key, outcome in self.taken.said.items() if outcome == self.outcome]
        is_advisory = bool(decided) and all(key.startswith("advisory/") for key in decided)
        return "failed" if self.outcome in _FAILED and not is_advisory else "skipped"


def cases_of(run: ToldRun) -> Iterator[ToldCase]:
    """Yield the cases of all features in their order; what the run told, where these are not its own.

    A run that did not end well has a case for that, so that nobody takes what was skipped for all that there was.
    """
    told = {item["id"]: item for item in (*run.certificate["controls"], *run.requirements)}
    if not run.features:
        for title, taken in run.scenarios.items():
            outcome = taken.outcome or NOT_RUN
            yield ToldCase(title, outcome, taken, _reason(taken, outcome, told) or outcome)
    for feature in run.features:
        for rule in feature.rules:
            for scenario in rule.scenarios:
                yield from _cases(run, feature, rule, scenario, told)
    problems = [*(["The run was interrupted."] if run.certificate["interrupted"] else []), *run.certificate["troubles"]]
    if problems:
        reason = harmless("\n".join(problems), _LONGEST)
        yield ToldCase("dataverse-tck: the run is complete", str(Outcome.ERROR), TakenScenario(Outcome.ERROR), reason)


def _cases(
    run: ToldRun, feature: Feature, rule: Rule, scenario: ToldScenario, told: Mapping[str, Mapping[str, Any]]
) -> Iterator[ToldCase]:
    for case in (case for table in scenario.examples for case in table.cases):
        outcome = run.outcome_of(case.title, scenario.level)
        taken = run.scenarios.get(case.title, TakenScenario(outcome))
        reason = _reason(taken, outcome, told) or _unsaid(outcome, scenario.level)
        yield ToldCase(case.title, outcome, taken, reason, feature.name, rule.name, scenario.level, scenario.obligation)


def _unsaid(outcome: str, level: str) -> str:
    if outcome == Outcome.BEYOND:
        return f"beyond this level: it belongs to the level {level}, at which nothing was run"
    return "" if outcome == Outcome.PASS else outcome


def _reason(taken: TakenScenario, outcome: str, told: Mapping[str, Mapping[str, Any]]) -> str:
    """Return what the certificate says of the requirements that decided a scenario."""
    if outcome == Outcome.PASS:
        return ""
    lines = [line for key, said in taken.said.items() if said == outcome for line in _told(key, outcome, told.get(key))]
    return harmless("\n".join(lines), _LONGEST)


def _told(key: str, outcome: str, item: Mapping[str, Any] | None) -> Iterator[str]:
    reason = item["reason"] if item else ""
    yield f"{key}: {outcome}{f': {reason}' if reason else ''}"
    if item is None or outcome != Outcome.FAIL or "expected" not in item:
        return
    yield f"  {item['statement']}"
    yield f"  expected {harmless(should_be(reason) or as_json(item['expected']))}"
    wrong = [one for one in item["surfaces"] if not one["right"]] or [{**item, "absent": False}]
    for one in wrong:
        seen = "nothing: it is not there" if one["absent"] else harmless(as_json(one["observed"]))
        yield f"  observed {seen} in {one['surface']}"
    yield f"  {reference_link(item['section'])}"
