"""Bundles verified: what is cheap is refused first, who has signed is told, the folder that it came from verifies."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from dataverse_tck.bundle import verified as tested
from dataverse_tck.bundle.archive import BundleError, write_archive
from dataverse_tck.bundle.envelope import ENVELOPE, read_envelope, signed
from dataverse_tck.bundle.keys import new_key, read_public, read_signer
from dataverse_tck.bundle.making import make
from dataverse_tck.bundle.manual import STATEMENTS, Said
from dataverse_tck.bundle.statement import payload
from dataverse_tck.bundle.verified import signers_of, verified_bundle, verified_folder
from dataverse_tck.report.folder import read_certificate
from dataverse_tck.reporting.certificate import CERTIFICATE, sha256
from dataverse_tck.verify import folder as folder_of_a_run
from dataverse_tck.verify.folder import ARCHIVE, FolderError
from tests.support.bundles import Bundle, bundle_of, entries, refused


def sealed(path: Path, files: dict[str, bytes], key: Path) -> Path:
    """A bundle of these files, signed by somebody who made everything anew."""
    files = {name: content for name, content in files.items() if name != ENVELOPE}
    room = path.with_suffix(".d")
    for name, content in files.items():
        (room / name).parent.mkdir(parents=True, exist_ok=True)
        (room / name).write_bytes(content)
    digests = {name: sha256(room / name) for name in files}
    content = payload(json.loads(files[CERTIFICATE]), digests)
    write_archive(path, {**files, ENVELOPE: signed(content, read_signer(key))})
    return path


def test_it_verifies_and_says_who_has_signed(bundle: Bundle) -> None:
    for named in (bundle.named, ()):
        found = verified_bundle(bundle.path, named)

        assert found.refusals == ()
        assert found.certificate is not None
        assert found.certificate["verdict"] == "conformant"
        assert set(found.signers) == {key.id for key in bundle.named} == set(signers_of(bundle.path))


def test_it_holds_what_the_certificate_names_and_what_is_made_of_it(bundle: Bundle) -> None:
    names = entries(bundle.path).keys()

    assert names >= {CERTIFICATE, ENVELOPE, "report.html", *read_certificate(bundle.folder)["files"]}
    assert "requirements.csv" not in names


def test_the_same_folder_makes_the_same_bytes(bundle: Bundle, tmp_path: Path) -> None:
    for name in ("one", "two"):
        shutil.copytree(bundle.folder, tmp_path / name, ignore=shutil.ignore_patterns(ARCHIVE))
    one, two = (bundle_of(tmp_path / name, *bundle.keys).path.read_bytes() for name in ("one", "two"))

    assert one == two == bundle.path.read_bytes()


def test_just_those_who_are_named_have_signed(bundle: Bundle, tmp_path: Path) -> None:
    one, two = bundle.named
    third = read_public(new_key(tmp_path / "third")[1])

    assert "whom nobody named" in refused(bundle.path, [one])[0]
    assert "third.pub has not signed" in refused(bundle.path, [one, two, third])[0]
    assert refused(bundle.path, [two, one, two]) == []


def test_what_is_cheap_comes_first(bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is judged again where a byte, a signature or a digest is wrong already."""
    monkeypatch.setattr(tested, "verified", None)
    files = entries(bundle.path)
    spoilt = {**files, "pytest.log": b"x"}
    write_archive(tmp_path / "one.zip", spoilt)

    assert "A file is not the one that was signed. pytest.log" in refused(tmp_path / "one.zip")[0]
    assert (
        "A file is not the one that the certificate names"
        in refused(sealed(tmp_path / "two.zip", spoilt, bundle.keys[0]))[0]
    )
    (tmp_path / "three.zip").write_bytes(bundle.path.read_bytes() + b"x")
    assert "The archive is not the one that its entries make" in refused(tmp_path / "three.zip")[0]


def test_who_signs_a_run_that_does_not_follow_is_refused(bundle: Bundle, tmp_path: Path) -> None:
    files = entries(bundle.path)
    told = json.loads(files[CERTIFICATE])
    told["requirements"][0]["outcome"] = "waived"
    files[CERTIFICATE] = json.dumps(told).encode()

    (first, *_) = refused(sealed(tmp_path / "one.zip", files, bundle.keys[0]), bundle.named[:1])

    assert "The certificate says what does not follow. requirements[" in first


