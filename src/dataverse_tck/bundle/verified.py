"""A bundle of a stranger verified: its bytes, who signed what, and the run judged again; what is cheap comes first."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dataverse_tck.bundle.archive import MOST_AT_ONCE, BundleError, differs_at, read_entry, unpack, write_archive
from dataverse_tck.bundle.envelope import ENVELOPE, EnvelopeError, other_signers, read_envelope, wrong_signatures
from dataverse_tck.bundle.making import made_otherwise
from dataverse_tck.bundle.manual import STATEMENTS, astray, read_statements
from dataverse_tck.bundle.statement import payload
from dataverse_tck.evidence.record import Refusal
from dataverse_tck.evidence.shapes import no_number, once
from dataverse_tck.usage import UsageError
from dataverse_tck.verify.compare import differences
from dataverse_tck.verify.folder import ARCHIVE, FolderError, read_certificate, wrong_digests
from dataverse_tck.verify.verification import Verification, expect_own, misshapen, verified

if TYPE_CHECKING:
    from securesystemslib.dsse import Envelope

    from dataverse_tck.bundle.keys import NamedKey

_SHOWN = 60  # characters of a statement around the first that is another


@dataclass(frozen=True)
class VerifiedBundle:
    """What came of verifying a bundle. ``certificate`` None: it was refused before the run was judged again."""

    refusals: tuple[Refusal, ...]
    certificate: Mapping[str, Any] | None = None
    signers: tuple[str, ...] = ()  # ids of keys
    statements: tuple[Mapping[str, Any], ...] = ()  # manual ones
    envelope: Envelope | None = None


def verified_folder(folder: Path) -> Verification:
    """Judge the run of a folder again, and hold the bundle in it to the rest. Raises as ``verified`` does."""
    found = verified(folder)
    if found.refusals or not (folder / ARCHIVE).is_file():
        return found
    with tempfile.TemporaryDirectory(prefix="dataverse-tck-") as room:
        refusals = made_otherwise(folder, Path(room))
    return replace(found, refusals=tuple(refusals or verified_bundle(folder / ARCHIVE, replays=False).refusals))


def verified_bundle(path: Path, named: Sequence[NamedKey] = (), *, replays: bool = True) -> VerifiedBundle:
    """Verify a bundle; ``named``: who has to have signed it, and nobody else; none: whoever did.

    ``replays``: whether the run is judged again. Raises BundleError, FolderError or OptionsError for one that cannot be
    read.
    """
    with tempfile.TemporaryDirectory(prefix="dataverse-tck-") as room:
        folder = Path(room) / "run"
        digests, refusals = unpack(path, folder)
        refusals += [] if refusals else _other_bytes(path, folder, digests, Path(room))
        if refusals:
            return VerifiedBundle(tuple(refusals))
        if ENVELOPE not in digests:
            return VerifiedBundle((Refusal("The bundle has no envelope: nobody has signed it.", ENVELOPE),))
        envelope, refusals = _envelope(folder, named)
        if envelope is None or refusals:
            return VerifiedBundle(tuple(refusals))
        try:
            return _judged(folder, digests, envelope, replays=replays)
        except (FolderError, UsageError) as problem:
            raise FolderError(str(problem).replace(str(folder), str(path))) from None


def _other_bytes(path: Path, folder: Path, digests: Mapping[str, str], room: Path) -> Iterator[Refusal]:
    """Tell where an archive is not the one that its entries make."""
    again = room / ARCHIVE
    write_archive(again, {name: folder / name for name in digests})
    if (at := differs_at(path, again)) is not None:
        yield Refusal(
            "The archive is not the one that its entries make: somebody packed it again, or changed it.",
            f"byte {at:,} of {path.stat().st_size:,}",
        )
    again.unlink()


def _envelope(folder: Path, named: Sequence[NamedKey]) -> tuple[Envelope | None, list[Refusal]]:
    try:
        envelope = read_envelope(_small(folder / ENVELOPE))
    except EnvelopeError as problem:
        return None, [Refusal("The envelope is none that this kit writes.", ENVELOPE, "", str(problem))]
    refusals = list(wrong_signatures(envelope))
    if named and not refusals:
        refusals += other_signers(envelope, {key.id: key.name for key in reversed(named)})
    return envelope, refusals


def _judged(folder: Path, digests: Mapping[str, str], envelope: Envelope, *, replays: bool) -> VerifiedBundle:
    """Hold what is signed to the files, and the files to each other."""
    told = read_certificate(folder)
    expect_own(told, folder)
    subjects = {name: digest for name, digest in digests.items() if name != ENVELOPE}
    statements: list[dict[str, Any]] = []
    try:
        refusals = list(_other_statement(payload(told, subjects), envelope.payload))
        if STATEMENTS in digests and not refusals:
            statements, refusals = _statements(folder, told)
        (folder / ENVELOPE).unlink()
        (folder / STATEMENTS).unlink(missing_ok=True)
        refusals += [] if refusals else wrong_digests(folder, told["files"])
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as problem:
        raise misshapen(Path("the bundle"), problem) from None
    if refusals or not replays:
        return VerifiedBundle(tuple(refusals))
    found = verified(folder)
    return VerifiedBundle(found.refusals, found.certificate, tuple(envelope.signatures), tuple(statements), envelope)


def _other_statement(follows: bytes, signed: bytes) -> Iterator[Refusal]:
    if follows == signed:
        return
    if told := list(_otherwise(json.loads(follows), _parsed(signed))):
        yield from told
        return
    pairs = enumerate(zip(follows, signed, strict=False))
    at = max(0, next((at for at, (a, b) in pairs if a != b), min(len(follows), len(signed))) - _SHOWN // 2)
    yield Refusal(
        "What is signed does not follow from the files of the bundle.",
        f"{ENVELOPE}: payload, byte {at:,}",
        follows[at : at + _SHOWN].decode("utf-8", "replace"),
        signed[at : at + _SHOWN].decode("utf-8", "replace"),
    )


def _parsed(signed: bytes) -> Any:
    try:
        return json.loads(signed, object_pairs_hook=once, parse_constant=no_number)
    except (ValueError, RecursionError):
        return None


def _otherwise(follows: Mapping[str, Any], signed: Any) -> Iterator[Refusal]:
    """Tell which files are others than those that were signed; else which members of the statement are."""
    try:
        there, names = ({one["name"]: one["digest"]["sha256"] for one in it["subject"]} for it in (follows, signed))
    except (KeyError, TypeError):
        return
    for name in sorted({*there, *names}):
        if name not in there:
            yield Refusal("A file was signed, and is not in the bundle.", name, f"sha256 {names[name]}", "nothing")
        elif name not in names:
            yield Refusal("A file is in the bundle, and was not signed.", name)
        elif there[name] != names[name]:
            yield Refusal("A file is not the one that was signed.", name, f"sha256 {names[name]}", there[name])
    if there == names:
        for one in differences(signed, follows, frozenset()):
            what = "What is signed does not follow from the files of the bundle."
            yield replace(one, what=what, where=f"{ENVELOPE}: {one.where}")


def _statements(folder: Path, told: Mapping[str, Any]) -> tuple[list[dict[str, Any]], list[Refusal]]:
    try:
        statements = read_statements(_small(folder / STATEMENTS))
    except ValueError as problem:
        return [], [Refusal("The manual statements are none that this kit writes.", STATEMENTS, "", str(problem))]
    return statements, astray(statements, told)


def _small(path: Path) -> bytes:
    if path.stat().st_size > MOST_AT_ONCE:
        raise BundleError(f"{path.name} of the bundle has {path.stat().st_size:,} bytes, and is none of a run.")
    return path.read_bytes()


def signers_of(path: Path) -> tuple[str, ...]:
    """Return the ids of the keys beside the signatures of a bundle, which nobody has checked. Raises BundleError."""
    try:
        return tuple(read_envelope(read_entry(path, ENVELOPE)).signatures)
    except EnvelopeError as problem:
        raise BundleError(f"{path} names no signers: of its {ENVELOPE}, {problem}.") from None
