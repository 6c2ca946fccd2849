"""Small servers on loopback that serve canned answers, whole or damaged."""

from __future__ import annotations

import gzip
import json
import socket
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from dataverse_tck.emulator.organisation.assemble import create_organisation
from dataverse_tck.emulator.organisation.model import Organisation
from dataverse_tck.emulator.serving.app import create_app
from dataverse_tck.emulator.serving.server import running
from dataverse_tck.evidence.recorder import Recorder
from dataverse_tck.webapi.credentials import secrets_of
from dataverse_tck.webapi.http.limits import Limits
from dataverse_tck.webapi.http.session import Session
from dataverse_tck.webapi.rows.ledger import Ledger
from dataverse_tck.webapi.rows.records import Records
from dataverse_tck.webapi.rows.tables import Tables

API = "/api/data/v9.2"
MARK = "TCK 3f9a21 "
HEADER = {"root": "http://127.0.0.1/api/data/v9.2", "seed": 1, "mark": MARK, "started": "2026-11-21T10:00:00Z"}


@dataclass
class Canned:
    """One answer: what follows the status line."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


def reply(document: Any = None, status: int = 200, **headers: str) -> Canned:
    """A JSON answer; header names are written with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Canned(status, json.dumps(document).encode(), {"Content-Type": "application/json", **named})


def html(status: int = 200) -> Canned:
    """A web page."""
    return Canned(status, b"<!DOCTYPE html><html><body>Hello</body></html>", {"Content-Type": "text/html"})


@dataclass
class Request:
    """What a server was asked."""

    path: str  # decoded, with the query
    headers: dict[str, str]  # lower-case names
    connection: int
    method: str = "GET"
    body: bytes = b""

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass
class Server:
    """A running server and what it was asked so far."""

    origin: str
    seen: list[Request] = field(default_factory=list)

    @property
    def root(self) -> str:
        """The service root."""
        return self.origin + API

    @property
    def paths(self) -> list[str]:
        """Decoded paths below the service root, in the order of arrival."""
        return [request.path.removeprefix(API).lstrip("/") for request in self.seen]


Answerer = Callable[[Request], Canned]


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away early is part of the tests."""


@contextmanager
def serving(answer: Answerer) -> Iterator[Server]:
    """Serve on a free port of loopback until the block ends."""
    server: Server

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # headers and body in one packet: without it each answer is 40 ms late

        def handle_method(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers.get("content-length", 0)))
            request = Request(unquote(self.path), headers, self.client_address[1], self.command, body)
            server.seen.append(request)
            canned = answer(request)
            self.send_response(canned.status)
            for name, value in {"Content-Length": str(len(canned.body)), **canned.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(canned.body)

        do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = handle_method  # noqa: N815 - names of http.server

        def log_message(self, *_: object) -> None:
            """Nothing on stderr."""

    with _Quiet(("127.0.0.1", 0), Handler) as listener:
        server = Server(f"http://127.0.0.1:{listener.server_port}")
        thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            listener.shutdown()
            thread.join()


@contextmanager
def talking(script: Callable[[socket.socket], None]) -> Iterator[Server]:
    """Run a script on each accepted connection, after the request has arrived."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(f"http://127.0.0.1:{listener.getsockname()[1]}")
        done = threading.Event()

        def accept() -> None:
            while not done.is_set():
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    if done.is_set():
                        return
                    data = connection.recv(65536)
                    server.seen.append(Request(data.decode("latin-1"), {}, 0))
                    with suppress(OSError):  # the client may go away first
                        script(connection)

        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield server
        finally:
            done.set()
            socket.create_connection(listener.getsockname()).close()  # wakes accept up
            thread.join()


@pytest.fixture
def serve() -> Iterator[Callable[[Answerer], Server]]:
    """Start HTTP servers that end with the test."""
    with ExitStack() as stack:
        yield lambda answer: stack.enter_context(serving(answer))


@pytest.fixture
def talk() -> Iterator[Callable[[Callable[[socket.socket], None]], Server]]:
    """Start servers that write raw bytes and end with the test."""
    with ExitStack() as stack:
        yield lambda script: stack.enter_context(talking(script))


@pytest.fixture
def session_at() -> Iterator[Callable[..., Session]]:
    """Open sessions that are closed with the test; nothing is kept on disk unless a recorder is given."""
    with ExitStack() as stack:

        def open_session(
            root: str, *, token: str | None = None, recorder: Recorder | None = None, **limits: Any
        ) -> Session:
            recorder = recorder or Recorder(None, secrets_of(token))
            return stack.enter_context(Session(root, token=token, recorder=recorder, limits=Limits(**limits)))

        yield open_session


@pytest.fixture(scope="module")
def organisation() -> Organisation:
    """The organisation that the emulator is."""
    return create_organisation()


@pytest.fixture(scope="module")
def emulator(organisation: Organisation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """A real emulator, whose database can be looked into."""
    file = tmp_path_factory.mktemp("emulator") / "rows.db"
    with running(create_app(organisation, database=f"sqlite:///{file}")) as root:
        yield Emulator(root, file)


@dataclass(frozen=True)
class Emulator:
    """An emulator and the file of its rows."""

    root: str
    file: Path

    def rows(self) -> dict[str, dict[str, tuple[Any, ...]]]:
        """All rows of all tables by their first cell."""
        with closing(sqlite3.connect(self.file)) as database:
            names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {
                name: {str(row[0]): row for row in database.execute(f'SELECT * FROM "{name}"')}
                for name in names
                if name != "_version"
            }


@dataclass
class Kit:
    """What scenarios share in a run."""

    session: Session
    tables: Tables
    ledger: Ledger
    test: str  # of which tests that share an emulator have one each

    def records(self, scene: str = "a scenario", seed: int = 1) -> Records:
        """The records of one scenario."""
        name = f"{scene} of {self.test}"
        return Records(self.session, self.tables, self.ledger, scene=name, seed=seed, mark=MARK)


@pytest.fixture
def kit_at(session_at: Callable[..., Session], tmp_path: Path) -> Iterator[Callable[..., Kit]]:
    """Open kits at a service root that end with the test."""
    with ExitStack() as stack:

        def open_kit(root: str, **limits: Any) -> Kit:
            session = session_at(root, **limits)
            ledger = stack.enter_context(Ledger(tmp_path / "ledger.ndjson", HEADER))
            return Kit(session, Tables(session), ledger, tmp_path.name)

        yield open_kit


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy or certificate setting of the machine reaches a test."""
    for name in ("http", "https", "all", "no"):
        monkeypatch.delenv(f"{name}_proxy", raising=False)
        monkeypatch.delenv(f"{name}_proxy".upper(), raising=False)
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


def zipped(content: bytes) -> Canned:
    """A gzip answer."""
    return Canned(200, gzip.compress(content), {"Content-Type": "application/json", "Content-Encoding": "gzip"})
