"""Foreign data may have any shape: the judge always comes to an end, and never calls a strange answer right."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataverse_tck.conformance.extensions import extensions
from dataverse_tck.conformance.finding import Finding, Outcome
from dataverse_tck.conformance.surfaces.availability import availability_of_surfaces
from dataverse_tck.readings import Readings
from tests.support.changed_readings import told_apart, with_content
from tests.support.judging import SUITE, judged
from tests.support.perfect_readings import read

READ_AS_JSON = ("table", "many_to_one", "one_to_many", "sdkmessages", "sdkmessagefilters", "customapis")
STRANGE: tuple[Any, ...] = (None, True, 0, 1.5, "", "x", [], [None], [[]], {}, {"x": {}}, [{"Label": 1}], 10**400)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def weighed(readings: Readings) -> dict[str, Finding]:
    """What the judge, and what else reads the same readings, say of them."""
    extensions(readings, SUITE.catalogue)
    availability_of_surfaces(readings)
    return judged(readings)


@settings(max_examples=30, deadline=None, derandomize=True, database=None)
@given(JSON, st.sampled_from((*READ_AS_JSON, "choices", "lookups")))
def test_any_json_instead_of_a_reading_is_judged(content: Any, name: str) -> None:
    """Whatever an endpoint answers, every requirement and every control has its finding."""
    several = name not in ("table", "choices", "lookups")
    foreign = (tuple(content) if isinstance(content, list) else (content,)) if several else content

    assert len(weighed(with_content(name, lambda _: foreign))) == len(SUITE.catalogue.of("surface")) + 5


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place inside a value, the innermost last."""
    yield at
    if isinstance(value, dict | list | tuple):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(inner, (*at, key))


def with_strange(value: Any, at: tuple[Any, ...], strange: Any) -> Any:
    """The value with something strange at one place."""
    if not at:
        return strange
    changed = list(value) if isinstance(value, tuple) else copy.copy(value)
    changed[at[0]] = with_strange(value[at[0]], at[1:], strange)
    return tuple(changed) if isinstance(value, tuple) else changed


@pytest.mark.parametrize("name", [*READ_AS_JSON, "choices", "lookups"])
def test_something_strange_at_any_place_of_a_reading_is_judged(name: str) -> None:
    """Instead of one value each, drawn with a seed; nothing else is taken for right because of it."""
    reading = getattr(told_apart(), name)
    right = next(iter(reading.values())).content if isinstance(reading, dict) else reading.content
    draw = random.Random(name)
    for at in draw.choices([place for place in places(right) if place], k=6):
        strange = draw.choice(STRANGE)

        found = weighed(with_content(name, lambda content, at=at, s=strange: with_strange(content, at, s)))  # type: ignore[misc]

        assert len(found) == len(SUITE.catalogue.of("surface")) + 5


def test_a_missing_target_beside_relationships_of_another_shape_is_told() -> None:
    """What the relationship says instead cannot be told then; the target is missing all the same."""
    readings = replace(
        told_apart(),
        many_to_one=read(("x", 1)),
        lookups={name: read({"Targets": []}) for name in told_apart().lookups},
    )
    found = weighed(readings)["column/regardingobjectid/target/msdyn_bookingrule"]

    assert found.outcome is Outcome.FAIL
    assert found.reason.endswith(": what msdyn_bookingrule_msdyn_ocliveworkitems says cannot be read")
