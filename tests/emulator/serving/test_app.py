"""Headers, latency and the memory of answers."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from typing import TYPE_CHECKING

import requests

from dataverse_tck.emulator.serving.app import LARGEST_BODY, create_app
from dataverse_tck.emulator.serving.server import running

if TYPE_CHECKING:
    from dataverse_tck.emulator.organisation.model import Organisation

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


def test_late_answers_wait_together(organisation: Organisation, session: requests.Session) -> None:
    """Eight requests at once wait as long as one, and each does wait."""
    with (
        running(create_app(organisation, latency_ms=300)) as root,
        ThreadPoolExecutor(8) as pool,
    ):

        def ask(_: int) -> float:
            started = time.monotonic()
            assert requests.get(f"{root}/WhoAmI", timeout=10, proxies={"http": ""}).status_code == 200
            return time.monotonic() - started

        started = time.monotonic()
        waits = list(pool.map(ask, range(8)))
        together = time.monotonic() - started

    assert min(waits) >= 0.3
    assert together < sum(waits) / 2


def test_every_third_request_is_throttled(organisation: Organisation, session: requests.Session) -> None:
    """It is answered as the service protection does, and not carried out; remembered answers count as well."""
    with running(create_app(organisation, throttle_every=3)) as root:
        answers = [session.post(f"{root}/accounts", json={"name": "A"}, timeout=10) for _ in range(4)]
        count, throttled = (session.get(f"{root}/accounts/$count", timeout=10) for _ in range(2))
        statuses = [session.get(f"{root}/EntityDefinitions?$top=1", timeout=10).status_code for _ in range(3)]

    assert [answer.status_code for answer in answers] == [204, 204, 429, 204]
    assert (count.text, throttled.status_code, statuses) == ("3", 429, [200, 200, 429])
    assert throttled.headers["Retry-After"] == "1"
    assert throttled.json()["error"]["code"] == "0x80072322"


def test_rows_are_not_remembered(root: str, session: requests.Session) -> None:
    """A row that has changed is read as it is now, by the same URL."""
    url = session.post(f"{root}/accounts", json={"name": "Before"}, timeout=10).headers["OData-EntityId"]
    before = session.get(url, timeout=10).json()["name"]
    session.patch(url, json={"name": "After"}, timeout=10)

    assert (before, session.get(url, timeout=10).json()["name"]) == ("Before", "After")


def test_answer_without_a_body_has_no_content_type(root: str, session: requests.Session) -> None:
    """204 brings its headers and nothing else."""
    answer = session.post(f"{root}/accounts", json={"name": "A"}, timeout=10)

    assert (answer.status_code, answer.content) == (204, b"")
    assert "Content-Type" not in answer.headers
    assert answer.headers["OData-Version"] == "4.0"


def test_large_body_is_refused(root: str, session: requests.Session) -> None:
    """413 for a body beyond the limit, which is read to its end: the connection goes on."""
    fitting = b'{"name": "A"}' + b" " * (LARGEST_BODY - 13)
    headers = {"Content-Type": "application/json"}
    refused = session.post(f"{root}/accounts", data=fitting + b" ", headers=headers, timeout=30)

    assert refused.status_code == 413
    assert str(LARGEST_BODY) in refused.json()["error"]["message"]
    assert session.post(f"{root}/accounts", data=fitting, headers=headers, timeout=30).status_code == 204


def test_repeated_headers_count_together(root: str) -> None:
    """Preferences may come in one header or in several."""
    host, _, path = root.removeprefix("http://").partition("/")
    connection = HTTPConnection(host, timeout=10)
    connection.putrequest("GET", f"/{path}/systemusers?$select=fullname")
    connection.putheader("Prefer", "odata.maxpagesize=1")
    connection.putheader("Prefer", 'odata.include-annotations="*"')
    connection.endheaders()
    answer = connection.getresponse()
    connection.close()

    assert answer.headers["Preference-Applied"] == 'odata.maxpagesize=1,odata.include-annotations="*"'


def test_metadata_waits_for_no_database_and_what_is_right_for_no_fault() -> None:
    """What speaks of metadata alone does not import SQLAlchemy; rows do, and no fault of theirs."""
    code = """
import sys
from dataverse_tck.emulator.protocol.exchange import Request
from dataverse_tck.emulator.faults.metadata_faults import with_metadata_faults
from dataverse_tck.emulator.organisation.assemble import create_organisation
from dataverse_tck.emulator.serving.app import create_app
from dataverse_tck.emulator.service import Service
organisation = create_organisation()
create_app(organisation)
service = Service(organisation, with_metadata_faults(organisation, ()))
for path in ("", "$metadata", "EntityDefinitions", "customapis", "WhoAmI", "RetrieveVersion", "nothing"):
    service.dispatch(Request("GET", "/" + path, "", "http://test"))
assert "sqlalchemy" not in sys.modules
service.dispatch(Request("GET", "/accounts", "", "http://test"))
assert "sqlalchemy" in sys.modules
service.dispatch(Request("POST", "/accounts", "", "http://test", body=b'{"name": "x"}'))
service.dispatch(Request("GET", "/RetrieveAccessOrigin", "", "http://test"))
assert not [name for name in sys.modules if name.startswith("dataverse_tck.emulator.faults.faulty")]
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_a_client_that_goes_away_is_no_defect(organisation: Organisation) -> None:
    """Before it has said what it wanted: nothing is answered, and nothing is raised."""
    app = create_app(organisation)
    answered: list[object] = []
    path = "/api/data/v9.2/msdyn_ocliveworkitems"
    scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": [], "scheme": "http"}

    async def receive() -> dict[str, str]:
        return {"type": "http.disconnect"}

    async def send(message: object) -> None:
        answered.append(message)

    asyncio.run(app({**scope, "server": ("127.0.0.1", 1), "http_version": "1.1"}, receive, send))  # type: ignore[arg-type]

    assert answered == []
