"""The certificate made on the spot: who it is for, who may read its key, how long it is there."""

from __future__ import annotations

import ssl
import stat
import threading
from pathlib import Path
from socket import AF_INET, create_connection, create_server, gethostname

import pytest
import requests
from cryptography import x509

from dataverse_tck.emulator.organisation.model import Organisation
from dataverse_tck.emulator.serving.app import create_app
from dataverse_tck.emulator.serving.server import running
from dataverse_tck.emulator.serving.tls import make_certificate, temporary_certificate


def test_clients_that_trust_it_are_served(organisation: Organisation, tmp_path: Path) -> None:
    """The certificate is its own authority, as requests and OpenSSL see it."""
    tls = make_certificate(tmp_path, "127.0.0.1")
    with running(create_app(organisation), tls=tls) as root, requests.Session() as session:
        session.trust_env = False
        answer = session.get(f"{root}/WhoAmI", verify=str(tls.certificate), timeout=10)
        by_name = session.get(
            f"{root.replace('127.0.0.1', 'localhost')}/WhoAmI", verify=str(tls.certificate), timeout=10
        )
        with pytest.raises(requests.exceptions.SSLError):
            session.get(f"{root}/WhoAmI", timeout=10)

    assert answer.json()["@odata.context"].startswith(root)
    assert by_name.status_code == 200


def test_it_passes_the_strict_rules(tmp_path: Path) -> None:
    """Newer Pythons verify with VERIFY_X509_STRICT."""
    tls = make_certificate(tmp_path, "127.0.0.1")
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(tls.certificate, tls.key)
    client = ssl.create_default_context(cafile=str(tls.certificate))
    client.verify_flags |= ssl.VERIFY_X509_STRICT
    with create_server(("127.0.0.1", 0), family=AF_INET) as listening:

        def shake_hands() -> None:
            connection, _ = listening.accept()
            with server.wrap_socket(connection, server_side=True) as secured:
                secured.recv(1)

        thread = threading.Thread(target=shake_hands)
        thread.start()
        with (
            create_connection(listening.getsockname(), timeout=10) as plain,
            client.wrap_socket(plain, server_hostname="127.0.0.1") as secured,
        ):
            secured.send(b"x")
            assert secured.version() == "TLSv1.3"
        thread.join(10)


@pytest.mark.parametrize("host", ["127.0.0.1", "192.0.2.7", "2001:db8::1", "emulator.example", "naïve.example"])
def test_it_names_this_machine_and_where_it_listens(tmp_path: Path, host: str) -> None:
    """Addresses stand as addresses; a name that no certificate can hold is left out."""
    tls = make_certificate(tmp_path, host)
    certificate = x509.load_pem_x509_certificate(tls.certificate.read_bytes())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    shown = {str(name.value) for name in names}

    assert {"127.0.0.1", "::1", "localhost", gethostname()} <= shown
    assert (host in shown) == host.isascii()


def test_its_key_is_for_nobody_else_and_goes_with_the_server() -> None:
    """The files last as long as they are needed."""
    with temporary_certificate("127.0.0.1") as tls:
        assert stat.S_IMODE(tls.key.stat().st_mode) == 0o600
        assert tls.certificate.is_file()
    assert not tls.certificate.parent.exists()
