"""An emulator on a real socket, shared by the tests of one module, and a small client for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import requests

from dataverse_tck.emulator.organisation.assemble import create_organisation
from dataverse_tck.emulator.serving.app import create_app
from dataverse_tck.emulator.serving.server import running
from tests.support.asker import Asker
from tests.support.world import World, seeded_database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dataverse_tck.emulator.organisation.model import Organisation
    from dataverse_tck.emulator.store.database import Database


@pytest.fixture(scope="session")
def organisation() -> Organisation:
    """The organisation as it is served without options."""
    return create_organisation()


@pytest.fixture(scope="module")
def root(organisation: Organisation) -> Iterator[str]:
    """The service root of a right emulator."""
    with running(create_app(organisation)) as url:
        yield url


@pytest.fixture(scope="module")
def database(organisation: Organisation) -> Iterator[Database]:
    """The database of the organisation as it is served."""
    made = seeded_database(organisation)
    yield made
    made.close()


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    """Its rows, to be changed."""
    made = World(database)
    yield made
    made.close()


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    """A client that no proxy or netrc of the machine leads astray."""
    with requests.Session() as client:
        client.trust_env = False
        yield client


@pytest.fixture
def get(root: str, session: requests.Session) -> Callable[..., requests.Response]:
    """GET a path below the service root."""

    def ask(path: str, **headers: str) -> requests.Response:
        return session.get(root + path, headers=headers, timeout=10)

    return ask


@pytest.fixture(scope="module")
def ask(organisation: Organisation) -> Asker:
    """A service with rows of its own, asked without sockets."""
    return Asker(organisation)
