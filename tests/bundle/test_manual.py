"""Manual statements: about what a run could not look at, and nothing else."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import rfc8785

from dataverse_tck.bundle.manual import astray, load_statements, read_statements, written
from dataverse_tck.suite_files import suite_root
from dataverse_tck.usage import UsageError
from tests.support.bundles import row, told

SCHEMA = json.loads((suite_root() / "schemas/outputs/statements.schema.json").read_text("utf-8"))
STATEMENT = """
[[statement]]
requirement = "one/*"
reason = "A recording shows it."
by = "Acme"
evidence = "proof/recording.txt"
"""
RUN = told(
    verdict="incomplete",
    requirements=[row("one/a", "not observable"), row("one/b", "not testable"), row("one/c"), row("two", "fail")],
)


@pytest.fixture
def said(tmp_path: Path) -> Path:
    """A file of statements, with its evidence."""
    (tmp_path / "proof").mkdir()
    (tmp_path / "proof" / "recording.txt").write_text("seen")
    (tmp_path / "statements.toml").write_text(STATEMENT)
    return tmp_path / "statements.toml"


def test_they_are_told_with_all_that_they_are_about(said: Path) -> None:
    content = written(load_statements(said), RUN)

    document = json.loads(content)
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    (only,) = read_statements(content)
    assert only == {
        "requirement": "one/*",
        "requirements": ["one/a", "one/b"],
        "reason": "A recording shows it.",
        "by": "Acme",
        "evidence": {"name": "recording.txt", "sha256": hashlib.sha256(b"seen").hexdigest()},
    }
    assert astray([only], RUN) == []


@pytest.mark.parametrize(
    ("requirement", "why"),
    [
        ("one/c", "the run says pass of it. Only what is not observable or not testable"),
        ("two", "the run says fail of it"),
        ("t*", "the run says fail of it"),
        ("one/d", "no requirement is called so. Did you mean one/"),
    ],
)
def test_of_anything_else_nobody_states_a_thing(said: Path, requirement: str, why: str) -> None:
    said.write_text(STATEMENT.replace("one/*", requirement))

    with pytest.raises(UsageError, match=f"The statement about {requirement.replace('*', '.')} cannot be taken: {why}"):
        written(load_statements(said), RUN)


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("[[statement]]", "[statement]", "statement is {.*, but takes tables"),
        ('by = "Acme"', "", r"statement\[0\] lacks by, which takes who says so, in quotes"),
        ("reason", "raeson", "nobody knows the key raeson"),
        (STATEMENT, "", "it lacks statement, which takes tables"),
        (STATEMENT, "statement = []", r"statement is \[\], but takes"),
        ("one/*", "", 'requirement is "", but takes the id of a requirement'),
        ("proof/recording.txt", "proof/none.txt", r"the evidence proof/none.txt of one/\* is no file"),
        ("proof/recording.txt", "proof", r"the evidence proof of one/\* is no file"),
        ("[[", "[", "is no TOML"),
    ],
)
def test_what_is_wrong_with_a_file_is_told(said: Path, before: str, after: str, why: str) -> None:
    said.write_text(STATEMENT.replace(before, after))

    with pytest.raises(UsageError, match=why):
        load_statements(said)


def forged(content: bytes, **changes: Any) -> bytes:
    document = json.loads(content)
    document["statements"][0] |= changes
    return rfc8785.dumps(document)


@pytest.mark.parametrize(
    "changes",
    [
        {"requirement": "one/a"},
        {"requirements": ["one/a"]},
        {"requirements": ["one/a", "one/b", "one/c"]},
        {"requirements": ["one/b", "one/a"]},
        {"requirement": "one/c", "requirements": ["one/c"]},
        {"requirement": "two", "requirements": ["two"]},
    ],
)
def test_in_a_bundle_they_are_about_what_the_run_has_left_open(said: Path, changes: dict[str, Any]) -> None:
    statements = read_statements(forged(written(load_statements(said), RUN), **changes))

    (only,) = astray(statements, RUN)

    assert only.what == "A manual statement is not about what the run has left open."


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content + b"\n",
        lambda content: content.replace(b'"by"', b'"by":"x","by"'),
        lambda content: forged(content, more=1),
        lambda content: forged(content, requirements=[]),
        lambda content: forged(content, evidence={"name": "x", "sha256": "x"}),
        lambda content: b'{"format":"dataverse-tck/statements/1","statements":[]}',
        lambda content: b"[" * 100_000,
        lambda content: b"1e400",
        lambda content: b'"\\ud800"',
        lambda content: b"\xff",
    ],
    ids=["line", "twice", "member", "about nothing", "digest", "none", "deep", "number", "surrogate", "no utf-8"],
)
def test_there_is_one_form(said: Path, change: Any) -> None:
    with pytest.raises(ValueError):
        read_statements(change(written(load_statements(said), RUN)))
