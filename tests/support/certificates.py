"""Certificates of folders, changed as a test needs them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

CERTIFICATE = "certificate.json"


def certificate_of(folder: Path) -> dict[str, Any]:
    """The certificate in a folder."""
    found: dict[str, Any] = json.loads((folder / CERTIFICATE).read_text("utf-8"))
    return found


def with_outcomes(told: Mapping[str, Any], outcomes: Mapping[str, str], **members: Any) -> dict[str, Any]:
    """A certificate with other outcomes, by id, and other members; its counts are those of before."""
    items = [{**item, "outcome": outcomes.get(item["id"], item["outcome"])} for item in told["requirements"]]
    return {**told, "requirements": items, **members}


def write_certificate(folder: Path, told: Mapping[str, Any], name: str = CERTIFICATE) -> None:
    """Write one into a folder, made where there is none."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(json.dumps(told), "utf-8")
