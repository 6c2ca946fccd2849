"""Files of waivers: what is taken, and what is said of the rest."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataverse_tck.conformance.waivers import Waiver
from dataverse_tck.profile.waivers_file import expect_known, load_waivers, written
from dataverse_tck.usage import UsageError
from tests.support.results import CATALOGUE

LABEL = "column/msdyn_channel/option/192300000/label"
LINES = {"requirement": f'"{LABEL}"', "reason": '"why"', "owner": '"who"', "expires": "2027-01-31"}


def file(path: Path, *entries: dict[str, str | None]) -> Path:
    """A file of waivers, each of which is as ``LINES`` but for what is said; None: it lacks that."""
    texts = []
    for entry in entries:
        lines = {**LINES, **entry}
        texts.append("\n".join(["[[waiver]]", *(f"{key} = {word}" for key, word in lines.items() if word is not None)]))
    path.write_text("\n".join(texts), encoding="utf-8")
    return path


def test_a_waiver_as_it_is_written(tmp_path: Path) -> None:
    found = load_waivers(
        file(tmp_path / "known.toml", {}, {"requirement": '"message/*"', "link": '"https://x.example/1"'})
    )
    assert found.entries == (
        Waiver(LABEL, "why", "who", date(2027, 1, 31)),
        Waiver("message/*", "why", "who", date(2027, 1, 31), "https://x.example/1"),
    )
    expect_known(found, CATALOGUE)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"owner": None}, r"waiver\[0\] lacks owner, which takes whoever is to mend it"),
        ({"expires": None}, r"waiver\[0\] lacks expires, which takes the last day"),
        ({"expires": "2027-01-31T00:00:00Z"}, "expires is .*takes the last day on which it counts"),
        ({"expires": '"2027-02-30"'}, "2027-02-30, which is no day of the calendar"),
        ({"expires": '"soon"'}, 'expires is "soon", but takes the last day'),
        ({"reason": '" "'}, 'reason is " ", but takes a sentence'),
        ({"reason": "7"}, "reason is 7, but takes a sentence"),
        ({"link": '"ticket 7"'}, "link is .*takes the address of an issue"),
        ({"ower": '"who"'}, r"nobody knows the key ower in waiver\[0\]. Did you mean owner"),
        ({"requirement": '""'}, 'requirement is "", but takes the id'),
    ],
)
def test_what_is_wrong_is_told(entry: dict[str, str | None], said: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=said):
        load_waivers(file(tmp_path / "known.toml", entry))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("waiver = 3", "waiver is 3, but takes tables"),
        ("waiver = [3]", r"waiver\[0\] is 3, but takes a table"),
        ("[[waiver]", "is no TOML"),
        ("\xff", "is not in UTF-8"),
    ],
)
def test_what_is_no_file_of_waivers(content: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "known.toml").write_text(content, encoding="latin-1")
    with pytest.raises(UsageError, match=said):
        load_waivers(tmp_path / "known.toml")


@pytest.mark.parametrize("content", ["", "# nothing fails\n", "waiver = []"])
def test_a_file_may_waive_nothing(content: str, tmp_path: Path) -> None:
    """As ``waivers init`` writes it where nothing fails."""
    (tmp_path / "known.toml").write_text(content)
    assert load_waivers(tmp_path / "known.toml").entries == ()


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"The file of waivers .*missing.toml cannot be read: No such file"):
        load_waivers(tmp_path / "missing.toml")


def test_nothing_is_waived_twice(tmp_path: Path) -> None:
    """Which end would count?"""
    with pytest.raises(UsageError, match="stands there 2 times: say once until when"):
        load_waivers(file(tmp_path / "known.toml", {}, {"expires": "2028-01-31"}))


@pytest.mark.parametrize(
    ("requirement", "said"),
    [
        ("column/msdyn_chanel/option/192300000/label", "matches no requirement. Did you mean column/msdyn_channel"),
        ("relation/*", "matches no requirement"),
        ("advisory/message/CCaaS_AcceptCall/effect", "is advisory: it decides nothing"),
        ("control/made-up-option", "matches no requirement"),
    ],
)
def test_what_cannot_be_waived(requirement: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=said):
        expect_known(load_waivers(file(tmp_path / "known.toml", {"requirement": f'"{requirement}"'})), CATALOGUE)


_WORDS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=60).filter(str.strip)


@given(
    reason=_WORDS, owner=_WORDS, expires=st.dates(date(2000, 1, 1)), link=st.none() | st.just("https://x.example/?a=1")
)
def test_what_is_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, *, reason: str, owner: str, expires: date, link: str | None
) -> None:
    """Whatever an endpoint said, and a person is called."""
    path = tmp_path_factory.mktemp("waivers") / "known.toml"
    entries = (Waiver(LABEL, reason, owner, expires, link), Waiver("message/*", owner, reason, expires))
    path.write_text(written(entries), encoding="utf-8", newline="")
    assert load_waivers(path).entries == entries
