"""The files that a derivation makes: their names and layout, and writing them all or none."""

from __future__ import annotations

import json
import shutil
import tempfile
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from dataverse_tck.jsontypes import Json
from dataverse_tck.reference.requirements.response_schemas import response_schema

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dataverse_tck.reference.page.facts import Facts
    from dataverse_tck.reference.requirements.derive import Derivation

FACTS = "reference/facts.json"
REQUIREMENTS = "reference/requirements.json"
RESPONSES = "schemas/responses"
_WIDTH = 1000  # characters of a line that one fact, requirement or branch may fill


def documents(facts: Facts, derivation: Derivation) -> dict[str, Json]:
    """Every file by its path below the root of the suite, as plain JSON."""
    nouns = derivation.requirements
    listed = sorted((item for items in nouns.values() for item in items), key=lambda item: item.line)
    catalogue = {
        "reference": asdict(facts.reference),
        "requirements": [asdict(item) for item in (*listed, *derivation.derived, *derivation.advisory)],
        "exclusions": [asdict(item) for item in derivation.exclusions],
    }
    schemas = {f"{RESPONSES}/{noun}.json": response_schema(noun, items) for noun, items in nouns.items()}
    return {FACTS: facts_document(facts), REQUIREMENTS: _from_json(catalogue), **schemas}


def facts_document(facts: Facts) -> Json:
    """The facts as ``reference/facts.json`` holds them."""
    return _from_json(asdict(facts))


def _from_json(value: Json) -> Json:
    return json.loads(json.dumps(value))


def encode(document: Json) -> str:
    """JSON for people and version control: one fact, requirement or branch a line."""
    return _laid_out(document, 0) + "\n"


def _laid_out(value: Json, depth: int) -> str:
    flat = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or not value or (depth > 1 and len(flat) <= _WIDTH):
        return flat
    inner, outer = "\n" + " " * (depth + 1), "\n" + " " * depth
    if isinstance(value, list):
        return f"[{inner}{f',{inner}'.join(_laid_out(item, depth + 1) for item in value)}{outer}]"
    members = [f"{json.dumps(name)}: {_laid_out(item, depth + 1)}" for name, item in value.items()]
    return f"{{{inner}{f',{inner}'.join(members)}{outer}}}"


def write(root: Path, documents: Mapping[str, Json]) -> None:
    """Write all documents below ``root``; or put back what was there and pass on what went wrong."""
    root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=root, prefix=".derive-") as folder:
        staged, kept = Path(folder, "new"), Path(folder, "old")
        for name, document in documents.items():
            _parent(staged / name).write_text(encode(document), encoding="utf-8", newline="\n")
            _parent(root / name)
            with suppress(FileNotFoundError):
                shutil.copy2(root / name, _parent(kept / name))
        replaced = []
        try:
            for name in documents:
                (staged / name).replace(root / name)
                replaced.append(name)
        except BaseException:
            for name in replaced:
                if (kept / name).exists():
                    (kept / name).replace(root / name)
                else:
                    (root / name).unlink()
            raise


def _parent(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
