"""The features themselves: in style, without silent passes, and saying what the reference says."""

from __future__ import annotations

import importlib
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_bdd.feature import get_features
from pytest_bdd.parser import Scenario
from pytest_bdd.steps import step_function_context_registry

from dataverse_tck.acting.script import Script
from dataverse_tck.conformance.controls import CONTROLS
from dataverse_tck.conformance.finding import Finding, Outcome
from dataverse_tck.conformance.judge import Judgement
from dataverse_tck.conformance.requirement import Catalogue
from dataverse_tck.conformance.suite import load_suite
from dataverse_tck.scenarios.inquiry import Inquiry, NotConformantError
from dataverse_tck.scenarios.rehearsal import Rehearsal, play
from dataverse_tck.scenarios.script_writer import ScriptWriter
from dataverse_tck.scenarios.step_index import StepIndex
from dataverse_tck.suite_files import suite_root, tags_of
from tests.support.feature_lint import LINES, LINES_OF_REFUSALS, complaints, repeated

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
    yield from (scenario for scenario, _ in tagged_scenarios())


def tagged_scenarios() -> Iterator[tuple[Scenario, set[str]]]:
    """Yield every scenario, once for each row of its examples, with all tags that apply to it."""
    for feature in get_features([str(path) for path in FEATURES]):
        for template in feature.scenarios.values():
            rows = [row for examples in template.examples for row in examples.as_contexts()]
            yield from ((template.render(row), tags_of(template, row)) for row in rows or [{}])


def named(scenario: Scenario, index: StepIndex, catalogue: Catalogue, perfect: Judgement) -> set[str]:
    """Return the ids of the requirements and controls that a scenario decides."""
    rehearsal, script = Rehearsal(perfect, catalogue), Script()
    play(scenario.steps, index, inquiry=rehearsal, script=ScriptWriter(catalogue, script.acts.append))
    return {*rehearsal.exercised, *script.decides}


def test_there_are_few_features_and_each_table_of_facts_stands_once() -> None:
    """They can be told apart by their names, and who mends a fact mends it in one place."""
    assert len(FEATURES) <= 25
    assert [str(item) for item in repeated(FEATURES)] == []


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
    """The vocabulary is a small closed set, and each sentence of it is said in more than one line."""
    lines = {
        (scenario.feature.filename, step.line_number, id(index.find(step)))
        for scenario in all_scenarios()
        for step in scenario.steps
    }
    uses = Counter(definition for _, _, definition in lines)
    rare = [item.parser.name for item in index.definitions if uses[id(item)] < 2]

    assert rare == []
    assert len(index.definitions) <= 64


def test_features_name_every_requirement_and_control(
    index: StepIndex, catalogue: Catalogue, perfect: Judgement
) -> None:
    """Every requirement of the levels that there are scenarios for, and every control, is named by at least one."""
    decided = set().union(*(named(scenario, index, catalogue, perfect) for scenario in all_scenarios()))

    assert decided == {*catalogue.by_id, *perfect.controls}


def test_tags_say_what_a_scenario_decides(index: StepIndex, catalogue: Catalogue, perfect: Judgement) -> None:
    """The level and the obligation of its requirements, and the section of the reference that each stands in."""
    obligations = {("derived", "calls"): "declared"}
    wrong = {}
    for scenario, tags in tagged_scenarios():
        ids = named(scenario, index, catalogue, perfect)
        items = [catalogue.by_id[identifier] for identifier in ids if identifier in catalogue.by_id]
        needed = {f"reference:{item.section}" for item in items} | {item.level for item in items}
        needed |= {obligations.get((item.obligation, item.level), item.obligation) for item in items}
        controls = [control for control in CONTROLS if control.id in ids]
        needed |= {"control" for _ in controls} | {control.level for control in controls}
        if needed - tags or (
            items and tags - needed - {f"reference:{item.section}" for item in catalogue.requirements}
        ):
            wrong[scenario.name] = needed ^ tags
        if not needed:
            wrong[scenario.name] = {"decides nothing"}

    assert wrong == {}


def test_features_say_what_the_reference_says(index: StepIndex, catalogue: Catalogue, perfect: Judgement) -> None:
    """Held against an endpoint that does everything right, no word of any feature is wrong."""
    script = Script()
    for scenario in all_scenarios():
        play(
            scenario.steps,
            index,
            inquiry=Inquiry(perfect, catalogue),
            script=ScriptWriter(catalogue, script.acts.append),
        )


def test_channels_are_called_by_their_names(catalogue: Catalogue) -> None:
    """Where a sentence names a channel with its number, as in "Live chat (192360000) and Voice (192370000)"."""
    sentences = [step.name for scenario in all_scenarios() for step in scenario.steps]
    said = {pair for text in sentences for pair in re.findall(r"(?: to| and) ([^()]+) \((\d+)\)", text)}
    documented = {
        (str(item.expected), item.node.rpartition("/")[2])
        for item in catalogue.requirements
        if re.fullmatch(r"column/msdyn_channel/option/\d+/label", item.id)
    }

    assert said == documented


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
    writer = ScriptWriter(catalogue, Script().acts.append)
    writer.about("derived/relationship/msdyn_timegroup_msdyn_ocliveworkitems")

    with pytest.raises(NotConformantError, match="mend the feature"):
        writer.states({"delete": "NoCascade"})
    with pytest.raises(NotConformantError, match="is no requirement"):
        writer.decide("merge")


