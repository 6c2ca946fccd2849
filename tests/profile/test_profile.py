"""Profiles: read as they stand, refused in a sentence, and what they take out of a verdict."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from dataverse_tck.conformance.suite import load_suite
from dataverse_tck.profile.not_claimed import not_claimed_ids
from dataverse_tck.profile.profile import NotClaimed, Profile, load_profile
from dataverse_tck.suite_files import suite_root
from dataverse_tck.usage import UsageError

CATALOGUE = load_suite().catalogue
USER = "11111111-2222-4333-8444-55555555555A"
WHOLE = f"""
format = "dataverse-tck/profile/1"
endpoint = "https://org.example.com/api/data/v9.2"
level = "data"
allow_writes = true
settle_s = 30
output = "reports/acme"
workers = 4
[principals]
users = ["{USER}"]
teams = []
[[not_claimed]]
solution = "Scheduling"
tables = ["msdyn_bookingrule", "msdyn_timegroup"]
reason = "no schedule board"
[[not_claimed]]
solution = "Voice"
tables = ["msdyn_ocvoicemail"]
"""


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "acme.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_profile_is_read_as_it_stands(tmp_path: Path) -> None:
    """Every key arrives, ids in lower case, with the name and the digest of the file."""
    assert load_profile(written(tmp_path, WHOLE)) == Profile(
        name="acme.toml",
        sha256=hashlib.sha256(WHOLE.encode()).hexdigest(),
        endpoint="https://org.example.com/api/data/v9.2",
        level="data",
        allow_writes=True,
        settle_s=30,
        output=Path("reports/acme"),
        workers=4,
        users=(USER.lower(),),
        teams=(),
        not_claimed=(
            NotClaimed("Scheduling", ("msdyn_bookingrule", "msdyn_timegroup"), "no schedule board"),
            NotClaimed("Voice", ("msdyn_ocvoicemail",)),
        ),
    )


def test_an_empty_profile_says_nothing(tmp_path: Path) -> None:
    """No key is needed."""
    assert load_profile(written(tmp_path, "")) == Profile("acme.toml", hashlib.sha256(b"").hexdigest())


REFUSED = {
    "no TOML": ("level: data", "is no TOML", "line 1"),
    "no UTF-8": ('level = "é"'.encode("latin-1"), "not in UTF-8"),
    "unknown key": ("allow_write = true", "allow_write", "Did you mean allow_writes?"),
    "a key like no other": ("qqq = 1", "qqq", "Known are format, endpoint"),
    "unknown key below": ("[principals]\nuser = []", "user in principals", "Did you mean users?"),
    "unknown key in a list": (
        '[[not_claimed]]\nsolution = "x"\ntables = ["msdyn_timegroup"]\nwhy = "y"',
        "why in not_claimed[0]",
    ),
    "another format": ('format = "dataverse-tck/profile/9"', "profile/9", 'takes "dataverse-tck/profile/1"'),
    "a word for a number": ('settle_s = "long"', 'settle_s is "long", but takes a number of seconds from 0 to 600'),
    "too long": ("settle_s = 601", "settle_s is 601"),
    "no number": ("settle_s = nan", 'settle_s is "nan"'),
    "a date": ("output = 1979-05-27", 'output is "1979-05-27"', "takes the name of a folder"),
    "half a worker": ("workers = 1.5", "workers is 1.5", "from 1 to 32"),
    "a truth for a number": ("workers = true", "workers is true"),
    "a word for a truth": ('allow_writes = "yes"', "allow_writes", "true or false"),
    "an unknown level": ('level = "deep"', '"deep"', '"surface", "data", "calls"'),
    "no address": ('endpoint = "org.example.com"', "org.example.com", "the URL of a service root"),
    "no id": ('[principals]\nusers = ["me"]', 'principals.users[0] is "me"', "GUID"),
    "an id twice": (f'[principals]\nusers = ["{USER}", "{USER}"]', "principals.users is", "each once"),
    "no tables": ('[[not_claimed]]\nsolution = "x"', "not_claimed[0] lacks tables", "LogicalNames"),
    "empty tables": ('[[not_claimed]]\nsolution = "x"\ntables = []', "not_claimed[0].tables is []"),
    "no name": (
        '[[not_claimed]]\nsolution = "x"\ntables = ["Booking Rule"]',
        "not_claimed[0].tables[0]",
        "LogicalName",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_used_is_refused_in_a_sentence(tmp_path: Path, case: str) -> None:
    """The sentence names the file, the key, the value seen and the way out."""
    text, *words = REFUSED[case]
    path = written(tmp_path, text)

    with pytest.raises(UsageError) as caught:
        load_profile(path)

    assert str(path) in str(caught.value)
    assert [word for word in words if word not in str(caught.value)] == []


@pytest.mark.parametrize("name", ["absent.toml", "."])
def test_a_profile_that_is_no_file_is_refused(tmp_path: Path, name: str) -> None:
    """Neither a folder nor nothing can be read."""
    with pytest.raises(UsageError, match="cannot be read"):
        load_profile(tmp_path / name)


def test_every_key_of_the_schema_says_what_it_takes() -> None:
    """Refusals repeat the descriptions, so each node of the schema has one."""
    schema = json.loads((suite_root() / "schemas/outputs/profile.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)

    def silent(node: object, path: str) -> list[str]:
        if not isinstance(node, dict):
            return []
        own = [path] if {"type", "enum", "const"} & node.keys() and "description" not in node else []
        below = [*node.get("properties", {}).items(), *node.get("$defs", {}).items()]
        below += [(name, node.get(name)) for name in ("items", "additionalProperties")]
        return own + [found for name, child in below for found in silent(child, f"{path}/{name}")]

    assert silent(schema, "#") == []


def claims(*tables: str, reason: str = "") -> Profile:
    return Profile("p.toml", "0" * 64, not_claimed=(NotClaimed("Scheduling", tables, reason),))


def test_everything_about_a_table_is_not_claimed() -> None:
    """Its target, its relationship with all members, and what is derived from them; nothing else."""
    found = not_claimed_ids(claims("msdyn_bookingrule"), CATALOGUE)
    name = "msdyn_bookingrule_msdyn_ocliveworkitems"

    assert set(found) == {
        item.id
        for item in CATALOGUE.requirements
        if f"/{name}/" in item.id or f"target/{'msdyn_bookingrule'}/" in f"{item.id}/"
    }
    ways, cascades = 6, 8 + 2 + 1  # to the same link; to every conversation, with the end of the link, one way
    assert len(found) == (1 + 13) + (1 + 7 + ways + cascades)
    assert set(found.values()) == {"the profile does not claim Scheduling"}


def test_a_table_at_both_ends_is_not_claimed_at_either() -> None:
    """A voicemail is a target and has a conversation: both relationships go, and what its one column is held to."""
    found = not_claimed_ids(claims("msdyn_ocvoicemail", reason="no voice"), CATALOGUE)

    parent, child, column = 1 + 6 + 6 + 1, 2 + 3, 5
    assert len(found) == (1 + 13 + 13) + parent + child + column
    assert "derived/column/msdyn_routableobjectid/cleared" in found
    assert set(found.values()) == {"the profile does not claim Scheduling: no voice"}


def test_a_column_with_targets_that_are_claimed_is_claimed() -> None:
    """Clearing a column is claimed as long as one of its targets is."""
    targets = [str(item.expected) for item in CATALOGUE.requirements if item.node == "column/regardingobjectid"]

    assert "derived/column/regardingobjectid/cleared" not in not_claimed_ids(claims(*targets[1:]), CATALOGUE)
    assert "derived/column/regardingobjectid/cleared" in not_claimed_ids(claims(*targets), CATALOGUE)


@pytest.mark.parametrize(
    ("table", "words"), [("msdyn_bookingrules", "Did you mean msdyn_bookingrule"), ("msdyn_ocliveworkitem", "no req")]
)
def test_a_table_that_nobody_speaks_of_is_refused(table: str, words: str) -> None:
    """A misspelt table, or the conversation itself, would silently claim everything."""
    with pytest.raises(UsageError, match=words):
        not_claimed_ids(claims(table), CATALOGUE)


def test_without_a_profile_everything_is_claimed() -> None:
    """No profile, no exceptions."""
    assert not_claimed_ids(None, CATALOGUE) == {}
