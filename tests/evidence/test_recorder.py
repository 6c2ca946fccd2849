"""Lines of exchanges.ndjson: whole, valid, redacted, safe between threads."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from dataverse_tck.evidence.recorder import Exchange, ExchangeOutline, Failure, Recorder
from tests.support.exchange_lines import SCHEMA, TOKEN, body_of, exchange, lines

if TYPE_CHECKING:
    from pathlib import Path


def recorded(tmp_path: Path, one: Exchange, content: bytes | None = None) -> dict[str, Any]:
    """The line that one exchange leaves; with ``content`` for its body."""
    with Recorder(tmp_path / "exchanges.ndjson", [TOKEN]) as recorder:
        recorder.record(one if content is None else replace(one, response_body=body_of(content, recorder)))
    return lines(tmp_path / "exchanges.ndjson")[0]


def test_the_schema_is_strict() -> None:
    """The schema is itself valid, and knows no member that is not described."""
    Draft202012Validator.check_schema(SCHEMA)
    assert not Draft202012Validator(SCHEMA).is_valid({})


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("extra",), 1),
        (("request", "headers", "authorization"), "Bearer x"),
        (("response", "headers", "set-cookie"), "x"),
        (("response", "sha256"), "short"),
        (("response", "truncated"), False),
        (("response", "kept"), None),
        (("response", "kept", "sha256"), "short"),
        (("response", "body"), "x" * 4097),
        (("error",), "a sentence"),
        (("response",), None),
        (("id",), "1"),
        (("started",), "2026-11-21"),
    ],
)
def test_the_schema_refuses_other_lines(tmp_path: Path, path: tuple[str, ...], value: object) -> None:
    """One wrong member is enough to refuse a line that was valid before."""
    document = recorded(tmp_path, exchange())
    target = document
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    assert not Draft202012Validator(SCHEMA).is_valid(document)


def test_a_line_says_what_was_sent_and_what_came_back(tmp_path: Path) -> None:
    """Every member of a line, for an ordinary exchange."""
    assert recorded(tmp_path, exchange(b'{"a":1}')) == {
        "id": "x0001",
        "for": {"phase": "survey", "place": 1},
        "started": "2026-11-21T10:00:00.123Z",
        "elapsed_ms": 12.3,
        "attempts": 1,
        "waited_s": 0.0,
        "error": None,
        "request": {
            "method": "GET",
            "url": "https://host/api/data/v9.2/WhoAmI",
            "headers": {"accept": "application/json"},
            "body": None,
        },
        "response": {
            "status": 200,
            "headers": {"content-type": "application/json"},
            "body": '{"a":1}',
            "size": 7,
            "sha256": hashlib.sha256(b'{"a":1}').hexdigest(),
            "kept": {"size": 7, "sha256": hashlib.sha256(b'{"a":1}').hexdigest()},
        },
    }


def test_a_broken_exchange_has_no_response(tmp_path: Path) -> None:
    """When no answer arrived, the response is null and the error says of what kind and why, without the token."""
    line = recorded(tmp_path, exchange(status=None, error=Failure("Unreachable", f"refused while sending {TOKEN}")))
    assert line["response"] is None
    assert line["error"] == {"kind": "Unreachable", "reason": "refused while sending [redacted]"}


def test_the_token_is_in_no_part_of_a_line(tmp_path: Path) -> None:
    """A token in the URL, both bodies, a header and the error is masked in each place."""
    recorded(
        tmp_path,
        exchange(
            url=f"https://host/?token={TOKEN}",
            request_body=TOKEN.encode(),
            response_headers={"Location": f"https://login/?{TOKEN}"},
            error=Failure("Broken", TOKEN),
        ),
        f'{{"echo":"{TOKEN}"}}'.encode(),
    )
    text = (tmp_path / "exchanges.ndjson").read_text("utf-8")
    assert TOKEN not in text
    assert text.count("[redacted]") == 5


def test_user_and_password_in_a_url_are_in_no_body(tmp_path: Path) -> None:
    """Neither in what was sent nor in what came back."""
    told = b'{"from":"https://me:pass@host/"}'
    line = recorded(tmp_path, exchange(request_body=told), told)
    for body in (line["request"]["body"], line["response"]["body"]):
        assert body == '{"from":"https://[redacted]@host/"}'


def test_a_line_separator_does_not_end_the_line(tmp_path: Path) -> None:
    """A Unicode line separator stands in a body like everything else; in a request also what is no text."""
    line = recorded(tmp_path, exchange(request_body=b"a\xff"), "\u2028é".encode())
    assert (line["response"]["body"], line["request"]["body"]) == ("\u2028é", "a\\xff")


def test_threads_share_a_recorder(tmp_path: Path) -> None:
    """Lines of many threads stay whole and ids are unique and in the order of the lines."""
    with Recorder(tmp_path / "exchanges.ndjson") as recorder, ThreadPoolExecutor(8) as pool:
        identifiers = list(pool.map(lambda n: recorder.record(exchange(b"x" * n)), range(200)))
    assert sorted(identifiers) == [f"x{n:04}" for n in range(1, 201)]
    assert [line["id"] for line in lines(tmp_path / "exchanges.ndjson")] == sorted(identifiers)


def test_a_line_is_on_disk_before_the_next_step(tmp_path: Path) -> None:
    """Nothing is held back: the line can be read while the recorder is still open."""
    with Recorder(tmp_path / "exchanges.ndjson") as recorder:
        recorder.record(exchange())
        assert len(lines(tmp_path / "exchanges.ndjson")) == 1


def test_without_a_path_only_the_outline_is_kept() -> None:
    """The index serves reports also when nothing is written."""
    recorder = Recorder(None, [TOKEN])
    assert recorder.record(exchange(url=f"https://host/{TOKEN}", status=404)) == "x0001"
    assert recorder.index == {"x0001": ExchangeOutline("GET", "https://host/[redacted]", 404)}


def test_a_command_stands_among_the_exchanges(tmp_path: Path) -> None:
    """What ran and what came of it, redacted, under the next number."""
    document = {"name": "offer", "command": ["./call.sh", f"--token={TOKEN}"], "code": None, "stdout": TOKEN}
    with Recorder(tmp_path / "exchanges.ndjson", [TOKEN]) as recorder:
        recorder.record(exchange())
        started = datetime(2026, 11, 21, 10, 0, 0, 5000, tzinfo=UTC)
        assert recorder.record_command(started, {**document, "stderr": f"no {TOKEN}", "seconds": 30.25}) == "x0002"
        assert recorder.index["x0002"] == ExchangeOutline("RUN", "./call.sh --token=[redacted]", None)
    assert lines(tmp_path / "exchanges.ndjson")[1] == {
        "id": "x0002",
        "for": {"phase": "survey", "place": 2},
        "started": "2026-11-21T10:00:00.005Z",
        "fixture": {
            "name": "offer",
            "command": ["./call.sh", "--token=[redacted]"],
            "code": None,
            "stdout": "[redacted]",
            "stderr": "no [redacted]",
            "seconds": 30.25,
        },
    }
