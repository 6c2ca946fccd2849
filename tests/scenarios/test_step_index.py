"""The look-up of step definitions that replaces pytest-bdd's: still possible, quick, and strict."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest
from pytest_bdd import parsers
from pytest_bdd.parser import Step
from pytest_bdd.steps import StepFunctionContext

from dataverse_tck.scenarios import step_index
from dataverse_tck.scenarios.step_index import AmbiguousStepError, StepIndex


class Counting(parsers.parse):
    """A parser that counts how often it is asked."""

    asked = 0

    def is_matching(self, name: str) -> bool:
        Counting.asked += 1
        return super().is_matching(name)


def definition(text: str, kind: str = "then", parser: Callable[[str], Any] = parsers.parse) -> StepFunctionContext:
    return StepFunctionContext(type=kind, step_func=lambda: None, parser=parser(text))  # type: ignore[arg-type]


def step(text: str, kind: str = "then") -> Step:
    return Step(name=text, type=kind, indent=0, line_number=1, keyword=kind.title())


def test_pytest_bdd_still_has_what_is_replaced() -> None:
    """With the pinned versions the private function is there, so runs are quick; if this fails, mend step_lookup."""
    assert step_index.install()
    assert sys.modules["pytest_bdd.scenario"].get_step_function is step_index._find


def test_without_it_the_run_goes_on_with_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pytest-bdd that looks steps up otherwise is left as it is."""
    monkeypatch.delattr(sys.modules["pytest_bdd.scenario"], "get_step_function")

    with pytest.warns(RuntimeWarning, match="slower"):
        assert not step_index.install()


def test_a_sentence_is_looked_up_once() -> None:
    """However often a sentence is used, each definition is asked once."""
    index = StepIndex([definition(f"sentence {number}", parser=Counting) for number in range(50)])
    Counting.asked = 0
    found = {id(index.find(step("sentence 7"))) for _ in range(100)}

    assert len(found) == 1
    assert Counting.asked == 50


def test_two_definitions_for_one_sentence_are_an_error() -> None:
    """pytest-bdd would pick one in silence."""
    index = StepIndex([definition("a {thing}"), definition("{what} thing")])

    with pytest.raises(AmbiguousStepError, match="matches 2 definitions"):
        index.find(step("a thing"))


def test_a_definition_serves_its_own_kind_of_step() -> None:
    """A Then is not found by a When; an unknown sentence is not found at all."""
    index = StepIndex([definition("it holds")])

    assert index.find(step("it holds")) is not None
    assert index.find(step("it holds", "when")) is None
    assert index.find(step("it does not")) is None
