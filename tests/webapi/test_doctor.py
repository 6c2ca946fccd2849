"""The doctor tells what it finds, and nothing it finds makes it fall over."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from dataverse_tck.commands.doctor import print_report
from dataverse_tck.emulator.organisation.assemble import create_organisation
from dataverse_tck.emulator.serving.app import create_app
from dataverse_tck.emulator.serving.server import running
from dataverse_tck.webapi.doctor import Diagnosis, diagnose
from dataverse_tck.webapi.http.limits import Limits
from tests.support.canned_server import Canned, Request, Serve, html, reply

TOKEN = "secret-token-0123456789"
EDMX = b'<edmx:Edmx xmlns:edmx="x"><Schema Namespace="Microsoft.Dynamics.CRM"/></edmx:Edmx>'


def dataverse(request: Request) -> Canned:
    """An organisation that hides custom APIs from this caller."""
    path = request.path.removeprefix("/api/data/v9.2/").partition("?")[0]
    if path == "RetrieveVersion":
        return reply({"Version": "9.2.25093.00168"})
    if path == "WhoAmI":
        return reply({"UserId": "00000000-0000-0000-0000-000000000007"})
    if path == "$metadata":
        return Canned(200, EDMX)
    if path == "customapis":
        return reply({"error": {"code": "", "message": f"Not for {request.headers.get('authorization')}"}}, 403)
    return reply({"LogicalName": "msdyn_ocliveworkitem", "value": []})


def printed(found: Diagnosis) -> tuple[int, str]:
    """The exit code and what is printed, on a narrow terminal."""
    stream = io.StringIO()
    code = print_report(found, Console(file=stream, width=40))
    return code, stream.getvalue()


def test_a_ready_endpoint(serve: Serve) -> None:
    """Version, user and readable surfaces are told; the exit code is 0; the token is nowhere."""
    server = serve(dataverse)
    found = diagnose(server.root, TOKEN)
    assert found == Diagnosis(
        named=server.root,
        token=True,
        reachable=True,
        root=server.root,
        version="9.2.25093.00168",
        user="00000000-0000-0000-0000-000000000007",
        surfaces={
            "table": "readable",
            "$metadata": "readable",
            "columns": "readable",
            "many-to-one relationships": "readable",
            "one-to-many relationships": "readable",
            "sdkmessages": "readable",
            "sdkmessagefilters": "readable",
            "customapis": "answers 403 (Not for Bearer [redacted])",
        },
        levels=("surface", "data (--allow-writes)", "calls (--allow-writes, --profile)"),
        sharing=found.sharing,
    )
    assert found.sharing is not None
    assert found.sharing.startswith("with nobody: ")
    code, text = printed(found)
    assert code == 0
    assert f"endpoint      {server.root}\n" in text
    assert "token         set (DATAVERSE_TOKEN)\n" in text
    assert "customapis: answers 403 (Not for Bearer [redacted])\n" in text
    assert "ready         yes\n" in text
    assert TOKEN not in text + repr(found)


def test_levels_and_people_of_the_emulator() -> None:
    """Whoever wants to write learns beforehand what that needs, and with whom rows can be shared."""
    with running(create_app(create_organisation())) as root:
        found = diagnose(root, None)

    assert found.levels == ("surface", "data (--allow-writes)", "calls (--allow-writes, --profile)")
    assert found.sharing == "with 4 users and 2 teams of the organisation, if they accept"


def test_a_completed_address_is_told(serve: Serve) -> None:
    """The user sees which address is really used."""
    server = serve(lambda request: dataverse(request) if "/api/" in request.path else html())
    found = diagnose(server.origin, None)
    assert (found.root, found.completed_from) == (server.root, server.origin)
    assert f"completed from {server.origin}" in printed(found)[1]


@pytest.mark.parametrize(
    ("url", "reachable", "words"),
    [
        ("no-scheme.example", False, "has no scheme"),
        ("http://no-such-host.invalid/api/data/v9.2", False, "is not known"),
        ("SERVER", True, "is not a Dataverse Web API"),
    ],
)
def test_an_endpoint_that_is_not_ready(serve: Serve, url: str, *, reachable: bool, words: str) -> None:
    """The sentence of the preflight is told, the exit code is 2."""
    server = serve(lambda request: html())
    found = diagnose(server.root if url == "SERVER" else url, None)
    assert found == Diagnosis(found.named, token=False, problem=found.problem, reachable=reachable)
    assert (found.surfaces, found.levels, found.sharing, found.proxy) == ({}, (), None, None)
    code, text = printed(found)
    assert code == 2
    assert words in text
    assert "ready         no\n" in text


def test_an_endpoint_that_shows_nothing(serve: Serve) -> None:
    """A service document alone is not enough to judge anything by."""
    service = reply({"@odata.context": "x", "value": [{"name": "systemusers"}]})
    server = serve(lambda request: service if request.path.endswith("/v9.2/") else reply({}, 403))
    found = diagnose(server.root, None)
    assert (found.ready, found.levels, found.version) == (False, (), None)
    assert "can read none of the surfaces" in printed(found)[1]


def test_odd_answers_do_not_matter(serve: Serve) -> None:
    """Garbage from single questions is a line in the report."""

    def answer(request: Request) -> Canned:
        if "EntityDefinitions(" in request.path and "/Attributes" not in request.path:
            return dataverse(request)
        return Canned(200, b"\xff garbage")

    found = diagnose(serve(answer).root, None, limits=Limits(tries=1))
    assert (found.version, found.user) == (None, None)
    assert found.surfaces["$metadata"] == "answers something else than CSDL"
    assert found.ready


def test_the_settings_in_force_are_told(monkeypatch: pytest.MonkeyPatch, tmp_path: pytest.TempPathFactory) -> None:
    """Proxy and certificates, without the password of the proxy."""
    monkeypatch.setenv("HTTPS_PROXY", "http://me:hidden@127.0.0.1:1")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path))
    found = diagnose("https://org.invalid", None)
    assert found.proxy == "http://127.0.0.1:1"
    assert found.authorities == f"REQUESTS_CA_BUNDLE={tmp_path}"
    assert "hidden" not in printed(found)[1] + repr(found)


def test_a_password_in_the_address_is_not_repeated() -> None:
    """Neither in the report nor in the sentence."""
    found = diagnose("https://me:hidden@org.invalid", None)
    assert "hidden" not in printed(found)[1] + repr(found)


@pytest.mark.parametrize(
    "hidden", ["EntityDefinitions(LogicalName='msdyn_ocliveworkitem')/Attributes", "/ManyToOne", ""]
)
def test_without_the_metadata_of_tables_nothing_is_written(serve: Serve, hidden: str) -> None:
    """A run at the surface is possible all the same."""

    def answer(request: Request) -> Canned:
        if hidden and hidden in request.path:
            return reply({}, 403)
        return dataverse(request)

    found = diagnose(serve(answer).root, None)
    levels = ("surface",) if hidden else ("surface", "data (--allow-writes)", "calls (--allow-writes, --profile)")
    assert (found.levels, found.ready, found.problem) == (levels, True, None)


@pytest.mark.parametrize("told", [[], "x", {"Version": 7, "UserId": None}, {}], ids=str)
def test_facts_of_another_shape_are_not_told(serve: Serve, told: object) -> None:
    """Version and user are then not known."""

    def answer(request: Request) -> Canned:
        return reply(told) if request.path.endswith(("/RetrieveVersion", "/WhoAmI")) else dataverse(request)

    found = diagnose(serve(answer).root, None)
    assert (found.version, found.user, found.ready) == (None, None, True)


def test_every_surface_is_asked_in_its_smallest_form(serve: Serve) -> None:
    """One row, or one column of each; what is not readable says why."""
    server = serve(lambda request: reply({}, 404) if "sdkmessage" in request.path else dataverse(request))
    found = diagnose(server.root, None)
    table = "EntityDefinitions(LogicalName='msdyn_ocliveworkitem')"

    assert {
        f"{table}/Attributes?$select=LogicalName",
        f"{table}/ManyToOneRelationships?$select=SchemaName",
        f"{table}/OneToManyRelationships?$select=SchemaName",
        "sdkmessages?$select=name&$top=1",
        "sdkmessagefilters?$select=primaryobjecttypecode&$top=1",
        "customapis?$select=uniquename&$top=1",
        "RetrieveVersion",
        "WhoAmI",
        "$metadata",
    } <= set(server.paths)
    assert (found.surfaces["sdkmessages"], found.surfaces["sdkmessagefilters"]) == ("answers 404", "answers 404")
