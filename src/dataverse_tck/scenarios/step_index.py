"""Finding the step definition for a step line in one look, however many definitions there are.

pytest-bdd asks every fixture of the session anew for each step. This keeps one index of the step definitions, remembers
what each line resolved to, and makes a line that two definitions match an error, where pytest-bdd picks one silently.
It replaces ``pytest_bdd.scenario.get_step_function``, which is private: ``install`` checks that it is still there and
warns, leaving pytest-bdd as it is, when it is not.
"""

from __future__ import annotations

import functools
import inspect
import sys
import warnings
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from pytest_bdd.compat import get_fixture_names, getfixturedefs
from pytest_bdd.scenario import parse_step_arguments
from pytest_bdd.steps import step_function_context_registry

if TYPE_CHECKING:
    from _pytest.fixtures import FixtureManager, FixtureRequest
    from pytest_bdd.parser import Step
    from pytest_bdd.steps import StepFunctionContext

__all__ = ["StepIndex", "index_of", "install", "parse_step_arguments", "signature"]

signature = functools.cache(inspect.signature)


class AmbiguousStepError(LookupError):
    """More than one step definition matches a step line."""


class StepIndex:
    """The step definitions of one pytest session, by what they match."""

    def __init__(self, definitions: Iterable[StepFunctionContext]) -> None:
        self.definitions = tuple(definitions)
        self._memo: dict[tuple[str, str], StepFunctionContext | None] = {}

    def matches(self, step: Step) -> list[StepFunctionContext]:
        """Return every definition that matches a step."""
        return [
            item for item in self.definitions if item.type in (None, step.type) and item.parser.is_matching(step.name)
        ]

    def find(self, step: Step) -> StepFunctionContext | None:
        """Return the one definition that matches, None when there is none."""
        key = (step.type, step.name)
        if key not in self._memo:
            found = self.matches(step)
            if len(found) > 1:
                raise AmbiguousStepError(
                    f'The step "{step.name}" matches {len(found)} definitions: '
                    + ", ".join(repr(item.parser.name) for item in found)
                )
            self._memo[key] = found[0] if found else None
        return self._memo[key]


_INDEXES: dict[int, StepIndex] = {}


def index_of(manager: FixtureManager, node: Any) -> StepIndex:
    """Return the index of a pytest session's step definitions, made once."""
    key = id(manager)
    if key not in _INDEXES:
        _INDEXES.clear()  # one session at a time; an older manager's address may be used again
        _INDEXES[key] = StepIndex(_definitions(manager, node))
    return _INDEXES[key]


def _definitions(manager: FixtureManager, node: Any) -> Iterator[StepFunctionContext]:
    for name in get_fixture_names(fixturemanager=manager):
        for definition in getfixturedefs(manager, name, node) or []:
            if (context := step_function_context_registry.get(definition.func)) is not None:
                yield context


def _find(request: FixtureRequest, step: Step) -> StepFunctionContext | None:
    return index_of(request._fixturemanager, request.node).find(step)  # noqa: SLF001 - as pytest-bdd does


def install() -> bool:
    """Put the index in place of pytest-bdd's own look-up; return whether that was possible."""
    module: Any = sys.modules.get("pytest_bdd.scenario")
    if not callable(getattr(module, "get_step_function", None)) or not hasattr(module, "signature"):
        warnings.warn(
            "This version of pytest-bdd looks steps up in another way; the run is right, but slower.",
            RuntimeWarning,
            stacklevel=2,
        )
        return False
    module.get_step_function = _find
    module.signature = signature
    sys.modules["pytest_bdd.utils"].signature = signature  # type: ignore[attr-defined]
    return True
