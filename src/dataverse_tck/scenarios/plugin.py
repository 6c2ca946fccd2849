"""The pytest side of a run: collects .feature files, gives scenarios their inquiry, reports what they exercised.

``dataverse-tck run`` hands a context in; ``pytest features/x.feature --endpoint URL`` in a checkout makes its own. The
scenarios that write are performed together while the others are told, and then told one by one.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dataverse_tck.scenarios import step_index
from dataverse_tck.scenarios.context import ASKED, CONTEXT, LINE, TITLE, Context
from dataverse_tck.scenarios.inquiry import Inquiry
from dataverse_tck.scenarios.rehearsal import named_by, scripts_of, title_of
from dataverse_tck.scenarios.replay import Replay, as_settled
from dataverse_tck.scenarios.script_writer import ScriptWriter

if TYPE_CHECKING:
    from pytest_bdd.parser import Scenario

MARKERS = {
    "surface": "level: reads what the endpoint declares, writes nothing",
    "data": "level: writes test rows and removes them again",
    "calls": "level: call control",
    "normative": "obligation: the reference states it",
    "derived": "obligation: follows from what the reference states",
    "declared": "obligation: the maker of the implementation declares it",
    "advisory": "obligation: practice suggests it; never part of the verdict",
    "control": "no obligation: proves that a look-up can tell right from wrong",
}


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


def context_of(config: pytest.Config) -> Context:
    """Return the context of this session; without one handed in, survey the endpoint named on the command line."""
    if CONTEXT not in config.stash:
        from dataverse_tck.scenarios.standalone import survey_for_pytest

        url, writes = config.getoption("--endpoint"), config.getoption("--allow-writes")
        config.stash[CONTEXT] = survey_for_pytest(url, config.add_cleanup, writes=writes)
    return config.stash[CONTEXT]


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> FeatureFile | None:
    if file_path.suffix == ".feature":
        return FeatureFile.from_parent(parent, path=file_path)
    return None


def pytest_bdd_apply_tag(tag: str, function: Callable[..., object]) -> bool | None:
    """Tags with a colon carry data (@reference:...), they are no markers."""
    return True if ":" in tag else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tell first what needs no acting; keep the scenarios that are wanted, and not left out."""
    items.sort(key=lambda item: item.get_closest_marker("surface") is None)
    context = config.stash.get(CONTEXT, None)
    if context is None or not (context.only or context.exclude):
        return
    index = step_index.index_of(session._fixturemanager, session)  # noqa: SLF001 - as pytest-bdd does
    kept = [item for item in items if context.keeps(named_by(item, index, context))]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> None:
    """Have the scenarios that write performed from the moment when the first scenario is told.

    Where a failure could end the run, not before the first of them is: what comes before only reads.
    """
    acting = context_of(item.config).acting
    waits = item.config.getoption("maxfail") and item.get_closest_marker("surface") is not None
    if acting is not None and not acting.begun and not waits:
        acting.begin(scripts_of(item.session, context_of(item.config).catalogue))


def pytest_bdd_before_scenario(request: pytest.FixtureRequest, scenario: Scenario) -> None:
    request.node.stash[TITLE] = title_of(request.node, scenario)
    request.node.stash[LINE] = scenario.line_number


@pytest.fixture
def inquiry(request: pytest.FixtureRequest) -> Inquiry:
    """What this scenario asks of the endpoint under test."""
    context = context_of(request.config)
    made = Inquiry(context.declared, context.catalogue)
    request.node.stash[ASKED] = made
    return made


@pytest.fixture
def script(request: pytest.FixtureRequest) -> ScriptWriter:
    """What this scenario did to the endpoint under test, told again sentence by sentence."""
    context, title = context_of(request.config), request.node.stash[TITLE]
    if context.acting is None:
        pytest.skip("this scenario writes test rows: allow it with --allow-writes")
    context.acting.finish()
    performed = context.acting.performed[title]
    made = Replay(*as_settled(performed.stop, performed.findings, context.performed))
    request.node.stash[ASKED] = made
    return ScriptWriter(context.catalogue, made.take)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    """Send along, in every report of the scenario, what it is called and what it says of which requirements."""
    if call.when == "call" and ASKED in item.stash:
        asked = item.stash[ASKED]
        item.user_properties += [
            ("scenario", item.stash.get(TITLE, item.name)),
            ("line", item.stash.get(LINE, 0)),
            ("outcome", str(asked.outcome)),
            *(("requirement", identifier) for identifier in asked.exercised),
            *((identifier, str(outcome)) for identifier, outcome in asked.exercised.items()),
        ]
