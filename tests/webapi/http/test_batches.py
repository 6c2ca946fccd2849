"""Batches: what threads ask together goes in one request, and what a batch does not answer is asked by itself."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from dataverse_tck.evidence.recorder import Recorder
from dataverse_tck.webapi.http import batches as module
from dataverse_tck.webapi.http.answer import Answer
from dataverse_tck.webapi.http.batches import Batches
from tests.support.canned_server import API, Canned, Open, Request, Serve, Server, reply
from tests.support.exchange_lines import lines

PART = re.compile(rb"(GET|POST|PATCH|DELETE) (\S+) HTTP/1.1\r\n(.*?)\r\n\r\n(.*?)\r\n(?=--)", re.DOTALL)
TYPE = "multipart/mixed; boundary=answers"


def asked_together(request: Request) -> list[tuple[str, str, dict[str, str], bytes]]:
    """The requests in a batch: method, path below the root, headers by lower-case name, body."""
    found = []
    for method, url, head, body in PART.findall(request.body):
        lines = (line.partition(": ") for line in head.decode().split("\r\n"))
        headers = {name.lower(): value for name, _, value in lines}
        found.append((method.decode(), url.decode().partition(f"{API}/")[2], headers, body))
    return found


def answered_together(answers: Sequence[tuple[int, Any]]) -> Canned:
    """A batch's answer."""
    parts = "".join(
        "--answers\r\nContent-Type: application/http\r\n\r\n"
        f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nOData-EntityId: e\r\n\r\n{json.dumps(body)}\r\n"
        for status, body in answers
    )
    return Canned(200, f"{parts}--answers--\r\n".encode(), {"Content-Type": TYPE})


def batching(answer: Callable[[str, str], tuple[int, Any]], alone: Callable[[Request], Canned]) -> Any:
    """An endpoint that answers the parts of batches by method and path, and what comes by itself in another way."""

    def told(request: Request) -> Canned:
        if request.path == f"{API}/$batch":
            return answered_together([answer(method, path) for method, path, _, _ in asked_together(request)])
        return alone(request)

    return told


def ask(batches: Batches, questions: Sequence[Callable[[Batches], Any]]) -> list[Any]:
    """Ask several things at once, each in a thread of its own."""
    batches.expect(len(questions))

    def one(question: Callable[[Batches], Any]) -> Any:
        try:
            return question(batches)
        finally:
            batches.done_with()

    with ThreadPoolExecutor(len(questions)) as pool:
        return list(pool.map(one, questions))


def reads(*paths: str) -> list[Callable[[Batches], Answer]]:
    """Questions that read."""
    return [lambda batches, path=path: batches.get(path) for path in paths]  # type: ignore[misc]


def pages_of(name: str) -> Callable[[Batches], list[Any]]:
    """A question that reads all pages of a collection."""

    def question(batches: Batches) -> list[Any]:
        documents: list[Any] = [page.document for page in batches.pages(name)]
        return [document["value"] for document in documents]

    return question


