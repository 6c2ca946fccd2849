"""The archive of a bundle: the same bytes for the same files, and from a stranger taken apart with care."""

from __future__ import annotations

import hashlib
import re
import stat
import struct
import zipfile
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path

from dataverse_tck.evidence.record import Refusal
from dataverse_tck.usage import UsageError
from dataverse_tck.verify.folder import ARCHIVE, MOST_BYTES

Content = Path | bytes

MOST_AT_ONCE = 2 * 10**7  # bytes of an entry that is read as a whole
_AT_ONCE = 2**20
_MOST_DIRECTORY_BYTES = 2**24  # of the list of entries at the end of the archive
_END = b"PK\x05\x06"
_END_64 = b"PK\x06\x07"
_END_BYTES, _END_64_BYTES = 22, 20
_PART = r"(?!(?i:con|prn|aux|nul|com\d|lpt\d)(?:\.|/|$))[A-Za-z0-9_][A-Za-z0-9._-]{0,150}(?<!\.)"
_NAME = re.compile(rf"(?:{_PART}/)?{_PART}", re.ASCII)
_BROKEN = (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, RuntimeError, OverflowError, struct.error)


class BundleError(Exception):
    """The file cannot be read as a bundle; the text is a sentence."""


def write_archive(path: Path, files: Mapping[str, Content]) -> None:
    """Write an archive: entries in the order of their names, stored, all of one date. Raises UsageError, OSError."""
    total = sum(len(one) if isinstance(one, bytes) else one.stat().st_size for one in files.values())
    if total > MOST_BYTES:
        raise UsageError(f"The run has {total:,} bytes, and a bundle at most {MOST_BYTES:,}: nobody could verify it.")
    try:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED, allowZip64=False) as archive:
            for name, content in sorted(files.items()):
                with archive.open(_entry(name), "w") as entry:
                    entry.writelines(_pieces(content))
    except zipfile.LargeZipFile:
        raise UsageError(f"The run has {len(files):,} files, which is more than a bundle holds.") from None


def _entry(name: str) -> zipfile.ZipInfo:
    """Return an entry on which nothing of this machine or moment shows."""
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.create_system, entry.create_version, entry.extract_version = 3, 20, 20
    entry.external_attr = (stat.S_IFREG | 0o644) << 16
    return entry


def _pieces(content: Content) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    with content.open("rb") as file:
        yield from iter(lambda: file.read(_AT_ONCE), b"")


def unpack(path: Path, folder: Path) -> tuple[dict[str, str], list[Refusal]]:
    """Write the entries of an archive into a folder that is new; return their digests, and entries that are damaged.

    Raises BundleError before anything is written.
    """
    digests: dict[str, str] = {}
    refusals: list[Refusal] = []
    with _opened(path) as archive:
        entries = archive.infolist()
        _expect_plain(path, entries)
        for entry in entries:
            try:
                digests[entry.filename] = _unpack(archive, entry, folder / entry.filename)
            except _BROKEN as problem:
                refusals.append(Refusal("An entry is damaged.", entry.filename, "", str(problem)))
    return digests, refusals


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path) -> str:
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with archive.open(entry) as source, target.open("xb") as file:
        for piece in iter(lambda: source.read(_AT_ONCE), b""):
            digest.update(piece)
            file.write(piece)
    return digest.hexdigest()


def names_in(path: Path) -> frozenset[str]:
    """Return the names of the entries of an archive. Raises BundleError."""
    with _opened(path) as archive:
        _expect_plain(path, archive.infolist())
        return frozenset(archive.namelist())


def read_entry(path: Path, name: str) -> bytes:
    """Return one small entry of an archive. Raises BundleError, also where there is none."""
    with _opened(path) as archive:
        _expect_plain(path, archive.infolist())
        try:
            entry = archive.getinfo(name)
            if entry.file_size > MOST_AT_ONCE:
                raise BundleError(f"{name} in {path} has {entry.file_size:,} bytes, and is none of a run.")
            return archive.read(entry)
        except KeyError:
            raise BundleError(f"{path} holds no {name}: it is no bundle that 'dataverse-tck certify' made.") from None
        except _BROKEN as problem:
            raise BundleError(f"{name} in {path} is damaged ({problem}). Get the bundle again.") from None


def differs_at(one: Path, other: Path) -> int | None:
    """Return where two files begin to differ; None where they are the same."""
    with one.open("rb") as left, other.open("rb") as right:
        for number in count():
            mine, theirs = left.read(_AT_ONCE), right.read(_AT_ONCE)
            if mine != theirs:
                pairs = enumerate(zip(mine, theirs, strict=False))
                within = next((at for at, (a, b) in pairs if a != b), min(len(mine), len(theirs)))
                return number * _AT_ONCE + within
            if not mine:
                return None
    raise AssertionError  # count() does not end


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        if (size := path.stat().st_size) > MOST_BYTES:
            raise BundleError(f"{path} has {size:,} bytes; more than {MOST_BYTES:,} are not read.")
        if _directory_bytes(path, size) > _MOST_DIRECTORY_BYTES:
            raise BundleError(f"{path} lists more entries than any bundle has, or does not end as a bundle does.")
        return zipfile.ZipFile(path)
    except OSError as problem:
        raise BundleError(f"{path} cannot be read ({problem.strerror}).") from None
    except _BROKEN as problem:
        raise BundleError(
            f"{path} is no bundle: it cannot be read as a zip file ({problem}). Name the folder of a run, or the "
            f"{ARCHIVE} that 'dataverse-tck certify' left in one."
        ) from None


def _directory_bytes(path: Path, size: int) -> int:
    """Return how many bytes may be taken for the list of entries: all, where the end is none of a plain archive."""
    tail = _END_BYTES + _END_64_BYTES
    with path.open("rb") as file:
        file.seek(max(0, size - tail))
        end = file.read(tail)
    plain = end[-_END_BYTES:]
    if not plain.startswith(_END) or plain[-2:] != b"\0\0" or _END_64 in end:
        return size
    listed: int = struct.unpack("<L", plain[12:16])[0]
    return listed


def _expect_plain(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    """Raise BundleError for entries that no bundle has, and that may do harm."""
    folders = {entry.orig_filename.rpartition("/")[0].casefold() for entry in entries}
    seen: set[str] = set()
    for entry in entries:
        name, mode = entry.orig_filename, entry.external_attr >> 16
        if not _NAME.fullmatch(name) or name.casefold() == ARCHIVE:
            raise BundleError(f"{path} holds an entry that no run leaves: {name!r:.80}. It is not unpacked.")
        if name.casefold() in seen or name.casefold() in folders:
            raise BundleError(f"{path} holds two entries of one name: {name!r:.80}. It is not unpacked.")
        if stat.S_IFMT(mode) not in {0, stat.S_IFREG}:
            raise BundleError(f"{path} holds an entry that is no file: {name!r:.80}. It is not unpacked.")
        if entry.compress_type != zipfile.ZIP_STORED or entry.compress_size != entry.file_size:
            raise BundleError(
                f"{path} holds an entry that is compressed, or not as large as it says: {name!r:.80}. No bundle does."
            )
        if entry.flag_bits & 0x1:
            raise BundleError(f"{path} holds an entry that is encrypted: {name!r:.80}. It is not unpacked.")
        seen.add(name.casefold())
    if (total := sum(entry.file_size for entry in entries)) > MOST_BYTES:
        raise BundleError(f"{path} unpacks to {total:,} bytes; more than {MOST_BYTES:,} are not read.")
