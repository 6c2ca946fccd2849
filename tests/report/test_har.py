"""The HTTP archive: whole, valid, and what the lines of the run say."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema

from dataverse_tck.evidence.purpose import Phase, Purpose
from dataverse_tck.evidence.reading import EXCHANGES, body
from dataverse_tck.evidence.recorder import Exchange, Failure, Recorder
from dataverse_tck.report.folder import read_run
from dataverse_tck.report.lines import lines_of
from dataverse_tck.report.told_run import ToldRun
from tests.report.har_schema import HAR
from tests.support.exchange_lines import TOKEN, body_of, exchange
from tests.support.reports import made


def archive(run: ToldRun) -> Any:
    """The archive of a run, which is valid."""
    document = json.loads(made("har", run))
    jsonschema.Draft202012Validator(HAR).validate(document)
    return document["log"]


def recorded(run: ToldRun, folder: Path, *exchanges: Exchange) -> Any:
    """The entries of that run, had it made these exchanges, and its archive as text."""
    with Recorder(folder / EXCHANGES) as recorder:
        for one in exchanges:
            recorder.record(one)
    return archive(replace(run, folder=folder))["entries"]


def test_every_exchange_is_an_entry(run: ToldRun) -> None:
    """In the order of the lines, each with all that its line says."""
    lines = [line for line in lines_of(run.folder / EXCHANGES) if "request" in line]
    entries = archive(run)["entries"]

    assert len(entries) == len(lines) > 10
    for line, entry in zip(lines, entries, strict=True):
        purpose = line["for"].get("scene", line["for"]["phase"])
        assert entry["comment"].startswith(f"{line['id']}: {purpose}, place ")
        assert (entry["startedDateTime"], entry["time"]) == (line["started"], line["elapsed_ms"])
        assert sum(entry["timings"].values()) == entry["time"]
        for side in ("request", "response"):
            assert {it["name"]: it["value"] for it in entry[side]["headers"]} == line[side]["headers"]
        assert entry["request"]["url"].replace("%27", "'") == line["request"]["url"].replace("%27", "'")
        assert "'" not in entry["request"]["url"].partition("?")[2]  # browsers encode it, and look for it so
        assert entry["response"]["status"] == line["response"]["status"]


def test_bodies_are_whole(run: ToldRun) -> None:
    """Also those that stand in files."""
    lines = [line for line in lines_of(run.folder / EXCHANGES) if "request" in line]
    contents = [entry["response"]["content"] for entry in archive(run)["entries"]]

    assert any(line["response"]["body"] is None for line in lines)
    for line, content in zip(lines, contents, strict=True):
        assert content.get("text", "").encode() == body(run.folder, line["response"])


def test_a_part_of_a_batch_says_so(run: ToldRun, tmp_path: Path) -> None:
    """It is an entry of its own; the batch says where its bodies are."""
    unwanted = body_of(b"--batch")
    unwanted.is_wanted = False
    url = "https://org.example.com/api/data/v9.2/$batch"
    batch = exchange(
        method="POST", url=url, request_body=b"--batch", response_body=unwanted, purpose=Purpose(Phase.BATCH)
    )
    first, second = recorded(run, tmp_path, batch, exchange(batch="x0001", attempts=3))

    assert first["response"]["content"]["comment"] == "Its parts are entries of their own."
    assert first["request"]["postData"] == {"mimeType": "x-unknown", "text": "--batch"}
    assert second["comment"] == "x0002: survey, place 1; part of the batch x0001; sent 3 times"


def test_what_broke_and_what_is_no_text(run: ToldRun, tmp_path: Path) -> None:
    """No answer, an answer of bytes, and one whose body is gone. There is no token in any of them."""
    broken = exchange(url="https://host/a?b=%20c&d", status=None, error=Failure("Unreachable", f"it broke: {TOKEN}"))
    with Recorder(tmp_path / EXCHANGES, [TOKEN]) as recorder:
        recorder.record(broken)
        recorder.record(exchange(response_body=body_of(b"\xff\x00", recorder), waited_s=99.0))
        recorder.record(exchange(response_body=body_of(b"\xfe", recorder)))
    digest = hashlib.sha256(b"\xfe").hexdigest()
    (tmp_path / "bodies" / f"{digest}.gz").unlink()
    first, second, third = archive(replace(run, folder=tmp_path))["entries"]

    assert (first["response"]["status"], first["_error"].split(":")[0]) == (0, "Unreachable")
    assert first["request"]["queryString"] == [{"name": "b", "value": " c"}, {"name": "d", "value": ""}]
    assert base64.b64decode(second["response"]["content"]["text"]) == b"\xff\x00"
    assert second["response"]["content"]["encoding"] == "base64"
    assert second["timings"] == {"blocked": second["time"], "send": 0, "wait": 0, "receive": 0}
    assert third["response"]["content"]["comment"].startswith("It cannot be read: ")
    assert TOKEN not in json.dumps([first, second, third])


def test_damage_ends_it(copied: Path) -> None:
    """What stands before is told, and where the damage is."""
    path = copied / EXCHANGES
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    run = read_run(copied)
    log = archive(run)

    assert len(log["entries"]) == len(run.outlines) > 0
    assert "is damaged or cut off after" in log["comment"]
