"""The pytest side of a run: collects .feature files, gives scenarios their inquiry, reports what they exercised.

``dataverse-tck run`` hands an exam in; ``pytest features/x.feature --endpoint URL`` in a checkout makes its own. The
scenarios that write are performed together when the first of them is reached, and told one by one.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pytest_bdd.scenario import scenario_wrapper_template_registry

from dataverse_tck.conformance.requirement import selects
from dataverse_tck.scenarios import step_index
from dataverse_tck.scenarios.inquiry import Inquiry, NotConformantError, Rehearsal
from dataverse_tck.scenarios.script_writer import Retelling, Script, Trial

if TYPE_CHECKING:
    from pytest_bdd.parser import Scenario

    from dataverse_tck.acting.acting_session import Acting
    from dataverse_tck.conformance.judge import Judgement
    from dataverse_tck.conformance.requirement import Catalogue

MARKERS = {
    "surface": "level: reads what the endpoint declares, writes nothing",
    "data": "level: writes test rows and removes them again",
    "calls": "level: call control",
    "normative": "obligation: the reference states it",
    "derived": "obligation: follows from a normative requirement or from the endpoint's own declaration",
    "advisory": "obligation: practice suggests it; never part of the verdict",
}


@dataclass(frozen=True)
class Exam:
    """What the scenarios of one run are held against."""

    judgement: Judgement
    catalogue: Catalogue
    only: tuple[str, ...] = ()  # ids or globs of requirements; empty: all
    acting: Acting | None = None  # None: nothing may be written


EXAM = pytest.StashKey[Exam]()
ASKED = pytest.StashKey[Inquiry | Retelling]()
TITLE = pytest.StashKey[str]()


class FeatureFile(pytest.Module):
    """A .feature file, collected as if it were a test module that binds its scenarios."""

    def _getobj(self) -> types.ModuleType:
        # scenarios() binds into the namespace of the module that calls it, so the call stands in one of its own.
        module = types.ModuleType(self.path.stem)
        folder, name = str(self.path.parent), self.path.name
        source = f"from pytest_bdd import scenarios\nscenarios({name!r}, features_base_dir={folder!r})"
        exec(compile(source, str(self.path), "exec"), module.__dict__)  # noqa: S102 - our own two lines
        return module


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("dataverse-tck")
    group.addoption("--endpoint", help="service root of the endpoint under test; default: the embedded emulator")
    group.addoption("--allow-writes", action="store_true", help="let scenarios write test rows into that endpoint")


def pytest_configure(config: pytest.Config) -> None:
    for name, meaning in MARKERS.items():
        config.addinivalue_line("markers", f"{name}: {meaning}")
    step_index.install()


def exam_of(config: pytest.Config) -> Exam:
    """Return the exam of this session; without one handed in, examine the endpoint named on the command line."""
    if EXAM not in config.stash:
        from dataverse_tck.endpoint.survey import examine_for_pytest

        url, writes = config.getoption("--endpoint"), config.getoption("--allow-writes")
        config.stash[EXAM] = examine_for_pytest(url, config.add_cleanup, writes=writes)
    return config.stash[EXAM]


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> FeatureFile | None:
    if file_path.suffix == ".feature":
        return FeatureFile.from_parent(parent, path=file_path)
    return None


def pytest_bdd_apply_tag(tag: str, function: Callable[..., object]) -> bool | None:
    """Tags with a colon carry data (@reference:...), they are no markers."""
    return True if ":" in tag else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tell first what needs no acting; keep the scenarios that name one of the wanted requirements (``--only``)."""
    items.sort(key=lambda item: item.get_closest_marker("surface") is None)
    only = config.stash[EXAM].only if EXAM in config.stash else ()
    if not only:
        return
    index = step_index.index_of(session._fixturemanager, session)  # noqa: SLF001 - as pytest-bdd does
    kept = [item for item in items if selects(only, named_by(item, index, exam_of(config)))]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


