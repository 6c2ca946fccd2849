"""What lines leave out, and what they mean all the same."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from dataverse_tck.evidence.recorder import Failure, Recorder
from dataverse_tck.evidence.redaction import REQUEST_HEADERS, RESPONSE_HEADERS
from dataverse_tck.evidence.usual import expanded, reduced, usual_lines
from dataverse_tck.run.evidence import usual
from dataverse_tck.webapi.http.session import ANSWERED_WITH, ASKED_WITH
from tests.support.exchange_lines import SCHEMA, TOKEN, answered, body_of, exchange, lines

if TYPE_CHECKING:
    from pathlib import Path

DIGEST, OTHER = "a" * 64, "b" * 64
USUAL = usual_lines(
    alone=({"Accept": "a", "User-Agent": "u", "Cookie": "c"}, {"OData-Version": "4.0"}), part=({"Accept": "p"}, {})
)
EMPTY = USUAL["alone"]["response"]["sha256"]  # type: ignore[index, call-overload] # it is an object


def answer(**changes: Any) -> dict[str, Any]:
    """What is answered with nothing."""
    kept = {"size": 0, "sha256": EMPTY}
    return {"status": 204, "headers": {"odata-version": "4.0"}, "body": "", **kept, "kept": kept, **changes}


def line(**changes: Any) -> dict[str, Any]:
    """A whole line of which only the usual is to be said, with some members changed."""
    return {
        "id": "x0001",
        "for": {"phase": "scene", "scene": "one", "place": 1},
        "started": "2026-11-21T10:00:00.123Z",
        "elapsed_ms": 1.0,
        "attempts": 1,
        "waited_s": 0.0,
        "error": None,
        "request": {"method": "GET", "url": "https://h/", "headers": {"accept": "a", "user-agent": "u"}, "body": None},
        "response": answer(),
        **changes,
    }


def asked(**headers: str) -> dict[str, Any]:
    """A request with just these headers."""
    return {**line()["request"], "headers": headers}


def options(told: dict[str, Any] | None) -> dict[str, Any]:
    """Those of a run."""
    return {
        "suite": {"version": "1", "sha256": DIGEST},
        "endpoint": "https://h",
        "embedded": False,
        "level": "data",
        "only": [],
        "exclude": [],
        "max_fail": None,
        "seed": 1,
        "settle_s": 1.0,
        "workers": 1,
        "allow_writes": True,
        "pytest_args": [],
        "profile": None,
        "challenge": None,
        "waivers": None,
        **({"usual": told} if told else {}),
    }


TORN = {"kind": "Broken", "reason": "no"}
RECEIVED = {"size": 9, "sha256": DIGEST}
LINES: dict[str, dict[str, Any]] = {
    "the usual": line(),
    "another phase": line(**{"for": {"phase": "survey", "place": 3}}),
    "sent twice": line(attempts=2, waited_s=0.5),
    "no integer": line(attempts=1.0, waited_s=0),
    "a header that is not sent": line(request=asked(accept="a")),
    "no headers": line(request=asked(), response=answer(headers={})),
    "another header, and more": line(request=asked(**{"accept": "b", "user-agent": "u", "prefer": "x"})),
    "a body that is sent": line(request={**line()["request"], "body": "{}"}),
    "an empty body that is sent": line(request={**line()["request"], "body": ""}),
    "a text": line(response=answer(body="123456789", **RECEIVED, kept=RECEIVED)),
    "a file": line(response=answer(body=None, **RECEIVED, kept=RECEIVED)),
    "masked": line(response=answer(body="", **RECEIVED)),
    "masked to the same size": line(response=answer(body="", **RECEIVED, kept={"size": 9, "sha256": OTHER})),
    "nothing kept": line(response=answer(body=None, kept=None)),
    "torn": line(error=TORN),
    "no answer": line(error=TORN, response=None),
    "a part": line(batch="x0000", request=asked(accept="p")),
    "a part that is asked otherwise": line(batch="x0000", request=asked(accept="a", **{"user-agent": "u"})),
    "a command": {"id": "x0001", "for": {"phase": "scene", "scene": "one", "place": 1}, "fixture": {"code": None}},
    "a note": {"for": {"phase": "survey", "place": 1}, "end": {"trouble": None}},
}


@pytest.mark.parametrize("whole", LINES.values(), ids=LINES)
@pytest.mark.parametrize("most", [USUAL, usual(), None], ids=["short", "of the kit", "nothing"])
def test_a_line_means_what_was_left_out_of_it(whole: dict[str, Any], most: dict[str, Any] | None) -> None:
    """To every reader, through its text, and neither changes what it was given."""
    before = deepcopy((whole, most))
    text = json.dumps(reduced(whole, most))
    again = expanded(json.loads(text), most)

    assert again == whole
    assert json.dumps(again, sort_keys=True) == json.dumps(whole, sort_keys=True)  # 1, 1.0 and true are not the same
    assert json.dumps(reduced(again, most), sort_keys=True) == json.dumps(json.loads(text), sort_keys=True)
    assert (whole, most) == before


def test_only_what_is_otherwise_is_said() -> None:
    """Null takes away; of what is kept nothing is said where it is what was received."""
    plain = {name: line()[name] for name in ("id", "started", "elapsed_ms")}
    said = {**plain, "for": {"scene": "one", "place": 1}, "request": {"method": "GET", "url": "https://h/"}}

    assert reduced(LINES["the usual"], USUAL) == {**said, "response": {"status": 204}}
    assert reduced(LINES["no answer"], USUAL) == {**said, "error": TORN, "response": None}
    assert reduced(LINES["a text"], USUAL)["response"] == {"status": 204, "body": "123456789", **RECEIVED}
    assert reduced(LINES["a file"], USUAL)["response"] == {"status": 204, "body": None, **RECEIVED}
    assert reduced(LINES["nothing kept"], USUAL)["response"] == {"status": 204, "body": None, "kept": None}
    assert reduced(LINES["a header that is not sent"], USUAL)["request"]["headers"] == {"user-agent": None}
    assert reduced(LINES["a part"], USUAL)["response"] == {"status": 204, "headers": {"odata-version": "4.0"}}
    assert reduced(LINES["a command"], USUAL) == LINES["a command"]


def test_only_headers_that_lines_have_are_usual() -> None:
    """Under the names that they have there."""
    alone, part = USUAL["alone"], USUAL["part"]
    assert (alone["request"], part["request"]) == (
        {"headers": {"accept": "a", "user-agent": "u"}},
        {"headers": {"accept": "p"}},
    )
    for one in usual().values():
        told: Any = one
        assert told["request"]["headers"].keys() <= REQUEST_HEADERS
        assert told["response"]["headers"].keys() <= RESPONSE_HEADERS


@pytest.mark.parametrize("words", [{"request": 7}, {"request": None}, {"request": {}, "response": 7}, {"batch": []}])
def test_lines_of_strangers_do_not_break_it(words: dict[str, Any]) -> None:
    """They are looked at afterwards."""
    assert expanded({"request": {}, **words}, USUAL)


def test_a_recorder_leaves_out_what_the_run_has_called_usual(tmp_path: Path) -> None:
    """From the line after its options on; readers are told the same as without."""
    files = (tmp_path / "whole" / "exchanges.ndjson", tmp_path / "lean" / "exchanges.ndjson")
    said = options(usual())
    headers = {"request_headers": ASKED_WITH, "response_headers": {**ANSWERED_WITH, "Server": "x"}}
    for file, told in zip(files, (options(None), said), strict=True):
        file.parent.mkdir()
        with Recorder(file, [TOKEN]) as recorder:
            recorder.record(exchange(response_body=body_of(b"before", recorder)))
            recorder.note({"options": told})
            for content in (b"", b"after", b"x" * 5000, f"{TOKEN} of whoever asks".encode()):
                recorder.record(exchange(response_body=body_of(content, recorder), **headers))
            recorder.record_command(datetime.now(UTC), {"name": "x", "command": ["x"], "problem": "no"})
            recorder.record(exchange(status=None, error=Failure("Unreachable", "no")))
    whole, short = (lines(file) for file in files)
    texts = [file.read_text("utf-8").splitlines() for file in files]

    assert [one for one in short if "request" in one] == [one for one in whole if "request" in one]
    assert short[1]["options"] == said
    assert texts[0][0] == texts[1][0]
    assert all(len(text) < len(other) for other, text in list(zip(*texts, strict=True))[2:6])
    asked_for = [f"x000{number}" for number in range(1, 8)]
    assert answered(files[0], asked_for) == answered(files[1], asked_for)
    assert answered(files[1], ["x0002", "x0003"]) == {"x0002": (200, ""), "x0003": (200, "after")}


def lean(**changes: Any) -> dict[str, Any]:
    """An ordinary line that leaves out all that is usual, with some members changed."""
    return {**reduced(line(), USUAL), **changes}


@pytest.mark.parametrize(
    "words",
    [
        lean(),
        lean(response=None, error=TORN),
        lean(response={"status": 200, "body": None, "kept": None}),
        lean(request={**lean()["request"], "headers": {"accept": None}}),
        {"for": {"phase": "survey", "place": 1}, "options": options(usual())},
    ],
    ids=str,
)
def test_the_schema_knows_lines_that_leave_out_what_is_usual(words: dict[str, Any]) -> None:
    """And the one that says it."""
    Draft202012Validator(SCHEMA).validate(words)


@pytest.mark.parametrize(
    "words",
    [
        lean(response=None),
        lean(response={}),
        lean(response={"status": 200, "body": "x", "kept": None}),
        lean(response={"status": 200, "kept": True}),
        lean(request={"method": "GET"}),
        lean(**{"for": {"place": 1}}),
        {"for": {"scene": "one", "place": 1}, "settled": 1.0},
        {"for": {"phase": "survey", "place": 1}, "options": options({"alone": usual()["alone"]})},
        {"for": {"phase": "survey", "place": 1}, "options": options({**usual(), "part": {}})},
    ],
    ids=str,
)
def test_the_schema_refuses_lines_that_leave_out_more(words: dict[str, Any]) -> None:
    """No answer without an error, no note without its phase, half of what is usual."""
    assert not Draft202012Validator(SCHEMA).is_valid(words)
