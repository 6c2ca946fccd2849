"""Two certificates compared: each class of change, and each thing that may be why."""

from __future__ import annotations

from typing import Any

import pytest

from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.report.differences import KINDS, Changes, Differences, Group, differences

UNCHECKED = (
    *("error", "not testable", "not observable", "deselected", "beyond this level", "not applicable"),
    "not claimed",
    None,
)


def told(outcomes: dict[str, str], **members: Any) -> dict[str, Any]:
    """As much of a certificate as is compared; what begins with ``advisory/`` is advisory."""
    items = [
        {"id": key, "outcome": outcome, "obligation": "advisory" if key.startswith("advisory/") else "normative"}
        for key, outcome in outcomes.items()
    ]
    plain = {
        "suite": {"version": "0.1.0", "sha256": "a" * 64},
        "reference": {"title": "page", "sha256": "b" * 64},
        "profile": None,
        "level": "data",
        "only": [],
        "exclude": [],
        "max_fail": None,
        "seed": 7,
        "run": {"pytest_args": []},
        "endpoint": {"root": "https://acme.example/api", "embedded": False, "completed_from": None},
        "surfaces": [{"surface": "csdl", "state": "read"}],
        "interrupted": False,
        "troubles": [],
    }
    return {**plain, "requirements": items, **members}


def became(was: str | None, now: str | None, key: str = "column/x") -> Differences:
    """What is said where only this requirement changed; None: a certificate does not name it."""
    before, after = ({} if one is None else {key: one} for one in (was, now))
    return differences(told(before), told(after))


def kinds(found: Changes) -> set[str]:
    """The classes that hold something."""
    return {name for name in KINDS if getattr(found, name)}


@pytest.mark.parametrize("was", ["pass", *UNCHECKED])
def test_what_fails_and_did_not_is_newly_failing(was: str | None) -> None:
    """Whatever was known of it; a waiver that covers it is told apart."""
    assert kinds(became(was, "fail")) == {"newly_failing"}
    assert kinds(became(was, "waived")) == {"newly_waived"}


@pytest.mark.parametrize("now", UNCHECKED)
@pytest.mark.parametrize("was", ["pass", "fail", "waived"])
def test_what_was_checked_and_is_not_is_no_longer_checked(was: str, now: str | None) -> None:
    """Whatever had been seen of it: a failure that nobody looked at is not fixed."""
    found = became(was, now)

    assert kinds(found) == {"no_longer_checked"}
    assert found.outcomes == {"column/x": (was, now)}


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        ("fail", "pass", {"fixed"}),
        ("waived", "pass", {"fixed"}),
        ("fail", "fail", {"still_failing"}),
        ("waived", "waived", {"still_failing"}),
        ("fail", "waived", {"still_failing", "waived_since"}),
        ("waived", "fail", {"still_failing", "no_longer_waived"}),
        ("pass", "pass", set()),
    ],
)
def test_what_was_checked_and_is(was: str, now: str, expected: set[str]) -> None:
    """What is waived fails still."""
    assert kinds(became(was, now)) == expected


@pytest.mark.parametrize("was", UNCHECKED)
def test_what_was_not_checked(was: str | None) -> None:
    """Newly checked where it passes, and nothing where it is still not."""
    assert kinds(became(was, "pass")) == {"newly_checked"}
    assert all(kinds(became(was, now)) == set() for now in UNCHECKED)


def test_every_outcome_is_known() -> None:
    """A new one would have to be thought of here."""
    assert {str(one) for one in Outcome} == {"pass", "fail", "waived", *UNCHECKED} - {None}


def test_advisory_ones_stand_apart() -> None:
    """They decide nothing, so they are in no class of those that do."""
    found = became("pass", "fail", "advisory/x")

    assert kinds(found) == set()
    assert found.advisory == Changes(newly_failing=("advisory/x",))
    assert found.outcomes == {"advisory/x": ("pass", "fail")}


def test_the_order_is_that_of_the_later_certificate() -> None:
    """And what it does not name comes last."""
    found = differences(told(dict.fromkeys("cab", "pass")), told(dict.fromkeys("bdc", "error")))

    assert found.no_longer_checked == ("b", "c", "a")


def test_two_that_are_alike_differ_in_nothing() -> None:
    """Then there is nothing to explain either."""
    one = told({"a": "fail", "b": "pass"})

    assert differences(one, one) == Differences(still_failing=("a",), outcomes={"a": ("fail", "fail")})
    assert differences(one, one).is_none


