"""Single changes of a bundle, by kind: what who has no key of its signers may think of. ``draw`` decides everything."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import random
import struct
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import rfc8785

from dataverse_tck.bundle.archive import write_archive
from dataverse_tck.bundle.envelope import ENVELOPE, read_envelope, signed
from dataverse_tck.bundle.keys import read_signer
from dataverse_tck.bundle.manual import STATEMENTS
from dataverse_tck.bundle.statement import payload
from dataverse_tck.evidence.reading import EXCHANGES
from dataverse_tck.report.folder import read_run
from dataverse_tck.report.formats import FORMATS
from dataverse_tck.reporting.certificate import CERTIFICATE
from tests.support.bundles import entries
from tests.support.forgeries import other

ORDER = 2**252 + 27742317777372353535851937790883648493  # of the group of Ed25519
_LOCAL, _LISTED = b"PK\x03\x04", b"PK\x01\x02"


@dataclass
class BundleForger:
    """Changes one thing of a bundle that others have signed; ``key`` is one that nobody trusts."""

    honest: Path
    draw: random.Random
    key: Path
    files: dict[str, bytes] = field(init=False)

    def __post_init__(self) -> None:
        self.files = entries(self.honest)

    def forge(self, change: Callable[[BundleForger], bytes], path: Path) -> None:
        """Write the bundle with a change."""
        content = change(self)
        assert content != self.honest.read_bytes(), "nothing was changed"
        path.write_bytes(content)

    def packed(self) -> bytes:
        """The archive of the files as they are now, as it has to be."""
        with tempfile.TemporaryDirectory() as room:
            write_archive(Path(room) / "packed.zip", self.files)
            return (Path(room) / "packed.zip").read_bytes()

    def packed_otherwise(self, change: Callable[[zipfile.ZipInfo], None], order: list[str] | None = None) -> bytes:
        """The archive of the files, with something about one entry changed, or their order."""
        one = self.draw.choice(sorted(self.files))
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as archive:
            for name in order or sorted(self.files):
                entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                entry.external_attr = 0o100644 << 16
                if name == one:
                    change(entry)
                archive.writestr(entry, self.files[name])
        return target.getvalue()

    def name(self, *but: str) -> str:
        """One of the files, none of those."""
        return self.draw.choice([name for name in sorted(self.files) if name not in but])

    def told(self) -> dict[str, Any]:
        """What the certificate says."""
        document: dict[str, Any] = json.loads(self.files[CERTIFICATE])
        return document

    def tell(self, document: dict[str, Any]) -> None:
        """Let the certificate say something else."""
        self.files[CERTIFICATE] = json.dumps(document, indent=1).encode()

    def envelope(self) -> dict[str, Any]:
        """The envelope as it stands there."""
        document: dict[str, Any] = json.loads(self.files[ENVELOPE])
        return document

    def seal(self, document: dict[str, Any]) -> bytes:
        """The bundle with another envelope, in its canonical form."""
        self.files[ENVELOPE] = rfc8785.dumps(document)
        return self.packed()

    def digested(self) -> None:
        """Let the certificate name the files as they are now."""
        document = self.told()
        document["files"] = {name: _digest(self.files[name]) for name in document["files"] if name in self.files}
        document["evidence"]["sha256"] = document["files"][EXCHANGES]
        self.tell(document)
        self.reported()

    def reported(self) -> None:
        """Make the reports anew, as far as anything can be told."""
        with tempfile.TemporaryDirectory() as room, suppress(Exception):
            for name, content in self.files.items():
                (Path(room) / name).parent.mkdir(parents=True, exist_ok=True)
                (Path(room) / name).write_bytes(content)
            run = read_run(Path(room), is_ours=True)
            for one in FORMATS.values():
                if one.file in self.files:
                    self.files[one.file] = b"".join(one.pieces(run))

    def payload(self) -> bytes:
        """What would have to be signed now."""
        digests = {name: _digest(content) for name, content in self.files.items() if name != ENVELOPE}
        return payload(self.told(), digests)

    def unsigned(self) -> bytes:
        """The bundle with the payload made anew under the old signatures."""
        return self.seal({**self.envelope(), "payload": base64.b64encode(self.payload()).decode()})

    def signed_by_another(self) -> bytes:
        """The bundle with the payload made anew, and signed by somebody else."""
        self.files[ENVELOPE] = signed(self.payload(), read_signer(self.key))
        return self.packed()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _flipped(content: bytes, at: int, draw: random.Random) -> bytes:
    return content[:at] + bytes([content[at] ^ (1 << draw.randrange(8))]) + content[at + 1 :]


def _byte(forger: BundleForger) -> bytes:
    content = forger.honest.read_bytes()
    return _flipped(content, forger.draw.randrange(len(content)), forger.draw)


def _byte_of(mark: bytes, size: int) -> Callable[[BundleForger], bytes]:
    """Change a byte of one of the headers that begin so."""

    def forge(forger: BundleForger) -> bytes:
        content = forger.honest.read_bytes()
        places = [at for at in range(len(content)) if content.startswith(mark, at)] if len(content) < 10**5 else []
        at = forger.draw.choice(places) if places else _a_header(content, mark, forger.draw)
        return _flipped(content, at + forger.draw.randrange(size), forger.draw)

    return forge


def _a_header(content: bytes, mark: bytes, draw: random.Random) -> int:
    found, at = [], content.find(mark)
    while at >= 0:
        found.append(at)
        at = content.find(mark, at + 1)
    return draw.choice(found)


def _byte_of_a_file(forger: BundleForger) -> bytes:
    name = forger.draw.choice([name for name, content in sorted(forger.files.items()) if content])
    content = forger.files[name]
    forger.files[name] = _flipped(content, forger.draw.randrange(len(content)), forger.draw)
    return forger.packed()


def _removed(forger: BundleForger) -> bytes:
    del forger.files[forger.name()]
    return forger.packed()


def _added(forger: BundleForger) -> bytes:
    names = ("more.txt", f"bodies/{'0' * 64}.gz", "requirements.csv", "summary.md", STATEMENTS, "cleanup.ndjson")
    forger.files[forger.draw.choice(names)] = b"{}"
    return forger.packed()


def _swapped(forger: BundleForger) -> bytes:
    one = forger.name()
    two = forger.draw.choice([name for name in sorted(forger.files) if forger.files[name] != forger.files[one]])
    forger.files[one], forger.files[two] = forger.files[two], forger.files[one]
    return forger.packed()


def _renamed(forger: BundleForger) -> bytes:
    one = forger.name()
    forger.files[f"{one}x" if forger.draw.random() < 0.5 else one.swapcase()] = forger.files.pop(one)
    return forger.packed()


def _reordered(forger: BundleForger) -> bytes:
    order = sorted(forger.files)
    at = forger.draw.randrange(len(order) - 1)
    order[at], order[at + 1] = order[at + 1], order[at]
    return forger.packed_otherwise(lambda entry: None, order)


def _outcome(forger: BundleForger) -> None:
    document = forger.told()
    which = forger.draw.choice(document["requirements"])
    which["outcome"] = {"pass": "fail"}.get(which["outcome"], "pass")
    forger.tell(document)


def _verdict(forger: BundleForger) -> None:
    document = forger.told()
    document["verdict"] = other(document["verdict"], forger.draw)
    forger.tell(document)


def _challenge(forger: BundleForger) -> None:
    document = forger.told()
    document["challenge"] = "forged" if document.get("challenge") is None else None
    forger.tell(document)


def _moment(forger: BundleForger) -> None:
    document = forger.told()
    document[forger.draw.choice(("started", "finished"))] = "2026-12-24T10:00:00.000Z"
    forger.tell(document)
    forger.reported()


def _evidence(forger: BundleForger) -> None:
    """Change a line of the record, and make its digests anew."""
    lines = forger.files[EXCHANGES].splitlines(keepends=True)
    at = forger.draw.choice([at for at, line in enumerate(lines) if b'"started":"2' in line and b'"request"' in line])
    words = json.loads(lines[at])
    if forger.draw.random() < 0.5:
        words["started"] = "2026-01-01T00:00:00.000Z"
    else:
        words["elapsed_ms"] += 1.0
    lines[at] = json.dumps(words, separators=(",", ":")).encode() + b"\n"
    forger.files[EXCHANGES] = b"".join(lines)
    forger.digested()


def _log(forger: BundleForger) -> None:
    forger.files["pytest.log"] += b"forged\n"
    forger.digested()


def _endpoint(forger: BundleForger) -> None:
    """Replace the address everywhere, as who has examined an endpoint of his own would."""
    before = forger.told()["endpoint"]["root"].split("/")[2].encode()
    after = b"127.0.0.1:1"
    assert before != after
    forger.files = {
        name: content.replace(before, after) if name != ENVELOPE else content for name, content in forger.files.items()
    }
    forger.digested()


def _statements(forger: BundleForger) -> None:
    about = forger.told()["requirements"][0]["id"]
    said = {"requirement": about, "requirements": [about], "reason": "x", "by": "x"}
    said["evidence"] = {"name": "x", "sha256": "0" * 64}
    forger.files[STATEMENTS] = rfc8785.dumps({"format": "dataverse-tck/statements/1", "statements": [said]})


REMADE: dict[str, Callable[[BundleForger], None]] = {
    "outcome": _outcome,
    "verdict": _verdict,
    "challenge": _challenge,
    "moment": _moment,
    "evidence": _evidence,
    "log": _log,
    "endpoint": _endpoint,
    "statements": _statements,
}


def _as_it_is(change: Callable[[BundleForger], None]) -> Callable[[BundleForger], bytes]:
    return lambda forger: (change(forger), forger.packed())[1]


def _unsigned(change: Callable[[BundleForger], None]) -> Callable[[BundleForger], bytes]:
    return lambda forger: (change(forger), forger.unsigned())[1]


def _by_another(change: Callable[[BundleForger], None]) -> Callable[[BundleForger], bytes]:
    return lambda forger: (change(forger), forger.signed_by_another())[1]


def _by_another_in_their_name(forger: BundleForger) -> bytes:
    forger.draw.choice(list(REMADE.values()))(forger)
    names = [one["keyid"] for one in forger.envelope()["signatures"]]
    document = json.loads(signed(forger.payload(), read_signer(forger.key)))
    document["signatures"] = [{**document["signatures"][0], "keyid": name} for name in names]
    return forger.seal(document)


def _signature(change: Callable[[bytes, random.Random], bytes]) -> Callable[[BundleForger], bytes]:
    def forge(forger: BundleForger) -> bytes:
        document = forger.envelope()
        one = forger.draw.choice(document["signatures"])
        one["sig"] = base64.b64encode(change(base64.b64decode(one["sig"]), forger.draw)).decode()
        return forger.seal(document)

    return forge


def _of_the_same_value(signature: bytes, _: random.Random) -> bytes:
    return signature[:32] + (int.from_bytes(signature[32:], "little") + ORDER).to_bytes(32, "little")


def _signatures(change: Callable[[list[dict[str, str]], BundleForger], list[dict[str, str]]]) -> Any:
    def forge(forger: BundleForger) -> bytes:
        document = forger.envelope()
        document["signatures"] = change(document["signatures"], forger)
        return forger.seal(document)

    return forge


def _junk(there: list[dict[str, str]], forger: BundleForger) -> list[dict[str, str]]:
    junk = {"keyid": forger.draw.randbytes(32).hex(), "sig": base64.b64encode(forger.draw.randbytes(64)).decode()}
    return sorted([*there, junk], key=lambda one: one["keyid"])


def _one_more(there: list[dict[str, str]], forger: BundleForger) -> list[dict[str, str]]:
    """Sign as well, rightly: nobody has named this key."""
    content = read_envelope(forger.files[ENVELOPE]).payload
    more = json.loads(signed(content, read_signer(forger.key)))["signatures"]
    return sorted([*there, *more], key=lambda one: one["keyid"])


def _members(forger: BundleForger) -> bytes:
    document = forger.envelope()
    target = forger.draw.choice([document, *document["signatures"]])
    target[forger.draw.choice(("more", "cert", "Payload"))] = "x"
    return forger.seal(document)


def _text_of_envelope(change: Callable[[bytes], bytes]) -> Callable[[BundleForger], bytes]:
    def forge(forger: BundleForger) -> bytes:
        forger.files[ENVELOPE] = change(forger.files[ENVELOPE])
        return forger.packed()

    return forge


def _type(forger: BundleForger) -> bytes:
    return forger.seal({**forger.envelope(), "payloadType": "application/json"})


def _comment(forger: BundleForger) -> bytes:
    content = forger.honest.read_bytes()
    return content[:-2] + struct.pack("<H", 6) + b"forged"


def _around(forger: BundleForger) -> bytes:
    content, more = forger.honest.read_bytes(), forger.draw.randbytes(forger.draw.randrange(1, 40))
    return content + more if forger.draw.random() < 0.5 else more + content


def _attribute(**values: Any) -> Callable[[BundleForger], bytes]:
    def change(entry: zipfile.ZipInfo) -> None:
        for name, value in values.items():
            setattr(entry, name, value)

    return lambda forger: forger.packed_otherwise(change)


def _streamed(forger: BundleForger) -> bytes:
    """Pack as who cannot go back does: sizes come after each entry."""
    target = io.BytesIO()

    class Stream(io.RawIOBase):
        def writable(self) -> bool:
            return True

        def write(self, content: Any) -> int:
            return target.write(content)

    with zipfile.ZipFile(Stream(), "w") as archive:  # type: ignore[arg-type]
        for name in sorted(forger.files):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, forger.files[name])
    return target.getvalue()


def _name(forger: BundleForger) -> bytes:
    name = forger.draw.choice(("/etc/x", "../x", "a/../../x", "C:x", "a\\x", "folder/", "CERTIFICATE.JSON", "a/b/c"))
    forger.files[name] = b"x" if not name.endswith("/") else b""
    return forger.packed_otherwise(lambda entry: None)


def _other_files(forger: BundleForger) -> bytes:
    """Keep the envelope, and write white space into the certificate: what it says is the same."""
    forger.files[CERTIFICATE] += b"\n"
    return forger.packed()


KINDS: dict[str, Callable[[BundleForger], bytes]] = {
    "byte": _byte,
    "byte of a header": _byte_of(_LOCAL, 30),
    "byte of the list": _byte_of(_LISTED, 46),
    "byte of a file": _byte_of_a_file,
    "entry removed": _removed,
    "entry added": _added,
    "entries swapped": _swapped,
    "entry renamed": _renamed,
    "entries reordered": _reordered,
    **{f"{name}, as it is": _as_it_is(change) for name, change in REMADE.items()},
    **{f"{name}, not signed": _unsigned(change) for name, change in REMADE.items()},
    **{f"{name}, by another": _by_another(change) for name, change in REMADE.items()},
    "signed by another in their name": _by_another_in_their_name,
    "signed by another": lambda forger: forger.signed_by_another(),
    "bit of a signature": _signature(lambda it, draw: _flipped(it, draw.randrange(len(it)), draw)),
    "signature of the same value": _signature(_of_the_same_value),
    "signature of zeros": _signature(lambda it, draw: bytes(64)),
    "signature cut off": _signature(lambda it, draw: it[:-1]),
    "junk signature": _signatures(_junk),
    "one signature more": _signatures(_one_more),
    "signature removed": _signatures(lambda there, forger: [forger.draw.choice(there)]),
    "signatures removed": _signatures(lambda there, forger: []),
    "signature twice": _signatures(lambda there, forger: sorted([*there, there[0]], key=lambda one: one["keyid"])),
    "signatures reordered": _signatures(lambda there, forger: there[::-1]),
    "names of signatures swapped": _signatures(
        lambda there, forger: [{**one, "sig": two["sig"]} for one, two in zip(there, there[::-1], strict=True)]
    ),
    "member of the envelope": _members,
    "member twice": _text_of_envelope(lambda text: text[:-1] + b',"payloadType":"application/vnd.in-toto+json"}'),
    "white space in the envelope": _text_of_envelope(lambda text: text.replace(b",", b", ", 1)),
    "line after the envelope": _text_of_envelope(lambda text: text + b"\n"),
    "escape in the envelope": _text_of_envelope(lambda text: text.replace(b"payloadType", b"payloadT\\u0079pe")),
    "base64 of other letters": _text_of_envelope(lambda text: text.replace(b'=="', b'"', 1)),
    "type of the payload": _type,
    "comment": _comment,
    "bytes around": _around,
    "extra field": _attribute(extra=b"\xfe\xca\x02\x00hi"),
    "comment of an entry": _attribute(comment=b"forged"),
    "compressed": _attribute(compress_type=zipfile.ZIP_DEFLATED),
    "date": _attribute(date_time=(2026, 11, 30, 10, 0, 0)),
    "permissions": _attribute(external_attr=0o100755 << 16),
    "link": _attribute(external_attr=0o120777 << 16),
    "system": _attribute(create_system=0),
    "version": _attribute(extract_version=45),
    "streamed": _streamed,
    "name that leads out": _name,
    "line after the certificate": _other_files,
}
