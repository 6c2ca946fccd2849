"""The documents keep up with the kit."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from dataverse_tck import cli
from dataverse_tck.conformance.verdict import CONTRACT, EXIT_CODES, GATES
from dataverse_tck.suite_files import suite_root
from dataverse_tck.webapi.credentials import TOKEN_VARIABLE

ROOT = suite_root()
README = (ROOT / "README.md").read_text(encoding="utf-8")


def _commands() -> Iterator[Mapping[str, argparse.ArgumentParser]]:
    parser = cli.parser_for(list(cli.COMMANDS))
    yield from (item.choices for item in parser._actions if isinstance(item, argparse._SubParsersAction))


def options() -> set[str]:
    """Every long option of every command."""
    commands = next(_commands())
    found = {word for item in commands.values() for action in item._actions for word in action.option_strings}
    return {word for word in found if word.startswith("--") and word != "--help"}


@pytest.mark.parametrize("option", sorted(options()))
def test_every_option_is_in_the_readme(option: str) -> None:
    """What the command line takes, the README tells."""
    assert re.search(rf"`[^`]*{option}\b|^.*dataverse-tck.*{option}\b", README, re.MULTILINE), option


def test_every_command_exit_code_and_variable_is_in_the_readme() -> None:
    """Commands, exit codes, verdicts and the token's variable stand in the README."""
    for command in ("run", "serve", "doctor", "derive", "requirements", "cleanup"):
        assert f"dataverse-tck {command}" in README
    for verdict, code in EXIT_CODES.items():
        assert f"| {code} | {verdict} |" in README


@pytest.mark.parametrize("text", [README, (ROOT / "docs" / "verdicts.md").read_text(encoding="utf-8")])
def test_what_exit_codes_mean_stands_everywhere_alike(text: str) -> None:
    """In the README, in the page about verdicts, and in what --help prints."""
    table = {
        int(cells[0]): cells[1:]
        for line in text.splitlines()
        if len(cells := line.strip("| ").split(" | ")) == 1 + len(GATES) and cells[0].isdigit()
    }
    assert table == {
        code: [{**CONTRACT[gate], 2: "the run could not start"}[code] for gate in GATES] for code in range(4)
    }
    told = " ".join(next(_commands())["run"].format_help().split())
    for gate, codes in CONTRACT.items():
        meanings = "; ".join(f"{code}: {meaning}" for code, meaning in codes.items())
        assert f"With --gate {gate} {meanings}." in told
    assert "2: the run could not start." in told


def test_the_variable_of_the_token_is_in_the_readme() -> None:
    """Whoever has one looks for it there."""
    assert TOKEN_VARIABLE in README


@pytest.mark.parametrize("path", sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]), ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    """Every relative link of a document exists."""
    targets = re.findall(r"\]\((?!https?://)([^)#]+)", path.read_text(encoding="utf-8"))

    assert [target for target in targets if not (path.parent / target).exists()] == []


def test_every_document_is_linked_from_another() -> None:
    """A page that no link leads to is read by nobody."""
    texts = {path: path.read_text(encoding="utf-8") for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]}

    def linked(path: Path) -> bool:
        return any(re.search(rf"\]\((docs/)?{re.escape(path.name)}", text) for at, text in texts.items() if at != path)

    assert [path.name for path in sorted(ROOT.glob("docs/*.md")) if not linked(path)] == []


def test_every_module_of_the_kit_is_in_the_architecture() -> None:
    """ARCHITECTURE.md names every room."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    package = ROOT / "src" / "dataverse_tck"
    rooms = [path.name for path in package.iterdir() if path.is_dir() and path.name != "__pycache__"]

    assert [name for name in rooms if f"{name}/" not in text] == []
