"""Headers, latency and the memory of answers."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import requests

from dataverse_tck.emulator.app import create_app
from dataverse_tck.emulator.server import running

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from dataverse_tck.emulator.model import Organisation

Get = Callable[..., requests.Response]


def test_each_answer_has_its_own_request_id(get: Get) -> None:
    """A remembered answer is served under a new id."""
    first, second = get("/WhoAmI"), get("/WhoAmI")

    assert first.content == second.content
    assert first.headers["REQ_ID"] != second.headers["REQ_ID"]
    assert first.headers["x-ms-service-request-id"] == first.headers["REQ_ID"]


def test_context_names_the_host_that_was_asked(get: Get) -> None:
    """Callers under different names get contexts that they can follow."""
    for host in ("localhost:1", "example.test", "localhost:1"):
        assert get("/WhoAmI", Host=host).json()["@odata.context"].startswith(f"http://{host}/api/data/v9.2/")


def test_late_answers_wait_together(organisation: Organisation) -> None:
    """Each answer is late, and meanwhile other requests are taken."""
    app = create_app(organisation, latency_ms=300)
    inside = peak = 0

    async def counting(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal inside, peak
        inside += 1
        peak = max(peak, inside)
        await app(scope, receive, send)
        inside -= 1

    def ask(_: int) -> float:
        with requests.Session() as client:
            client.trust_env = False
            started = time.monotonic()
            assert client.get(f"{root}/WhoAmI", timeout=20).status_code == 200
            return time.monotonic() - started

    with running(counting) as root, ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(ask, range(8)))

    assert min(waits) >= 0.3
    assert peak > 1
