"""What of a failure is shown: which exchanges decide, how much of them, and what hangs on it."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest

from dataverse_tck.report.html.exhibits import curl, exhibit
from dataverse_tck.reporting.harmless import harmless
from dataverse_tck.reporting.telling.decisive import decisive
from dataverse_tck.reporting.telling.passages import MOST_SHOWN, passage

ROOT = "https://org.example.com/api/data/v9.2"


def item(identifier: str = "derived/x", **members: Any) -> dict[str, Any]:
    """A requirement as a certificate tells it."""
    return {
        "id": identifier,
        "outcome": "fail",
        "reason": "",
        "expected": None,
        "observed": None,
        "surfaces": [],
        "exchanges": [],
        "blocked_by": [],
        **members,
    }


def requests(*asked: str) -> dict[str, str]:
    """Exchanges x0001 and so on, each by method and address."""
    pairs = [one.split(" ") for one in asked]
    return {f"x{number:04}": f"{method} {ROOT}/{url}" for number, (method, url) in enumerate(pairs, 1)}


def decided(*asked: str, reason: str = "") -> tuple[str, ...]:
    """What decides where all of these were asked for a requirement."""
    known = requests(*asked)
    return decisive(item(exchanges=list(known), reason=reason), known)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ((), ()),
        (("GET a",), ("x0001",)),
        (("POST a", "DELETE b", "GET a", "GET a"), ("x0002", "x0004")),
        (("POST a", "PATCH b"), ("x0002",)),
        (("POST a/State", "POST b/Hold"), ("x0002",)),
        (("POST a/Hold", "POST a/State", "POST a/State"), ("x0001", "x0003")),
        (("POST a/State", "POST b/Hold", "POST b/State", "POST a/State"), ("x0002", "x0004")),
    ],
)
def test_the_last_look_decides_and_before_it_what_was_done(asked: tuple[str, ...], found: tuple[str, ...]) -> None:
    """Where looking takes a POST, it is told apart by its name."""
    assert decided(*asked) == found


def test_an_exchange_that_the_reason_names_decides() -> None:
    """Whatever came after it."""
    assert decided("POST a", "GET a", "GET b", reason="x0002 says otherwise") == ("x0001", "x0002")


def test_a_surface_that_contradicts_shows_it() -> None:
    """And no other one."""
    seen = [{"right": True, "exchanges": ["x0001"]}, {"right": False, "exchanges": ["x0002", "x0003"]}]

    assert decisive(item(surfaces=seen), requests("GET a", "GET b", "GET c")) == ("x0003",)


def test_a_long_body_is_shown_around_what_differs() -> None:
    """With the length said."""
    shown = passage("a" * 50_000 + '"Wrong"' + "b" * 50_000, ['"Wrong"'])

    assert ('"Wrong"', True) in shown.pieces
    assert sum(len(piece) for piece, _ in shown.pieces) == MOST_SHOWN
    assert shown.note == f"{MOST_SHOWN:,} of 100,007 characters, from number 49,501"


def test_a_short_body_is_shown_whole() -> None:
    """Every place of what differs is marked."""
    assert passage("x wrong y wrong", ["other", "wrong"]).pieces == (
        ("x ", False),
        ("wrong", True),
        (" y ", False),
        ("wrong", True),
        ("", False),
    )


def test_the_part_of_a_long_answer_that_it_is_about(tmp_path: Path) -> None:
    """Of many relationships the one in question, with the value that differs marked."""
    many = [{"SchemaName": f"other_{n}", "Cascade": {"Delete": "NoCascade"}} for n in range(1000)]
    document = {"value": [*many, {"SchemaName": "this_one", "Cascade": {"Delete": "NoCascade"}}]}
    text = json.dumps(document)
    answer = {"status": 200, "headers": {}, "body": text}
    request = {"method": "GET", "url": ROOT, "headers": {}, "body": None}
    seen = [{"right": False, "observed": "NoCascade", "exchanges": ["x0001"]}]

    shown = exhibit(
        tmp_path,
        {"id": "x0001", "request": request, "response": answer, "error": None},
        item("relationship/this_one/cascade/Delete", surfaces=seen),
        is_last=True,
    )

    assert shown
    told = "".join(piece for piece, _ in shown.response_body.pieces)
    assert '"SchemaName": "this_one"' in told
    assert "other_" not in told
    assert [piece for piece, marked in shown.response_body.pieces if marked] == ['"Delete": "NoCascade"']
    assert shown.response_body.note == f"of {len(text):,} characters, the part about this_one"


def test_curl_asks_the_same_again() -> None:
    """Whatever stands in it; the token is the variable."""
    body = '{"a": "it\'s $(me) `you`"}'
    request = {
        "method": "PATCH",
        "url": f"{ROOT}/rows(1)?$select=a'b",
        "headers": {"if-match": "*", "content-type": "application/json", "user-agent": "us"},
        "body": body,
    }

    words = shlex.split(curl(request))

    assert words == [
        *("curl", "-i", "-X", "PATCH", f"{ROOT}/rows(1)?$select=a'b"),
        *("-H", "Authorization: Bearer $DATAVERSE_TOKEN", "-H", "if-match: *", "-H", "content-type: application/json"),
        *("--data-raw", body),
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("a\nb\tc", "a\nb\tc"),
        ("\u202eabc\u2066", "\\u202eabc\\u2066"),
        ("\x00\x1b\x7f", "\\x00\\x1b\\x7f"),
        ("\ud800", "\\ud800"),
        ("語 é", "語 é"),
        ("x" * 601, "x" * 600 + "... (601 characters)"),
    ],
)
def test_foreign_text_is_harmless(text: str, shown: str) -> None:
    """What is not to be seen stands as its code, what is long is cut."""
    assert harmless(text) == shown
