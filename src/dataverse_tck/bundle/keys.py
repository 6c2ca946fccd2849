"""Keys that sign bundles: made, and read from their files. An id is the key itself, so a signature needs no file."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from dataverse_tck.usage import UsageError

if TYPE_CHECKING:
    from securesystemslib.signer import CryptoSigner, SSlibKey

KEY_ID = re.compile(r"[0-9a-f]{64}", re.ASCII)
_LIKE_ID = re.compile(r"[0-9A-Fa-f]{8,}", re.ASCII)
_MOST_BYTES = 10_000  # of a file of a key
_PRIVATE = b"PRIVATE KEY-----"


@dataclass(frozen=True)
class NamedKey:
    """A key that somebody who verifies trusts: its id, and how it was named."""

    id: str
    name: str


def id_of(key: Ed25519PublicKey) -> str:
    """Return the id of a key: the key itself, as 64 hexadecimal digits."""
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def new_key(name: Path) -> tuple[Path, Path, str]:
    """Write ``name.key`` and ``name.pub``; return both, and the id. Raises UsageError where one is there already."""
    if not name.name or name.suffix in (".key", ".pub"):
        raise UsageError(f"{name} is no name for a key. Say NAME, for NAME.key and NAME.pub.")
    private, public = (name.with_name(f"{name.name}.{kind}") for kind in ("key", "pub"))
    for path in (private, public):
        if path.exists() or path.is_symlink():
            raise UsageError(f"{path} is there already and stays as it is: give the new key another name.")
    key = Ed25519PrivateKey.generate()
    try:
        _write_new(private, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), 0o600)
        _write_new(public, key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), 0o644)
    except OSError as problem:
        raise UsageError(f"{problem.filename} cannot be written ({problem.strerror}). Name another file.") from None
    return private, public, id_of(key.public_key())


def _write_new(path: Path, content: bytes, mode: int) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)


def read_signer(path: Path) -> CryptoSigner:
    """Return what signs with the private key of a file. Raises UsageError."""
    from securesystemslib.signer import CryptoSigner

    content = _content(path)
    if _PRIVATE not in content:
        raise UsageError(
            f"{path} holds no private key. Sign with NAME.key, as 'dataverse-tck keys new NAME' writes it."
        )
    if path.stat().st_mode & 0o077:
        print(f"note       {path} can be read by others on this machine: chmod 600 {path}", file=sys.stderr)
    key = _private(path, content)
    return CryptoSigner(key, public_key(id_of(key.public_key())))


def read_public(path: Path) -> NamedKey:
    """Return the public key of a file, named by it. Raises UsageError, also for a private key."""
    content = _content(path)
    if _PRIVATE in content:
        raise UsageError(f"{path} holds a private key, which stays with its owner. Name the public one, NAME.pub.")
    return NamedKey(id_of(_public(path, content)), path.name)


def read_id(path: Path) -> str:
    """Return the id of the key in a file, private or public. Raises UsageError."""
    content = _content(path)
    return id_of(_private(path, content).public_key() if _PRIVATE in content else _public(path, content))


def public_key(key_id: str) -> SSlibKey:
    """Return the key that an id names."""
    from securesystemslib.signer import SSlibKey

    return SSlibKey(key_id, "ed25519", "ed25519", {"public": key_id})


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except OSError as problem:
        hint = " The id of a key has 64 digits and small letters from a to f." if _LIKE_ID.fullmatch(path.name) else ""
        raise UsageError(f"The key {path} cannot be read ({problem.strerror}).{hint}") from None
    if len(content) > _MOST_BYTES:
        raise UsageError(f"{path} is larger than any key. Name a file that 'dataverse-tck keys new NAME' has written.")
    return content


def _private(path: Path, content: bytes) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(content, None)
    except TypeError:
        raise UsageError(
            f"{path} is encrypted, and nothing here asks for a password. Decrypt it: openssl pkey -in {path} -out NAME."
        ) from None
    except (ValueError, UnsupportedAlgorithm):
        raise _no_key(path) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise _no_key(path)
    return key


def _public(path: Path, content: bytes) -> Ed25519PublicKey:
    try:
        key = load_pem_public_key(content)
    except (ValueError, UnsupportedAlgorithm):
        raise _no_key(path) from None
    if not isinstance(key, Ed25519PublicKey):
        raise _no_key(path)
    return key


def _no_key(path: Path) -> UsageError:
    return UsageError(f"{path} holds no Ed25519 key in PEM. 'dataverse-tck keys new NAME' makes one.")
