"""Completion by a shell: it knows commands, options and files."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from dataverse_tck import cli

_ASK = """
source {script}
COMP_WORDS=({words}); COMP_CWORD={at}; COMP_LINE="{words}"; COMP_POINT=${{#COMP_LINE}}
_shtab_dataverse_tck
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


def printed(shell: str) -> int:
    """Have the script for a shell printed; return the exit code."""
    with pytest.raises(SystemExit) as end:
        cli.main(["--completion", shell])
    return int(end.value.code or 0)


@pytest.fixture
def script(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """The script for bash, as it is printed."""
    assert printed("bash") == 0
    path = tmp_path / "script"
    path.write_text(capsys.readouterr().out)
    return path


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")
@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["ver"], {"verify"}),
        (["run", "--max"], {"--max-fail"}),
        (["run", "--level", ""], {"surface", "data", "calls"}),
        (["report", "--format", "x"], {"xlsx"}),
        (["profile", "ch"], {"check"}),
    ],
)
def test_bash_completes(script: Path, words: list[str], found: set[str]) -> None:
    """A command, an option, what an option takes, and a command of a command."""
    typed = ["dataverse-tck", *(word or "''" for word in words)]
    asked = _ASK.format(script=script, words=" ".join(typed), at=len(words))
    done = subprocess.run(
        ["bash", "--norc", "-c", asked], capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"}
    )

    assert set(done.stdout.split()) == found, done.stderr


@pytest.mark.parametrize("shell", ["zsh", "fish", "tcsh", "powershell"])
def test_other_shells(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each gets a script that names the commands."""
    assert printed(shell) == 0

    said = capsys.readouterr().out
    assert all(name in said for name in cli.COMMANDS)


def test_files_are_completed(script: Path) -> None:
    """Where an option takes one."""
    assert "_shtab_dataverse_tck_run___profile_COMPGEN=_shtab_compgen_files" in script.read_text()