def test_a_bundle_without_an_envelope_or_a_certificate_is_none(bundle: Bundle, tmp_path: Path) -> None:
    files = entries(bundle.path)
    write_archive(tmp_path / "one.zip", {name: it for name, it in files.items() if name != ENVELOPE})
    write_archive(tmp_path / "two.zip", {name: it for name, it in files.items() if name != CERTIFICATE})

    assert "The bundle has no envelope" in refused(tmp_path / "one.zip")[0]
    assert f"holds no {CERTIFICATE}" in refused(tmp_path / "two.zip")[0]


@pytest.mark.parametrize(
    ("certificate", "said"),
    [
        ({}, "is not as this kit writes them: it lacks 'format'"),
        ({"format": "x"}, "has the format 'x'"),
        ([], "it is no JSON object"),
    ],
)
def test_a_certificate_of_something_else_is_told(bundle: Bundle, tmp_path: Path, certificate: Any, said: str) -> None:
    files = {**entries(bundle.path), CERTIFICATE: json.dumps(certificate).encode()}
    write_archive(tmp_path / "one.zip", files)

    with pytest.raises(FolderError, match=said):
        verified_bundle(tmp_path / "one.zip")


@pytest.mark.parametrize("member", ["requirements", "evidence", "endpoint", "files"])
def test_a_certificate_that_lacks_something_is_told(bundle: Bundle, tmp_path: Path, member: str) -> None:
    files = entries(bundle.path)
    told = json.loads(files[CERTIFICATE])
    told[member] = 1
    write_archive(tmp_path / "one.zip", {**files, CERTIFICATE: json.dumps(told).encode()})

    assert any(
        said in refused(tmp_path / "one.zip")[0]
        for said in ("is not as this kit writes them", "A file is not the one that was signed. certificate.json")
    )


def test_a_large_envelope_is_not_read(bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tested, "MOST_AT_ONCE", 10)

    with pytest.raises(BundleError, match=r"statement.dsse.json of the bundle has [0-9,]+ bytes"):
        verified_bundle(bundle.path)


@pytest.fixture
def folder(bundle: Bundle, tmp_path: Path) -> Path:
    """A copy of the folder of the run, with its bundle."""
    shutil.copytree(bundle.folder, tmp_path / "run")
    return tmp_path / "run"


def in_folder(folder: Path) -> list[str]:
    """What is refused of a folder."""
    return [f"{one.what} {one.where}" for one in verified_folder(folder).refusals]


def test_the_folder_that_it_came_from_verifies(folder: Path) -> None:
    assert in_folder(folder) == []


