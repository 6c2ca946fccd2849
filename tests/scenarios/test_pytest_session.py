"""The pytest session inside a run: what the interpreter warns of is no business of a verdict."""

from __future__ import annotations

import gc
import socket
import warnings
from pathlib import Path

import pytest

from dataverse_tck.emulator.organisation.assemble import create_organisation
from dataverse_tck.emulator.serving.app import create_app
from dataverse_tck.emulator.serving.server import running
from dataverse_tck.run.runner import run
from dataverse_tck.scenarios.observer import Observer
from dataverse_tck.settings import Settings


class Litter:
    """An open socket in a circle: it is found unclosed whenever somebody looks."""

    def __init__(self) -> None:
        self.me, self.socket = self, socket.socket()


def test_what_was_left_open_elsewhere_breaks_no_scenario(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Warnings may be errors (PYTHONWARNINGS=error), and whose they are nobody can tell."""
    progress = Observer.pytest_runtest_logreport
    told = 0

    def report(self: Observer, report: pytest.TestReport) -> None:
        nonlocal told
        progress(self, report)
        if report.when == "teardown":  # so that it is found when the next scenario is set up
            told += 1
            if told % 20 == 1:
                Litter()
                gc.collect()

    monkeypatch.setattr(Observer, "pytest_runtest_logreport", report)
    with running(create_app(create_organisation())) as root, warnings.catch_warnings():
        warnings.simplefilter("error")
        assert run(Settings(root, output=tmp_path / "run"), None) == 0
    assert told > 100
