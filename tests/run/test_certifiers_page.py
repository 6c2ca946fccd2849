"""The page for certifiers: each of its commands is run as it stands, and what it prints is what the page shows."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from dataverse_tck import cli
from dataverse_tck.endpoint.embedded import emulator
from dataverse_tck.suite_files import suite_root

PAGE = (suite_root() / "docs" / "for-certifiers.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
SAID = dict(re.findall(r"^```toml\n# (\S+)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL))


def fits(shown: str, printed: str) -> bool:
    """Whether what was printed is what the page shows, in which ``...`` stands for anything."""
    pattern = "\n".join(re.escape(line).replace(re.escape("..."), ".*") for line in shown.splitlines())
    return re.fullmatch(pattern, printed.rstrip("\n"), re.DOTALL) is not None


def schema(name: str) -> Any:
    return json.loads((suite_root() / "schemas" / "outputs" / f"{name}.schema.json").read_text(encoding="utf-8"))


def test_what_the_page_shows_of_files_keeps_its_schema() -> None:
    assert SAID.keys() == {"policy.toml", "statements.toml"}
    for file, name in (("policy.toml", "policy"), ("statements.toml", "manual-statement")):
        jsonschema.Draft202012Validator(schema(name)).validate(tomllib.loads(SAID[file]))


def test_the_page_tells_every_key_of_a_policy() -> None:
    rows = re.findall(r"^\| (`.*?) \|", PAGE, re.MULTILINE)
    told = {word for row in rows for word in re.findall(r"`(\w+)`", row)}

    assert told == schema("policy")["properties"].keys() - {"format"}


def test_the_pipeline_runs_what_there_is() -> None:
    (text,) = [text for kind, text in BLOCKS if kind == "yaml"]
    run, attest = yaml.safe_load(text)["steps"]
    words = run["run"].replace('"$ENDPOINT"', "http://127.0.0.1").split()[1:]

    assert cli.parser_for(words).parse_args(words).output == Path("out")
    assert attest["with"]["subject-path"] == "out/certificate.zip"


@pytest.mark.whole
def test_the_page_leads_to_an_accepted_bundle(tmp_path: Path) -> None:
    script = tmp_path / "dataverse-tck"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m dataverse_tck "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    for file, text in SAID.items():
        (tmp_path / file).write_text(text, encoding="utf-8")
    (tmp_path / "recording.txt").write_text("seen", encoding="utf-8")
    shown = 0
    with emulator("--trouble", "forbidden:msdyn_bookingrule") as root:
        start = f"URL={root}\nexport DATAVERSE_TOKEN=any"
        for at, (kind, text) in enumerate(BLOCKS):
            if kind == "python":
                command = [sys.executable, "-c", text]
            elif kind == "sh":
                block = re.sub(r"^URL=.*", start, text)
                command = ["sh", "-ec", f"PATH={tmp_path}:$PATH\n{start}\n{block}"]
            else:
                continue
            done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300)
            assert done.returncode == 0, (text, done.stdout, done.stderr)
            follows, expected = BLOCKS[at + 1] if at + 1 < len(BLOCKS) else ("", "")
            if kind == "sh" and follows == "" and PAGE[PAGE.index(text) + len(text) :].startswith("```\n```\n"):
                assert fits(expected, done.stdout), (expected, done.stdout)
                shown += 1
            if kind == "python":
                assert re.fullmatch(r"FAILED \d+ files\n", done.stdout)
    assert shown == 6
