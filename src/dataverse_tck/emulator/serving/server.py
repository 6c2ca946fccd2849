"""The emulator on a real socket: in a thread for tests and benchmarks, or as a command that blocks."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

import uvicorn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from starlette.types import ASGIApp

SERVICE_PATH = "/api/data/v9.2"
BACKLOG = 2048


@dataclass(frozen=True)
class Tls:
    """A certificate and its private key, both as PEM files."""

    certificate: Path
    key: Path


class CannotListenError(OSError):
    """The address cannot be listened on; the message says why and what to do."""


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes any free one."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, kind, protocol)
    except OSError as error:
        raise CannotListenError(
            f"Cannot listen on {host!r}: {error.strerror}. Name an address of this machine with --host."
        ) from error
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        raise CannotListenError(
            f"Cannot listen on {host} port {port}: {error.strerror}. "
            "Name another --host or --port; port 0 takes any free one."
        ) from error
    return listening


def service_root(listening: socket.socket, *, tls: bool) -> str:
    """The service root that a listening socket stands for."""
    host, port = listening.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    return f"{'https' if tls else 'http'}://{shown}:{port}{SERVICE_PATH}"


def _config(app: ASGIApp, tls: Tls | None) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http="httptools",
        ws="none",
        loop="asyncio",
        lifespan="off",
        interface="asgi3",
        log_level="error",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=1,
        timeout_keep_alive=120,  # seconds: who reuses an idle connection must not find it closed
        ssl_certfile=tls.certificate if tls else None,
        ssl_keyfile=tls.key if tls else None,
    )


class _Server(uvicorn.Server):
    """A server that tells when it listens."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self.on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        # A TLS client that keeps its connection open never confirms that it is closed.
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await asyncio.sleep(0)


@contextmanager
def running(app: ASGIApp, host: str = "127.0.0.1", port: int = 0, tls: Tls | None = None) -> Iterator[str]:
    """Serve an application from a thread while the context lasts; yields the service root, ready."""
    with listen(host, port) as listening:
        ready = threading.Event()
        server = _Server(_config(app, tls), ready.set)
        thread = threading.Thread(target=server.run, args=([listening],), name="emulator", daemon=True)
        thread.start()
        while not ready.wait(0.05):
            if not thread.is_alive():
                raise CannotListenError("The embedded endpoint ended before it was ready.")
        try:
            yield service_root(listening, tls=tls is not None)
        finally:
            server.should_exit = True
            thread.join(5)


def serve(app: ASGIApp, listening: socket.socket, *, tls: Tls | None = None, until_stdin_closes: bool = False) -> int:
    """Serve until Ctrl-C, SIGTERM or, when asked, the end of stdin; announces the service root on stdout."""
    root = service_root(listening, tls=tls is not None)

    def announce() -> None:
        print(root, flush=True)
        # Slow to import, so it is done before the first request needs it.
        threading.Thread(target=import_module, args=["dataverse_tck.emulator.metadata.filters"], daemon=True).start()

    server = _Server(_config(app, tls), announce)

    def end(*_: object) -> None:
        server.should_exit = True

    def follow_stdin() -> None:
        with suppress(OSError):
            while os.read(0, 4096):
                pass
        end()

    # uvicorn raises the signals again that it was stopped by: they must find no default handler.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    if until_stdin_closes:
        threading.Thread(target=follow_stdin, daemon=True).start()
    with listening:
        server.run([listening])
    return 0
