"""A reading that was refused: whether the question itself was, and what every error of the client carries."""

from __future__ import annotations

import pytest

from dataverse_tck.webapi.http import errors
from dataverse_tck.webapi.http.answer import Answer, Refused


def answer(status: int = 403, body: bytes = b"{}") -> Answer:
    """An answer."""
    return Answer(status, {}, body, "http://h/x", "x7")


@pytest.mark.parametrize(
    ("status", "asked"),
    [
        (400, True),
        (404, True),
        (405, True),
        (410, True),
        (412, True),
        (499, True),
        (501, True),  # it cannot be asked of this endpoint at all
        (401, False),  # who asked
        (403, False),
        (429, False),  # how often
        (408, False),  # by chance
        (500, False),
        (502, False),
        (503, False),
        (504, False),
        (204, False),
        (302, False),
        (399, False),
    ],
)
def test_the_question_itself_is_refused(status: int, *, asked: bool) -> None:
    """Not who asked, nor how often, and not by chance; what is no refusal refuses nothing."""
    assert Refused("no", answer(status)).is_of_what_was_asked() is asked


@pytest.mark.parametrize("status", [402, 406, 407, 409, 428, 430])
def test_neighbours_of_who_and_how_often_are_of_the_question(status: int) -> None:
    """Each exception is a single status."""
    assert Refused("no", answer(status)).is_of_what_was_asked()


def test_a_refusal_says_what_and_where() -> None:
    """Its text, its exchange, its answer; it is an exchange that broke for whoever asks no more."""
    told = answer()
    refused = Refused("not this", told)

    assert (str(refused), refused.exchange, refused.answer) == ("not this", "x7", told)
    assert isinstance(refused, errors.Broken)


def test_content_is_not_shown_by_accident() -> None:
    """It may be long, or hold what is nobody's business."""
    assert "secret" not in repr(answer(body=b"secret"))


KINDS = [
    *(errors.WebApiError, errors.NotAllowed, errors.Unreachable, errors.Broken, errors.Malformed, errors.NotDataverse),
    *(errors.TableMissing, errors.NotMade, errors.NotServed, errors.NotObservable, errors.StopReading),
]


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_carries_its_text_and_its_exchange(kind: type[errors.WebApiError]) -> None:
    """The exchange where there is one."""
    told, untold = kind("words", "x3"), kind("words")

    assert (str(told), told.exchange) == ("words", "x3")
    assert (str(untold), untold.exchange) == ("words", None)
    assert isinstance(told, errors.WebApiError)


def test_two_errors_carry_more() -> None:
    """Where an answer leads to, and why a row was not made."""
    away = errors.Redirected("words", "http://elsewhere/")

    assert (str(away), away.location, away.exchange) == ("words", "http://elsewhere/", None)
    assert isinstance(away, errors.NotAllowed)
    assert errors.NotServed("no such set", "x3").cause == "no such set"
    assert isinstance(errors.NotServed("no such set"), errors.NotMade)
