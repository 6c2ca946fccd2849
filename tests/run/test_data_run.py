"""Runs that write: what they meet at troubled endpoints, and what they leave when they are stopped."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from dataverse_tck.endpoint.embedded import emulator
from dataverse_tck.suite_files import suite_root
from tests.sharpness.engine import scripts, suite
from tests.sharpness.lanes import held_back
from tests.support import exchange_lines
from tests.support.heard import complaints
from tests.support.proofs import SEED, WHOLE

WRITING = ("--level", "data", "--allow-writes", "--settle", "1")
LINK = "msdyn_timegroup_msdyn_ocliveworkitems"
PART = ("--only", f"derived/relationship/{LINK}/*", "derived/relationship/*/related-row")
MOMENTS = 20 if WHOLE else 1


def outcomes(folder: Path) -> tuple[Any, dict[str, dict[str, Any]]]:
    """Return a certificate, and its requirements of the data level by id."""
    document = json.loads((folder / "certificate.json").read_text(encoding="utf-8"))
    return document, {row["id"]: row for row in document["requirements"] if row["level"] == "data"}


def resting_on(table: str) -> set[str]:
    """Return the requirements that have a scenario which makes records of a table."""
    links = {
        item.node.split("/")[1]
        for item in suite().catalogue.of("surface")
        if item.path[-1:] in [("ReferencedEntity",), ("ReferencingEntity",)] and item.expected == table
    }
    words = {table, *links}
    found = {
        identifier
        for script in scripts().values()
        if any(word in words for act in script.acts for word in act.words)
        for identifier in script.decides
    }
    return found | held_back(suite().catalogue, {}, found)


def test_every_exchange_says_what_it_was_made_for(tck: Any, endpoint: str, tmp_path: Path) -> None:
    """Each scene numbers its own in their order; what a requirement rests on was asked by scenes."""
    done = tck("run", "--endpoint", endpoint, "--output", "out", *WRITING, *PART)
    told = exchange_lines.lines(tmp_path / "out" / "exchanges.ndjson")
    lines = {line.get("id", f"note {at}"): line["for"] for at, line in enumerate(told)}
    scenes: dict[str, list[int]] = {}
    for made_for in lines.values():
        scenes.setdefault(made_for.get("scene", made_for["phase"]), []).append(made_for["place"])
    _, rows = outcomes(tmp_path / "out")
    judged = {key: row for key, row in rows.items() if row["outcome"] == "pass"}

    assert done.returncode == 3, done.stdout
    assert {one["phase"] for one in lines.values()} == {"survey", "readings", "scene", "batch", "clean-up"}
    assert [name for name, places in scenes.items() if sorted(places) != list(range(1, len(places) + 1))] == []
    assert len(judged) > 20
    for row in judged.values():
        assert {lines[key]["scene"] for key in row["exchanges"]} <= set(row["scenarios"])


TROUBLES = {  # what nobody can make rows of
    "forbidden": "msdyn_bookingrule",
    "plugin": "msdyn_ocvoicemail",
    "unsatisfiable": "msdyn_bookingalertstatus",
}


@pytest.mark.whole
@pytest.mark.parametrize("kind", sorted(TROUBLES) if WHOLE else ["plugin"])
def test_what_cannot_be_made_cannot_be_tested_and_the_rest_passes(tck: Any, kind: str, tmp_path: Path) -> None:
    """No failure and no pass: not testable, with the cause, exit 3; what was written is removed."""
    table = TROUBLES[kind]
    with emulator("--trouble", f"{kind}:{table}") as root:
        done = tck("run", "--endpoint", root, "--output", "out", *WRITING)
    document, rows = outcomes(tmp_path / "out")
    untested = {key for key, row in rows.items() if row["outcome"] == "not testable"}

    assert done.returncode == 3, done.stdout
    assert document["verdict"] == "incomplete"
    assert untested == resting_on(table)
    assert {row["outcome"] for key, row in rows.items() if key not in untested} == {"pass"}
    assert [key for key in untested if not rows[key]["blocked_by"] and table not in rows[key]["reason"]] == []
    assert (document["leftovers"], document["troubles"]) == ([], [])


@pytest.mark.skipif(not WHOLE, reason="a part of the whole proof")
@pytest.mark.parametrize(
    ("table", "code"), [("bookableresource", 0), ("msdyn_ocvoicemail", 1)], ids=["wanted by a form", "documented"]
)
def test_a_table_that_is_not_there_matters_as_far_as_it_is_needed(
    tck: Any, table: str, code: int, tmp_path: Path
) -> None:
    """What only forms demand is left out; of a documented table the rows cannot be tested, and its facts fail."""
    with emulator("--trouble", f"missing:{table}") as root:
        done = tck("run", "--endpoint", root, "--output", "out", *WRITING)
    document, rows = outcomes(tmp_path / "out")
    untested = {key for key, row in rows.items() if row["outcome"] == "not testable"}

    assert done.returncode == code, done.stdout
    assert untested == resting_on(table)
    assert {row["outcome"] for key, row in rows.items() if key not in untested} == {"pass"}
    assert (document["leftovers"], document["troubles"]) == ([], [])


@contextmanager
def kept(folder: Path, *options: str) -> Iterator[tuple[str, Path]]:
    """Yield an emulator whose rows are in a file, with rows of somebody else: linked, and shared."""
    path = folder / "rows.db"
    with emulator("--database", f"sqlite:///{path}", *options) as root:
        send = requests.Session()
        record, conversation = (
            send.post(f"{root}/{name}", json=body).headers["OData-EntityId"]
            for name, body in (
                ("msdyn_timegroups", {"msdyn_name": "Mornings"}),
                ("msdyn_ocliveworkitems", {"subject": "Hello", "msdyn_channel": "192360000"}),
            )
        )
        way = "regardingobjectid_msdyn_timegroup_msdyn_ocliveworkitem@odata.bind"
        assert send.patch(conversation, json={way: record}).status_code == 204
        who = send.get(f"{root}/WhoAmI").json()["UserId"]
        users = send.get(f"{root}/systemusers?$select=systemuserid&$filter=systemuserid ne {who}").json()["value"]
        grant = {
            "Target": {
                "@odata.type": "Microsoft.Dynamics.CRM.msdyn_timegroup",
                "msdyn_timegroupid": record.rpartition("(")[2][:-1],
            },
            "PrincipalAccess": {
                "AccessMask": "ReadAccess",
                "Principal": {
                    "@odata.type": "Microsoft.Dynamics.CRM.systemuser",
                    "systemuserid": users[-1]["systemuserid"],
                },
            },
        }
        assert send.post(f"{root}/GrantAccess", json=grant).status_code == 204
        yield root, path


def everything(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table of a database, all columns, but for the counter of versions."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: sorted(connection.execute(f'SELECT * FROM "{name}"'), key=repr)
            for name in names
            if name != "_version"
        }


def started(root: str, folder: Path) -> subprocess.Popen[str]:
    """Start a run that writes for some seconds."""
    command = [sys.executable, "-m", "dataverse_tck", "run", "--endpoint", root, "--output", str(folder)]
    return subprocess.Popen(
        [*command, *WRITING, *PART], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder.parent
    )


def await_lines(process: subprocess.Popen[str], folder: Path, number: int) -> None:
    """Wait until the ledger of a run has so many lines, or the run has ended."""
    ledger, deadline = folder / "ledger.ndjson", time.monotonic() + 100
    while process.poll() is None and time.monotonic() < deadline:
        if ledger.is_file() and ledger.read_bytes().count(b"\n") >= number:
            return
        time.sleep(0.002)


@pytest.fixture(scope="module")
def length(tmp_path_factory: pytest.TempPathFactory) -> int:
    """How many lines the ledger of a whole run has: its life, from the first row planned to the last one gone."""
    folder = tmp_path_factory.mktemp("whole")
    with emulator() as root:
        process = started(root, folder / "out")
        process.communicate(timeout=300)
    return (folder / "out" / "ledger.ndjson").read_bytes().count(b"\n")


@pytest.mark.parametrize("part", [random.Random(f"{SEED}/{number}").random() for number in range(MOMENTS)])
def test_a_killed_run_is_cleaned_up_to_the_last_row(tck: Any, length: int, tmp_path: Path, part: float) -> None:
    """Whenever SIGKILL comes, `cleanup` finds all rows of the run, and touches no other."""
    with kept(tmp_path, "--latency", "5") as (root, path):
        before = everything(path)
        process = started(root, tmp_path / "out")
        await_lines(process, tmp_path / "out", 2 + int(part * (length - 2)))
        process.kill()
        process.communicate()
        done = tck("cleanup", "out")

        assert (done.returncode, complaints(done.stderr)) == (0, "")
        assert everything(path) == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_a_run_that_is_stopped_while_it_writes_removes_its_rows(length: int, tmp_path: Path, number: int) -> None:
    """Exit 3, a certificate that says so, and nothing left."""
    with kept(tmp_path, "--latency", "5") as (root, path):
        before = everything(path)
        process = started(root, tmp_path / "out")
        await_lines(process, tmp_path / "out", length // 4)
        process.send_signal(number)
        _, errors = process.communicate(timeout=120)
        document, _ = outcomes(tmp_path / "out")

        assert process.returncode == 3, errors
        assert (document["verdict"], document["interrupted"]) == ("incomplete", True)
        assert sum(document["rows_written"].values()) > 0
        assert (document["leftovers"], document["troubles"]) == ([], [])
        assert everything(path) == before


def told_by_pytest(root: str, *arguments: str) -> str:
    """Run a feature that writes under pytest in a checkout; return what it says."""
    command = [sys.executable, "-m", "pytest", "features/about/voicemail.feature", "-q", "-rs"]
    done = subprocess.run(
        [*command, "--endpoint", root, *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=suite_root(),
        env={**os.environ, "COLUMNS": "200"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_feature_that_writes_is_skipped_under_pytest_without_leave(tmp_path: Path) -> None:
    """It says how to allow it, and writes nothing."""
    with kept(tmp_path) as (root, path):
        before = everything(path)
        said = told_by_pytest(root)

        assert "8 passed, 6 skipped" in said
        assert "this scenario writes test rows: allow it with --allow-writes" in said
        assert everything(path) == before


@pytest.mark.whole
def test_a_feature_that_writes_removes_its_rows_under_pytest(tmp_path: Path) -> None:
    """With leave to write it passes, and leaves nothing."""
    with kept(tmp_path) as (root, path):
        before = everything(path)

        assert "14 passed" in told_by_pytest(root, "--allow-writes")
        assert everything(path) == before
