"""Fixtures of the tests of the client: servers, sessions and kits that end with the test."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from dataverse_tck.emulator.organisation.assemble import create_organisation
from dataverse_tck.emulator.organisation.model import Organisation
from dataverse_tck.emulator.serving.app import create_app
from dataverse_tck.emulator.serving.server import running
from dataverse_tck.evidence.recorder import Recorder
from dataverse_tck.webapi import preflight
from dataverse_tck.webapi.credentials import secrets_of
from dataverse_tck.webapi.http.limits import Limits
from dataverse_tck.webapi.http.session import Session
from dataverse_tck.webapi.preflight import find_endpoint
from dataverse_tck.webapi.rows.ledger import Ledger
from dataverse_tck.webapi.rows.records import Records
from dataverse_tck.webapi.rows.tables import Tables
from tests.support.canned_server import Answerer, Request, Server, serving, talking
from tests.support.offline import Door, Offline, Told
from tests.support.row_kit import HEADER, MARK, Emulator, Kit


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


@pytest.fixture
def kit_at(session_at: Callable[..., Session], tmp_path: Path) -> Iterator[Callable[..., Kit]]:
    """Open kits at a service root that end with the test."""
    with ExitStack() as stack:

        def open_kit(root: str, **limits: Any) -> Kit:
            session = session_at(root, **limits)
            ledger = stack.enter_context(Ledger(tmp_path / "ledger.ndjson", HEADER))
            return Kit(session, Tables(session), ledger, tmp_path.name)

        yield open_kit


@pytest.fixture
def records_at(tmp_path: Path) -> Iterator[Callable[..., Records]]:
    """Open the records of a scenario at an endpoint without a network."""
    with ExitStack() as stack:

        def at(answer: Callable[[Request], Told], scene: str = "a", seed: int = 1) -> Records:
            session: Any = Offline(answer)
            number = len(list(tmp_path.iterdir()))
            ledger = stack.enter_context(Ledger(tmp_path / f"ledger{number}.ndjson", HEADER))
            return Records(session, Tables(session), ledger, scene=scene, seed=seed, mark=MARK)

        yield at


@pytest.fixture
def doors() -> list[Door]:
    """The sessions that were opened."""
    return []


@pytest.fixture
def find(monkeypatch: pytest.MonkeyPatch, doors: list[Door]) -> Callable[..., Any]:
    """Look for an endpoint among answers to (root, path)."""

    def look(url: str, answer: Callable[[str, str], Told], token: str | None = None, **options: Any) -> Any:
        def opened(root: str, **settings: Any) -> Door:
            door = Door(root, settings["recorder"], answer)
            door.opened = settings
            doors.append(door)
            return door

        monkeypatch.setattr(preflight, "Session", opened)
        return find_endpoint(url, token, Recorder(None, [token] if token else []), **options)

    return look


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy or certificate setting of the machine reaches a test."""
    for name in ("http", "https", "all", "no"):
        monkeypatch.delenv(f"{name}_proxy", raising=False)
        monkeypatch.delenv(f"{name}_proxy".upper(), raising=False)
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
