"""Every scenario of the features with what a run says of it, as formats tell it that know tests and no requirements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dataverse_tck.conformance.finding import BROKEN, Outcome
from dataverse_tck.conformance.waivers import Standing
from dataverse_tck.report.features import Feature, Rule, ToldScenario
from dataverse_tck.report.outcomes import NOT_RUN
from dataverse_tck.report.told_run import TakenScenario, ToldRun
from dataverse_tck.reporting.harmless import harmless
from dataverse_tck.reporting.result import stale_waiver
from dataverse_tck.reporting.telling.failure import told as facts_of
from dataverse_tck.reporting.wording import reference_link

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
    told = dict(_texts(run))
    if not run.features:
        for title, taken in run.scenarios.items():
            outcome = taken.outcome or NOT_RUN
            yield ToldCase(title, outcome, taken, _reason(taken, outcome, told) or outcome)
    for feature in run.features:
        for rule in feature.rules:
            for scenario in rule.scenarios:
                yield from _cases(run, feature, rule, scenario, told)
    problems = [*(["The run was interrupted."] if run.certificate["interrupted"] else []), *run.certificate["troubles"]]
    stale = (one for one in run.certificate["waivers"] if one["state"] == Standing.STALE)
    problems += [stale_waiver(one["requirement"], one["owner"]) for one in stale]
    if problems:
        reason = harmless("\n".join(problems), _LONGEST)
        yield ToldCase("dataverse-tck: the run is complete", str(Outcome.ERROR), TakenScenario(Outcome.ERROR), reason)


def _cases(
    run: ToldRun, feature: Feature, rule: Rule, scenario: ToldScenario, told: Mapping[str, str]
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


def _reason(taken: TakenScenario, outcome: str, told: Mapping[str, str]) -> str:
    """Return what the certificate says of the requirements that decided a scenario."""
    if outcome == Outcome.PASS:
        return ""
    texts = [told.get(key, f"{key}: {outcome}") for key, said in taken.said.items() if said == outcome]
    return harmless("\n".join(texts), _LONGEST)


def _texts(run: ToldRun) -> Iterator[tuple[str, str]]:
    """Yield id and text of every requirement and control: of a failure all that is told anywhere."""
    items = (*run.certificate["controls"], *run.requirements)
    for item in items:
        yield item["id"], f"{item['id']}: {item['outcome']}{': ' if item['reason'] else ''}{item['reason']}"
    ids = [item["id"] for item in items]
    rows = [item for item in run.requirements if item["outcome"] in BROKEN]
    outcomes = {item["id"]: item["outcome"] for item in rows}
    for failure in run.told_failures(rows):
        facts = (f"  {label:<10} {text}" for label, text in facts_of(failure, ids))
        link = f"  {reference_link(failure.section)}"
        yield failure.id, "\n".join([f"{failure.id}: {outcomes[failure.id]}", f"  {failure.statement}", *facts, link])
