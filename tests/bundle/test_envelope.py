"""Envelopes: one form for what they say, signatures of the keys that they name, and just the signers that are named."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from dataverse_tck.bundle.envelope import (
    EnvelopeError,
    other_signers,
    read_envelope,
    signed,
    signed_too,
    wrong_signatures,
)
from dataverse_tck.bundle.keys import new_key, read_signer
from dataverse_tck.usage import UsageError

ORDER = 2**252 + 27742317777372353535851937790883648493  # of the group of Ed25519


@pytest.fixture
def keys(tmp_path: Path) -> list[Path]:
    """Two private keys."""
    return [new_key(tmp_path / name)[0] for name in ("one", "two")]


@pytest.fixture
def content(keys: list[Path]) -> bytes:
    """An envelope that two have signed."""
    return signed_too(read_envelope(signed(b"payload", read_signer(keys[0]))), read_signer(keys[1]))


def form(document: Any) -> bytes:
    """The JSON of a document, members in their order, without blanks."""
    return json.dumps(document, separators=(",", ":"), sort_keys=True).encode()


def test_who_signs_first_decides_nothing(keys: list[Path], content: bytes) -> None:
    again = signed_too(read_envelope(signed(b"payload", read_signer(keys[1]))), read_signer(keys[0]))

    assert again == content == form(json.loads(content))
    assert list(wrong_signatures(read_envelope(content))) == []


def test_nobody_signs_twice(keys: list[Path], content: bytes) -> None:
    with pytest.raises(UsageError, match="has signed already, and signs once"):
        signed_too(read_envelope(content), read_signer(keys[0]))


def member(document: dict[str, Any]) -> bytes:
    return form({**document, "more": 1})


def of_a_signature(document: dict[str, Any]) -> bytes:
    document["signatures"][0]["cert"] = "x"
    return form(document)


def other_order(document: dict[str, Any]) -> bytes:
    document["signatures"].reverse()
    return form(document)


def same_signature_twice(document: dict[str, Any]) -> bytes:
    document["signatures"].insert(0, document["signatures"][0])
    return form(document)


def unsigned(document: dict[str, Any]) -> bytes:
    return form({**document, "signatures": []})


def other_type(document: dict[str, Any]) -> bytes:
    return form({**document, "payloadType": "application/json"})


def no_text(document: dict[str, Any]) -> bytes:
    document["signatures"][0]["keyid"] = 1
    return form(document)


MISSHAPEN = {
    "blank": (lambda document: form(document) + b"\n", "canonical"),
    "twice": (lambda document: form(document)[:-1] + b',"payloadType":"x"}', "stands twice"),
    "member": (member, "canonical"),
    "member of a signature": (of_a_signature, "canonical"),
    "other order": (other_order, "canonical"),
    "same signature twice": (same_signature_twice, "Multiple signatures"),
    "unsigned": (unsigned, "nobody has signed it"),
    "other type": (other_type, "payloadType is 'application/json'"),
    "no text": (no_text, "one of its texts is none"),
    "a list": (lambda _: b"[]", "it is no object"),
    "nothing": (lambda _: b"", "cannot be read"),
    "no base64": (lambda document: form({**document, "payload": "?"}), "cannot be read"),
    "other base64": (lambda document: form(document).replace(b'ZA=="', b'ZB=="'), "canonical"),
    "deep": (lambda _: b"[" * 100_000, "cannot be read"),
    "no utf-8": (lambda _: b"\xff{}", "cannot be read"),
}


@pytest.mark.parametrize("kind", MISSHAPEN)
def test_there_is_one_form(content: bytes, kind: str) -> None:
    change, said = MISSHAPEN[kind]

    with pytest.raises(EnvelopeError, match=said):
        read_envelope(change(json.loads(content)))


def signature(document: dict[str, Any], change: Any) -> bytes:
    """The envelope with its first signature changed."""
    one = document["signatures"][0]
    one["sig"] = base64.b64encode(change(base64.b64decode(one["sig"]))).decode()
    return form(document)


WRONG = {
    "a bit": (lambda it: bytes([it[0] ^ 1]) + it[1:], "is not that of its key"),
    "short": (lambda it: it[:-1], "is no signature of Ed25519"),
    "long": (lambda it: it + b"\0", "is no signature of Ed25519"),
    "of the same value": (
        lambda it: it[:32] + (int.from_bytes(it[32:], "little") + ORDER).to_bytes(32, "little"),
        "is not that of its key",
    ),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_signature_is_the_one_that_its_key_made(content: bytes, kind: str) -> None:
    change, said = WRONG[kind]

    (only,) = wrong_signatures(read_envelope(signature(json.loads(content), change)))

    assert said in only.what


@pytest.mark.parametrize(
    ("key_id", "said"), [("0" * 63, "names no key"), ("F" * 64, "names no key"), ("f" * 64, "is not that of its key")]
)
def test_an_id_is_a_key(content: bytes, key_id: str, said: str) -> None:
    document = json.loads(content)
    document["signatures"] = [{**document["signatures"][0], "keyid": key_id}]

    (only,) = wrong_signatures(read_envelope(form(document)))

    assert said in only.what
    assert key_id in only.where


def test_just_those_who_are_named_have_signed(content: bytes) -> None:
    envelope = read_envelope(content)
    one, two = envelope.signatures

    assert list(other_signers(envelope, {one: "one.pub", two: "two.pub"})) == []
    (stranger,) = other_signers(envelope, {one: "one.pub"})
    assert "Somebody has signed whom nobody named. Name that key as well" in stranger.what
    assert (stranger.expected, stranger.found) == (one, two)
    (missing,) = other_signers(envelope, {one: "one.pub", two: "two.pub", "0" * 64: "three.pub"})
    assert "three.pub has not signed. Ask its owner to sign" in missing.what
