"""The envelope of a bundle: a statement with the signatures over it, in one canonical form (DSSE, RFC 8785)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import rfc8785
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import FormatError, UnverifiedSignatureError
from securesystemslib.signer import Signature

from dataverse_tck.bundle.keys import KEY_ID, public_key
from dataverse_tck.evidence.record import Refusal
from dataverse_tck.evidence.shapes import no_number, once
from dataverse_tck.usage import UsageError

if TYPE_CHECKING:
    from securesystemslib.signer import CryptoSigner

ENVELOPE = "statement.dsse.json"
PAYLOAD_TYPE = "application/vnd.in-toto+json"
_SIGNATURE_BYTES = 64


class EnvelopeError(Exception):
    """The file is no envelope as this kit writes them; the text is a clause."""


def signed(payload: bytes, signer: CryptoSigner) -> bytes:
    """Return the file of an envelope with one signature."""
    envelope = Envelope(payload, PAYLOAD_TYPE, {})
    envelope.sign(signer)
    return written(envelope)


def signed_too(envelope: Envelope, signer: CryptoSigner) -> bytes:
    """Return the file of an envelope with one signature more. Raises UsageError where its key has signed already."""
    key_id = signer.public_key.keyid
    if key_id in envelope.signatures:
        raise UsageError(f"The key {key_id} has signed already, and signs once.")
    more = Envelope(envelope.payload, envelope.payload_type, dict(envelope.signatures))
    more.sign(signer)
    return written(more)


def written(envelope: Envelope) -> bytes:
    """Return the one form of an envelope: signatures by key, and no member that is not signed or a signature."""
    form = Envelope(
        envelope.payload,
        envelope.payload_type,
        {key: Signature(key, one.signature) for key, one in sorted(envelope.signatures.items())},
    )
    return rfc8785.dumps(form.to_dict())


def read_envelope(content: bytes) -> Envelope:
    """Return the envelope of a file that is exactly as ``written`` makes it. Raises EnvelopeError."""
    try:
        document = json.loads(content, object_pairs_hook=once, parse_constant=no_number)
        _expect_texts(document)
        envelope = Envelope.from_dict(document)
        form = written(envelope)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError, FormatError) as problem:
        raise EnvelopeError(f"it cannot be read: {_told(problem):.200}") from None
    if form != content:
        raise EnvelopeError("its bytes are not the canonical form of what they say")
    if envelope.payload_type != PAYLOAD_TYPE:
        raise EnvelopeError(f"its payloadType is {envelope.payload_type!r:.80}, not {PAYLOAD_TYPE!r}")
    if not envelope.signatures:
        raise EnvelopeError("nobody has signed it")
    return envelope


def _told(problem: Exception) -> str:
    if isinstance(problem, KeyError):
        return f"it lacks {problem}"
    return str(problem) if isinstance(problem, ValueError | FormatError) else "it is no envelope of DSSE"


def _expect_texts(document: object) -> None:
    """Raise ValueError where something is no text that has to be one."""
    if not isinstance(document, dict):
        raise ValueError("it is no object")  # noqa: TRY004 - of its text
    texts = [document["payload"], document["payloadType"]]
    texts += [text for one in document["signatures"] for text in (one["keyid"], one["sig"])]
    if not all(isinstance(text, str) for text in texts):
        raise ValueError("one of its texts is none")


def wrong_signatures(envelope: Envelope) -> Iterator[Refusal]:
    """Tell which signatures are none of the key that their id names."""
    pae = envelope.pae()
    for key_id, signature in envelope.signatures.items():
        where = f"{ENVELOPE}: {key_id:.64}"
        if not KEY_ID.fullmatch(key_id):
            yield Refusal("A signature names no key: its id has to be the key, 64 hexadecimal digits.", where)
        elif len(signature.signature) != 2 * _SIGNATURE_BYTES:
            yield Refusal("A signature is no signature of Ed25519.", where)
        else:
            try:
                public_key(key_id).verify_signature(signature, pae)
            except UnverifiedSignatureError:  # also where the key is none
                yield Refusal(
                    "A signature is not that of its key over what is signed: one of the three was changed.", where
                )


def other_signers(envelope: Envelope, named: Mapping[str, str]) -> Iterator[Refusal]:
    """Tell which of the named keys have not signed, and who has signed whom nobody named; ``named``: id -> name."""
    for key_id in sorted({*envelope.signatures, *named}):
        if key_id not in envelope.signatures:
            yield Refusal(
                f"{named[key_id]} has not signed. Ask its owner to sign the bundle, or verify without it.",
                ENVELOPE,
                key_id,
                "no signature of it",
            )
        elif key_id not in named:
            yield Refusal(
                "Somebody has signed whom nobody named. Name that key as well if you know whose it is, else ask for a "
                "bundle without it.",
                ENVELOPE,
                " ".join(sorted(named)),
                key_id,
            )
