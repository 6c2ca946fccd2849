"""What a session says and sends in full: addresses, headers, sentences, and what it has cost."""

from __future__ import annotations

from typing import Any

import pytest

from dataverse_tck import __version__
from dataverse_tck.evidence.recorder import Failure, Recorder
from dataverse_tck.webapi.http.errors import Broken, Malformed, NotAllowed, Redirected, StopReading, WebApiError
from dataverse_tck.webapi.http.limits import Limits
from dataverse_tck.webapi.http.session import Session, Tally
from tests.support.canned_server import API, Canned, Open, Serve, reply

ROOT = f"http://127.0.0.1:9{API}"
LONG = "http://elsewhere.example/" + "x" * 300


@pytest.mark.parametrize(
    ("target", "url"),
    [
        ("WhoAmI", f"{ROOT}/WhoAmI"),
        ("/WhoAmI", f"{ROOT}/WhoAmI"),
        ("", f"{ROOT}/"),
        ("http://h/x", "http://h/x"),
        ("rows?$filter=a eq 'http://h'", f"{ROOT}/rows?$filter=a eq 'http://h'"),
    ],
)
def test_targets_lie_below_the_root(session_at: Open, target: str, url: str) -> None:
    """Unless they are absolute; what stands in a query makes them no address."""
    for root in (ROOT, f"{ROOT}/"):
        assert session_at(root).url(target) == url


def test_a_session_has_the_usual_limits() -> None:
    """Unless it is told others."""
    with Session(ROOT, token=None, recorder=Recorder(None)) as session:
        assert (session.limits, session.root, session.tally) == (Limits(), ROOT, Tally(0, 0, 0, 0.0))


def test_headers_of_a_plain_read(serve: Serve, session_at: Open) -> None:
    """The dialect and the kit; no preference, no token and nothing of the library."""
    server = serve(lambda request: reply({}))
    session = session_at(server.root)
    session.get("x")
    session.get("x", accept="text/plain", headers={"If-None-Match": "W/1", "A": "b"})
    plain = {
        "accept": "application/json",
        "accept-encoding": "gzip",
        "odata-maxversion": "4.0",
        "odata-version": "4.0",
        "user-agent": f"dataverse-tck/{__version__}",
        "if-none-match": "null",
        "host": server.origin.partition("//")[2],
    }

    seen = [{k: v for k, v in one.headers.items() if k != "connection"} for one in server.seen]
    assert seen == [plain, {**plain, "accept": "text/plain", "if-none-match": "W/1", "a": "b"}]


