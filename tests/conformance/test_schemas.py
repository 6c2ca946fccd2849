"""The response schemas beside the requirement list."""

from __future__ import annotations

import json
from pathlib import Path

from dataverse_tck.conformance.schemas import load_schemas
from tests.support.judging import SUITE


def test_the_schemas_hold_exactly_the_requirements() -> None:
    """Every surface requirement has one branch in the schema of its node."""
    nodes = {item.node for item in SUITE.catalogue.of("surface")}

    in_schemas = [identifier for node in nodes for identifier in SUITE.schemas.requirements(node)]
    assert sorted(in_schemas) == sorted(item.id for item in SUITE.catalogue.of("surface"))


def test_a_value_breaks_the_requirements_of_its_branches_or_all_of_them(tmp_path: Path) -> None:
    """What no branch stands for breaks all; files are merged by node; a node without a schema requires nothing."""
    branches = [
        {"x-requirement": "a/name", "properties": {"name": {"const": "a"}}},
        {"x-requirement": "a/size", "properties": {"size": {"const": 1}}},
    ]
    (tmp_path / "one.json").write_text(json.dumps({"$defs": {"a": {"type": "object", "allOf": branches}}}))
    (tmp_path / "two.json").write_text(json.dumps({"$defs": {"b": {"allOf": []}}}))
    (tmp_path / "notes.txt").write_text("no schema")
    schemas = load_schemas(tmp_path)

    assert schemas.broken("a", {"name": "a", "size": 1}) == frozenset()
    assert schemas.broken("a", {"name": "b", "size": 1}) == {"a/name"}
    assert schemas.broken("a", {"name": "b", "size": 2}) == {"a/name", "a/size"}
    assert schemas.broken("a", 7) == {"a/name", "a/size"}
    assert schemas.broken("b", 7) == frozenset()
    assert schemas.requirements("a") == ("a/name", "a/size")
    assert (schemas.requirements("b"), schemas.requirements("c")) == ((), ())
