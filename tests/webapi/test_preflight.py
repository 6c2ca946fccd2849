"""The preflight: right endpoints of any make are found, wrong ones get a sentence."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest

from dataverse_tck.evidence.recorder import Recorder
from dataverse_tck.webapi.http.errors import Broken, NotAllowed, NotDataverse, Redirected, Unreachable
from dataverse_tck.webapi.http.limits import Limits
from dataverse_tck.webapi.preflight import CredentialsRequired, Endpoint, find_endpoint, normalise_address
from tests.support.canned_server import API, Canned, Request, Serve, Talk, html, reply

TABLE = {"@odata.context": "x", "LogicalName": "msdyn_ocliveworkitem"}
SERVICE = {"@odata.context": "x/$metadata", "value": [{"name": "systemusers", "kind": "EntitySet"}]}
EDMX = (
    b'<?xml version="1.0"?>\n<edmx:Edmx xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx" Version="4.0">'
    b'<edmx:DataServices><Schema Namespace="Microsoft.Dynamics.CRM"/></edmx:DataServices></edmx:Edmx>'
)
NOT_FOUND = reply({"error": {"code": "0x80060888", "message": "Resource not found for the segment"}}, 404)
QUICK = Limits(read_s=1, tries=1)


def find(url: str, token: str | None = None) -> Endpoint:
    """Look for the endpoint; its connections are closed at once."""
    found = find_endpoint(url, token, Recorder(None, [token] if token else []), limits=QUICK)
    found.session.close()
    return found


def at(routes: dict[str, Canned], otherwise: Canned = NOT_FOUND) -> Callable[[Request], Canned]:
    """Answer by the beginning of the path; the longest one counts."""

    def answer(request: Request) -> Canned:
        known = [path for path in routes if request.path.startswith(path)]
        return routes[max(known, key=len)] if known else otherwise

    return answer


@pytest.mark.parametrize("ending", ["", "/", "//"])
def test_an_ordinary_endpoint_is_known_by_one_request(serve: Serve, ending: str) -> None:
    """The definition of the table is asked by its key, and the answer is kept for the metadata reader."""
    server = serve(at({API: reply(TABLE)}))
    found = find(server.root + ending)
    assert server.paths == ["EntityDefinitions(LogicalName='msdyn_ocliveworkitem')"]
    assert found.session.root == server.root
    assert found.first.json() == TABLE
    assert found.completed_from is None


def test_the_name_of_the_table_is_enough(serve: Serve) -> None:
    """Other makers leave out annotations or use another context."""
    server = serve(at({f"{API}/EntityDefinitions": reply({"LogicalName": "x"})}))
    find(server.root)
    assert len(server.seen) == 1


@pytest.mark.parametrize("first", [NOT_FOUND, reply({}, 403), reply({}, 500), reply({}, 501), reply({"a": 1})])
def test_a_service_document_is_enough(serve: Serve, first: Canned) -> None:
    """An endpoint without the table, or without table definitions, is found by its service document."""
    server = serve(at({f"{API}/": reply(SERVICE), f"{API}/EntityDefinitions": first}))
    found = find(server.root)
    assert server.paths == ["EntityDefinitions(LogicalName='msdyn_ocliveworkitem')", ""]
    assert found.first.status == first.status


@pytest.mark.parametrize(
    "document",
    [EDMX, EDMX.decode().replace("edmx:", "").encode(), EDMX.decode().encode("utf-16"), EDMX + b" " * 10**6],
)
def test_metadata_is_enough(serve: Serve, document: bytes) -> None:
    """The root element of CSDL, under any prefix and encoding, proves the endpoint by its beginning."""
    server = serve(at({f"{API}/$metadata": Canned(200, document, {"Content-Type": "application/xml"})}))
    find(server.root)
    assert server.paths[1:] == ["", "$metadata"]


@pytest.mark.parametrize("everything", [True, False])
def test_an_odata_service_of_another_kind_is_none(serve: Serve, *, everything: bool) -> None:
    """A service document of other sets, other CSDL, or one and the same answer for all, prove no Dataverse."""
    other = reply({"@odata.context": "x/$metadata", "value": [{"name": "Products", "kind": "EntitySet"}]})
    csdl = Canned(200, EDMX.replace(b"Microsoft.Dynamics.CRM", b"NorthwindModel"), {"Content-Type": "application/xml"})
    server = serve(at({f"{API}/": other} if everything else {f"{API}/$metadata": csdl}))
    with pytest.raises(NotDataverse):
        find(server.root)


@pytest.mark.parametrize("address", ["http://[::1", "http://[zz]/"])
def test_an_address_that_cannot_be_read_is_refused(address: str) -> None:
    """Brackets that hold no address are told, not thrown."""
    with pytest.raises(NotAllowed):
        find(address)


@pytest.mark.parametrize("path", ["", "/tenant/one"])
@pytest.mark.parametrize("part", ["", "/api", "/api/data"])
def test_an_address_without_the_api_path_is_completed(serve: Serve, path: str, part: str) -> None:
    """Where /api/data/v9.2 answers below the address, that is the endpoint, and the result says so."""
    server = serve(at({f"{path}{API}/EntityDefinitions": reply(TABLE)}, html(404)))
    found = find(f"{server.origin}{path}{part}/")
    assert found.session.root == server.origin + path + API
    assert found.completed_from == server.origin + path + part
    assert len(server.seen) <= 3


def test_an_address_without_the_api_path_can_be_right_as_it_is(serve: Serve) -> None:
    """Another maker may serve elsewhere; nothing is added then."""
    server = serve(at({"/odata/EntityDefinitions": reply(TABLE)}, html(404)))
    found = find(f"{server.origin}/odata")
    assert (found.session.root, found.completed_from) == (f"{server.origin}/odata", None)
    assert len(server.seen) == 1


def test_an_address_of_a_login_is_completed(serve: Serve) -> None:
    """The address of the web client leads to a login, the endpoint below it answers."""
    login = reply(None, 302, Location="https://login.example/oauth2/authorize?client=1")
    server = serve(at({f"{API}/EntityDefinitions": reply(TABLE)}, login))
    assert find(server.origin).session.root == server.root


def refusal(url: str, kind: type[Exception], token: str | None = None) -> str:
    """The sentence that a wrong endpoint gets."""
    with pytest.raises(kind) as caught:
        find(url, token)
    assert type(caught.value) is kind
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


@pytest.mark.parametrize(
    ("answer", "seen"),
    [
        (html(), "200 with an HTML page"),
        (html(404), "404 with an HTML page"),
        (Canned(200, b"  <html lang='en'>"), "200 with an HTML page"),
        (reply({"name": "otter", "version": 1}), "200 with JSON of another kind (members: name, version)"),
        (reply([1, 2]), "200 with JSON of another kind"),
        (reply({}), "200 with JSON of another kind (members: none)"),
        (
            Canned(200, b"<feed><entry/></feed>", {"Content-Type": "application/xml"}),
            "200 with an XML document",
        ),
        (NOT_FOUND, "404 (Resource not found for the segment)"),
        (reply({"error": "odd"}, 404), "404"),
        (Canned(404), "404 and nothing else"),
        (Canned(204), "204 and nothing else"),
        (Canned(200), "200 with an empty body"),
        (Canned(200, b"hello\nworld"), "200 with something that begins with 'hello world'"),
        (Canned(500, b"\x89PNG\r\n"), "500 with something that begins with"),
    ],
)
def test_what_is_no_dataverse_is_described(serve: Serve, answer: Canned, seen: str) -> None:
    """The sentence names the address and what was seen there, and two or three questions settle it."""
    server = serve(lambda request: answer)
    sentence = refusal(server.root, NotDataverse)
    assert f"{server.root} is not a Dataverse Web API" in sentence
    assert seen in sentence
    assert sentence.endswith("Check the address.")
    assert len(server.seen) <= 3


def test_both_addresses_are_named_when_neither_is_right(serve: Serve) -> None:
    """The completed address was tried, and the way out is shown."""
    server = serve(lambda request: html())
    sentence = refusal(server.origin, NotDataverse)
    assert f"Nor is {server.root} one" in sentence
    assert "https://host/api/data/v9.2" in sentence


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"error": {"message": "no"}}'])
def test_credentials_are_asked_for(serve: Serve, body: bytes) -> None:
    """401 names the environment variable, with and without a token, and one request is enough."""
    server = serve(lambda request: Canned(401, body, {"WWW-Authenticate": "Bearer"}))
    assert "environment variable DATAVERSE_TOKEN" in refusal(server.root, CredentialsRequired)
    assert "refuses the token in DATAVERSE_TOKEN (401)" in refusal(server.root, CredentialsRequired, "expired")
    assert len(server.seen) == 2


def test_the_completed_address_may_ask_for_credentials(serve: Serve) -> None:
    """It is the completed address that the sentence names."""
    server = serve(at({API: Canned(401)}, html()))
    assert f"{server.root} asks for credentials" in refusal(server.origin, CredentialsRequired)


def test_a_caller_without_rights_is_told(serve: Serve) -> None:
    """403 on everything repeats what the endpoint says."""
    denied = reply({"error": {"code": "0x80072560", "message": "The user is not a member."}}, 403)
    sentence = refusal(serve(lambda request: denied).root, CredentialsRequired)
    assert "403 (The user is not a member.)" in sentence


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_endpoint_is_told(serve: Serve, status: int) -> None:
    """Throttled to the end: come back later."""
    server = serve(lambda request: reply({}, status))
    assert f"too busy to answer: {status}" in refusal(server.root, NotDataverse)
    assert len(server.seen) == 1


def test_a_login_page_is_told(serve: Serve) -> None:
    """A redirect to a login elsewhere names the variable for the token, not the long address of the login."""
    server = serve(lambda request: reply(None, 302, Location="https://login.example/oauth2/authorize?state=1"))
    sentence = refusal(server.root, CredentialsRequired)
    assert "login page (https://login.example/oauth2/authorize)" in sentence
    assert "DATAVERSE_TOKEN" in sentence


def test_another_redirect_is_told(serve: Serve) -> None:
    """The sentence names where it leads."""
    server = serve(lambda request: reply(None, 301, Location="https://moved.example/api/data/v9.2"))
    assert "leads to https://moved.example/api/data/v9.2" in refusal(server.root, Redirected)


def test_nothing_there() -> None:
    """Refused connections are told after one attempt, without a guess at another path."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert f"http://127.0.0.1:{port}/EntityDefinitions" in refusal(f"http://127.0.0.1:{port}", Unreachable)


