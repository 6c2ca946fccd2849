"""Folders of strangers: whatever stands in them is refused or cannot be read, and nothing breaks."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest

from dataverse_tck.commands.certification.verify import verify
from dataverse_tck.evidence.record import Record
from dataverse_tck.evidence.shapes import MOST_CHARACTERS, parsed
from dataverse_tck.evidence.sorted_lines import RecordError
from dataverse_tck.evidence.usual import reduced
from dataverse_tck.reporting.certificate import sha256
from dataverse_tck.run.evidence import usual
from dataverse_tck.usage import UsageError
from dataverse_tck.verify.folder import FolderError, check_size, read_certificate, unread_bodies, wrong_digests
from dataverse_tck.verify.replay import OptionsError, settings_of

EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
OPTIONS = {
    "suite": {},
    "endpoint": "https://host/api",
    "embedded": False,
    "level": "data",
    "only": [],
    "exclude": [],
    "max_fail": None,
    "seed": 1,
    "settle_s": 10.0,
    "workers": "auto",
    "allow_writes": True,
    "pytest_args": [],
    "profile": None,
    "challenge": None,
    "waivers": None,
}
LEAN: dict[str, Any] = {**OPTIONS, "usual": usual()}
END = {"interrupted": False, "trouble": None, "surveyed": True, "acted": True, "performed": True, "told": 1}
WAIT = {"looks": 5, "after": 1.0, "ended": 1.1, "seen": False, "deadline": 1.0, "given_up": False}


def exchange(**changes: Any) -> dict[str, Any]:
    """An ordinary line with some members changed."""
    kept = {"size": 0, "sha256": EMPTY}
    return {
        "id": "x0001",
        "for": {"phase": "scene", "scene": "one", "place": 1},
        "started": "2026-11-21T10:00:00.000Z",
        "elapsed_ms": 1.0,
        "attempts": 1,
        "waited_s": 0.0,
        "error": None,
        "request": {"method": "GET", "url": "https://host/api/WhoAmI", "headers": {}, "body": None},
        "response": {"status": 200, "headers": {}, "body": "", **kept, "kept": kept},
        **changes,
    }


def note(place: int = 1, **words: Any) -> dict[str, Any]:
    """A line of a scene, or of none, that is no exchange."""
    in_scene = words.keys() & {"wait", "span", "settled"}
    return {
        "for": {"phase": "scene", "scene": "one", "place": place} if in_scene else {"phase": "survey", "place": place},
        **words,
    }


def unusual(*path: str, value: Any = None) -> dict[str, Any]:
    """Options with another value of what is usual; ``path`` leads to it."""
    options = json.loads(json.dumps(LEAN))
    target = options["usual"]
    for name in path[:-1]:
        target = target[name]
    target[path[-1]] = value
    return note(options=options)


def record(folder: Path, *lines: dict[str, Any] | str) -> Record:
    """The record of a run with these lines."""
    text = "".join(line if isinstance(line, str) else json.dumps(line) + "\n" for line in lines)
    (folder / "exchanges.ndjson").write_text(text, encoding="utf-8")
    return Record(folder)


GOOD = {
    "an exchange": exchange(),
    "options": note(options=OPTIONS),
    "options with what is usual": note(options=LEAN),
    "an end": note(end=END),
    "a wait": note(wait=WAIT),
    "a span": note(span=[0.0, 1.5]),
    "when all was settled": note(settled=1.0),
}
BAD: dict[str, dict[str, Any] | list[Any]] = {
    "no object": [],
    "no purpose": {"id": "x0001"},
    "an unknown phase": exchange(**{"for": {"phase": "dream", "place": 1}}),
    "a phase of a bad type": exchange(**{"for": {"phase": [], "place": 1}}),
    "a scene without a name": exchange(**{"for": {"phase": "scene", "place": 1}}),
    "a scene of another phase": exchange(**{"for": {"phase": "survey", "scene": "one", "place": 1}}),
    "an unknown member": exchange(more=1),
    "an unknown note": note(dream=1),
    "two notes in one": note(span=[0.0, 1.0], settled=1.0),
    "a wait of the run": {"for": {"phase": "survey", "place": 1}, "wait": WAIT},
    "a negative status": exchange(response={**exchange()["response"], "status": -1}),
    "a status that is true": exchange(response={**exchange()["response"], "status": True}),
    "a huge time": exchange(elapsed_ms=10**400),
    "neither answer nor error": exchange(response=None),
    "nothing kept": exchange(response={**exchange()["response"], "kept": None, "body": None}),
    "a body larger than any": exchange(response={**exchange()["response"], "kept": {"size": 10**12, "sha256": EMPTY}}),
    "a digest that leads out": exchange(response={**exchange()["response"], "kept": {"size": 0, "sha256": "../" * 22}}),
    "a header that is no text": exchange(request={**exchange()["request"], "headers": {"prefer": 1}}),
    "a batch that is none": exchange(**{"for": {"phase": "batch", "place": 1}}),
    "a span backwards": note(span=[2.0, 1.0]),
    "a negative span": note(span=[-1.0, 1.0]),
    "negative looks": note(wait={**WAIT, "looks": -1}),
    "looks that are true": note(wait={**WAIT, "looks": True}),
    "another member of a wait": note(wait={**WAIT, "more": 1}),
    "a seed that is text": note(options={**OPTIONS, "seed": "1"}),
    "33 workers": note(options={**OPTIONS, "workers": 33}),
    "no usual": note(options={**OPTIONS, "usual": None}),
    "a usual of another sort": unusual("both", value=usual()["alone"]),
    "a usual that is a list": unusual("alone", value=[]),
    "a usual of other members": unusual("part", "id", value="x0001"),
    "a usual without headers": unusual("alone", "request", value={}),
    "a usual address": unusual("alone", "request", "url", value="https://host/"),
    "a usual header that lines have not": unusual("alone", "request", "headers", "x-more", value="x"),
    "a usual header of an answer that lines have not": unusual("part", "response", "headers", "x-more", value="x"),
    "a usual header that is no text": unusual("part", "response", "headers", "date", value={}),
    "usually no attempt": unusual("alone", "attempts", value=0),
    "a usual wait without end": unusual("alone", "waited_s", value=10**400),
    "a usual phase that there is not": unusual("alone", "for", "phase", value="dream"),
    "a usual place": unusual("alone", "for", "place", value=1),
    "a usual status": unusual("alone", "response", "status", value=200),
    "a usual size that is text": unusual("alone", "response", "size", value="0"),
    "usually another thing kept": unusual("alone", "response", "kept", value={"size": 0, "sha256": EMPTY}),
    "usually nothing kept": unusual("alone", "response", "kept", value=None),
    "an end that is told by text": note(end={**END, "interrupted": "no"}),
}


@pytest.mark.parametrize("words", GOOD.values(), ids=GOOD)
def test_lines_of_the_kit_are_taken(words: dict[str, Any]) -> None:
    assert parsed(json.dumps(words)) == words


@pytest.mark.parametrize("words", BAD.values(), ids=BAD)
def test_lines_of_another_shape_are_not(words: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        parsed(json.dumps(words))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"for":{"phase":"scene","scene":"one","scene":"two","place":1},"settled":1.0}', "'scene' stands twice"),
        ('{"for":{"phase":"scene","scene":"one","place":1},"settled":NaN}', "NaN is no number"),
        ('{"for":{"phase":"scene","scene":"one","place":1},"settled":1e999}', "settled is inf"),
        ("[" * 100_000, "nested too deeply"),
        (" " * (MOST_CHARACTERS + 1), "too long"),
        ('{"for":' + "9" * 5000 + "}", "digits"),
    ],
)
def test_what_readers_take_in_different_ways_is_not_taken(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parsed(text)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ((exchange(), exchange()), "Line 2 .*its place in 'one' is 1, not 2"),
        ((exchange(), exchange(**{"for": {"phase": "scene", "scene": "one", "place": 3}})), "Line 2 .*is 3, not 2"),
        ((exchange(id="x0002"),), "Line 1 .*its number is 'x0002', not x0001"),
        ((exchange(batch="x0007"),), "Line 1 .*a part of 'x0007', which is no batch"),
        ((note(options=OPTIONS), note(2, options=OPTIONS)), "Line 2 .*'options' stands twice"),
        ((note(end=END), note(2, end=END)), "Line 2 .*'end' stands twice"),
        ((note(end=END), note(1, options=OPTIONS)), "Line 2 .*which is another's"),
        ((note(options=OPTIONS), note(3, end=END)), "lacks place 2 of the phase survey"),
    ],
)
def test_lines_that_do_not_go_together_cannot_be_read(tmp_path: Path, lines: tuple[Any, ...], said: str) -> None:
    with pytest.raises(RecordError, match=said):
        record(tmp_path, *lines)


def test_lines_leave_out_what_is_usual(tmp_path: Path) -> None:
    """After the options have said it; before, and without, they have to say everything."""
    whole = exchange(
        request={**exchange()["request"], "headers": LEAN["usual"]["alone"]["request"]["headers"]},
        response={**exchange()["response"], "headers": LEAN["usual"]["alone"]["response"]["headers"]},
    )
    lean = reduced(whole, LEAN["usual"])
    assert record(tmp_path, note(options=LEAN), dict(lean)).index == record(tmp_path, whole).index
    for lines in ((dict(lean), note(options=LEAN)), (note(options=OPTIONS), dict(lean))):
        with pytest.raises(RecordError, match=r"^Line \d of exchanges.ndjson is not .*: it has no for.phase\.$"):
            record(tmp_path, *lines)


@pytest.mark.parametrize(
    "words",
    [{"request": None}, {"request": 7}, {"response": 7}, {"response": {"kept": []}}, {"attempts": None}, {"batch": []}],
    ids=str,
)
def test_what_a_line_makes_of_the_usual_is_looked_at(tmp_path: Path, words: dict[str, Any]) -> None:
    """As if it stood there."""
    with pytest.raises(RecordError, match=r"^Line 2 of exchanges.ndjson is not as this kit writes lines: .*\.$"):
        record(tmp_path, note(options=LEAN), exchange(**words))


def test_a_line_that_is_nested_too_deeply_is_no_line(tmp_path: Path) -> None:
    """Also where only what is usual is put beside it."""
    deep = '{"request":' + '{"a":' * 900 + "{}" + "}" * 901
    with pytest.raises(RecordError, match="Line 2 "):
        record(tmp_path, note(options=LEAN), deep + "\n")


def test_a_run_that_was_interrupted_may_lack_a_line(tmp_path: Path) -> None:
    assert record(tmp_path, note(options=OPTIONS), note(3, end={**END, "interrupted": True})).options == OPTIONS


def test_a_batch_that_was_answered_has_parts(tmp_path: Path) -> None:
    batch = exchange(
        **{"for": {"phase": "batch", "place": 1}},
        request={**exchange()["request"], "method": "POST", "url": "https://host/api/$batch"},
        response={**exchange()["response"], "kept": None, "body": None},
    )
    part = exchange(id="x0002", batch="x0001")

    assert record(tmp_path, batch, part, note(end=END)).batches_astray("https://host/api") == ()
    assert record(tmp_path, batch, part).batches_astray("https://elsewhere")[0].where == "x0001"


def test_a_body_that_expands_beyond_its_size_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bodies").mkdir()
    (tmp_path / "bodies" / f"{EMPTY}.gz").write_bytes(gzip.compress(b"0" * 10**7))
    answer = {**exchange()["response"], "body": None}
    held = record(tmp_path, exchange(response=answer))

    held.content(next(iter(held._scenes["one"].lines)))

    assert [(one.where, "not the one of 0 bytes" in one.what) for one in held.refusals] == [("x0001", True)]


def test_a_body_is_the_one_that_was_received(tmp_path: Path) -> None:
    held = record(tmp_path, exchange(response={**exchange()["response"], "size": 7}))
    held.content(next(iter(held._scenes["one"].lines)))
    assert [one.where for one in held.refusals] == ["x0001"]


@pytest.mark.parametrize("argument", ["@file", "--rootdir=/", "-p"])
def test_pytest_is_given_nothing_but_an_expression(tmp_path: Path, argument: str) -> None:
    with pytest.raises(OptionsError, match="only -k EXPRESSION"):
        settings_of(tmp_path, {**OPTIONS, "pytest_args": ["-k", argument]}, None)


def test_a_folder_holds_files_alone(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "exchanges.ndjson")
    with pytest.raises(FolderError, match="neither a file nor a folder"):
        check_size(tmp_path)


def test_a_folder_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "exchanges.ndjson").open("wb") as file:
        file.truncate(2 * 10**9)
    with pytest.raises(FolderError, match="more than 1,000,000,000"):
        check_size(tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        '{"a":1,"a":2}',
        '{"a":NaN}',
        "[]",
        "[" * 100_000,
        "\x00",
        '{"format":1}',
        '{"format":"dataverse-tck/certificate/4"}',
    ],
)
def test_a_certificate_of_no_sense_cannot_be_read(tmp_path: Path, text: str) -> None:
    (tmp_path / "certificate.json").write_text(text)
    with pytest.raises(UsageError):
        verify(tmp_path)


def test_files_are_those_of_a_run(tmp_path: Path) -> None:
    (tmp_path / "bodies").mkdir()
    (tmp_path / "more.txt").touch()
    (tmp_path / "bodies" / f"{EMPTY}.gz").touch()
    files = {"more.txt": EMPTY, f"bodies/{EMPTY}.gz": EMPTY, "../../secret": EMPTY}

    assert {(one.where, one.what) for one in wrong_digests(tmp_path, files)} == {
        ("../../secret", "A file is missing."),
        ("more.txt", "A file is here that no run leaves."),
    }
    assert [one.where for one in unread_bodies(tmp_path, set())] == [f"bodies/{EMPTY}.gz"]
    assert list(unread_bodies(tmp_path, {EMPTY})) == []


def test_what_is_printed_cannot_steer_a_terminal(tmp_path: Path) -> None:
    (tmp_path / "certificate.json").write_text('{"format":"\\u001b[2J\\ud800"}')
    with pytest.raises(UsageError) as told:
        verify(tmp_path)
    assert str(told.value).isprintable()
    assert read_certificate(tmp_path)["format"].startswith("\x1b")


def test_what_a_clean_up_leaves_afterwards_is_no_forgery(tmp_path: Path) -> None:
    """It writes down what it asked, and which rows are gone; without that, a ledger stays as it was."""
    ledger = tmp_path / "ledger.ndjson"
    ledger.write_text("{}\n", encoding="utf-8")
    named = {"ledger.ndjson": sha256(ledger)}
    ledger.write_text('{}\n{"gone": "x"}\n', encoding="utf-8")

    assert [refusal.where for refusal in wrong_digests(tmp_path, named)] == ["ledger.ndjson"]
    (tmp_path / "cleanup.ndjson").write_text("", encoding="utf-8")
    assert list(wrong_digests(tmp_path, named)) == []
