"""A small endpoint that can do what the emulator cannot: lag, refuse, answer late, ignore what it is told."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from tests.support.canned_server import API, Canned, Request, reply

_ROW = re.compile(r"(\w+)\(([0-9a-f-]{36})\)")


def error(status: int, message: str = "no", code: str = "") -> Canned:
    """An OData error."""
    return reply({"error": {"code": code, "message": message}}, status)


def lookup(name: str, *targets: str, level: str = "SystemRequired") -> dict[str, Any]:
    """A lookup column as metadata has it."""
    return {
        "LogicalName": name,
        "AttributeTypeName": {"Value": "LookupType"},
        "IsValidForCreate": True,
        "RequiredLevel": {"Value": level},
        "Targets": list(targets),
    }


@dataclass
class Stub:
    """Tables by name with their columns; the set of a table is its name and an s, its key its name and id."""

    tables: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {"t": []})
    rows: set[str] = field(default_factory=set)  # paths
    canned: dict[tuple[str, str], list[Canned]] = field(default_factory=dict)  # (method, start of the path) -> answers
    lag: int = 0  # how often a deleted row is still seen
    ghosts: dict[str, int] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)

    def __call__(self, request: Request) -> Canned:
        """Answer a request."""
        path = request.path.removeprefix(API).lstrip("/")
        self.log.append(f"{request.method} {path}")
        for (method, start), answers in self.canned.items():
            if method == request.method and path.startswith(start) and answers:
                return answers.pop(0) if len(answers) > 1 else answers[0]
        if path.startswith("EntityDefinitions"):
            return self._definition(path)
        if request.method == "POST":
            return self._create(path, request.json)
        row = _ROW.match(path)
        return self._filter(path) if row is None else self._row(request.method, row)

    def _row(self, method: str, row: re.Match[str]) -> Canned:
        if row[0] not in self.rows and not self._is_ghost(row[0]):
            return error(404, "Does Not Exist", "0x80040217")
        if method == "DELETE":
            self.rows.discard(row[0])
            self.ghosts[row[0]] = self.lag
            return Canned(204)
        return reply({f"{row[1][:-1]}id": row[2]})

    def _is_ghost(self, path: str) -> bool:
        self.ghosts[path] = self.ghosts.get(path, 0) - 1
        return self.ghosts[path] >= 0

    def _create(self, entity_set: str, body: dict[str, Any]) -> Canned:
        path = f"{entity_set}({body[f'{entity_set[:-1]}id']})"
        if path in self.rows:
            return error(412, "A record with matching key values already exists.", "0x80040237")
        self.rows.add(path)
        return Canned(204, headers={"OData-EntityId": f"http://host{API}/{path}"})

    def _filter(self, path: str) -> Canned:
        entity_set = path.partition("?")[0]
        ids = re.findall(r"eq ([0-9a-f-]{36})", path)
        seen = [i for i in ids if (row := f"{entity_set}({i})") in self.rows or self._is_ghost(row)]
        return reply({"value": [{f"{entity_set[:-1]}id": i} for i in seen]})

    def _definition(self, path: str) -> Canned:
        name = path.split("'")[1]
        if name not in self.tables:
            return error(404, f"Could not find an entity with name {name}")
        columns = self.tables[name]
        if path.endswith("/Attributes"):
            return reply({"value": columns})
        if path.endswith("/ManyToOneRelationships"):
            ends = [(column["LogicalName"], target) for column in columns for target in column.get("Targets", ())]
            return reply(
                {
                    "value": [
                        {
                            "SchemaName": f"{name}_{column}_{target}",
                            "ReferencingAttribute": column,
                            "ReferencedEntity": target,
                            "ReferencingEntityNavigationPropertyName": f"{column}_{target}",
                            "ReferencedEntityNavigationPropertyName": f"{target}_{name}s",
                        }
                        for column, target in ends
                    ]
                }
            )
        shape = {"EntitySetName": f"{name}s", "PrimaryIdAttribute": f"{name}id", "OwnershipType": "UserOwned"}
        return reply({"LogicalName": name, "PrimaryNameAttribute": None, **shape})
