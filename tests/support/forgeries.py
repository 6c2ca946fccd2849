"""Single changes of a run, by kind: what a forger may think of."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dataverse_tck.evidence.bodies import body_file
from dataverse_tck.evidence.reading import EXCHANGES, body
from tests.support.forger import CERTIFICATE, Forger, Forgery

MEMBERS = ("verdict", "level", "seed", "only", "exclude", "max_fail", "interrupted", "troubles", "leftovers",
           "rows_written", "counts", "coverage", "advisory", "controls",
           "surfaces", "extensions", "exclusions", "profile", "calls",
           "not_claimed", "reference", "endpoint", "challenge", "waivers")  # fmt: skip
OF_A_REQUIREMENT = ("outcome", "reason", "exchanges", "scenarios", "observed", "level", "statement", "surfaces")
OPTIONS = (
    "endpoint",
    "embedded",
    "level",
    "only",
    "exclude",
    "max_fail",
    "seed",
    "workers",
    "allow_writes",
    "pytest_args",
    "profile",
    "challenge",
    "waivers",
)
END = ("interrupted", "trouble", "surveyed", "acted", "performed", "told")


def other(value: Any, draw: random.Random) -> Any:
    """Another value, of the same type where that can be."""
    match value:
        case bool():
            return not value
        case int() | float():
            return value + draw.choice((1, 2))
        case str():
            return {"pass": "fail", "fail": "pass", "conformant": "incomplete"}.get(value, value + "x")
        case list():
            return value[1:] if value else ["forged"]
        case dict() if value:
            name = draw.choice(sorted(value))
            return {**value, name: other(value[name], draw)}
    return "forged"


def _places(words: dict[str, Any], at: int) -> tuple[str, ...]:
    purpose = words["for"]
    return (
        purpose.get("scene", purpose["phase"]),
        words.get("id", "no id"),
        f"Line {at + 1} ",
        "record",
        "options",
        "end.",
    )


def _is_exchange(words: dict[str, Any]) -> bool:
    return "request" in words and words["for"]["phase"] != "batch"


def _byte(forger: Forger) -> Forgery:
    name = forger.draw.choice([path for path in sorted(forger.certificate()["files"]) if forger.read(path)])
    content = bytearray(forger.read(name))
    at = forger.draw.randrange(len(content))
    content[at] ^= forger.draw.choice((1, 2, 4))
    forger.write(name, bytes(content))
    return Forgery("byte", name, (name,), is_free=True)


def _line_removed(forger: Forger) -> Forgery:
    at, _words = forger.one(lambda words: "id" in words)
    lines = forger.lines()
    del lines[at]
    forger.write_lines(lines)
    return Forgery("line removed", EXCHANGES, (f"Line {at + 1} ",))


def _note_removed(forger: Forger) -> Forgery:
    at, words = forger.one(lambda words: "id" not in words)
    lines = forger.lines()
    del lines[at]
    forger.write_lines(lines)
    return Forgery("note removed", EXCHANGES, ("Line ", *_places(words, at), "does not say"))


def _line_repeated(forger: Forger) -> Forgery:
    at, _words = forger.one(lambda words: True)
    lines = forger.lines()
    lines.insert(at, lines[at])
    forger.write_lines(lines)
    return Forgery("line repeated", EXCHANGES, (f"Line {at + 2} ",))


def _lines_swapped(forger: Forger) -> Forgery:
    lines = forger.lines()
    one, two = sorted(at for at, _ in (forger.one(_is_exchange), forger.one(_is_exchange)))
    lines[one], lines[two] = (lines[two], lines[one]) if one != two else ("", "")
    forger.write_lines(lines)
    return Forgery("lines swapped", EXCHANGES, (f"Line {one + 1} ",))


def _scene_renamed(forger: Forger) -> Forgery:
    _, words = forger.one(lambda words: "scene" in words["for"] and "request" in words)
    name = json.dumps(words["for"]["scene"])
    forger.write(
        EXCHANGES, forger.read(EXCHANGES).replace(f'"scene":{name}'.encode(), f'"scene":{name[:-1]} (x)"'.encode())
    )
    return Forgery("scene renamed", EXCHANGES, (words["for"]["scene"],))


def _status(forger: Forger) -> Forgery:
    at, words = forger.one(lambda words: "request" in words and words["response"] is not None)
    words["response"]["status"] = 500 if words["response"]["status"] != 500 else 404
    forger.put(at, words)
    return Forgery("status", EXCHANGES, ("Line ", *_places(words, at), "certificate", "outcome", "clean-up", "scene"))


def _request(member: str, change: Callable[[Forger, dict[str, Any]], bool]) -> Callable[[Forger], Forgery]:
    def forge(forger: Forger) -> Forgery:
        at, words = forger.one(
            lambda words: _is_exchange(words) and change(forger, json.loads(json.dumps(words))["request"])
        )
        change(forger, words["request"])
        forger.put(at, words)
        return Forgery(f"request {member}", EXCHANGES, _places(words, at))

    return forge


def _method(_: Forger, request: dict[str, Any]) -> bool:
    request["method"] = "PUT" if request["method"] != "PUT" else "GET"
    return True


def _url(_: Forger, request: dict[str, Any]) -> bool:
    request["url"] += "x"
    return True


def _sent(_: Forger, request: dict[str, Any]) -> bool:
    if not request["body"]:
        return False
    request["body"] = request["body"][:-2] + "x" + request["body"][-1:]
    return True


def _header(forger: Forger, request: dict[str, Any]) -> bool:
    name = forger.draw.choice(("prefer", "if-match", "mscrmcallerid", "callerobjectid", "accept", "content-type"))
    request["headers"][name] = request["headers"].get(name, "") + "x"
    return True


def _answer(forger: Forger, change: Callable[[bytes], bytes], kind: str, *, filed: bool) -> Forgery:
    """Another body of an answer, with its own digests."""
    at, words = forger.one(
        lambda words: (
            _is_exchange(words)
            and bool(words["response"] and words["response"]["kept"] and words["response"]["kept"]["size"])
            and (words["response"]["body"] is None) == filed
        )
    )
    answer = words["response"]
    content = change(body(forger.folder, answer))
    digest = hashlib.sha256(content).hexdigest()
    before = answer["kept"]["sha256"]
    if filed:
        forger.write(body_file(Path(), digest).as_posix(), gzip.compress(content, mtime=0))
        (body_file(forger.folder, before)).unlink()
        text = forger.read(EXCHANGES).decode()
        sizes = (f'"size":{answer["size"]},"sha256":"{before}"', f'"size":{len(content)},"sha256":"{digest}"')
        forger.write(EXCHANGES, text.replace(*sizes).encode())
    else:
        answer.update(
            body=content.decode(), size=len(content), sha256=digest, kept={"size": len(content), "sha256": digest}
        )
        forger.put(at, words)
    return Forgery(kind, EXCHANGES, ("bodies/",) if filed else (), is_free=True)


def _broken_body(forger: Forger) -> Forgery:
    """The text of an answer, its digests left as they were."""
    at, words = forger.one(lambda words: _is_exchange(words) and bool(words["response"] and words["response"]["body"]))
    words["response"]["body"] = words["response"]["body"][:-1] + "x"
    forger.put(at, words)
    return Forgery("body without its digest", EXCHANGES, _places(words, at))


def _broken_file(forger: Forger) -> Forgery:
    """A body in its file, under the old name."""
    name = forger.draw.choice([name for name in sorted(forger.certificate()["files"]) if name.startswith("bodies/")])
    content = gzip.decompress(forger.read(name))
    forger.write(name, gzip.compress(content[:-1] + b"x", mtime=0))
    return Forgery("file of a body", name, ("x0", "x1", "x2", "x3", "x4", "x5", "x6", name))


def _free(member: str) -> Callable[[Forger], Forgery]:
    def forge(forger: Forger) -> Forgery:
        at, words = forger.one(_is_exchange)
        words[member] = "2026-01-01T00:00:00.000Z" if member == "started" else words[member] + 1.0
        forger.put(at, words)
        return Forgery(f"line {member}", EXCHANGES, (), is_free=True)

    return forge


def _date(forger: Forger) -> Forgery:
    at, words = forger.one(lambda words: _is_exchange(words) and bool(words["response"]))
    words["response"]["headers"]["server"] = "forged"
    forger.put(at, words)
    return Forgery("server header", EXCHANGES, (), is_free=True)


def _note(kind: str, names: tuple[str, ...]) -> Callable[[Forger], Forgery]:
    def forge(forger: Forger) -> Forgery:
        at, words = forger.one(lambda words: kind in words)
        name = forger.draw.choice(names)
        words[kind][name] = "x" if words[kind][name] is None else other(words[kind][name], forger.draw)
        forger.put(at, words)
        places = (f"{kind}.{name}", f"Line {at + 1} ", *_places(words, at))
        return Forgery(
            kind,
            EXCHANGES,
            (
                *places,
                "names the level",
                "pytest arguments",
                "interrupted",
                "matches no",
                "verdict",
                "challenge",
                "troubles",
            ),
        )

    return forge


def _usual(forger: Forger) -> Forgery:
    """What lines leave out, at any depth."""
    at, words = forger.one(lambda words: "options" in words)
    usual = words["options"]["usual"]
    words["options"]["usual"] = other(usual, forger.draw)
    forger.put(at, words)
    return Forgery("usual", EXCHANGES, ("usual.", f"Line {at + 1} "))


def _wait(forger: Forger) -> Forgery:
    at, words = forger.one(lambda words: "wait" in words)
    name = forger.draw.choice(sorted(words["wait"]))
    wait = words["wait"]
    wait[name] = (
        wait[name] / 2
        if name in ("ended", "deadline")
        else wait[name] * 100 + 1
        if name == "after"
        else other(wait[name], forger.draw)
    )
    forger.put(at, words)
    return Forgery("wait", EXCHANGES, (words["for"]["scene"], f"Line {at + 1} "))


def _span(forger: Forger) -> Forgery:
    at, words = forger.one(lambda words: "span" in words)
    words["span"] = [one + 0.001 for one in words["span"]]
    forger.put(at, words)
    return Forgery("span moved", EXCHANGES, (), is_free=True)


def _member(forger: Forger) -> Forgery:
    document = forger.certificate()
    name = forger.draw.choice([name for name in MEMBERS if document[name] is not None])
    if name == "profile":
        document[name]["implementation"] = {"name": "forged"}
    else:
        document[name] = other(document[name], forger.draw)
    forger.write_certificate(document)
    return Forgery("certificate", CERTIFICATE, (name, "options.embedded") if name == "endpoint" else (name,))


def _requirement(forger: Forger) -> Forgery:
    document = forger.certificate()
    which, name = forger.draw.choice(document["requirements"]), forger.draw.choice(OF_A_REQUIREMENT)
    which[name] = other(which[name], forger.draw)
    forger.write_certificate(document)
    return Forgery("requirement", CERTIFICATE, (f"requirements[{which['id']}]",))


def _taken(forger: Forger) -> Forgery:
    document = forger.certificate()
    member = forger.draw.choice(("python", "at_once", "waited_s", "settled_s"))
    part = document["run" if member in ("python", "at_once") else "requests"]
    part[member] = other(part[member], forger.draw)
    forger.write_certificate(document)
    return Forgery(f"certificate {member}", CERTIFICATE, ("requests.waited_s",), is_free=member != "waited_s")


def _junit(forger: Forger) -> Forgery:
    text = forger.read("junit.xml").decode()
    forger.write("junit.xml", text.replace('value="pass"', 'value="fail"', 1).encode())
    return Forgery("junit", "junit.xml", ("junit.xml",))


def _ledger(forger: Forger) -> Forgery:
    lines = forger.read("ledger.ndjson").splitlines(keepends=True)
    del lines[forger.draw.randrange(1, len(lines))]
    forger.write("ledger.ndjson", b"".join(lines))
    return Forgery("ledger", "ledger.ndjson", ("ledger.ndjson",))


def _log(forger: Forger) -> Forgery:
    forger.write("pytest.log", forger.read("pytest.log") + b"forged\n")
    return Forgery("pytest.log", "pytest.log", ("pytest.log",), is_free=True)


def _added(forger: Forger) -> Forgery:
    name = forger.draw.choice(("more.txt", "bodies/more.gz", f"bodies/{'0' * 64}.gz"))
    forger.write(name, b"forged")
    return Forgery("file added", name, (name,))


def _removed(forger: Forger) -> Forgery:
    files = forger.certificate()["files"]
    name = forger.draw.choice(sorted(name for name in files if name not in ("pytest.log", "profile.toml")))
    (forger.folder / name).unlink()
    return Forgery(
        "file removed",
        name,
        (name, name.partition("/")[2].removesuffix(".gz") or name, "x0", "x1", "x2", "x3", "x4", "x5", "x6"),
    )


def _linked(forger: Forger) -> Forgery:
    name = forger.draw.choice(sorted(forger.certificate()["files"]))
    (forger.folder / name).unlink()
    (forger.folder / name).symlink_to("/dev/null")
    return Forgery("link", name, (name,))


KINDS: dict[str, Callable[[Forger], Forgery]] = {
    "byte": _byte,
    "line removed": _line_removed,
    "note removed": _note_removed,
    "line repeated": _line_repeated,
    "lines swapped": _lines_swapped,
    "scene renamed": _scene_renamed,
    "status": _status,
    "request method": _request("method", _method),
    "request url": _request("url", _url),
    "request body": _request("body", _sent),
    "request header": _request("header", _header),
    "answer": lambda forger: _answer(forger, lambda it: it.replace(b"1", b"2", 1), "answer", filed=False),
    "longer answer": lambda forger: _answer(forger, lambda it: b" " + it, "longer answer", filed=False),
    "answer in a file": lambda forger: _answer(
        forger, lambda it: it.replace(b"1", b"2", 1), "answer in a file", filed=True
    ),
    "body without its digest": _broken_body,
    "file of a body": _broken_file,
    "line started": _free("started"),
    "line elapsed_ms": _free("elapsed_ms"),
    "server header": _date,
    "options": _note("options", OPTIONS),
    "usual": _usual,
    "end": _note("end", END),
    "wait": _wait,
    "span moved": _span,
    "certificate": _member,
    "requirement": _requirement,
    "certificate taken": _taken,
    "junit": _junit,
    "ledger": _ledger,
    "pytest.log": _log,
    "file added": _added,
    "file removed": _removed,
    "link": _linked,
}