def test_not_http(talk: Talk) -> None:
    """A mail server on the port."""
    server = talk(lambda connection: connection.sendall(b"220 mail.example ESMTP\r\n"))
    assert "does not speak HTTP" in refusal(server.root, Broken)


def test_a_silent_endpoint_is_asked_once(talk: Talk) -> None:
    """The user waits for one time-out, not for three."""
    server = talk(lambda connection: connection.recv(1) and None)
    assert "was silent for 1 s" in refusal(server.root, Broken)
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("org.crm.dynamics.com", "Write https://org.crm.dynamics.com"),
        ("", "has no scheme"),
        ("localhost:5000/api/data/v9.2", "Write http://localhost:5000"),
        ("ftp://host/api", "not an http or https address"),
        ("https://", "not an http or https address"),
        ("https://host:port/", "is not an address"),
        ("https://host/api/data/v9.2?x=1", "has a query"),
        ("https://host/api/data/v9.2#top", "has a fragment"),
        ("https://me:hidden@host/api", "user name or password"),
        ("https://host/a b", "cannot have"),
        ("https://host\\@other/", "user name|not an"),
    ],
)
def test_addresses_that_cannot_be(url: str, words: str) -> None:
    """Each gets a sentence with the way out, and no password is repeated."""
    with pytest.raises(NotAllowed, match=words) as caught:
        normalise_address(url)
    assert "hidden" not in str(caught.value)


