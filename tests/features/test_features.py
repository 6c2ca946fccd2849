"""The features themselves: in style, without silent passes, and saying what the reference says."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_bdd.feature import get_features
from pytest_bdd.parser import Scenario
from pytest_bdd.steps import step_function_context_registry

from dataverse_tck.conformance.controls import CONTROLS
from dataverse_tck.conformance.finding import Finding, Outcome
from dataverse_tck.conformance.judge import Judgement
from dataverse_tck.conformance.requirement import Catalogue
from dataverse_tck.conformance.suite import load_suite
from dataverse_tck.scenarios.inquiry import Inquiry, NotConformantError, Rehearsal
from dataverse_tck.scenarios.plugin import play
from dataverse_tck.scenarios.script_writer import Script, Trial
from dataverse_tck.scenarios.step_index import StepIndex
from dataverse_tck.suite_files import suite_root
from tests.support.feature_lint import complaints

FEATURES = sorted((suite_root() / "features").rglob("*.feature"))


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_suite().catalogue


@pytest.fixture(scope="session")
def index() -> StepIndex:
    for module in sorted((suite_root() / "steps").glob("*.py")):
        importlib.import_module(f"steps.{module.stem}")
    ours = [
        context
        for context in step_function_context_registry.values()
        if context.step_func.__module__.startswith("steps.")
    ]
    return StepIndex(ours)


@pytest.fixture(scope="session")
def perfect(catalogue: Catalogue) -> Judgement:
    """What an endpoint that does everything right would be judged to be."""
    return Judgement(
        {item.id: Finding(item.id, Outcome.PASS, observed=item.expected) for item in catalogue.requirements},
        {control.id: Finding(control.id, Outcome.PASS) for control in CONTROLS},
    )


def all_scenarios() -> Iterator[Scenario]:
    for feature in get_features([str(path) for path in FEATURES]):
        for template in feature.scenarios.values():
            rows = [row for examples in template.examples for row in examples.as_contexts()]
            yield from (template.render(row) for row in rows or [{}])


@pytest.mark.parametrize("path", FEATURES, ids=lambda path: path.stem)
def test_every_feature_is_in_the_house_style(path: Path) -> None:
    """No feature has a silent pass, a technical word or an untidy shape."""
    assert [str(item) for item in complaints(path)] == []


def test_every_sentence_matches_exactly_one_definition(index: StepIndex) -> None:
    """A sentence that nobody defines, or that two define, would run wrongly or not at all."""
    counts = {
        (scenario.name, step.name): len(index.matches(step)) for scenario in all_scenarios() for step in scenario.steps
    }

    assert {key: count for key, count in counts.items() if count != 1} == {}


def test_every_definition_is_used_and_there_are_few(index: StepIndex) -> None:
    """The vocabulary is a small closed set: about twenty for each level, none of them idle."""
    used = {id(index.find(step)) for scenario in all_scenarios() for step in scenario.steps}
    idle = [item.parser.name for item in index.definitions if id(item) not in used]

    assert idle == []
    assert len(index.definitions) <= 64


def test_features_name_every_requirement_and_control(
    index: StepIndex, catalogue: Catalogue, perfect: Judgement
) -> None:
    """Every requirement of the levels that there are scenarios for, and every control, is named by at least one."""
    rehearsal, script = Rehearsal(perfect, catalogue), Script()
    for scenario in all_scenarios():
        play(scenario, index, inquiry=rehearsal, trial=Trial(catalogue, script.acts.append))

    assert {*rehearsal.exercised, *script.decides} == {
        *catalogue.by_id,
        *perfect.controls,
    }


def test_features_say_what_the_reference_says(index: StepIndex, catalogue: Catalogue, perfect: Judgement) -> None:
    """Held against an endpoint that does everything right, no word of any feature is wrong."""
    script = Script()
    for scenario in all_scenarios():
        play(scenario, index, inquiry=Inquiry(perfect, catalogue), trial=Trial(catalogue, script.acts.append))


def test_a_wrong_word_in_a_feature_is_found(catalogue: Catalogue, perfect: Judgement) -> None:
    """A feature that names a channel wrongly fails although the endpoint is right."""
    inquiry = Inquiry(perfect, catalogue)
    inquiry.about("column/msdyn_channel/option")

    with pytest.raises(NotConformantError, match="mend the feature"):
        inquiry.confirm({"192300000/label": "Whatsapp"})


def test_a_requirement_that_nobody_states_is_found(catalogue: Catalogue, perfect: Judgement) -> None:
    """A feature that names a channel number which the reference does not state fails."""
    inquiry = Inquiry(perfect, catalogue)
    inquiry.about("column/msdyn_channel/option")

    with pytest.raises(NotConformantError, match="does not state"):
        inquiry.confirm({"1/exists": "1"})


def test_a_wrong_word_about_rows_is_found(catalogue: Catalogue) -> None:
    """A feature that promises another cascade than the reference fails before anything is sent."""
    trial = Trial(catalogue, Script().acts.append)
    trial.about("derived/relationship/msdyn_timegroup_msdyn_ocliveworkitems")

    with pytest.raises(NotConformantError, match="mend the feature"):
        trial.states({"delete": "NoCascade"})
    with pytest.raises(NotConformantError, match="is no requirement"):
        trial.decide("merge")


BAD = {
    "two levels": ("@surface @data @normative @reference:x", "", "needs one level"),
    "no obligation": ("@surface @reference:x", "", "needs one obligation"),
    "no reference": ("@surface @normative", "", "names no section"),
    "unknown tag": ("@surface @normative @reference:x @wip", "", "not one of ours"),
    "misspelt keyword": ("", "    Scenario: b\n      Gven a table\n", "no steps"),
    "no When": ("", "    Scenario: b\n      Then it is\n", "exactly one When"),
    "same name twice": ("", "    Scenario: a\n      When it is\n", "used twice"),
    "technical word": ("", "    Scenario: the endpoint answers\n      When it is\n", "technical word"),
    "verb": ("", "    Scenario: GET works\n      When it is\n", "technical word"),
    "exact name": ("", "    Scenario: msdyn_x is there\n      When it is\n", "outside a table cell"),
    "unknown placeholder": ("", "    Scenario: b\n      When it is <so>\n", "no column"),
    "unused column": (
        "",
        "    Scenario Outline: b <x>\n      When it is\n      Examples:\n        | x | y |\n        | 1 | 2 |\n",
        "never used",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_the_lint_finds(case: str, tmp_path: Path) -> None:
    """Each thing that the tools would let pass is complained about."""
    tags, scenario, expected = BAD[case]
    path = tmp_path / "x.feature"
    path.write_text(
        f"{tags or '@surface @normative @reference:x'}\n"
        "Feature: A thing\n  Somebody relies on it.\n  They would be lost.\n\n"
        f"  Rule: It holds\n\n    Scenario: a\n      When it is\n\n{scenario}",
        encoding="utf-8",
    )

    assert any(expected in str(item) for item in complaints(path)), [str(item) for item in complaints(path)]


def test_the_lint_accepts_a_tidy_feature(tmp_path: Path) -> None:
    """The frame that the bad examples are built on is itself without complaint."""
    path = tmp_path / "x.feature"
    path.write_text(
        "@surface @normative @reference:x\nFeature: A thing\n  Somebody relies on it.\n  They would be lost.\n\n"
        "  Rule: It holds\n\n    Scenario: a\n      When it is\n",
        encoding="utf-8",
    )

    assert complaints(path) == []