def test_they_are_told_in_groups_of_which_each_requirement_is_in_one() -> None:
    """The worst first; what is no longer checked by what became of it; advisory ones last."""
    changes = {
        "a": ("fail", "fail"),
        "b": ("pass", "fail"),
        "c": ("pass", "waived"),
        "d": ("fail", "waived"),
        "e": ("waived", "fail"),
        "f": ("waived", "waived"),
        "g": ("pass", "error"),
        "h": ("fail", "not claimed"),
        "i": ("fail", "pass"),
        "j": ("error", "pass"),
        "advisory/k": ("pass", "fail"),
    }
    before, now = ({key: pair[at] for key, pair in changes.items()} for at in (0, 1))

    assert differences(told({**before, "z": "pass"}), told(now)).groups == (
        Group("newly failing", ("b",)),
        Group("newly failing, waived", ("c",)),
        Group("no longer checked, now error", ("g",)),
        Group("no longer checked, now not claimed", ("h",)),
        Group("no longer checked, now not there", ("z",)),
        Group("fixed", ("i",)),
        Group("newly checked, pass", ("j",)),
        Group("still failing", ("a",)),
        Group("still failing, waived since", ("d",)),
        Group("still failing, no longer waived", ("e",)),
        Group("still failing, waived as before", ("f",)),
        Group("advisory, newly failing", ("advisory/k",)),
    )


def test_where_only_outcomes_differ_it_is_the_endpoint() -> None:
    """So it is said."""
    assert became("pass", "fail").causes == (
        "Nothing else that the certificates name differs: the endpoint behaves otherwise than it did.",
    )
    assert not became("pass", "fail").is_none


def profile(name: str, digest: str) -> dict[str, Any]:
    """A profile as certificates tell it."""
    return {"name": name, "sha256": digest * 64, "implementation": {}, "settings": {}}


IN_FORCE = "The waivers are others: 0 in force before, 1 now."
HERE = {"root": "https://acme.example/api", "embedded": False, "completed_from": None}


@pytest.mark.parametrize(
    ("before", "now", "sentence"),
    [
        (
            {},
            {"suite": {"version": "0.2.0", "sha256": "c" * 64}},
            "The suite is another one: 0.1.0 (sha256 aaaaaaaaaaaa...) before, 0.2.0 (sha256 cccccccccccc...) now.",
        ),
        (
            {},
            {"reference": {"title": "page", "sha256": "c" * 64}},
            "The reference is another revision: sha256 bbbbbbbbbbbb... before, sha256 cccccccccccc... now.",
        ),
        (
            {},
            {"profile": profile("acme.toml", "d")},
            "The profile is another one: none before, acme.toml (sha256 dddddddddddd...) now.",
        ),
        (
            {"profile": profile("a.toml", "d")},
            {"profile": profile("a.toml", "e")},
            "The profile is another one: a.toml (sha256 dddddddddddd...) before, a.toml (sha256 eeeeeeeeeeee...) now.",
        ),
        ({}, {"level": "calls"}, "The level was data, and is calls."),
        ({}, {"waivers": [{"requirement": "x", "state": "in force"}]}, IN_FORCE),
        (
            {"waivers": [{"requirement": "x", "state": "in force"}]},
            {"waivers": [{"requirement": "x", "state": "expired"}]},
            "The waivers are others: 1 in force before, 0 now.",
        ),
        (
            {},
            {"only": ["column/*", "table/*"]},
            "What was selected differs: --only was not given, and is column/* table/*.",
        ),
        ({"exclude": ["x"]}, {}, "What was selected differs: --exclude was x, and is not given."),
        (
            {},
            {"run": {"pytest_args": ["-k", "channel"]}},
            "What was selected differs: the arguments for pytest were not given, and are -k channel.",
        ),
        ({}, {"max_fail": 3}, "--max-fail was not given, and is 3."),
        ({}, {"seed": 8}, "The seed was 7, and is 8: what is made up has other values."),
        (
            {},
            {"endpoint": {**HERE, "root": "https://other.example"}},
            "The endpoint has another address: https://acme.example/api before, https://other.example now.",
        ),
        (
            {},
            {"endpoint": {**HERE, "version": "9.2.1"}},
            "The endpoint is of another version: not told before, 9.2.1 now.",
        ),
        (
            {"endpoint": {**HERE, "metadata": "e" * 64}},
            {"endpoint": {**HERE, "metadata": "f" * 64}},
            "What the endpoint declares is something else: sha256 eeeeeeeeeeee... before, sha256 ffffffffffff... now.",
        ),
        ({}, {"surfaces": [{"surface": "csdl", "state": "broken"}]}, "The surface csdl was read, and is broken."),
        ({}, {"surfaces": []}, "The surface csdl was read, and is not told."),
        ({"interrupted": True}, {}, "The earlier run was interrupted."),
        ({}, {"troubles": ["the clean-up broke"]}, "Something broke in the later run: the clean-up broke."),
    ],
)
def test_what_may_be_why(before: dict[str, Any], now: dict[str, Any], sentence: str) -> None:
    """Each condition that differs is a sentence, also where no outcome does."""
    assert differences(told({}, **before), told({}, **now)).causes == (sentence,)


def test_an_emulator_has_no_address_of_its_own() -> None:
    """It listens on another port each time."""
    one, other = ({"root": f"http://127.0.0.1:{port}", "embedded": True} for port in (1, 2))

    assert differences(told({}, endpoint=one), told({}, endpoint=other)).causes == ()


def test_what_an_endpoint_says_is_cut_and_made_harmless() -> None:
    """A sentence stays one."""
    found = differences(told({}), told({}, endpoint={**HERE, "version": "\x1b[31m" + "9" * 1000}))

    assert "\\x1b[31m999" in found.causes[0]
    assert len(found.causes[0]) < 300