def test_addresses_are_normalised() -> None:
    """Blanks around and slashes at the end go, the rest stays."""
    assert normalise_address(" https://Host/api/data/v9.2/ ") == "https://Host/api/data/v9.2"


def test_a_token_in_the_clear_is_refused() -> None:
    """Before anything is sent."""
    with pytest.raises(NotAllowed, match="unencrypted"):
        find("http://org.invalid/api/data/v9.2", "token")


@pytest.mark.parametrize("name", [["systemusers"], {"x": 1}, None, 7], ids=str)
def test_a_service_document_of_another_shape_is_none(serve: Serve, name: object) -> None:
    """It is told what was seen; nothing breaks over it."""
    server = serve(at({API: reply({"value": [{"name": name}, 7]})}))
    with pytest.raises(NotDataverse, match="JSON of another kind"):
        find(server.root)


@pytest.mark.parametrize(("path", "hint"), [(API, " Check the address."), ("/odata", None)])
def test_an_address_that_looks_right_is_to_be_checked(serve: Serve, path: str, hint: str | None) -> None:
    """Another one was completed, and both are told."""
    server = serve(lambda request: reply({"name": "otter"}))
    with pytest.raises(NotDataverse) as told:
        find(server.origin + path)
    seen = "asked for a table definition, it answers 200 with JSON of another kind (members: name)."
    said = f"{server.origin}{path} is not a Dataverse Web API: {seen}"

    assert str(told.value) == (
        f"{said}{hint}"
        if hint
        else f"{said} Nor is {server.origin}{path}{API} one: name the service root, like https://host{API}."
    )
    assert told.value.exchange is not None


