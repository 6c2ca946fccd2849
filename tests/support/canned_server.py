"""Small servers on loopback that serve canned answers, whole or damaged."""

from __future__ import annotations

import gzip
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

from dataverse_tck.webapi.http.session import Session

API = "/api/data/v9.2"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


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


def zipped(content: bytes) -> Canned:
    """A gzip answer."""
    return Canned(200, gzip.compress(content), {"Content-Type": "application/json", "Content-Encoding": "gzip"})


Serve = Callable[[Answerer], Server]  # the fixture ``serve``
Talk = Callable[[Callable[[socket.socket], None]], Server]  # the fixture ``talk``
Open = Callable[..., Session]  # the fixture ``session_at``


def free_port() -> int:
    """A port on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
