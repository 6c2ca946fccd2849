"""What an answer is taken for: a table of bodies, each with what is read of it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from dataverse_tck.webapi.http.answer import Answer, cause
from dataverse_tck.webapi.http.errors import Malformed
from dataverse_tck.webapi.http.limits import PARALLEL_REQUESTS, Limits

LONG = "x" * 1001


def answer(body: bytes = b"", status: int = 200, **headers: str) -> Answer:
    """An answer."""
    return Answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, body, "http://h/x", "x7")


def error(code: str = '"A1"', message: str = '"no"') -> bytes:
    """An OData error with these values, written as JSON."""
    return b'{"error": {"code": %s, "message": %s}}' % (code.encode(), message.encode())


@pytest.mark.parametrize(
    ("body", "is_error", "code", "summary"),
    [
        (error(), True, "a1", "400 (no)"),
        (error('""'), True, "", "400 (no)"),
        (error(message='" no \\n way "'), True, "a1", "400 (no way)"),
        (error(message=f'"{LONG[:1000]}"'), True, "a1", f"400 ({LONG[:1000]})"),
        (error(message=f'"{LONG}"'), True, "a1", f"400 ({LONG[:997]}...)"),
        (error(message='""'), False, "a1", "400"),
        (error(message="7"), False, "a1", "400"),
        (error("7"), False, "", "400 (no)"),
        (b'{"error": {"message": "no"}}', False, "", "400 (no)"),
        (b'{"error": {"code": "A1"}}', False, "a1", "400"),
        (b'{"error": "no"}', False, "", "400"),
        (b'{"error": []}', False, "", "400"),
        (b'{"error": null}', False, "", "400"),
        (b"{}", False, "", "400"),
        (b"[]", False, "", "400"),
        (b'["error"]', False, "", "400"),
        (b"7", False, "", "400"),
        (b"null", False, "", "400"),
        (b"<html>", False, "", "400"),
        (b"", False, "", "400"),
    ],
    ids=str,
)
def test_errors_of_every_shape(body: bytes, code: str, summary: str, *, is_error: bool) -> None:
    """With code and message, or something else."""
    told = answer(body, 400)

    assert (told.is_odata_error(), told.error_code(), told.summary()) == (is_error, code, summary)


def test_a_line_of_a_table_has_less_room_for_an_error() -> None:
    """As long as the line is asked to be, and no longer."""
    told = answer(error(message=f'"{LONG}"'), 400)

    assert told.summary(200) == f"400 ({LONG[:197]}...)"


@pytest.mark.parametrize(
    ("status", "body", "disguised"),
    [
        (200, error(), True),
        (299, b'{"error": null}', True),
        (204, error(), True),
        (200, b'{"value": []}', False),
        (200, b'["error"]', False),
        (200, b'"error"', False),
        (200, b"<html>", False),
        (200, b"", False),
        (199, error(), False),
        (300, error(), False),
        (400, error(), False),
    ],
    ids=str,
)
def test_an_error_in_disguise(status: int, body: bytes, *, disguised: bool) -> None:
    """A yes whose body is an object with an error."""
    assert answer(body, status).is_error_in_disguise() is disguised


@pytest.mark.parametrize(
    ("told", "page"),
    [
        (answer(b"<!DOCTYPE html><p>"), True),
        (answer(b"\xef\xbb\xbf\r\n\t <HTML>"), True),
        (answer(b"x", Content_Type="TEXT/HTML; charset=utf-8"), True),
        (answer(b"{}", content_type="application/xhtml+xml"), True),
        (answer(b"{}", Content_Type="application/json"), False),
        (answer(b"<xml/>"), False),
        (answer(b" " * 200 + b"<html>"), False),
        (answer(b"text, <html>"), False),
        (answer(b""), False),
        (answer(b"{}", X="html"), False),
    ],
    ids=lambda it: it.content[:12].decode("latin-1") + str(dict(it.headers)) if isinstance(it, Answer) else "",
)
def test_a_web_page(told: Answer, *, page: bool) -> None:
    """By its type or its beginning."""
    assert told.is_html() is page


@pytest.mark.parametrize(
    ("body", "begins"),
    [(b"<p>\n  no", "'<p> no'"), (b"\xff", r"'\\\\xff'"), (b"y" * 61, "'" + "y" * 60 + "'"), (b"NaN", "'NaN'")],
    ids=str,
)
def test_what_is_no_json_says_how_it_begins(body: bytes, begins: str) -> None:
    """With the address, the status and the exchange."""
    said = f"http://h/x answers 200 with a body that is not JSON; it begins with {begins}."
    with pytest.raises(Malformed, match=f"^{re.escape(said) if 'xff' not in begins else ''}") as told:
        answer(body).json()
    assert told.value.exchange == "x7"


def test_what_is_json() -> None:
    """Of every type."""
    wanted: list[tuple[bytes, Any]] = [(b"{}", {}), (b"[1]", [1]), (b"1.5", 1.5), (b"null", None), (b'"a"', "a")]
    for body, value in wanted:
        assert answer(body).json() == value
    assert answer().attempts == 1


def test_how_long_and_how_much() -> None:
    """The figures that the documents name; whoever changes one changes how long a run waits."""
    assert Limits() == Limits(5, 60, 300, 64 << 20, 256 << 20, 5, 60, 5, 100)
    assert PARALLEL_REQUESTS == 8


def test_of_an_error_that_wraps_another_the_inner_one_is_told() -> None:
    """Dataverse says of a payload its own words and a link first, and what is wrong with it last."""
    wrapped = "Error identified in Payload, see https://example.com  ---->  InnerException : Type.Name: No such 'a'."
    told = answer(json.dumps({"error": {"code": "0x80048d19", "message": wrapped}}).encode(), 400)

    assert told.summary() == "400 (Type.Name: No such 'a'.)"
    assert cause("InnerException :") == "InnerException :"