def rendered(item: pytest.Item) -> Scenario | None:
    """Return the scenario of an item with its row filled in; None for an item that is no scenario."""
    function = getattr(item, "obj", None)
    template = scenario_wrapper_template_registry.get(function) if function else None
    if template is None:
        return None
    callspec = getattr(item, "callspec", None)
    return template.render(callspec.params.get("_pytest_bdd_example", {}) if callspec else {})


def named_by(item: pytest.Item, index: step_index.StepIndex, exam: Exam) -> list[str]:
    """Return the ids of the requirements and controls that a scenario names."""
    rehearsal, script = Rehearsal(exam.judgement, exam.catalogue), Script()
    scenario = rendered(item)
    if scenario is not None:
        play(scenario, index, inquiry=rehearsal, trial=Trial(exam.catalogue, script.acts.append))
    return [*rehearsal.exercised, *script.decides]


def play(scenario: Scenario, index: step_index.StepIndex, **parts: Inquiry | Trial) -> None:
    """Go through the sentences of a scenario outside a pytest session; sentences that nobody defines are left out."""
    for step in scenario.steps:
        context = index.find(step)
        if context is None:
            continue
        words: dict[str, Any] = {**step_index.parse_step_arguments(step, context), **parts}
        if step.datatable is not None:
            words["datatable"] = step.datatable.raw()
        wanted = step_index.signature(context.step_func).parameters
        context.step_func(**{name: value for name, value in words.items() if name in wanted})


def scripts_of(session: pytest.Session, catalogue: Catalogue) -> dict[str, Script]:
    """Return, by title, the scripts of the scenarios that act."""
    index = step_index.index_of(session._fixturemanager, session)  # noqa: SLF001 - as pytest-bdd does
    scripts: dict[str, Script] = {}
    for item in session.items:
        scenario = rendered(item)
        if scenario is None or item.get_closest_marker("surface") is not None:
            continue
        script = scripts[title_of(item, scenario)] = Script()
        try:
            play(scenario, index, trial=Trial(catalogue, script.acts.append))
        except NotConformantError:
            continue  # a wrong word of the feature: told when pytest comes to the sentence
    return scripts


def title_of(item: pytest.Item, scenario: Scenario) -> str:
    """Return what reports call a scenario: its file and its name."""
    return f"{item.nodeid.partition('::')[0]}: {scenario.name}"


def pytest_bdd_before_scenario(request: pytest.FixtureRequest, scenario: Scenario) -> None:
    request.node.stash[TITLE] = title_of(request.node, scenario)


@pytest.fixture
def inquiry(request: pytest.FixtureRequest) -> Inquiry:
    """What this scenario asks of the endpoint under test."""
    exam = exam_of(request.config)
    made = Inquiry(exam.judgement, exam.catalogue)
    request.node.stash[ASKED] = made
    return made


@pytest.fixture
def trial(request: pytest.FixtureRequest) -> Trial:
    """What this scenario did to the endpoint under test, told again sentence by sentence."""
    exam, title = exam_of(request.config), request.node.stash[TITLE]
    if exam.acting is None:
        pytest.skip("this scenario writes test rows: allow it with --allow-writes")
    if not exam.acting.performed:
        exam.acting.perform(scripts_of(request.session, exam.catalogue))
    performed = exam.acting.performed[title]
    made = Retelling(performed.stop, [finding.requirement for finding in performed.findings])
    request.node.stash[ASKED] = made
    return Trial(exam.catalogue, made.hear)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    """Send along, in every report of the scenario, what it is called and which requirements it exercised."""
    if call.when == "call" and ASKED in item.stash:
        asked = item.stash[ASKED]
        item.user_properties += [
            ("scenario", item.stash.get(TITLE, item.name)),
            ("outcome", str(asked.outcome)),
            *(("requirement", identifier) for identifier in dict.fromkeys(asked.exercised)),
        ]