def test_a_stream_may_be_of_another_type(serve: Serve, session_at: Open) -> None:
    """Caches are passed by as well."""
    server = serve(lambda request: reply({}))
    session_at(server.root).stream("x", lambda piece: None, accept="text/x")

    assert [server.seen[0].headers[name] for name in ("accept", "if-none-match")] == ["text/x", "null"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_is_a_redirect(serve: Serve, session_at: Open, status: int, method: str) -> None:
    """A read follows it, a write does not; without a place to go it is an answer."""
    answers = iter([reply({}, status), reply({}, status, Location="other"), reply({"a": 1})])
    server = serve(lambda request: next(answers))
    session = session_at(server.root)

    assert session.send(method, "x").status == status
    if method == "GET":
        assert session.send(method, "x").json() == {"a": 1}
        assert server.paths == ["x", "x", "other"]
    else:
        with pytest.raises(Redirected) as told:
            session.send(method, "x")
        assert (told.value.location, told.value.exchange) == ("other", "x0002")


@pytest.mark.parametrize("status", [300, 304, 305, 306])
def test_what_is_no_redirect(serve: Serve, session_at: Open, status: int) -> None:
    """Though it has a place to go."""
    server = serve(lambda request: Canned(status, b"", {"Location": "other"}))
    session = session_at(server.root)

    assert [session.get("x").status, session.send("POST", "x").status] == [status, status]


def fails(ask: Any, kind: type[WebApiError]) -> tuple[str, str | None]:
    """The sentence and the exchange of what fails."""
    with pytest.raises(kind) as told:
        ask()
    return str(told.value), told.value.exchange


def test_a_redirect_away_is_told_in_full(serve: Serve, session_at: Open) -> None:
    """At most 200 characters of where it leads."""
    server = serve(lambda request: reply(None, 302, Location=LONG))
    session = session_at(server.root)

    assert fails(lambda: session.get("x"), Redirected) == (
        (
            f"{server.root}/x redirects (302); the redirect leads to {LONG[:200]}, away from {server.root}, and is not"
            " followed. Name that address as the endpoint if it is the right one."
        ),
        "x0001",
    )
    assert fails(lambda: session.send("PATCH", "x"), Redirected) == (
        (
            f"{server.root}/x answers a PATCH with a redirect (302) to {LONG[:200]}; writes are not sent elsewhere."
            " Name the address that takes them as the endpoint."
        ),
        "x0002",
    )


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_request_to_another_origin_is_told_in_full(session_at: Open, method: str) -> None:
    """Nothing was sent, so there is no exchange."""
    session = session_at(ROOT)
    assert fails(lambda: session.send(method, "http://h/x"), Redirected) == (
        (
            f"The request leads to http://h/x, away from {ROOT}, and is not followed."
            " Name that address as the endpoint if it is the right one."
        ),
        None,
    )
    assert session.tally == Tally()


def test_redirects_and_pages_without_end_are_told_in_full(serve: Serve, session_at: Open) -> None:
    """As many as the limit are followed, and not one more."""
    turns = serve(lambda request: reply(None, 302, Location="x"))
    session = session_at(turns.root, redirects=2)
    said = f"{turns.root}/x still redirects after 2 redirects."
    assert fails(lambda: session.get("x"), NotAllowed) == (said, "x0003")
    assert len(turns.seen) == 3

    endless = serve(lambda request: reply({"value": [], "@odata.nextLink": f"rows?{len(endless.seen)}"}))
    session = session_at(endless.root, pages=2)
    said = f"The next link of {endless.root}/rows would be page 3: {endless.root}/rows?2."
    assert fails(lambda: list(session.pages("rows")), Broken) == (said, "x0002")
    assert session.tally == Tally(requests=2, pages=1)


@pytest.mark.parametrize(
    ("link", "kind", "said"),
    [
        (7, Malformed, "The next link of {root}/rows is not text but 7."),
        (["y" * 99], Malformed, "The next link of {root}/rows is not text but " + str(["y" * 99])[:80] + "."),
        ("rows", Broken, "The next link of {root}/rows was followed before: {root}/rows."),
        (LONG, Redirected, f"The next link of {{root}}/rows leads to {LONG[:200]}, away from {{root}}, and is not"),
    ],
    ids=["number", "list", "again", "away"],
)
def test_a_bad_next_link_is_told_in_full(
    serve: Serve, session_at: Open, link: object, kind: type[WebApiError], said: str
) -> None:
    """With the page that it stood on, at most 80 or 200 characters of it, and the exchange."""
    server = serve(lambda request: reply({"value": [], "@odata.nextLink": link}))
    told, exchange = fails(lambda: list(session_at(server.root).pages("rows")), kind)

    assert told.startswith(said.format(root=server.root))
    assert exchange == "x0001"


def test_a_page_that_was_refused_ends_the_pages(serve: Serve, session_at: Open) -> None:
    """It is told without a document, though its body has a link."""
    server = serve(lambda request: reply({"@odata.nextLink": "rows?2"}, 403))
    (page,) = session_at(server.root).pages("rows")

    assert (page.answer.status, page.document) == (403, None)


def test_what_a_sink_needed_no_more_is_recorded(serve: Serve, session_at: Open) -> None:
    """With its words, or that the rest was not needed; the answer is one all the same."""

    def stop(*words: str) -> Any:
        def sink(piece: bytes) -> None:
            raise StopReading(*words or [""])

        return sink

    recorded: list[Any] = []
    recorder = Recorder(None)
    kept = recorder.record
    recorder.record = lambda exchange: recorded.append(exchange.error) or kept(exchange)  # type: ignore[method-assign]
    session = session_at(serve(lambda request: Canned(200, b"x")).root, recorder=recorder)

    assert [session.stream("x", stop("That will do.")).status, session.stream("x", stop()).status] == [200, 200]
    assert recorded == [
        Failure("StopReading", "That will do."),
        Failure("StopReading", "The rest was not needed."),
    ]


def test_what_an_exchange_costs_is_counted(serve: Serve, session_at: Open) -> None:
    """Repetitions and waits of every request; a broken one is a request as well."""
    answers = iter([reply({}, 429, Retry_After="0"), reply({}, 429), reply({}), Canned(200, b"x" * 99)])
    session = session_at(serve(lambda request: next(answers)).root, json_bytes=50, retry_after_s=0.01)
    answer = session.send("POST", "x", content={})
    assert fails(lambda: session.get("x"), Broken)[1] == "x0002"

    assert (answer.attempts, answer.exchange, answer.url) == (3, "x0001", session.url("x"))
    assert session.tally == Tally(requests=2, pages=0, retries=2, waited_s=0.01)


@pytest.mark.parametrize("content", [{"a": float("nan")}, {"a": float("inf")}])
def test_what_is_no_json_is_not_sent(session_at: Open, content: Any) -> None:
    """It would be a mistake of the kit."""
    with pytest.raises(ValueError, match="not JSON compliant"):
        session_at(ROOT).send("POST", "x", content=content)


def test_an_empty_body_is_a_body(serve: Serve, session_at: Open) -> None:
    """What is falsy is sent as it is; nothing is nothing."""
    server = serve(lambda request: Canned(204))
    for content in ({}, [], 0, "", None):
        session_at(server.root).send("POST", "x", content=content)

    assert [one.body for one in server.seen] == [b"{}", b"[]", b"0", b'""', b""]
