"""The part of an answer that a line has room for: around what differs, of an error its cause."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dataverse_tck.reporting.telling.passages import MOST_TOLD, telling

CHANNEL = {"id": "column/msdyn_channel/option/192300000/label", "expected": "WhatsApp", "observed": None}
CALL = {
    "id": "derived/message/CCaaS_EndCall/effect",
    "expected": {"call": "Ended", "recording": "not-started"},
    "observed": {"call": "Connected", "recording": "not-started"},
    "surfaces": [],
}


def told(body: object, item: dict[str, Any], folder: Path) -> str:
    """What is told of an answer with this body."""
    text = body if isinstance(body, str) else json.dumps(body)
    (found,) = telling(folder, {"status": 200, "headers": {}, "body": text}, [item])
    return found


def test_the_value_that_differs_is_in_it(tmp_path: Path) -> None:
    """However much stands before and after, and whichever option it is."""
    options = [{"Value": number, "Label": {"Text": f"Channel {number}", "More": "x" * 500}} for number in range(100)]
    options[50] = {"Value": 192300000, "Label": {"Before": "y" * 500, "Text": "Whatsapp", "More": "x" * 500}}
    seen = [{"surface": "optionset", "right": False, "absent": False, "observed": "Whatsapp"}]
    line = told({"Options": options}, {**CHANNEL, "surfaces": seen}, tmp_path)

    assert '"Text": "Whatsapp"' in line
    assert line.startswith("...")
    assert line.endswith("...")
    assert len(line) <= MOST_TOLD + 6


def test_the_region_that_differs_is_in_it(tmp_path: Path) -> None:
    """Of a call, not what is as it should be."""
    line = told(
        {"@odata.context": "z" * 400, "RecordingState": "not-started", "CallState": "Connected"}, CALL, tmp_path
    )

    assert '"CallState": "Connected"' in line


def test_what_odata_says_of_an_answer_takes_no_room(tmp_path: Path) -> None:
    """Context and versions stand before what a row holds."""
    row = {"@odata.etag": "W/1", "subject": "a", "mask@OData.Community.Display.V1.FormattedValue": "none"}

    assert told({"@odata.context": "c" * 300, "value": [row]}, CALL, tmp_path) == (
        '{"value": [{"subject": "a", "mask@OData.Community.Display.V1.FormattedValue": "none"}]}'
    )


def test_a_short_answer_is_told_whole(tmp_path: Path) -> None:
    """In one line."""
    assert told('{"CallState":\n "Connected"}', CALL, tmp_path) == '{"CallState": "Connected"}'


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("no such\nthing", "0x1 no such thing"),
        (f"{'w' * 300} ---->  InnerException : the cause", "0x1 the cause"),
        ("w" * 300, f"0x1 {'w' * (MOST_TOLD - 4)}... (304 characters)"),
    ],
)
def test_of_an_error_the_cause_is_told(tmp_path: Path, message: str, said: str) -> None:
    """With its code."""
    assert told({"error": {"code": "0x1", "message": message}}, CALL, tmp_path) == said


def test_what_is_no_json_is_told_as_text(tmp_path: Path) -> None:
    """A page of the web too; no code of a terminal."""
    assert told("<html>\n<b>\x1b[2JNo</b>", CALL, tmp_path) == "<html> <b>\\x1b[2JNo</b>"


def test_a_body_that_is_gone_is_told_so(tmp_path: Path) -> None:
    """It is no reason to tell nothing."""
    answer = {"status": 200, "headers": {}, "kept": {"size": 1, "sha256": "0" * 64}}

    assert next(iter(telling(tmp_path, answer, [CALL]))).startswith("(its body cannot be read: ")
