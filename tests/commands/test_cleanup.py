"""``dataverse-tck cleanup``: the command, its exit code and what it says."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from dataverse_tck import cli
from dataverse_tck.endpoint.embedded import emulator
from dataverse_tck.evidence.recorder import Recorder
from dataverse_tck.webapi.http.session import Session
from dataverse_tck.webapi.rows.ledger import Ledger, read_ledger

MINE, OTHERS = ("0" * 8 + "-0000-4000-8000-" + digit * 12 for digit in "12")


def ledger_of(folder: Path, root: str, *ids: str) -> Path:
    """The folder of a run that wrote time groups at a service root."""
    header = {"root": root, "seed": 1, "mark": "TCK", "started": "2026-11-21T10:00:00Z"}
    with Ledger(folder / "ledger.ndjson", header) as ledger:
        for identifier in ids:
            ledger.plan("msdyn_timegroup", "msdyn_timegroups", identifier, "a scenario")
    return folder


def test_a_folder_without_a_ledger_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 2: it is not that all is well."""
    assert cli.main(["cleanup", str(tmp_path)]) == 2
    assert f"{tmp_path} holds no ledger.ndjson" in capsys.readouterr().err


def test_nothing_to_do_asks_nobody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The endpoint may be gone by then."""
    ledger_of(tmp_path, "http://127.0.0.1:9/api/data/v9.2", MINE)
    with Ledger(tmp_path / "ledger.ndjson", {}) as ledger:
        ledger.mark_gone(MINE)

    assert cli.main(["cleanup", str(tmp_path)]) == 0
    assert "nothing to do   all 1 rows that the run planned are gone" in capsys.readouterr().out


def test_an_embedded_emulator_is_gone_with_its_rows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Which is said, for whoever wonders; not where the endpoint was named."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        root = f"http://127.0.0.1:{closed.getsockname()[1]}/api/data/v9.2"
        ledger_of(tmp_path, root, MINE)

        assert cli.main(["cleanup", str(tmp_path)]) == 2
        assert "If the run examined the embedded emulator, its rows ended with it." in capsys.readouterr().err
        assert cli.main(["cleanup", str(tmp_path), "--endpoint", root]) == 2
        assert "embedded" not in capsys.readouterr().err


def test_rows_are_removed_and_no_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Then there is nothing to do; what was asked is kept beside the ledger."""
    with emulator() as root, Session(root, token=None, recorder=Recorder(None)) as session:
        for identifier in (MINE, OTHERS):
            body = {"msdyn_timegroupid": identifier, "msdyn_name": "Mornings"}
            assert session.send("POST", "msdyn_timegroups", content=body).status == 204
        ledger_of(tmp_path, "http://127.0.0.1:9/api/data/v9.2", MINE)

        assert cli.main(["cleanup", str(tmp_path), "--endpoint", root]) == 0
        assert "removed         1 of 1 rows" in capsys.readouterr().out
        assert session.get(f"msdyn_timegroups({MINE})").status == 404
        assert session.get(f"msdyn_timegroups({OTHERS})").status == 200
    assert cli.main(["cleanup", str(tmp_path)]) == 0
    lines = (tmp_path / "cleanup.ndjson").read_text(encoding="utf-8").splitlines()
    assert f"msdyn_timegroups({MINE})" in {json.loads(line)["request"]["url"].rpartition("/")[2] for line in lines}


def test_a_refusal_leaves_the_row_on_the_list(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 3, the reason, and the line in the ledger for the next time."""
    with emulator() as root, Session(root, token=None, recorder=Recorder(None)) as session:
        me = json.loads(session.get("WhoAmI").content)["UserId"]
        header = {"root": root, "seed": 1, "mark": "TCK", "started": "2026-11-21T10:00:00Z"}
        with Ledger(tmp_path / "ledger.ndjson", header) as ledger:
            ledger.plan("systemuser", "systemusers", me.lower(), "a scenario")  # users cannot be deleted

        assert cli.main(["cleanup", str(tmp_path)]) == 3
    told = capsys.readouterr().out
    assert "removed         0 of 1 rows" in told
    assert f"left behind     systemusers({me.lower()}): DELETE systemusers({me.lower()}) answers 40" in told
    assert [entry.gone for entry in read_ledger(tmp_path / "ledger.ndjson").entries] == [False]
