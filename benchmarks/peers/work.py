"""What the peers are given to do: the kit's own work, as each of its scenarios would do it alone.

A fact is one question to the metadata and one comparison. A chain stands for a scenario that writes: so many rows made,
so many looks at them, the rows removed, one request after the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from dataverse_tck.commands.plan import costs, planned
from dataverse_tck.conformance.requirement import Catalogue
from dataverse_tck.conformance.subjects import subjects
from dataverse_tck.conformance.suite import load_suite
from dataverse_tck.conformance.surfaces.subject import Subject
from dataverse_tck.settings import Settings

CAST = "Microsoft.Dynamics.CRM."
SET = "msdyn_ocliveworkitems"


@dataclass(frozen=True)
class Fact:
    """Somewhere in the answer, the property ``key`` is ``value``, has it as its ``Value``, or lists it."""

    path: str  # below the service root
    key: str
    value: Any


@dataclass(frozen=True)
class Chain:
    """How many rows a scenario makes and removes, and how many requests come between."""

    rows: int
    looks: int


def facts(catalogue: Catalogue) -> Iterator[Fact]:
    """Yield one for each requirement of the surface level; what no property says is looked up by its subject's name."""
    found = {subject.node: subject for subject in subjects(catalogue)}
    for item in catalogue.of("surface"):
        node = item.id
        while node not in found:
            node = node.rpartition("/")[0]
        subject = found[node]
        (name, *_), stated = next(iter(subject.stated.items()))
        aspect = "Targets" if subject.noun == "lookup" else item.id.rpartition("/")[2]
        said = aspect[0].isupper()
        yield Fact(_path(subject), aspect if said else name, item.expected if said else stated)


def _path(subject: Subject) -> str:
    match subject.noun:
        case "relationship":
            return f"RelationshipDefinitions(SchemaName='{subject.name}')/{CAST}OneToManyRelationshipMetadata"
        case "message":
            return f"sdkmessages?$filter=name eq '{subject.name}'&$select=name"
        case "option":
            column = _column(subject, "msdyn_channel", "MultiSelectPicklist")
            return f"{column}?$select=LogicalName&$expand=GlobalOptionSet"
        case "lookup":
            return f"{_column(subject, subject.name, 'Lookup')}?$select=Targets"
        case _:
            return f"EntityDefinitions(LogicalName='{subject.table}')?$select=LogicalName,DisplayName"


def _column(subject: Subject, column: str, kind: str) -> str:
    of_table = f"EntityDefinitions(LogicalName='{subject.table}')"
    return f"{of_table}/Attributes(LogicalName='{column}')/{CAST}{kind}AttributeMetadata"


def chains(catalogue: Catalogue) -> Iterator[Chain]:
    """Yield a chain for each scenario of the data level."""
    _, scripts = planned(catalogue, Settings(level="data").resolved(catalogue))
    for script in scripts.values():
        acts = list(costs(script, catalogue))
        rows = sum(len(tables) for _, tables in acts)
        yield Chain(rows, max(0, sum(cost for cost, _ in acts) - rows))


def work() -> dict[str, Any]:
    """Return all of it, as JSON."""
    catalogue = load_suite().catalogue
    return {
        "set": SET,
        "facts": [asdict(item) for item in facts(catalogue)],
        "chains": [asdict(item) for item in chains(catalogue)],
    }