def test_it_counts_apart_from_the_files_that_it_holds(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that could be verified before still can."""
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and path.name != ARCHIVE)
    monkeypatch.setattr(folder_of_a_run, "MOST_BYTES", size)

    folder_of_a_run.check_size(folder)


def test_after_a_cleanup_it_still_does(folder: Path) -> None:
    """Rows are removed later, and nothing of a verdict rests on that."""
    (folder / "cleanup.ndjson").write_text("{}\n")

    assert in_folder(folder) == []


def test_a_report_may_come_later(folder: Path, bundle: Bundle) -> None:
    (folder / "report.html").unlink()
    (folder / ARCHIVE).unlink()
    make(folder, read_certificate(folder), read_signer(bundle.keys[0]), ())
    shutil.copy(bundle.folder / "report.html", folder)

    assert in_folder(folder) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda content: content + b"x", "The bundle is not the one that the folder makes."),
        (lambda content: b"x", "The bundle in the folder cannot be read."),
        (lambda content: content.replace(b'"keyid":"', b'"keyid":"0'), "The bundle in the folder cannot be read."),
        (
            lambda content: content.replace(b"junit.xml", b"junit.xmk"),
            "The bundle is not the one that the folder makes.",
        ),
    ],
    ids=["longer", "nothing", "envelope", "renamed"],
)
def test_another_bundle_in_the_folder_is_refused(folder: Path, change: Any, said: str) -> None:
    (folder / ARCHIVE).write_bytes(change((folder / ARCHIVE).read_bytes()))

    assert said in in_folder(folder)[0]


def test_a_bundle_of_another_run_is_refused(folder: Path, bundle: Bundle) -> None:
    files = entries(folder / ARCHIVE)
    sealed(folder / ARCHIVE, {**files, "pytest.log": b"another"}, bundle.keys[0])
    shutil.rmtree(folder / "certificate.d")

    assert "The bundle is not the one that the folder makes." in in_folder(folder)[0]


def test_a_bundle_of_this_run_that_nobody_has_signed_is_refused(folder: Path) -> None:
    files = entries(folder / ARCHIVE)
    document = json.loads(files[ENVELOPE])
    document["payload"] = document["payload"][:-8] + "AAAAAAA="
    write_archive(folder / ARCHIVE, {**files, ENVELOPE: json.dumps(document, separators=(",", ":")).encode()})

    assert "A signature is not that of its key" in in_folder(folder)[0]


SAID = Said("table/*", "Seen.", "Acme", "proof.txt", "0" * 64)


def test_statements_are_signed_and_kept_to_what_is_open(bundle: Bundle, folder: Path, tmp_path: Path) -> None:
    """Of a run that has left nothing open, nobody states a thing; who writes it in all the same is refused."""
    files = entries(bundle.path)
    told = json.loads(files[CERTIFICATE])
    told["requirements"][0]["outcome"] = "not observable"
    open_one = {**files, CERTIFICATE: json.dumps(told).encode()}
    from dataverse_tck.bundle.manual import written

    content = written([SAID], told)

    stated = sealed(tmp_path / "one.zip", {**files, STATEMENTS: content}, bundle.keys[0])
    assert "A manual statement is not about what the run has left open." in refused(stated)[0]
    stated = sealed(tmp_path / "two.zip", {**open_one, STATEMENTS: content}, bundle.keys[0])
    assert "The certificate says what does not follow." in refused(stated)[0]
    stated = sealed(tmp_path / "three.zip", {**files, STATEMENTS: content + b" "}, bundle.keys[0])
    assert "The manual statements are none that this kit writes." in refused(stated)[0]
    write_archive(tmp_path / "four.zip", {**files, STATEMENTS: content})
    assert "A file is in the bundle, and was not signed. statements.json" in refused(tmp_path / "four.zip")[0]


def test_it_is_said_which_files_were_signed(bundle: Bundle, tmp_path: Path) -> None:
    """Missing, more, another; and what else was signed."""
    files = entries(bundle.path)
    less = {name: content for name, content in files.items() if name != "badge.svg"}
    write_archive(tmp_path / "less.zip", less)
    assert refused(tmp_path / "less.zip") == ["A file was signed, and is not in the bundle. badge.svg nothing"]
    write_archive(tmp_path / "renamed.zip", {**less, "badge2.svg": files["badge.svg"]})
    assert [text[: text.index(".") + 1] for text in refused(tmp_path / "renamed.zip")] == [
        "A file was signed, and is not in the bundle.",
        "A file is in the bundle, and was not signed.",
    ]
    told = {**json.loads(files[CERTIFICATE]), "seed": 8}
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items() if name != ENVELOPE}
    envelope = signed(payload(told, digests), read_signer(bundle.keys[0]))
    write_archive(tmp_path / "other.zip", {**files, ENVELOPE: envelope})
    (only,) = refused(tmp_path / "other.zip")
    assert "What is signed does not follow from the files of the bundle." in only
    assert "predicate.configuration[run].annotations.seed" in only


def test_an_envelope_is_checked_by_the_library_alone(bundle: Bundle) -> None:
    from securesystemslib.signer import SSlibKey

    envelope = read_envelope(entries(bundle.path)[ENVELOPE])
    keys = [SSlibKey(key.id, "ed25519", "ed25519", {"public": key.id}) for key in bundle.named]

    assert envelope.verify(keys, 2).keys() == {key.id for key in bundle.named}
