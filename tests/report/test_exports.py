"""All formats: the same bytes for the same run, whatever a folder holds, and nothing that verify does not see."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dataverse_tck.commands.certification.verify import verify
from dataverse_tck.commands.report import report
from dataverse_tck.report.folder import read_run
from dataverse_tck.report.formats import FORMATS
from dataverse_tck.report.told_run import NO_VERDICT, ToldRun
from dataverse_tck.verify.made_reports import made_otherwise
from tests.support.poisoned import HOSTILE, hostile
from tests.support.reports import made

OTHERS = sorted(set(FORMATS) - {"html", "xlsx"})


def certificate(folder: Path, **members: Any) -> None:
    """Change members of the certificate."""
    path = folder / "certificate.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **members}), "utf-8")


def killed(folder: Path) -> None:
    """Only lines, of which the last is cut off."""
    for name in ("certificate.json", "junit.xml", "report.html"):
        (folder / name).unlink()
    path = folder / "exchanges.ndjson"
    path.write_bytes(path.read_bytes()[:-100])


def bare(folder: Path) -> None:
    """Only a certificate."""
    for name in ("exchanges.ndjson", "junit.xml", "report.html"):
        (folder / name).unlink()


def interrupted(folder: Path) -> None:
    """A run that was stopped, and whose clean-up broke."""
    certificate(folder, interrupted=True, verdict="incomplete", troubles=["the clean-up broke"])


def of_another_suite(folder: Path) -> None:
    """A run whose features are not there."""
    certificate(folder, suite={"version": "9.9.9", "sha256": "0" * 64})


def test_they_are_the_same_for_the_same_run(run: ToldRun, copied: Path) -> None:
    """Byte for byte, wherever its folder lies; they say nothing of where that is."""
    again = read_run(copied)

    for name in OTHERS:
        content = made(name, run)
        assert content == made(name, again), name
        assert str(run.folder).encode() not in content, name


@pytest.mark.parametrize("damage", [killed, bare, interrupted, of_another_suite])
def test_what_is_left_of_a_run_is_told(damage: Callable[[Path], None], copied: Path) -> None:
    """Each format can be made of each folder."""
    damage(copied)
    run = read_run(copied)

    assert run.missing
    has_verdict = run.certificate["verdict"] != NO_VERDICT  # without, there is no certificate to be shown
    assert all(made(name, run) for name in FORMATS if has_verdict or name != "certificate")


@pytest.mark.parametrize("text", [HOSTILE, "=1+1\r\n" * 200_000], ids=["attacks", "long"])
def test_foreign_text_breaks_none(text: str, run: ToldRun) -> None:
    """Control characters stand as their codes, and a summary stays one."""
    few = replace(run, certificate={**run.certificate, "requirements": run.requirements[-30:]})
    for name in OTHERS:
        content = made(name, hostile(few, text))
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\u202e]", content.decode("utf-8")), name
        assert len(content) < 2**20 or name != "md"


def test_beside_the_evidence_they_verify(copied: Path) -> None:
    """All of them, as they are made."""
    for name in FORMATS:
        report(copied, name, None)

    assert verify(copied) == 0


@pytest.mark.parametrize(
    "change", [lambda it: it + b"\n", lambda it: it[:-1], lambda _: b""], ids=("more", "less", "none")
)
def test_those_that_say_otherwise_are_refused(change: Callable[[bytes], bytes], copied: Path, run: ToldRun) -> None:
    """Also where they say the same, and more."""
    (copied / "report.html").unlink()
    for name in OTHERS:
        (copied / FORMATS[name].file).write_bytes(change(made(name, run)))

    assert {it.where for it in made_otherwise(copied)} == {FORMATS[name].file for name in OTHERS}


def test_what_breaks_on_the_way_leaves_nothing(copied: Path, monkeypatch: pytest.MonkeyPatch, run: ToldRun) -> None:
    """A report that cannot be finished is not there, and no part of it."""

    def broken(self: object, told: object) -> Any:
        yield b"begun"
        raise RuntimeError

    monkeypatch.setattr("dataverse_tck.report.formats.Format.pieces", broken)
    before = sorted(copied.iterdir())

    with pytest.raises(RuntimeError):
        report(copied, "csv", None)
    assert sorted(copied.iterdir()) == before