@pytest.mark.parametrize(
    ("canned", "token", "words"),
    [
        (reply({}, 401), "t0ken-of-mine", " refuses the token in DATAVERSE_TOKEN (401)."),
        (reply({}, 401), None, " asks for credentials (401)."),
        (reply({}, 403), None, " does not let this caller in: 403."),
        (reply({}, 429), None, " is too busy to answer: 429. Try again later."),
        (reply({}, 503), None, " is too busy to answer: 503. Try again later."),
        (
            html(404),
            None,
            " is not a Dataverse Web API: asked for a table definition, it answers 404 with an HTML page.",
        ),
        (Canned(200, b"y" * 41), None, f"it answers 200 with something that begins with '{'y' * 40}'."),
    ],
    ids=["token", "no token", "403", "429", "503", "page", "text"],
)
def test_what_refuses_is_named(serve: Serve, canned: Canned, token: str | None, words: str) -> None:
    """With its address, and the exchange that showed it."""
    root = serve(lambda request: canned).root
    with pytest.raises(NotDataverse) as told:
        find(root, token)

    assert str(told.value).startswith(root)
    assert words in str(told.value)
    assert told.value.exchange == "x0001"


@pytest.mark.parametrize("page", ["oauth2/authorize", "OAuth2", "Account/LogIn", "sign-in", "SAML2", "adfs/ls", "auth"])
def test_a_login_page_is_named_with_its_exchange(serve: Serve, page: str) -> None:
    """It was a redirect to another origin; in any case of letters."""
    location = f"https://sso.example/{page}?secret=x"
    with pytest.raises(CredentialsRequired) as told:
        find(serve(lambda request: reply(None, 302, Location=location)).root)

    assert f"(https://sso.example/{page})" in str(told.value)
    assert told.value.exchange == "x0001"
