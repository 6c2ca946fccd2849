"""Keys: made once, never overwritten, read from their files, and everything else told in a sentence."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_public_key,
)

from dataverse_tck.bundle.keys import new_key, public_key, read_id, read_public, read_signer
from dataverse_tck.usage import UsageError


def test_a_key_is_a_pair_of_files_and_its_id_the_key_itself(tmp_path: Path) -> None:
    private, public, key_id = new_key(tmp_path / "acme")

    assert (private, public) == (tmp_path / "acme.key", tmp_path / "acme.pub")
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    raw = load_pem_public_key(public.read_bytes()).public_bytes(Encoding.Raw, PublicFormat.Raw)
    assert key_id == raw.hex() == read_id(private) == read_id(public)
    assert (read_public(public).id, read_public(public).name) == (key_id, "acme.pub")


def test_what_a_key_signs_is_checked_by_its_id_alone(tmp_path: Path) -> None:
    private, _, key_id = new_key(tmp_path / "acme")

    public_key(key_id).verify_signature(read_signer(private).sign(b"text"), b"text")


@pytest.mark.parametrize("there", ["acme.key", "acme.pub"])
def test_no_key_is_overwritten(tmp_path: Path, there: str) -> None:
    (tmp_path / there).write_text("mine")

    with pytest.raises(UsageError, match=f"{there} is there already"):
        new_key(tmp_path / "acme")

    assert [path.name for path in tmp_path.iterdir()] == [there]
    assert (tmp_path / there).read_text() == "mine"


def test_a_link_that_leads_nowhere_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "acme.key").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(UsageError, match="is there already"):
        new_key(tmp_path / "acme")


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"acme\.key cannot be written \(No such file"):
        new_key(tmp_path / "no" / "acme")


def test_keys_are_not_mixed_up(tmp_path: Path) -> None:
    private, public, _ = new_key(tmp_path / "acme")

    with pytest.raises(UsageError, match=r"holds a private key, which stays with its owner. Name the public one"):
        read_public(private)
    with pytest.raises(UsageError, match=r"holds no private key. Sign with NAME.key"):
        read_signer(public)


ELLIPTIC = generate_private_key(SECP256R1())
OTHERS = {
    "nothing": (b"", "holds no Ed25519 key"),
    "no pem": (b"\x00\xff", "holds no Ed25519 key"),
    "broken": (b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "holds no Ed25519 key"),
    "broken, private": (b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "holds no Ed25519 key"),
    "another kind": (
        ELLIPTIC.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        "holds no Ed25519 key",
    ),
    "another kind, private": (
        ELLIPTIC.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        "holds no Ed25519 key",
    ),
    "encrypted": (
        Ed25519PrivateKey.generate().private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")
        ),
        "is encrypted, and nothing here asks for a password",
    ),
    "large": (b"x" * 20_000, "is larger than any key"),
}


@pytest.mark.parametrize("kind", OTHERS)
def test_what_is_no_key_is_told(tmp_path: Path, kind: str) -> None:
    content, said = OTHERS[kind]
    (tmp_path / "file").write_bytes(content)

    with pytest.raises(UsageError, match=said):
        read_id(tmp_path / "file")


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_id(tmp_path / "file")
