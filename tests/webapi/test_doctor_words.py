"""What the doctor tells, line by line: what it asks, what each answer is called, and what can be run then."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

import pytest

from dataverse_tck.evidence.recorder import Recorder
from dataverse_tck.webapi import doctor
from dataverse_tck.webapi.doctor import Diagnosis, diagnose
from dataverse_tck.webapi.http.errors import NotDataverse, Unreachable
from dataverse_tck.webapi.http.limits import Limits
from dataverse_tck.webapi.preflight import Endpoint
from tests.support.canned_server import API, Canned, Request, reply
from tests.support.offline import ROOT, Offline, Told
from tests.support.stub_server import error

T = "EntityDefinitions(LogicalName='msdyn_ocliveworkitem')"
BELOW = {
    "columns": f"{T}/Attributes?$select=LogicalName",
    "many-to-one relationships": f"{T}/ManyToOneRelationships?$select=SchemaName",
    "one-to-many relationships": f"{T}/OneToManyRelationships?$select=SchemaName",
    "sdkmessages": "sdkmessages?$select=name&$top=1",
    "sdkmessagefilters": "sdkmessagefilters?$select=primaryobjecttypecode&$top=1",
    "customapis": "customapis?$select=uniquename&$top=1",
}
PATHS = {"table": T, "$metadata": "$metadata", **BELOW}
ALL = ("surface", "data (--allow-writes)", "calls (--allow-writes, --profile)")
EDMX = b'<Edmx><Schema Namespace="Microsoft.Dynamics.CRM"/></Edmx>'


class Open(Offline):
    """A session that can be entered."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


Examined = Callable[..., tuple[Diagnosis, Open]]


@pytest.fixture
def examined(monkeypatch: pytest.MonkeyPatch) -> Examined:
    """Examine an endpoint that answers like this; what is not told is there and empty."""

    def examine(told: dict[str, Told] | None = None, completed_from: str | None = None) -> tuple[Diagnosis, Open]:
        answers = told or {}

        def answer(request: Request) -> Told:
            path = request.path.removeprefix(f"{API}/")
            return answers.get(path) or (Canned(200, EDMX) if path == "$metadata" else reply({"value": []}))

        session = Open(answer)

        def found(*arguments: Any) -> Endpoint:
            known: Any = session
            return Endpoint(known, session.get(T), completed_from)

        monkeypatch.setattr(doctor, "find_endpoint", found)
        return diagnose(ROOT, None), session

    return examine


def test_what_is_not_known_is_not_told() -> None:
    """Nothing was reached, nothing was asked."""
    assert Diagnosis("x", token=False) == Diagnosis(
        "x", False, None, False, None, None, None, None, {}, (), *[None] * 3
    )


@pytest.mark.parametrize(
    ("problem", "levels", "ready"),
    [(None, ("surface",), True), (None, (), False), ("trouble", ("surface",), False), ("trouble", (), False)],
)
def test_a_run_can_start(problem: str | None, levels: tuple[str, ...], *, ready: bool) -> None:
    """Without a problem, at any level."""
    assert Diagnosis("x", token=False, problem=problem, levels=levels).ready is ready


def test_an_endpoint_is_looked_for_as_it_was_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """With everything; the token is kept out of what is recorded and told."""
    asked: list[tuple[Any, ...]] = []

    def found(*arguments: Any) -> Endpoint:
        asked.append(arguments)
        raise NotDataverse("It is none.")

    monkeypatch.setattr(doctor, "find_endpoint", found)
    limits, token = Limits(tries=1), "secret-token-0123"
    told = diagnose(f"{ROOT}/{token}", token, "t", limits)
    (url, given, recorder, table, bounds) = asked[0]

    assert (url, given, table, bounds) == (f"{ROOT}/{token}", token, "t", limits)
    assert isinstance(recorder, Recorder)
    assert recorder.redaction.text(token) == "[redacted]"
    assert told == Diagnosis(f"{ROOT}/[redacted]", token=True, problem="It is none.")


def test_everything_is_asked_once(examined: Examined) -> None:
    """And the session is closed afterwards."""
    found, session = examined()

    assert sorted(line for line in session.asked if "systemuser" not in line and "'team'" not in line) == sorted(
        [*(f"GET {path}" for path in PATHS.values()), "GET RetrieveVersion", "GET WhoAmI", "GET WhoAmI"]
    )
    assert session.closed
    assert (found.problem, found.reachable, found.root, found.levels) == (None, True, ROOT, ALL)
    assert found.surfaces == dict.fromkeys(PATHS, "readable")
    assert list(found.surfaces)[:2] == ["table", "$metadata"]


def test_where_the_address_was_completed(examined: Examined) -> None:
    """It is told as it was named."""
    assert examined(completed_from="http://h")[0].completed_from == "http://h"


