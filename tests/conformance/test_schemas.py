"""The response schemas beside the requirement list."""

from __future__ import annotations

from tests.support.judging import SUITE


def test_the_schemas_hold_exactly_the_requirements() -> None:
    """Every surface requirement has one branch in the schema of its node."""
    nodes = {item.node for item in SUITE.catalogue.of("surface")}

    in_schemas = [identifier for node in nodes for identifier in SUITE.schemas.requirements(node)]
    assert sorted(in_schemas) == sorted(item.id for item in SUITE.catalogue.of("surface"))