FRAME = (
    "Feature: A thing\n  Somebody relies on it.\n  They would be lost.\n\n  Rule: It holds\n\n"
    "    Scenario: a\n      When it is\n{}\n{}"
)
OUTLINE = "    Scenario Outline: {} <x>\n      When it is\n      Examples:\n        | x |\n        | 1 |\n\n"
UNCHANGED = "      Then the call is as it was\n"

BAD = {
    "two levels": ("@surface @data @normative @reference:x", "", "needs one level"),
    "no obligation": ("@surface @reference:x", "", "needs one obligation"),
    "no reference": ("@surface @normative", "", "names no section"),
    "no level": ("@normative @reference:x", "", "needs one level"),
    "control beside normative": ("", "    @control\n    Scenario: b\n      When it is\n", "needs one obligation"),
    "tagged examples": (
        "",
        "    Scenario Outline: b <x>\n      When it is\n      @data\n      Examples:\n        | x |\n        | 1 |\n",
        "reach no report",
    ),
    "unknown tag": ("@surface @normative @reference:x @wip", "", "not one of ours"),
    "misspelt keyword": ("", "    Scenario: b\n      Gven a table\n", "no steps"),
    "no When": ("", "    Scenario: b\n      Then it is\n", "exactly one When"),
    "same name twice": ("", "    Scenario: a\n      When it is\n", "used twice"),
    "technical word": ("", "    Scenario: the endpoint answers\n      When it is\n", "technical word"),
    "verb": ("", "    Scenario: GET works\n      When it is\n", "technical word"),
    "exact name": ("", "    Scenario: msdyn_x is there\n      When it is\n", "outside a table cell"),
    "unknown placeholder": ("", "    Scenario: b\n      When it is <so>\n", "no column"),
    "unknown placeholder in a tag": (
        "",
        "    @reference:<so>\n    Scenario: b\n      When it is\n",
        "no column",
    ),
    "unused column": (
        "",
        "    Scenario Outline: b <x>\n      When it is\n      Examples:\n        | x | y |\n        | 1 | 2 |\n",
        "never used",
    ),
    "two tables of what is declared": (
        "",
        OUTLINE.format("b") + OUTLINE.format("c"),
        "more than one table of what is decl",
    ),
    "two tables of what is tried": (
        "@data @derived @reference:x",
        OUTLINE.format("b") + OUTLINE.format("c"),
        "more than one table of what is tried",
    ),
    "too long": ("", "\n" * LINES, f"more than {LINES} lines"),
}


@pytest.mark.parametrize("case", BAD)
def test_the_lint_finds(case: str, tmp_path: Path) -> None:
    """Each thing that the tools would let pass is complained about."""
    tags, scenario, expected = BAD[case]
    path = tmp_path / "x.feature"
    path.write_text(f"{tags or '@surface @normative @reference:x'}\n{FRAME.format('', scenario)}", encoding="utf-8")

    assert any(expected in str(item) for item in complaints(path)), [str(item) for item in complaints(path)]


TIDY = {
    "the frame": ("@surface @normative @reference:x", "", ""),
    "many refusals": ("@calls @declared @reference:x", UNCHANGED, "\n" * LINES),
}


@pytest.mark.parametrize("case", TIDY)
def test_the_lint_accepts_a_tidy_feature(case: str, tmp_path: Path) -> None:
    """The frame that the bad examples are built on is itself without complaint; refusals may take more lines."""
    tags, last, more = TIDY[case]
    path = tmp_path / "x.feature"
    path.write_text(f"{tags}\n{FRAME.format(last, more)}", encoding="utf-8")

    assert complaints(path) == []


def test_refusals_have_an_end_as_well(tmp_path: Path) -> None:
    """They may be longer than others, not endless."""
    path = tmp_path / "x.feature"
    text = FRAME.format(UNCHANGED, "\n" * LINES_OF_REFUSALS)
    path.write_text(f"@calls @declared @reference:x\n{text}", encoding="utf-8")

    assert [item.text for item in complaints(path)] == [f"the file has more than {LINES_OF_REFUSALS} lines"]


def test_declared_and_tried_stand_side_by_side(tmp_path: Path) -> None:
    """One table of each in a rule, with tags of their own; a tag may name a column."""
    tables = f"    @surface @normative\n{OUTLINE.format('b')}    @data @derived\n{OUTLINE.format('c')}"
    path = tmp_path / "x.feature"
    frame = FRAME.replace("    Scenario: a\n      When it is\n", "")
    path.write_text(f"@reference:<x>\n{frame.format('', tables)}", encoding="utf-8")

    assert complaints(path) == []


def test_a_table_of_facts_in_two_files_is_found(tmp_path: Path) -> None:
    """Of what is declared; what is tried may be tried in the same places."""
    for name, tags in (
        ("a", "@surface @normative"),
        ("b", "@surface @normative"),
        ("c", "@data @derived"),
    ):
        text = FRAME.format("", OUTLINE.format("b"))
        (tmp_path / f"{name}.feature").write_text(f"{tags} @reference:x\n{text}", encoding="utf-8")

    found = repeated(sorted(tmp_path.glob("*.feature")))

    assert [str(item) for item in found] == ["b.feature:13: the same table stands in a.feature"]
