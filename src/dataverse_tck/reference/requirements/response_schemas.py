"""Response schemas from requirements: a node passes a requirement if and only if it passes its branch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dataverse_tck.jsontypes import Json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dataverse_tck.conformance.requirement import Requirement

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def response_schema(noun: str, requirements: Iterable[Requirement]) -> Json:
    """One schema document: in ``$defs``, for each node, one branch of ``allOf`` for each requirement.

    Nodes have their labels already as English text or null.
    """
    nodes: dict[str, Json] = {}
    for requirement in requirements:
        node = nodes.setdefault(requirement.node, {"type": "object", "allOf": []})
        node["allOf"].append(_branch(requirement))
    return {
        "$schema": DIALECT,
        "$id": f"urn:dataverse-tck:responses:{noun}",
        "title": f"What the reference states: {noun}",
        "$defs": nodes,
    }


def _branch(requirement: Requirement) -> Json:
    """``required`` says nothing of what is no object, so each step also asks for its type."""
    expected = {"const": requirement.expected}
    schema: Json = {"type": "array", "contains": expected} if requirement.family == "target" else expected
    for member in reversed(requirement.path):
        schema = {"type": "object", "required": [member], "properties": {member: schema}}
    return {"x-requirement": requirement.id, **schema}
