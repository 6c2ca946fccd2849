"""A run that is larger than any: the folder of a real one, with more exchanges."""

from __future__ import annotations

import json
import shutil
from itertools import count
from pathlib import Path

from dataverse_tck.report.formats import FORMATS

EXCHANGES = "exchanges.ndjson"
BODY = 2000  # characters


def enlarged(real: Path, folder: Path, number: int = 10_000) -> Path:
    """Copy a run, and add lines like its own until it has so many exchanges; its digests no longer fit."""
    shutil.copytree(real, folder, ignore=shutil.ignore_patterns(*(made.file for made in FORMATS.values())))
    lines = (folder / EXCHANGES).read_text(encoding="utf-8").splitlines(keepends=True)
    exchanges = [line for line in lines if line.startswith('{"id":')]
    told_whole = (told for told in map(json.loads, exchanges) if "request" in told and "batch" not in told)
    sent = [told for told in told_whole if isinstance((told["response"] or {}).get("body"), str)]
    with (folder / EXCHANGES).open("a", encoding="utf-8") as file:
        for place in count():
            if len(exchanges) + place >= number:
                return folder
            like = sent[place % len(sent)]
            body = json.dumps({"value": [f"{place}-{one}" for one in range(BODY // 10)]})[:BODY]
            told = {**like, "id": f"x{90_000 + place}", "response": {**like["response"], "body": body}}
            file.write(json.dumps(told, separators=(",", ":")) + "\n")
    raise AssertionError
