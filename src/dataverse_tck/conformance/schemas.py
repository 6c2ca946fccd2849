"""The response schemas, and which requirements a node breaks by them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from jsonschema import Draft202012Validator

from dataverse_tck.jsontypes import Json

if TYPE_CHECKING:
    from pathlib import Path


class ResponseSchemas:
    """The derived schemas by node; each has one ``allOf`` branch for each requirement (``x-requirement``)."""

    def __init__(self, definitions: Mapping[str, Json]) -> None:
        self._validators = {node: Draft202012Validator(schema) for node, schema in definitions.items()}
        self._requirements = {
            node: [branch["x-requirement"] for branch in schema["allOf"]] for node, schema in definitions.items()
        }

    def broken(self, node: str, value: Json) -> frozenset[str]:
        """Return the ids of the requirements that a value of this node breaks."""
        ids = self._requirements[node]
        found: set[str] = set()
        for error in self._validators[node].iter_errors(value):
            path = error.absolute_schema_path
            found.update([ids[int(path[1])]] if path[0] == "allOf" else ids)
        return frozenset(found)

    def requirements(self, node: str) -> tuple[str, ...]:
        """Return the ids that have a branch in the schema of this node."""
        return tuple(self._requirements.get(node, ()))


def load_schemas(folder: Path) -> ResponseSchemas:
    """Read every ``schemas/responses/*.json`` and merge their ``$defs``."""
    definitions: dict[str, Json] = {}
    for path in sorted(folder.glob("*.json")):
        definitions.update(json.loads(path.read_text(encoding="utf-8"))["$defs"])
    return ResponseSchemas(definitions)