def of_batches(server: Server) -> list[int]:
    """How many requests each batch carried."""
    return [len(asked_together(one)) for one in server.seen if one.path == f"{API}/$batch"]


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody sends a batch because others are slow to ask."""
    monkeypatch.setattr(module, "LINGER_S", 20.0)


@pytest.mark.usefixtures("patient")
def test_what_is_asked_together_is_sent_together(serve: Serve, session_at: Open) -> None:
    """As soon as everybody has asked, each with what it needs; the batch alone says who asks."""
    server = serve(batching(lambda method, path: (200, {"path": path}), lambda request: Canned(500)))
    batches = Batches(session_at(server.root, token="secret-token-0123456789"), threads=9)

    def write(batches: Batches) -> Answer:
        return batches.send("PATCH", "ts(3)", content={"a": "é"}, headers={"If-Match": "*"})

    read, _, changed = ask(batches, [lambda one: one.get("ts(1)?$select=a", prefer="p"), *reads("ts(2)"), write])

    (batch,) = server.seen
    assert (batch.method, batch.headers["prefer"]) == ("POST", "odata.continue-on-error")
    assert batch.headers["authorization"] == "Bearer secret-token-0123456789"
    told = {path: (method, headers, body) for method, path, headers, body in asked_together(batch)}
    assert set(told) == {"ts(1)?$select=a", "ts(2)", "ts(3)"}
    method, headers, body = told["ts(1)?$select=a"]
    assert (method, headers["prefer"], headers["if-none-match"], body) == ("GET", "p", "null", b"")
    assert headers["accept"] == "application/json"
    assert not headers.keys() & {"authorization", "user-agent", "accept-encoding", "content-type"}
    method, headers, body = told["ts(3)"]
    assert (method, headers["if-match"], json.loads(body)) == ("PATCH", "*", {"a": "é"})
    assert headers["content-type"] == "application/json; charset=utf-8"
    assert "if-none-match" not in headers
    assert (read.status, read.json(), read.attempts) == (200, {"path": "ts(1)?$select=a"}, 1)
    assert (read.url, changed.headers["odata-entityid"]) == (f"{server.root}/ts(1)?$select=a", "e")


@pytest.mark.usefixtures("patient")
def test_a_part_is_recorded_as_an_exchange_of_its_own(serve: Serve, session_at: Open, tmp_path: Path) -> None:
    """It names its batch, whose own line holds no body, and nothing is counted twice."""
    server = serve(batching(lambda method, path: (200, {"a": "secret-token-0123456789"}), lambda request: Canned(500)))
    file = tmp_path / "exchanges.ndjson"
    with Recorder(file, ["secret-token-0123456789"]) as recorder:
        session = session_at(server.root, recorder=recorder)
        first, second = ask(Batches(session, 2), reads("ts(1)", "ts(2)"))
    told = {line["id"]: line for line in lines(file)}
    batch = told["x0001"]

    assert "batch" not in batch
    assert (batch["request"]["body"], batch["response"]["body"], batch["response"]["kept"]) == (None, None, None)
    assert batch["response"]["size"] > 0
    assert {first.exchange, second.exchange} == {"x0002", "x0003"}
    one = told[first.exchange]
    assert (one["batch"], one["request"]["url"]) == ("x0001", f"{server.root}/ts(1)")
    assert "secret" not in first.content.decode() + one["response"]["body"]
    assert first.json() == json.loads(one["response"]["body"])
    assert session.tally.requests == 1
    assert [recorder.index[key].is_part for key in ("x0001", "x0002", "x0003")] == [False, True, True]


@pytest.mark.usefixtures("patient")
def test_of_a_batch_that_is_refused_the_body_is_kept(serve: Serve, session_at: Open, tmp_path: Path) -> None:
    """No part has a line that says why."""
    server = serve(lambda request: reply({"error": {"code": "", "message": "no batches"}}, 400))
    with Recorder(tmp_path / "exchanges.ndjson") as recorder:
        ask(Batches(session_at(server.root, recorder=recorder), 2), reads("ts(1)", "ts(2)"))
    (batch,) = (line for line in lines(tmp_path / "exchanges.ndjson") if line["for"]["phase"] == "batch")

    assert json.loads(batch["response"]["body"])["error"]["message"] == "no batches"


@pytest.mark.usefixtures("patient")
def test_what_is_a_secret_in_a_part_alone_is_neither_read_nor_kept(
    serve: Serve, session_at: Open, tmp_path: Path
) -> None:
    """A short one is known by what stands around it, and around a part that is the batch."""
    boundary = "b"
    part = "--b\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 200 OK\r\n\r\nabc\r\n"
    headers = {"Content-Type": f"multipart/mixed; boundary={boundary}"}
    server = serve(lambda request: Canned(200, f"{part}{part}--b--\r\n".encode(), headers))
    with Recorder(tmp_path / "exchanges.ndjson", ["abc"]) as recorder:
        answers = ask(Batches(session_at(server.root, recorder=recorder), 2), reads("ts(1)", "ts(2)"))
    told = lines(tmp_path / "exchanges.ndjson")

    assert [answer.content for answer in answers] == [b"[redacted]"] * 2
    assert [line["response"]["body"] for line in told if "batch" in line] == ["[redacted]"] * 2


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize(
    ("status", "attempts"), [(400, 1), (404, 1), (412, 1), (429, 1), (500, 2), (503, 2), (302, 2)], ids=str
)
def test_what_fails_in_a_batch_is_asked_by_itself(
    serve: Serve, session_at: Open, tmp_path: Path, status: int, attempts: int
) -> None:
    """That answer counts; what may have been carried out in the batch is known, and told, to be sent twice."""
    server = serve(
        batching(
            lambda method, path: (status if path == "ts" else 204, {"error": {"code": "", "message": "in a batch"}}),
            lambda request: reply({"error": {"code": "", "message": "by itself"}}, 403),
        )
    )
    file = tmp_path / "exchanges.ndjson"
    with Recorder(file) as recorder:
        batches = Batches(session_at(server.root, recorder=recorder), 2)
        alone, _ = ask(batches, [lambda one: one.send("POST", "ts", content={"a": 1}), *reads("ts(2)")])

    assert (alone.status, alone.summary(), alone.attempts) == (403, "403 (by itself)", attempts)
    assert [line["attempts"] for line in lines(file) if line["id"] == alone.exchange] == [attempts]
    assert (server.seen[1].method, server.seen[1].json) == ("POST", {"a": 1})
    assert of_batches(server) == [2]


NO_BATCHES = {
    "not there": reply({"error": {"code": "", "message": "no"}}, 404),
    "not for you": Canned(403),
    "a page": Canned(200, b"<html></html>", {"Content-Type": "text/html"}),
    "JSON": reply({"responses": []}),
    "fewer answers": answered_together([(200, {})]),
    "more answers": answered_together([(200, {})] * 3),
    "rubbish": Canned(200, b"--answers\r\n\r\nrubbish\r\n--answers--\r\n", {"Content-Type": TYPE}),
    "elsewhere": Canned(302, b"", {"Location": "http://127.0.0.1:1/"}),
}


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("answer", NO_BATCHES.values(), ids=NO_BATCHES)
def test_without_batches_everything_is_asked_by_itself(serve: Serve, session_at: Open, answer: Canned) -> None:
    """A second failure is enough: from then on nothing is sent in one, and the reason is known."""
    server = serve(lambda request: answer if request.path == f"{API}/$batch" else reply({"a": 1}))
    batches = Batches(session_at(server.root), 2)

    for number in range(3):
        assert [one.json() for one in ask(batches, reads("ts(1)", "ts(2)"))] == [{"a": 1}] * 2
        assert (batches.unoffered is not None) == (number > 0)
    assert [request.path for request in server.seen].count(f"{API}/$batch") == 2
    assert len(server.seen) == 8


@pytest.mark.usefixtures("patient")
def test_a_single_question_is_worth_no_batch(serve: Serve, session_at: Open) -> None:
    """Nor what is left over by a full one."""
    server = serve(batching(lambda method, path: (200, {}), lambda request: reply({"a": 1})))
    batches = Batches(session_at(server.root), 1)

    (answer,) = ask(batches, reads("ts(1)"))
    assert (answer.json(), answer.attempts) == ({"a": 1}, 1)
    assert server.paths == ["ts(1)"]


@pytest.mark.usefixtures("patient")
def test_a_full_batch_is_sent_without_waiting(serve: Serve, session_at: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rest goes when nobody is left to ask."""
    monkeypatch.setattr(module, "MOST_PARTS", 3)
    server = serve(batching(lambda method, path: (200, {}), lambda request: Canned(500)))

    ask(Batches(session_at(server.root), 8), reads(*(f"ts({number})" for number in range(8))))

    assert sorted(of_batches(server)) == [2, 3, 3]


