"""The server in a thread."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING

import pytest
import trustme

from dataverse_tck.emulator.serving.app import create_app
from dataverse_tck.emulator.serving.server import CannotListenError, Tls, listen, running

if TYPE_CHECKING:
    from pathlib import Path

    import requests

    from dataverse_tck.emulator.organisation.model import Organisation


def test_server_is_ready_when_it_is_given_and_gone_after(organisation: Organisation, session: requests.Session) -> None:
    """The first request is answered; after the context nobody listens and no thread is left."""
    before = threading.active_count()
    with running(create_app(organisation)) as root:
        assert session.get(f"{root}/WhoAmI", timeout=10).status_code == 200
        port = int(root.split(":")[2].partition("/")[0])
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port), timeout=5):
        pass
    assert threading.active_count() == before


def test_server_speaks_tls(organisation: Organisation, session: requests.Session, tmp_path: Path) -> None:
    """With a certificate the root is an https address that verifies against its authority."""
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    issued.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    issued.private_key_pem.write_to_path(tmp_path / "key.pem")
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    with running(create_app(organisation), tls=Tls(tmp_path / "cert.pem", tmp_path / "key.pem")) as root:
        answer = session.get(f"{root}/WhoAmI", timeout=10, verify=str(tmp_path / "ca.pem"))

    assert root.startswith("https://127.0.0.1:")
    assert answer.json()["@odata.context"].startswith(root)


def test_port_in_use_is_said() -> None:
    """A port that somebody else listens on is named, with the way out."""
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotListenError, match=rf"port {port}: .*--port"):
            listen("127.0.0.1", port)
