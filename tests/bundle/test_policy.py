"""Policies: each clause holds or does not, with the figure; the verdict is one always."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from dataverse_tck.bundle.keys import NamedKey, new_key
from dataverse_tck.bundle.policy import Policy, Seen, clauses, load_policy
from dataverse_tck.usage import UsageError
from tests.support.bundles import row, told

NOW = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)
CALLS = {
    "with_effect": 3,
    "states": {"right": 5, "accepted": 2, "wrong": 1, "not reachable": 40, "refused on another way": 9},
}
ACME, OTHER = NamedKey("a" * 64, "acme.pub"), NamedKey("b" * 64, "other.pub")


def came(policy: Policy, certificate: Any, **seen: Any) -> dict[str, tuple[bool, str]]:
    """What comes of each clause, by its name."""
    found = list(clauses(policy, Seen(certificate, seen.pop("now", NOW), **seen)))
    assert len({one.name for one in found}) == len(found)
    return {one.name: (one.holds, one.figure) for one in found}


@pytest.mark.parametrize(
    ("policy", "changes", "holds", "figure"),
    [
        ({"level": "surface"}, {}, True, "data, at least surface"),
        ({"level": "data"}, {}, True, "data, at least data"),
        ({"level": "calls"}, {}, False, "data, at least calls"),
        ({"greatest_age_days": 10}, {}, True, "10.0 days, at most 10"),
        ({"greatest_age_days": 9.5}, {}, False, "10.0 days, at most 9.5"),
        ({"greatest_age_days": 1}, {"finished": "2026-11-30T10:00:01.000Z"}, False, "still to come"),
        ({"greatest_age_days": 1}, {"started": "2027-11-30T10:00:01.000Z"}, False, "still to come"),
        ({"suite": ("1.0", "1.1")}, {}, True, "1.0, of 1.0 or 1.1"),
        ({"suite": ("1.1",)}, {}, False, "1.0, of 1.1"),
        ({"waived": ()}, {}, True, "none"),
        ({"waived": ("a*",)}, {"requirements": [row("ab", "waived")]}, True, "1, each of which may be"),
        ({"waived": ()}, {"requirements": [row("ab", "waived")]}, False, "1, of which ab may not be"),
        (
            {"not_claimed": ("a*",)},
            {"requirements": [row(name, "not claimed") for name in ("ab", "b", "c", "d", "e")]},
            False,
            "5, of which b, c, d and 1 more may not be",
        ),
        ({"least_with_effect": 3}, {"calls": CALLS}, True, "3 messages with a declared effect, at least 3"),
        ({"least_with_effect": 4}, {"calls": CALLS}, False, "3 messages with a declared effect, at least 4"),
        ({"least_with_effect": 1}, {}, False, "0 messages"),
        ({"least_tried": 8}, {"calls": CALLS}, True, "8 pairs of message and state, at least 8"),
        ({"least_tried": 9}, {"calls": CALLS}, False, "8 pairs of message and state, at least 9"),
        ({"least_tried": 1}, {}, False, "0 pairs"),
        ({"challenge": "x"}, {"challenge": "x"}, True, "'x'"),
        ({"challenge": "x"}, {"challenge": "x", "level": "surface"}, True, "that shows nothing"),
        ({"challenge": "x"}, {"challenge": "y"}, False, "'y', not 'x'"),
        ({"challenge": "x"}, {"challenge": None}, False, "no challenge, not 'x'"),
        ({"challenge": "x"}, {}, False, "no challenge, not 'x'"),
    ],
)
def test_a_clause(policy: dict[str, Any], changes: dict[str, Any], holds: bool, figure: str) -> None:  # noqa: FBT001
    found = came(Policy(**policy), told(**changes))

    assert len(found) == 2, "the verdict, and the one"
    assert found["verdict"][0]
    assert list(found.values())[1][0] == holds
    assert figure in list(found.values())[1][1]


def test_those_who_are_named_have_signed() -> None:
    policy = Policy(signed_by=(ACME, OTHER))

    assert came(policy, told(), signers=("a" * 64, "b" * 64))["signed by"] == (True, "acme.pub, other.pub")
    assert not came(policy, told(), signers=("a" * 64,))["signed by"][0]
    assert came(policy, told())["signed by"] == (
        False,
        "nobody: a folder is not signed. Verify its bundle for acme.pub, other.pub",
    )


OPEN = [row("one/a", "not observable"), row("one/b", "not testable"), row("one/c", "waived"), row("one/d")]
STATED = ({"requirements": ["one/a", "one/b"]},)


def verdict(policy: Policy, **changes: Any) -> tuple[bool, str]:
    """What comes of the verdict."""
    statements = changes.pop("statements", STATED)
    return came(policy, told(**{"verdict": "incomplete", "requirements": OPEN, **changes}), statements=statements)[
        "verdict"
    ]


def test_conformant_holds_and_says_what_is_beside_it() -> None:
    counts = {"pass": 3, "waived": 2, "not claimed": 0}

    assert came(Policy(), told(counts=counts)) == {"verdict": (True, "conformant, 2 waived")}


def test_not_conformant_never_holds() -> None:
    assert verdict(Policy(statements=("*",)), verdict="not conformant") == (False, "not conformant")


def test_incomplete_holds_where_accepted_statements_speak_of_all_that_is_open() -> None:
    assert verdict(Policy(statements=("one/*",))) == (
        True,
        "incomplete, and manual statements speak of all 2 that are open",
    )


@pytest.mark.parametrize(
    ("accepted", "changes", "why"),
    [
        (None, {}, "no manual statement that is accepted speaks of one/a, one/b"),
        ((), {}, "speaks of one/a, one/b"),
        (("one/a",), {}, "speaks of one/b"),
        (("*",), {"statements": ()}, "speaks of one/a, one/b"),
        (("*",), {"interrupted": True}, "interrupted"),
        (("*",), {"troubles": ["something broke"]}, "troubles"),
        (("*",), {"requirements": [*OPEN, row("two", "error")]}, "two is not decided"),
        (("*",), {"requirements": [*OPEN, row("two", "deselected")]}, "two is not decided"),
        (("*",), {"requirements": [*OPEN, row("two", "not testable")]}, "speaks of two"),
        (("*",), {"requirements": [row("one/d")]}, "nothing is open"),
        (
            ("*",),
            {"waivers": [{"requirement": "two/*", "state": "stale"}]},
            "a waiver is stale: nothing of two/* fails",
        ),
    ],
)
def test_else_it_does_not(accepted: Any, changes: dict[str, Any], why: str) -> None:
    holds, figure = verdict(Policy(statements=accepted), **changes)

    assert not holds
    assert why in figure


def test_what_is_advisory_is_never_in_the_way() -> None:
    rows = [*OPEN, row("two", "not testable", obligation="advisory"), row("three", "error", obligation="advisory")]

    assert verdict(Policy(statements=("*",)), requirements=rows)[0]


def test_a_statement_that_is_not_accepted_is_told() -> None:
    found = came(Policy(statements=("one/a",)), told(requirements=OPEN), statements=STATED)

    assert found["statements"] == (False, "2, of which one/b may not be")


WHOLE = """
format = "dataverse-tck/policy/1"
level = "calls"
greatest_age_days = 90
suite = ["0.1.0"]
waived = []
not_claimed = ["derived/*"]
statements = ["a"]
least_with_effect = 5
least_tried = 20
signed_by = ["keys/acme.pub", "{id}"]
challenge = "Monday"
"""


def test_a_policy_stands_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    _, _, key_id = new_key(tmp_path / "keys" / "acme")
    (tmp_path / "policy.toml").write_text(WHOLE.format(id="b" * 64))

    assert load_policy(tmp_path / "policy.toml") == Policy(
        "calls",
        90,
        ("0.1.0",),
        (),
        ("derived/*",),
        ("a",),
        5,
        20,
        (NamedKey(key_id, "acme.pub"), NamedKey("b" * 64, "bbbbbbbbbbbbbbbb...")),
        "Monday",
    )


@pytest.mark.parametrize("text", ["", "# nothing\n", 'format = "dataverse-tck/policy/1"'])
def test_a_policy_that_asks_for_nothing_accepts_nothing(text: str, tmp_path: Path) -> None:
    """Such as one that was cut off."""
    (tmp_path / "policy.toml").write_text(text)

    with pytest.raises(UsageError, match="asks for nothing: say at least one clause"):
        load_policy(tmp_path / "policy.toml")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("levle = 1", "nobody knows the key levle. Did you mean level?"),
        ('level = "all"', 'level is "all", but takes the least level, one of'),
        ("greatest_age_days = 0", "greatest_age_days is 0, but takes a number of days"),
        ("greatest_age_days = nan", 'greatest_age_days is "nan", but takes'),
        ("suite = []", r"suite is \[\], but takes a list of accepted versions"),
        ("waived = [1]", r"waived\[0\] is 1, but takes the id of a requirement"),
        ('waived = ["a", "a"]', "waived is .* but takes a list"),
        ("least_tried = -1", "least_tried is -1, but takes the least number of pairs"),
        ("least_tried = 1.5", "least_tried is 1.5"),
        ('challenge = ""', 'challenge is "", but takes the text'),
        ("signed_by = []", r"signed_by is \[\], but takes"),
        ('signed_by = ["none.pub"]', "none.pub cannot be read"),
        ("a = 1\nb = 2", "There is 1 more"),
        ("a =", "is no TOML"),
    ],
)
def test_what_is_wrong_with_a_policy_is_told(tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / "policy.toml").write_text(text)

    with pytest.raises(UsageError, match=why):
        load_policy(tmp_path / "policy.toml")
