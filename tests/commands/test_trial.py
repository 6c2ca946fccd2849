"""``profile check --try``: one call offered, looked at, ended and removed."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dataverse_tck import cli
from dataverse_tck.acting import acting_session
from dataverse_tck.endpoint.embedded import PROFILE, emulator
from dataverse_tck.evidence.leftover import Leftover
from tests.support.profiles import NAMES, written

Run = pytest.CaptureFixture[str]
OURS = PROFILE.read_text(encoding="utf-8")
SILENT = "".join(f"[messages.{name}]\nsupported = false\n" for name in NAMES)


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """The embedded emulator."""
    with emulator() as root:
        yield root


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reports go below the current folder."""
    monkeypatch.chdir(tmp_path)


def tried(path: Path, endpoint: str) -> int:
    return cli.main(["profile", "check", str(path), "--endpoint", endpoint, "--try"])


def test_an_offered_call_is_seen_and_removed(endpoint: str, tmp_path: Path, capsys: Run) -> None:
    """Hung up as in a run; its row was in a ledger, and is gone."""
    note = "import pathlib, sys; pathlib.Path(sys.argv[1]).write_text(sys.argv[2])"
    run = json.dumps([sys.executable, "-c", note, "hung-up.txt", "{conversation}"])
    path = written(tmp_path, f"{OURS}\n[fixtures.hang_up]\nrun = {run}\n")

    assert tried(path, endpoint) == 0
    first, pairs, second, last = capsys.readouterr().out.splitlines()
    assert "is a complete profile" in first
    assert pairs.startswith("Of 168 pairs of message and state")
    assert second.startswith(
        "Every word of its state is in the maps. What was made is removed again. The requests, and "
    )
    assert last == "an offered call: Offered, recording not-started, transcription not-started, participants 1"
    (ledger,) = tmp_path.glob("reports/*/ledger.ndjson")
    _, planned, gone = map(json.loads, ledger.read_text(encoding="utf-8").splitlines())
    assert planned["planned"]["id"] == gone["gone"] == (tmp_path / "hung-up.txt").read_text(encoding="utf-8")
    assert second.endswith(f" stand in {ledger.parent}.")
    assert (ledger.parent / "exchanges.ndjson").is_file()


def test_an_offer_that_rings_nowhere_is_told(endpoint: str, tmp_path: Path, capsys: Run) -> None:
    """A live chat is no call: exit 2, and what was seen."""
    path = written(tmp_path, OURS.replace("192370000", "192360000"))

    assert tried(path, endpoint) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith(f"{path}: a call that was just offered is None, not Offered: mend fixtures.offer")
    assert "maps" not in captured.out
    assert "an offered call: None" in captured.out


def test_an_offer_that_is_refused_is_told_with_the_whole_reason(tmp_path: Path, capsys: Run) -> None:
    """What the endpoint says, before a run stumbles over it."""
    with emulator("--trouble", "plugin:msdyn_ocliveworkitem") as root:
        assert tried(written(tmp_path, OURS), root) == 2

    captured = capsys.readouterr()
    assert "no call was offered: The endpoint makes no row of msdyn_ocliveworkitem: 400 (" in captured.err
    assert "an offered call" not in captured.out


def test_what_is_left_behind_is_told_with_the_way_to_remove_it(
    endpoint: str, tmp_path: Path, capsys: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As well as what went wrong on the way."""
    left = Leftover("x", "1", "xs(1)", "DELETE is refused")
    monkeypatch.setattr(acting_session, "clean_up", lambda *_, **__: (left,))
    monkeypatch.setattr(acting_session, "end_all", lambda _: ("hanging up xs(1) went wrong",))

    assert tried(written(tmp_path, OURS), endpoint) == 2
    captured = capsys.readouterr()
    trouble, remains = captured.err.splitlines()
    assert trouble.endswith(": hanging up xs(1) went wrong")
    (ledger,) = tmp_path.glob("reports/*/ledger.ndjson")
    assert f"xs(1) was left behind (DELETE is refused): remove it with dataverse-tck cleanup {ledger.parent}" in remains
    assert "removed again" not in captured.out


REFUSED = {
    "--try has a call offered at https://h/api. Where that may be done, say allow_live_effects = true under [calls]": (
        OURS.replace("allow_live_effects = true", "allow_live_effects = false"),
        ("--endpoint", "https://h/api"),
    ),
    "--try has a call offered at https://h/api. Where that may be done, ": (
        'level = "data"',
        ("--endpoint", "https://h/api"),
    ),
    "--try has a call offered at an endpoint: name it with --endpoint URL.": (OURS, ()),
    "--try reads the state of a call: write [calls.state_reader] in acme.toml.": (
        "[calls]\nallow_live_effects = true\n[fixtures.offer]\nvalues = { statuscode = 2 }\n" + SILENT,
        ("--endpoint", "https://h/api"),
    ),
}


@pytest.mark.parametrize("words", REFUSED)
def test_without_leave_nothing_is_asked(tmp_path: Path, capsys: Run, words: str) -> None:
    """The profile has to allow it and to say how a call is read; the command line says where."""
    said, options = REFUSED[words]

    assert cli.main(["profile", "check", str(written(tmp_path, said)), "--try", *options]) == 2
    assert words in capsys.readouterr().err
    assert not (tmp_path / "reports").exists()
