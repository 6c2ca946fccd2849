"""Allure: a step for each sentence of the feature, titles and labels from the feature's own words.

A pytest plug-in, loaded with ``--allure`` only; allure-pytest alone shows scenarios as bare functions.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import allure
import pytest
from allure_commons.types import ParameterMode

from dataverse_tck.reporting.wording import reference_link
from dataverse_tck.suite_files import tags_of

if TYPE_CHECKING:
    from pytest_bdd.parser import Feature, Scenario, Step

_OPEN = pytest.StashKey[Any]()
_DONE = pytest.StashKey[int]()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Name the parameters after the columns of the feature; later than set-up they cannot be changed."""
    if getattr(item, "callspec", None) is None:
        return
    allure.dynamic.parameter("_pytest_bdd_example", "", excluded=True, mode=ParameterMode.HIDDEN)
    for name, value in _row(item).items():
        allure.dynamic.parameter(name, value)


def _row(item: pytest.Item) -> Mapping[str, str]:
    """Return the row of the examples that a scenario was made from."""
    callspec = getattr(item, "callspec", None)
    row: Mapping[str, str] = callspec.params.get("_pytest_bdd_example", {}) if callspec else {}
    return row


def pytest_bdd_before_scenario(request: pytest.FixtureRequest, feature: Feature, scenario: Scenario) -> None:
    allure.dynamic.title(scenario.name)
    allure.dynamic.epic("Conversation (msdyn_ocliveworkitem)")
    allure.dynamic.feature(feature.name)
    if scenario.rule:
        allure.dynamic.story(scenario.rule.name)
        allure.dynamic.description(f"{scenario.rule.name}.\n\n{feature.description}")
    for tag in sorted(tags_of(scenario, _row(request.node))):
        key, _, value = tag.partition(":")
        if key == "reference":
            allure.dynamic.link(reference_link(value), name=f"reference: {value}")
    request.node.stash[_DONE] = 0


def pytest_bdd_before_step(request: pytest.FixtureRequest, step: Step) -> None:
    context = allure.step(f"{step.keyword.strip()} {step.name}")
    context.__enter__()
    if step.datatable is not None:
        text = io.StringIO()
        csv.writer(text).writerows(step.datatable.raw())
        allure.attach(text.getvalue(), "table", allure.attachment_type.CSV)
    request.node.stash[_OPEN] = context
    request.node.stash[_DONE] += 1


def pytest_bdd_after_step(request: pytest.FixtureRequest, step_func_args: dict[str, Any]) -> None:
    _close(request, None)


def pytest_bdd_step_error(request: pytest.FixtureRequest, exception: BaseException) -> None:
    _close(request, exception)


def pytest_bdd_after_scenario(request: pytest.FixtureRequest, scenario: Scenario) -> None:
    """Close what a skip left open, and show the sentences that were never reached."""
    _close(request, pytest.skip.Exception("skipped"))
    for step in scenario.steps[request.node.stash[_DONE] :]:
        context = allure.step(f"{step.keyword.strip()} {step.name}")
        context.__enter__()
        reason = pytest.skip.Exception("never reached")
        context.__exit__(type(reason), reason, None)


def _close(request: pytest.FixtureRequest, error: BaseException | None) -> None:
    context = request.node.stash.get(_OPEN, None)
    if context is None:
        return
    request.node.stash[_OPEN] = None
    if error is None:
        context.__exit__(None, None, None)
    else:
        context.__exit__(type(error), error, error.__traceback__)
