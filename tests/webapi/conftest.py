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
from dataverse_tck.webapi.credentials import secrets_of
from dataverse_tck.webapi.http.limits import Limits
from dataverse_tck.webapi.http.session import Session
from dataverse_tck.webapi.rows.ledger import Ledger
from dataverse_tck.webapi.rows.tables import Tables
from tests.support.canned_server import Answerer, Server, serving, talking
from tests.support.row_kit import HEADER, Emulator, Kit


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


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy or certificate setting of the machine reaches a test."""
    for name in ("http", "https", "all", "no"):
        monkeypatch.delenv(f"{name}_proxy", raising=False)
        monkeypatch.delenv(f"{name}_proxy".upper(), raising=False)
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
