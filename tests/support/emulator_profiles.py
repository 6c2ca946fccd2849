"""What the emulator says of itself, made to say less, or to place calls by commands."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from dataverse_tck.endpoint.embedded import PROFILE

SAID = PROFILE.read_text(encoding="utf-8")


def claiming(*names: str) -> str:
    """Return the emulator's profile with these messages alone."""
    first, *tables = re.split(r"(?m)^(?=\[messages\.)", SAID)
    kept = [
        table
        if name.removeprefix("CCaaS_") in names
        else f'[messages.{name}]\nsupported = false\nreason = "not ours"\n'
        for table in tables
        for name in re.findall(r"\[messages\.(\w+)\]", table)
    ]
    return first + "".join(kept)


def silent() -> str:
    """Return the emulator's profile without what its messages do."""
    rows = re.sub(r"(?ms)^\[\[messages\.\w+\.states\]\].*?(?=^\[)", "", SAID)
    return re.sub(r"(?m)^(to|others|inverse|when_wrong_state) = .*\n", "", rows)


PLACE = """
import json, pathlib, sys, urllib.request
columns = {"subject": "placed", "msdyn_channel": "192370000", "statuscode": 2}
request = urllib.request.Request(sys.argv[1] + "/msdyn_ocliveworkitems", json.dumps(columns).encode())
request.add_header("Content-Type", "application/json")
with urllib.request.urlopen(request) as answer:
    identifier = answer.headers["OData-EntityId"].rpartition("(")[2][:-1]
with pathlib.Path("placed.txt").open("a") as file:
    file.write(identifier + "\\n")
print(json.dumps({"conversation": identifier}))
"""
NOTE = """
import pathlib, sys
with pathlib.Path(sys.argv[1]).open("a") as file:
    file.write(" ".join(sys.argv[2:]) + "\\n")
"""


def with_commands(folder: Path, root: str, **others: str) -> str:
    """Return the emulator's profile with a command for every fixture; ``others`` are lines in place of these."""
    (folder / "place.py").write_text(PLACE, encoding="utf-8")
    (folder / "note.py").write_text(NOTE, encoding="utf-8")
    python = json.dumps(sys.executable)
    fixtures = {
        "offer": f'run = [{python}, "place.py", "{root}"]\nyields = "conversation"',
        "hang_up": f'run = [{python}, "note.py", "hung-up.txt", "{{conversation}}"]',
        "cleanup": f'run = [{python}, "note.py", "cleaned.txt", "all"]',
        **others,
    }
    tables = "".join(f"[fixtures.{name}]\n{lines}\n" for name, lines in fixtures.items())
    return re.sub(r"(?m)^\[fixtures\.offer\].*\nvalues = .*\n", lambda _: tables, SAID)


def shell(words: str) -> str:
    """Return the line of a fixture that runs these words of Python."""
    return f"run = {json.dumps([sys.executable, '-c', words])}"