@pytest.mark.parametrize("surface", PATHS)
@pytest.mark.parametrize(
    ("told", "said"),
    [
        (error(403, "not you"), "answers 403 (not you)"),
        (Canned(204), "answers 204"),
        (Unreachable("Nobody is there."), "Nobody is there."),
    ],
    ids=["403", "204", "nobody"],
)
def test_a_surface_that_cannot_be_read_says_why(examined: Examined, surface: str, told: Told, said: str) -> None:
    """Data and calls need the metadata of tables; the rest does not keep them from being run."""
    if surface == "table" and isinstance(told, Unreachable):
        return  # the preflight would have told
    found, _ = examined({PATHS[surface]: told})
    needed = surface in {"table", "columns", "many-to-one relationships"}

    assert found.surfaces == {**dict.fromkeys(PATHS, "readable"), surface: said}
    assert (found.levels, found.problem) == (("surface",) if needed else ALL, None)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (Canned(200, b"<feed/>"), "answers something else than CSDL"),
        (Canned(200, b""), "answers something else than CSDL"),
        (Canned(203, EDMX), "answers 203"),
        (error(404), "answers 404 (no)"),
    ],
    ids=["feed", "empty", "203", "404"],
)
def test_metadata_of_another_kind(examined: Examined, told: Told, said: str) -> None:
    """Is not readable."""
    assert examined({"$metadata": told})[0].surfaces["$metadata"] == said


def test_an_endpoint_that_shows_nothing(examined: Examined) -> None:
    """Nothing can be run; version and user may be known all the same."""
    told = {**dict.fromkeys(PATHS.values(), error(403)), "RetrieveVersion": reply({"Version": "9.2"})}
    found, _ = examined({**told, "WhoAmI": reply({"UserId": "me"})})

    assert found.problem == "This caller can read none of the surfaces that a run judges."
    assert (found.levels, found.reachable, found.version, found.user) == ((), True, "9.2", "me")
    assert found.ready is False


@pytest.mark.parametrize("surface", PATHS)
def test_one_surface_is_enough(examined: Examined, surface: str) -> None:
    """At the surface, at least."""
    found, _ = examined({path: error(403) for name, path in PATHS.items() if name != surface})

    assert (found.problem, found.levels, found.ready) == (None, ("surface",), True)


@pytest.mark.parametrize(
    ("told", "known"),
    [
        (reply({"Version": "9.2", "UserId": "me"}), ("9.2", "me")),
        (reply({"Version": "9.2", "UserId": "me"}, 203), ("9.2", "me")),
        (reply({"Version": 9.2, "UserId": None}), (None, None)),
        (reply(["Version", "UserId"]), (None, None)),
        (Canned(200, b"x"), (None, None)),
        (Unreachable("Nobody is there."), (None, None)),
    ],
    ids=["told", "203", "numbers", "list", "no JSON", "nobody"],
)
def test_version_and_user(examined: Examined, told: Told, known: tuple[str | None, str | None]) -> None:
    """Known where they are told as text."""
    found, _ = examined({"RetrieveVersion": told, "WhoAmI": told})

    assert (found.version, found.user) == known


def test_with_whom_rows_can_be_shared(examined: Examined) -> None:
    """With how many users and teams, or why with nobody."""
    select = "?$select=LogicalName,EntitySetName,PrimaryIdAttribute,PrimaryNameAttribute,OwnershipType"
    tables = [f"EntityDefinitions(LogicalName='{kind}'){select}" for kind in ("systemuser", "team")]
    hidden = [
        f" The endpoint has no table {kind}, or does not show it to this caller: {ROOT}/EntityDefinitions"
        f"(LogicalName='{kind}') answers 404 (no)."
        for kind in ("systemuser", "team")
    ]
    said = f"with nobody: WhoAmI does not tell the UserId of the caller.{''.join(hidden)}"
    assert examined(dict.fromkeys(tables, error(404)))[0].sharing == said
    names = {"LogicalName": "x", "EntitySetName": "x", "PrimaryIdAttribute": "x"}
    told = dict.fromkeys(tables, reply(names))
    people = {
        "systemusers?$select=systemuserid&$top=50": reply({"value": [{"systemuserid": "a"}, {"systemuserid": "b"}]}),
        "teams?$select=teamid&$top=50": reply({"value": [{"teamid": "c"}]}),
    }
    assert examined({**told, **people})[0].sharing == "with 2 users and 1 teams of the organisation, if they accept"


def test_settings_are_told_where_there_are_some(monkeypatch: pytest.MonkeyPatch) -> None:
    """Though nothing could be reached."""

    def nowhere(*arguments: Any) -> Endpoint:
        raise Unreachable("Nobody is there.")

    monkeypatch.setattr(doctor, "find_endpoint", nowhere)
    plain = diagnose("https://h.example", None)
    assert (plain.proxy, plain.authorities, plain.problem, plain.reachable) == (None, None, "Nobody is there.", False)
    monkeypatch.setenv("CURL_CA_BUNDLE", "/")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:1")
    found = diagnose("https://h.example", None)
    assert (found.proxy, found.authorities) == ("http://proxy:1", "CURL_CA_BUNDLE=/")
