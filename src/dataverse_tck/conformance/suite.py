"""What the kit holds endpoints to, read from the files of the suite."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dataverse_tck.conformance.controls import KNOWN_EVENT, MADE_UP_TABLE
from dataverse_tck.conformance.requirement import Catalogue, load_catalogue
from dataverse_tck.conformance.schemas import ResponseSchemas, load_schemas
from dataverse_tck.conformance.sent_controls import MADE_UP_MESSAGE
from dataverse_tck.jsontypes import Json
from dataverse_tck.readings import Questions
from dataverse_tck.suite_files import suite_root


@dataclass(frozen=True)
class Suite:
    """The requirement list, the schemas, and the questions to ask."""

    catalogue: Catalogue
    schemas: ResponseSchemas
    questions: Questions


def load_suite(root: Path | None = None) -> Suite:
    """Read the requirement list and the schemas of the suite."""
    folder = root or suite_root()
    catalogue = load_catalogue(folder / "reference" / "requirements.json")
    facts = json.loads((folder / "reference" / "facts.json").read_text(encoding="utf-8"))
    return Suite(catalogue, load_schemas(folder / "schemas" / "responses"), questions(facts))


def questions(facts: Mapping[str, Json]) -> Questions:
    """Return what to ask an endpoint about, from ``reference/facts.json``, controls included."""
    return Questions(
        table=facts["table"]["name"],
        choices=tuple(column["name"] for column in facts["columns"]["choices"]),
        lookups=tuple(column["name"] for column in facts["columns"]["lookups"]),
        messages=(*(item["name"] for item in facts["messages"]), KNOWN_EVENT, MADE_UP_MESSAGE),
        made_up_table=MADE_UP_TABLE,
    )
