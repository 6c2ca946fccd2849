"""A certificate made on the spot, so that the emulator can speak TLS to clients that insist on it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from socket import gethostname
from tempfile import TemporaryDirectory

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from dataverse_tck.emulator.serving.server import Tls

DAYS = 7


@contextmanager
def temporary_certificate(host: str) -> Iterator[Tls]:
    """Yield a certificate for ``host`` and this machine's own names, in files that last as long as the context."""
    with TemporaryDirectory(prefix="dataverse-tck-") as folder:
        yield make_certificate(Path(folder), host)


def make_certificate(folder: Path, host: str) -> Tls:
    """Write ``certificate.pem`` and ``key.pem``; the certificate has signed itself, so it is also what to trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "dataverse-tck emulator")])
    begin = datetime.now(UTC) - timedelta(hours=1)  # clocks differ
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=DAYS))
        .add_extension(x509.SubjectAlternativeName(_names(host)), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(identifier, critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
        .sign(key, hashes.SHA256())
    )
    tls = Tls(folder / "certificate.pem", folder / "key.pem")
    tls.certificate.write_bytes(certificate.public_bytes(Encoding.PEM))
    with os.fdopen(os.open(tls.key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return tls


def _names(host: str) -> list[x509.GeneralName]:
    """This machine by its names and loopback addresses, and whatever it was told to listen on."""
    names: list[x509.GeneralName] = []
    for text in dict.fromkeys(("127.0.0.1", "::1", "localhost", gethostname(), host)):
        try:
            names.append(x509.IPAddress(ip_address(text)))
        except ValueError:
            with suppress(ValueError):  # a name that no certificate can hold
                names.append(x509.DNSName(text))
    return names


def _usage() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
