"""Archives: the same bytes for the same files, and of a stranger's nothing is unpacked that could do harm."""

from __future__ import annotations

import hashlib
import os
import stat
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from dataverse_tck.bundle import archive as tested
from dataverse_tck.bundle.archive import BundleError, differs_at, names_in, read_entry, unpack, write_archive
from dataverse_tck.usage import UsageError

FILES = {"certificate.json": b"{}", "bodies/a.gz": b"\x1f\x8b", "exchanges.ndjson": b"lines\n"}


def written(path: Path, names: Iterable[str], content: bytes = b"x", **attributes: Any) -> Path:
    """An archive with entries of these names; ``attributes`` of each entry."""
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            for key, value in attributes.items():
                setattr(entry, key, value)
            archive.writestr(entry, content)
    return path


def test_the_same_files_make_the_same_bytes(tmp_path: Path) -> None:
    for name, content in FILES.items():
        (tmp_path / "run" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "run" / name).write_bytes(content)
        os.utime(tmp_path / "run" / name, (1, 1))
        (tmp_path / "run" / name).chmod(0o600)
    write_archive(tmp_path / "one.zip", dict(reversed(FILES.items())))
    write_archive(tmp_path / "two.zip", {name: tmp_path / "run" / name for name in FILES})

    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert archive.namelist() == sorted(FILES)
        for entry in archive.infolist():
            told = (entry.compress_type, entry.date_time, entry.external_attr >> 16, entry.extra, entry.flag_bits)
            assert told == (zipfile.ZIP_STORED, (1980, 1, 1, 0, 0, 0), 0o100644, b"", 0)


def test_its_bytes_are_those_of_every_version(tmp_path: Path) -> None:
    """Whoever verifies has another version of Python: what it writes has to be the same."""
    write_archive(tmp_path / "one.zip", {"a": b"b"})

    assert (tmp_path / "one.zip").read_bytes().hex() == (
        "504b030414000000000000002100f9efbe710100000001000000010000006162504b0102140314000000000000002100f9efbe71"
        "01000000010000000100000000000000000000" + "00a4810000000061504b050600000000010001002f000000200000000000"
    )


def test_what_was_written_is_unpacked(tmp_path: Path) -> None:
    write_archive(tmp_path / "one.zip", FILES)

    digests, refusals = unpack(tmp_path / "one.zip", tmp_path / "out")

    assert refusals == []
    assert digests == {name: hashlib.sha256(content).hexdigest() for name, content in FILES.items()}
    assert {name: (tmp_path / "out" / name).read_bytes() for name in FILES} == FILES
    assert names_in(tmp_path / "one.zip") == FILES.keys()
    assert read_entry(tmp_path / "one.zip", "certificate.json") == b"{}"


@pytest.mark.parametrize(
    "name",
    [
        "/etc/passwd",
        "../up",
        "bodies/../../up",
        "bodies/..",
        "..",
        ".",
        "a\\b",
        "..\\up",
        "C:/windows",
        "C:x",
        "a\0b",
        "a\nb",
        "a b",
        "é",
        "",
        ".hidden",
        "end.",
        "bodies/",
        "one/two/three",
        "con",
        "NUL.txt",
        "bodies/lpt1.gz",
        "certificate.zip",
        "Certificate.ZIP",
        "x" * 200,
    ],
)
def test_a_name_that_no_run_leaves_is_not_unpacked(tmp_path: Path, name: str) -> None:
    path = tmp_path / "one.zip"
    written(path, ["good", "AAAA"])
    padded = name.encode()
    if len(padded) == 4:
        path.write_bytes(path.read_bytes().replace(b"AAAA", padded))
    else:
        written(path, ["good", "placeholder"])
        with zipfile.ZipFile(path, "w") as archive:
            entry = zipfile.ZipInfo("x")
            entry.filename = name
            archive.writestr(entry, b"x")

    with pytest.raises(BundleError, match=r"an entry that no run leaves|an entry that is no file"):
        unpack(path, tmp_path / "out")

    assert not (tmp_path / "out").exists()


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("names", [("a", "a"), ("a", "A"), ("bodies", "bodies/a"), ("bodies/a", "BODIES")])
def test_names_that_are_one_are_not_unpacked(tmp_path: Path, names: tuple[str, str]) -> None:
    with pytest.raises(BundleError, match="two entries of one name"):
        unpack(written(tmp_path / "one.zip", names), tmp_path / "out")


@pytest.mark.parametrize(
    ("attributes", "said"),
    [
        ({"external_attr": (stat.S_IFLNK | 0o777) << 16}, "an entry that is no file"),
        ({"external_attr": (stat.S_IFDIR | 0o755) << 16}, "an entry that is no file"),
        ({"external_attr": (stat.S_IFIFO | 0o644) << 16}, "an entry that is no file"),
        ({"compress_type": zipfile.ZIP_DEFLATED}, "compressed"),
        ({"compress_type": zipfile.ZIP_LZMA}, "compressed"),
    ],
)
def test_an_entry_that_is_no_stored_file_is_not_unpacked(tmp_path: Path, attributes: Any, said: str) -> None:
    with pytest.raises(BundleError, match=said):
        unpack(written(tmp_path / "one.zip", ["a"], b"x" * 99, **attributes), tmp_path / "out")


