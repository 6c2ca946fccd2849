"""Where there is no terminal, a line says now and then how far it is; nothing else is written."""

from __future__ import annotations

import re
import time

import pytest

from dataverse_tck.reporting import progress


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
