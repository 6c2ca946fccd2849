"""The users of a profile, looked up at an endpoint that a test tells."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from dataverse_tck.jsontypes import Json
from dataverse_tck.profile.actors import absent_actors
from dataverse_tck.webapi.http.answer import Answer
from dataverse_tck.webapi.http.errors import Broken, TableMissing

KNOWN = ("systemuserid", "isdisabled", "accessmode")
AGENT = "11111111-2222-4333-8444-555555555555"


class Asked:
    """Answers every question in one way, and notes them."""

    def __init__(self, status: int, body: bytes) -> None:
        self.targets: list[str] = []
        self._answer = Answer(status, {}, body, "https://org.example.com/systemusers(1)?$select=x", "x0001")

    def get(self, target: str) -> Answer:
        self.targets.append(target)
        return self._answer


def told(session: Any, known: tuple[str, ...] = KNOWN, **actors: str) -> list[str]:
    tables: Any = SimpleNamespace(of=lambda _: SimpleNamespace(columns=dict.fromkeys(known)))
    return list(absent_actors(actors or {"agent": AGENT}, session, tables))


@pytest.mark.parametrize("mode", [0, 4, 5, None])
def test_who_is_there_and_enabled_is_let_pass(mode: Json) -> None:
    """Also an account of a service; only what is needed is asked, and no name."""
    body = b'{"systemuserid": "x", "isdisabled": false, "accessmode": %s}' % (b"null" if mode is None else b"%d" % mode)
    session = Asked(200, body)

    assert told(session) == []
    assert session.targets == [f"systemusers({AGENT})?$select=systemuserid,isdisabled,accessmode"]


def test_what_the_table_does_not_have_is_not_asked() -> None:
    """Smaller endpoints have users without access modes."""
    session = Asked(200, b'{"systemuserid": "x"}')

    assert told(session, ("systemuserid",)) == []
    assert session.targets == [f"systemusers({AGENT})?$select=systemuserid"]


@pytest.mark.parametrize(
    ("status", "body", "wrong"),
    [
        (404, b"", ", but there is no such systemuser, or none that the caller may see"),
        (403, b'{"error": {"message": "no"}}', ", a systemuser whom the caller may not see (403 (no))"),
        (500, b"", ", who cannot be looked up (https://org.example.com/systemusers(1) answers 500.)"),
        (200, b'{"isdisabled": true}', ", a systemuser who is disabled"),
        (
            200,
            b'{"isdisabled": false, "accessmode": 1}',
            ", a systemuser who administers settings alone (accessmode 1)",
        ),
        (200, b'{"isdisabled": false, "accessmode": 2}', ", a systemuser who may only read (accessmode 2)"),
    ],
)
def test_who_cannot_act_is_told_by_name_and_id(status: int, body: bytes, wrong: str) -> None:
    """And what is wrong."""
    assert told(Asked(status, body)) == [f"calls.actors.agent is {AGENT}{wrong}: name a user who can act."]


def test_every_actor_is_looked_up() -> None:
    """None of them hides another."""
    found = told(Asked(404, b""), agent=AGENT, supervisor=AGENT.replace("1", "2"))

    assert [sentence.split()[0] for sentence in found] == ["calls.actors.agent", "calls.actors.supervisor"]


def test_an_exchange_that_breaks_is_told() -> None:
    """It says nothing of the user."""

    def get(_: str) -> Answer:
        raise Broken("cut off")

    assert "who cannot be looked up (cut off)" in told(SimpleNamespace(get=get))[0]


def test_without_a_table_of_users_nobody_can_be_looked_up() -> None:
    """Told once; where the profile names nobody, it is not even asked."""

    def of(_: str) -> Any:
        raise TableMissing("no table systemuser")

    tables, session = SimpleNamespace(of=of), Asked(404, b"")
    two = {"agent": AGENT, "supervisor": AGENT}

    assert list(absent_actors(two, session, tables)) == ["calls.actors cannot be looked up: no table systemuser"]  # type: ignore[arg-type]
    assert list(absent_actors({}, session, tables)) == []  # type: ignore[arg-type]
    assert session.targets == []