def changed(path: Path, *changes: tuple[bytes, int, bytes]) -> Path:
    """A file with some bytes changed: so many after the last place of a mark."""
    content = bytearray(path.read_bytes())
    for mark, offset, value in changes:
        at = content.rindex(mark) + offset
        content[at : at + len(value)] = value
    path.write_bytes(bytes(content))
    return path


def test_an_encrypted_entry_is_not_unpacked(tmp_path: Path) -> None:
    path = changed(written(tmp_path / "one.zip", ["a"]), (b"PK\x01\x02", 8, b"\x01"))

    with pytest.raises(BundleError, match="encrypted"):
        unpack(path, tmp_path / "out")


def test_what_is_too_large_is_not_unpacked(tmp_path: Path) -> None:
    size = (2 * 10**9).to_bytes(4, "little")
    path = changed(written(tmp_path / "one.zip", ["a"]), (b"PK\x01\x02", 20, size), (b"PK\x01\x02", 24, size))

    with pytest.raises(BundleError, match=r"unpacks to 2,000,000,000 bytes; more than 1,000,000,000 are not read"):
        unpack(path, tmp_path / "out")


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "one.zip").open("wb") as file:
        file.truncate(10**9 + 1)

    with pytest.raises(BundleError, match=r"has 1,000,000,001 bytes"):
        unpack(tmp_path / "one.zip", tmp_path / "out")


@pytest.mark.parametrize("end", ["listed", "comment", "64"])
def test_a_list_of_entries_that_would_fill_the_memory_is_not_read(tmp_path: Path, end: str) -> None:
    path = written(tmp_path / "one.zip", ["a"])
    content = path.read_bytes()
    if end == "listed":
        changed(path, (b"PK\x05\x06", 12, (2**30).to_bytes(4, "little")))
    else:
        with path.open("wb") as file:
            file.seek(2**25)
            at = len(content) - 22
            more = b"PK\x06\x07" + bytes(16) if end == "64" else b""
            file.write(content[:at] + more + content[at:-2] + (b"\x01\x00c" if end == "comment" else b"\0\0"))

    with pytest.raises(BundleError, match="lists more entries than any bundle has"):
        unpack(path, tmp_path / "out")


@pytest.mark.parametrize("content", [b"", b"x", b"PK\x03\x04", b"PK\x05\x06" + b"\xff" * 18, b"x" * 100_000])
def test_what_is_no_archive_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "one.zip").write_bytes(content)

    with pytest.raises(BundleError, match=r"is no bundle|lists more entries"):
        unpack(tmp_path / "one.zip", tmp_path / "out")


def test_a_folder_and_nothing_are_no_archives(tmp_path: Path) -> None:
    for name in (".", "nothing"):
        with pytest.raises(BundleError, match="cannot be read"):
            names_in(tmp_path / name)


def test_an_entry_whose_sum_is_wrong_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "one.zip", ["a", "b"], b"content")
    path.write_bytes(path.read_bytes().replace(b"content", b"Content", 1))

    digests, (only,) = unpack(path, tmp_path / "out")

    assert (only.what, only.where) == ("An entry is damaged.", "a")
    assert list(digests) == ["b"]
    with pytest.raises(BundleError, match=r"a in .* is damaged"):
        read_entry(path, "a")


def test_an_entry_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="holds no b: it is no bundle"):
        read_entry(written(tmp_path / "one.zip", ["a"]), "b")


def test_a_large_entry_is_not_read_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tested, "MOST_AT_ONCE", 3)

    with pytest.raises(BundleError, match=r"a in .* has 4 bytes"):
        read_entry(written(tmp_path / "one.zip", ["a"], b"1234"), "a")


@pytest.mark.parametrize(("one", "two", "at"), [("", "", None), ("ab", "ab", None), ("ab", "ac", 1), ("ab", "abc", 2)])
def test_files_differ_somewhere(tmp_path: Path, one: str, two: str, at: int | None) -> None:
    (tmp_path / "one").write_text(one)
    (tmp_path / "two").write_text(two)

    assert differs_at(tmp_path / "one", tmp_path / "two") == at
    assert differs_at(tmp_path / "two", tmp_path / "one") == at


def test_files_may_differ_late(tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(b"x" * (2**20 + 5))
    (tmp_path / "two").write_bytes(b"x" * (2**20 + 4) + b"y")

    assert differs_at(tmp_path / "one", tmp_path / "two") == 2**20 + 4


def test_more_than_is_read_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tested, "MOST_BYTES", 5)
    with pytest.raises(UsageError, match="The run has 6 bytes, and a bundle at most 5"):
        write_archive(tmp_path / "one.zip", {"a": b"123456"})
    monkeypatch.undo()
    with pytest.raises(UsageError, match="files, which is more than a bundle holds"):
        write_archive(tmp_path / "one.zip", {f"{number}": b"" for number in range(2**16)})
