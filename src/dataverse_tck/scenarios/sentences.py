"""Listens to a pytest session for ``--allure``: which sentences of a scenario were reached, and when."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from dataverse_tck.scenarios.rehearsal import title_of
from dataverse_tck.suite_files import tags_of

if TYPE_CHECKING:
    from pytest_bdd.parser import Feature, Scenario, Step


@dataclass
class Sentence:
    """One sentence of a scenario, with its table where it has one; times are seconds since 1970."""

    text: str
    table: tuple[tuple[str, ...], ...] = ()
    began: float | None = None  # None: it was never reached
    ended: float | None = None  # None: it was never reached, or it ended the scenario


@dataclass(frozen=True)
class Spoken:
    """What a feature says in one scenario, and how far it was told."""

    feature: str  # its name
    description: str  # of the feature
    rule: str
    tags: frozenset[str]  # also those of its rule and its feature
    row: Mapping[str, str] = field(default_factory=dict)  # of the examples that it was made from
    sentences: tuple[Sentence, ...] = ()

    @property
    def last(self) -> Sentence | None:
        """The sentence that ended the scenario; None where all were said, or none was reached."""
        return next((one for one in self.sentences if one.began is not None and one.ended is None), None)


class Listener:
    """A pytest plug-in object; after the session it holds what was spoken, by the title of the scenario."""

    def __init__(self) -> None:
        self.spoken: dict[str, Spoken] = {}
        self._left: list[tuple[Step, Sentence]] = []

    def pytest_bdd_before_scenario(self, request: pytest.FixtureRequest, feature: Feature, scenario: Scenario) -> None:
        callspec = getattr(request.node, "callspec", None)
        row: Mapping[str, str] = callspec.params.get("_pytest_bdd_example", {}) if callspec else {}
        self._left = [(step, _sentence(step)) for step in scenario.steps]
        self.spoken[title_of(request.node, scenario)] = Spoken(
            feature=feature.name,
            description=feature.description,
            rule=scenario.rule.name if scenario.rule else "",
            tags=frozenset(tags_of(scenario, row)),
            row=row,
            sentences=tuple(sentence for _, sentence in self._left),
        )

    def pytest_bdd_before_step(self, step: Step) -> None:
        self._of(step).began = time.time()

    def pytest_bdd_after_step(self, step: Step) -> None:
        self._of(step).ended = time.time()

    def _of(self, step: Step) -> Sentence:
        return next(sentence for one, sentence in self._left if one is step)


def _sentence(step: Step) -> Sentence:
    table = () if step.datatable is None else tuple(tuple(map(str, row)) for row in step.datatable.raw())
    return Sentence(f"{step.keyword.strip()} {step.name}", table)