def test_nobody_waits_for_long_for_those_that_do_something_else(serve: Serve, session_at: Open) -> None:
    """A task that asks nothing yet holds the others up for a moment."""
    server = serve(batching(lambda method, path: (200, {}), lambda request: Canned(500)))
    answered, batches = threading.Event(), Batches(session_at(server.root), 9)

    def busy(batches: Batches) -> bool:
        return answered.wait(20)

    def question(batches: Batches) -> bool:
        batches.get("ts(1)")
        answered.set()
        return True

    assert ask(batches, [busy, question, *reads("ts(2)")])[:2] == [True, True]
    assert of_batches(server) == [2]


@pytest.mark.usefixtures("patient")
def test_who_has_nothing_left_to_ask_is_waited_for_no_more(serve: Serve, session_at: Open) -> None:
    """What waited for the last of them is sent when it is done."""
    server = serve(batching(lambda method, path: (200, {}), lambda request: Canned(500)))
    others, batches = threading.Barrier(3, timeout=20), Batches(session_at(server.root), 3)

    def silent(batches: Batches) -> None:
        others.wait()
        while batches._waiting < 2:
            threading.Event().wait(0.001)

    def asking(path: str) -> Callable[[Batches], int]:
        def question(batches: Batches) -> int:
            others.wait()
            return batches.get(path).status

        return question

    assert ask(batches, [silent, asking("ts(1)"), asking("ts(2)")]) == [None, 200, 200]
    assert of_batches(server) == [2]


@pytest.mark.usefixtures("patient")
def test_batches_that_take_long_become_smaller(serve: Serve, session_at: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """By half each time, and not below ten: an endpoint does the parts one after the other."""
    monkeypatch.setattr(module, "LONG_S", 0.0)
    server = serve(batching(lambda method, path: (200, {}), lambda request: Canned(500)))
    batches, sizes = Batches(session_at(server.root), 60), [50]
    while len(sizes) < 4:
        ask(batches, reads(*(f"ts({number})" for number in range(batches.size))))
        sizes.append(batches.size)

    assert sizes == [50, 25, 12, 10]


@pytest.mark.usefixtures("patient")
def test_a_collection_of_several_pages_is_read_by_itself(serve: Serve, session_at: Open) -> None:
    """From its beginning, along its links; one of a single page comes with its batch."""

    def alone(request: Request) -> Canned:
        if request.path.endswith("page=2"):
            return reply({"value": [2]})
        return reply({"value": [1], "@odata.nextLink": f"{API}/ts?page=2"})

    def answer(method: str, path: str) -> tuple[int, Any]:
        return 200, {"value": [path]} | ({} if path == "us" else {"@odata.nextLink": "ts?page=2"})

    server = serve(batching(answer, alone))
    many, one = ask(
        Batches(session_at(server.root), 2),
        [pages_of("ts"), pages_of("us")],
    )

    assert (many, one) == ([[1], [2]], [["us"]])
    assert server.paths[1:] == ["ts", "ts?page=2"]
