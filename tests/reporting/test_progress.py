"""Where there is no terminal, a line says now and then how far it is; nothing else is written."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
import time

import pytest

from dataverse_tck.reporting import progress


@pytest.fixture(autouse=True)
def _beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test is a run of its own."""
    monkeypatch.setattr(progress._Pulse, "began", None)
    monkeypatch.setattr(progress._Pulse, "said", 0.0)


def test_a_line_comes_though_each_thing_is_short(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What counts is how long nothing was said, not when the last thing began."""
    monkeypatch.setattr(progress, "EVERY_S", 0.2)
    for name in "abcde":
        with progress.busy(name):
            time.sleep(0.1)

    assert 1 <= len(capsys.readouterr().err.splitlines()) <= 3


def test_a_line_now_and_then(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Without codes for a cursor, without empty lines."""
    monkeypatch.setattr(progress, "EVERY_S", 0.02)
    with progress.progress() as tick:
        tick("scenarios", 3, 534)
        tick("rows removed", 7, 0)
        time.sleep(0.2)
    lines = capsys.readouterr().err.splitlines()

    assert lines
    assert all(re.fullmatch(r"\.\.\. \d+ s: scenarios 3 of 534, rows removed 7", line) for line in lines)


def test_what_is_over_soon_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """A short run is silent until its result."""
    with progress.busy("reading"):
        pass

    assert capsys.readouterr() == ("", "")


_SHORT_RUN = """
from rich.console import Console
from dataverse_tck.reporting import progress, terminal
with progress.busy("reading"): pass
with progress.progress() as tick: tick("scenarios", 1, 2)
terminal.errors().print("[bold red]done[/]")
"""
_CURSOR = re.compile(r"\x1b\[[0-9;?]*[A-Za-ln-z]")  # every code but those of colours
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def _heard(*, terminal: bool, **environment: str) -> str:
    """What a run says to stderr, which is a terminal or not."""
    usual = {name: value for name, value in os.environ.items() if name not in ("FORCE_COLOR", "NO_COLOR", "TERM")}
    command = [sys.executable, "-c", _SHORT_RUN]
    env = {**usual, "TERM": "xterm-256color", **environment}
    if not terminal:
        return subprocess.run(command, env=env, capture_output=True, text=True, check=True).stderr
    ours, theirs = pty.openpty()
    with subprocess.Popen(command, env=env, stderr=theirs) as process:
        os.close(theirs)
        heard = b""
        try:
            while piece := os.read(ours, 4096):
                heard += piece
        except OSError:  # so it ends
            pass
        os.close(ours)
    assert process.returncode == 0
    return heard.decode()


@pytest.mark.parametrize(
    ("terminal", "environment", "cursor", "colour"),
    [
        (True, {}, True, True),
        (True, {"NO_COLOR": "1"}, True, False),
        (True, {"TERM": "dumb"}, False, False),
        (False, {}, False, False),
        (False, {"FORCE_COLOR": "1"}, False, True),
        (False, {"TERM": "dumb", "FORCE_COLOR": "1"}, False, False),
        (False, {"NO_COLOR": "1"}, False, False),
    ],
)
def test_only_a_terminal_is_drawn_on(
    terminal: bool,  # noqa: FBT001 - a case
    environment: dict[str, str],
    cursor: bool,  # noqa: FBT001
    colour: bool,  # noqa: FBT001
) -> None:
    """Colours may be forced or forbidden; a log gets no codes for a cursor and no empty lines whatever is set."""
    heard = _heard(terminal=terminal, **environment)

    assert bool(_CURSOR.search(heard)) == cursor
    assert ("31m" in "".join(_COLOUR.findall(heard))) == colour
    if not cursor:
        assert re.sub(_COLOUR, "", heard).split("\n") == ["done\r" if terminal else "done", ""]
