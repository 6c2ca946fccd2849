"""The real page, counted a second time with regular expressions over its raw lines.

The page is no part of the project; where it is absent only what is committed is checked.
"""

from __future__ import annotations

import fnmatch
import json
import re
from collections import Counter
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from dataverse_tck.commands.derive import derive
from dataverse_tck.conformance.call_states import REGIONS
from dataverse_tck.conformance.requirement import load_catalogue

_ROOT = Path(__file__).parents[2]
_PAGES = _ROOT.parent / "shared/reference"
_MARKDOWN = _PAGES / "002_ddf484449939284d.txt"
_RENDERED = _PAGES / "000_fbc78c4113452c80.txt"
present = pytest.mark.skipif(
    not _MARKDOWN.is_file(),
    reason="the reference page is no part of the project and does not lie beside it here",
)


@pytest.fixture(scope="module")
def catalogue():
    """The committed requirement list."""
    return load_catalogue(_ROOT / "reference/requirements.json")


@pytest.fixture(scope="module")
def lines() -> list[str]:
    """The raw lines of the page."""
    return _MARKDOWN.read_text(encoding="utf-8").splitlines()


def test_the_committed_list_is_whole(catalogue):
    """399 requirements, in the kinds that the reference has, each under an id and a statement of its own."""
    assert Counter(item.family for item in catalogue.requirements if item.obligation == "normative") == {
        "table-exists": 1,
        "table-display-name": 1,
        "message-exists": 18,
        "message-is-action": 18,
        "message-not-event": 18,
        "message-on-table": 18,
        "option-exists": 16,
        "option-label": 16,
        "target": 7,
        "relationship-exists": 7 + 15,
        "relationship-end": 7 * 4 + 15 * 3,
        "cascade": 7 * 8,
        "customizable": 15,
        "menu": 15 * 8,
    }
    assert len(catalogue.of("surface")) == 399
    whole = 399 + 296 + 163 + 34
    assert len(catalogue.requirements) == whole
    assert len({item.id for item in catalogue.requirements}) == whole
    assert len({item.statement for item in catalogue.requirements}) == whole
    for item in catalogue.requirements:
        assert set(item.blocked_by) <= {other.id for other in catalogue.requirements} - {item.id}


# How many derived requirements there are of each kind: 16 channels, 7 targets of 2 columns, 7 and 15 relationships.
_DERIVED = {
    r"column/msdyn_channel/option/\d+/(stored|named)": 16 * 2,
    r"column/msdyn_channel/unlisted-refused": 1,
    r"column/msdyn_channel/unlisted/[a-z\d-]+/(beside-)?refused": 6 * 2,
    r"column/\w+/target/\w+/accepted": 1 + 6,
    r"column/\w+/(non-target-refused|cleared|deleted)|column/regardingobjectid/replaced": 2 * 3 + 1,
    r"column/\w+/(undeclared|nobody)-refused|column/regardingobjectid/other-target-refused": 2 * 2 + 1,
    r"relationship/(?!msdyn_msdyn_)\w+/(delete|assign|share|unshare|reparent|navigation|expanded)": 7 * 7,
    r"relationship/(?!msdyn_msdyn_|.*routable)\w+/share-of-new": 6,
    r"relationship/(?!msdyn_msdyn_|.*routable)\w+/(delete|assign|share|unshare)-of-(closed|others)": 6 * 4 * 2,
    r"relationship/(?!msdyn_msdyn_|.*routable)\w+/reparent-(cleared|moved)": 6 * 2,
    r"relationship/(?!msdyn_msdyn_)\w+/one-direction": 7,
    r"relationship/(?!msdyn_msdyn_)\w+/(annotated|reference|reference-back|filter|delete-everywhere)": 7 * 5,
    r"relationship/msdyn_msdyn_\w+/(related-row|navigation|reference|filter|expanded)": 15 * 5,
}


def test_the_derived_requirements_are_whole(catalogue):
    """296 at the data level, after the normative ones, and each is of one of the known kinds."""
    derived = catalogue.requirements[399 : 399 + 296]
    assert {(item.level, item.obligation, item.family) for item in derived} == {("data", "derived", "derived")}
    counted = {looks: sum(bool(re.fullmatch(f"derived/({looks})", item.id)) for item in derived) for looks in _DERIVED}
    assert counted == _DERIVED
    assert sum(counted.values()) == len(derived) == 296


# How many requirements of calls there are of each kind: 18 messages, of which one only asks.
_CALLS = {
    r"derived/message/\w+/(callable|missing-parameter|wrong-type|unknown-parameter|unknown-conversation)": 18 * 5,
    r"derived/message/\w+/(not-by-get|effect|inverse|wrong-state)": 18 * 4,
    r"derived/message/CCaaS_GetCallState/read-only": 1,
    # accept 2, end 2, barge in, hold and unhold, start and reject a transfer, four of recording, two of transcription
    r"advisory/message/\w+/effect": 2 + 2 + 1 + 2 + 2 + 3 + 2,
    r"advisory/message/CCaaS_(Hold|Initiate|Pause|StartTranscription)\w*/inverse": 4,
    r"advisory/message/(?!CCaaS_(GetCallState|CloseExternalSession))\w+/wrong-state": 18 - 2,
}


def test_the_requirements_of_calls_are_whole(catalogue):
    """163 derived and 34 advisory ones at the calls level, each of one of the known kinds, the advisory last."""
    calls = catalogue.requirements[399 + 296 :]
    assert [item.obligation for item in calls] == ["derived"] * 163 + ["advisory"] * 34
    assert all((item.level, item.family) == ("calls", item.obligation) for item in calls)
    counted = {looks: sum(bool(re.fullmatch(looks, item.id)) for item in calls) for looks in _CALLS}
    assert counted == _CALLS
    assert sum(counted.values()) == len(calls) == 197
    for item in calls:
        callable_, effect = f"derived/message/{item.node.split('/')[2]}/callable", f"{item.node}/effect"
        last = item.path[0]
        expected = {"callable": (), "inverse": (callable_, effect)}.get(last, (callable_,))
        assert item.blocked_by == expected, item.id
        assert item.derived_from.rpartition("/")[2] == ("exists" if last == "callable" else "is-action")


def test_what_is_usual_names_states_and_messages_that_there_are(catalogue):
    """Advisory requirements expect states in the words of the kit, and messages of the page."""
    for item in catalogue.requirements:
        if item.obligation != "advisory":
            continue
        expected = dict(item.expected)
        if item.path == ("wrong-state",):
            assert set(expected.pop("is")) <= {"refused", "unchanged"}
            expected = expected.pop("in")
        if item.path == ("inverse",):
            assert f"message/{expected.pop('after')}/exists" in catalogue.by_id
        assert expected.pop("participants", "+1") == "+1"
        assert expected
        assert all(set(words) <= set(REGIONS[region]) for region, words in expected.items())


def test_what_is_derived_leads_back_to_the_page(catalogue):
    """Each derived requirement names normative ones that exist, stands where the first does, and blocks none."""
    normative = {item.id: item for item in catalogue.of("surface")}
    for item in (*catalogue.of("data"), *catalogue.of("calls")):
        sources = [normative[name] for name in fnmatch.filter(normative, item.derived_from)]
        assert sources, item.id
        assert (item.section, item.line) == (sources[0].section, sources[0].line)
        assert item.id == f"{item.node}/{item.path[0]}"
        if item.level == "data" and "*" not in item.derived_from and item.path[0] != "accepted":
            assert item.expected == sources[0].expected
        assert all(name.startswith(("derived/", "advisory/")) for name in item.blocked_by)
    assert not any(name.startswith("derived/") for item in normative.values() for name in item.blocked_by)


@pytest.mark.parametrize("name", ["facts", "requirements"])
def test_the_committed_files_keep_their_schemas(name):
    """The committed outputs are as their published schemas say."""
    schema = json.loads((_ROOT / f"schemas/outputs/{name}.schema.json").read_text(encoding="utf-8"))
    document = json.loads((_ROOT / f"reference/{name}.json").read_text(encoding="utf-8"))
    assert list(Draft202012Validator(schema).iter_errors(document)) == []


def test_requirements_and_schemas_are_the_same_list(catalogue):
    """Every committed requirement has its branch in a committed schema, and every branch its requirement."""
    branches = [
        (node, branch["x-requirement"])
        for path in (_ROOT / "schemas/responses").glob("*.json")
        for node, schema in json.loads(path.read_text(encoding="utf-8"))["$defs"].items()
        for branch in schema["allOf"]
    ]
    assert sorted(branches) == sorted((item.node, item.id) for item in catalogue.of("surface"))


@present
@pytest.mark.parametrize("page", [_MARKDOWN, _RENDERED], ids=["markdown", "rendered"])
def test_the_suite_agrees_with_the_page(page, capsys):
    """``derive --check`` finds no difference in either form."""
    assert derive(page, None, check=True) == 0, capsys.readouterr().out


@present
def test_the_rendered_page_has_lost_four_labels(capsys):
    """The losses are those that are known, by the number of the channel."""
    derive(_RENDERED, None, check=True)
    lost = re.findall(r"options/(\d+)/label", capsys.readouterr().out)
    assert lost == ["192300000", "192320000", "192330000", "192350001"]


# How many statements a raw line makes, by its looks alone; the first expression that matches counts.
_COUNTS = (
    (r"# \S", lambda line: 2),
    (r"\| `\w+`<br />Event: ", lambda line: 4),
    (r"\|\d+\|", lambda line: 2),
    (r"\|Targets\|", lambda line: line.count(",") + 1),
    (r"\|(CascadeConfiguration|AssociatedMenuConfiguration)\|", lambda line: line.count("<br />") + 1),
    (r"\|(Referenc\w+|IsCustomizable)\|", lambda line: 1),
)


def _statements(line: str, section: str) -> int:
    if line.startswith("### <a") and "-to-" in section:
        return 1
    return next((count(line) for looks, count in _COUNTS if re.match(looks, line)), 0)


@present
def test_every_line_has_as_many_requirements_as_a_second_count_finds(catalogue, lines):
    """Line by line, the number of requirements is what plain expressions count in the raw text."""
    counted, section = {}, ""
    for number, line in enumerate(lines, 1):
        section = line if line.startswith("## ") else section
        if statements := _statements(line, section):
            counted[number] = statements
    assert counted == Counter(item.line for item in catalogue.of("surface"))
    assert sum(counted.values()) == 399


@present
def test_every_line_is_accounted_for(catalogue, lines):
    """Requirements and exclusions together name every line that is not blank, and no other."""
    named = {item.line for item in (*catalogue.requirements, *catalogue.exclusions)}
    assert named == {number for number, line in enumerate(lines, 1) if line.strip()}


@present
def test_every_expected_value_stands_in_its_line(catalogue, lines):
    """The line that a requirement names shows the value that it expects, as the page writes it."""
    written = {True: "True", False: "False"}
    for item in catalogue.of("surface"):
        line = lines[item.line - 1]
        if item.family == "message-on-table":
            assert f"`{item.node.split('/')[1]}`" in line
        elif item.family in ("cascade", "menu"):
            shown = dict(re.findall(r"(\w+): `?([^`<|]*)", line))[item.path[-1]].strip()
            value = item.expected
            assert shown in {"", "null"} if value is None else shown == str(written.get(value, value))
        else:
            value = written[item.expected] if isinstance(item.expected, bool) else str(item.expected)
            assert re.search(rf"(?<!\w){re.escape(value)}(?!\w)", line), item.id


@present
def test_no_sentence_of_the_page_is_repeated(catalogue, lines):
    """Statements and reasons are in our own words: no five words in a row come from the page's prose."""
    prose = " ".join(line for line in lines if line and line[0] not in "|-#")
    words = re.findall(r"\w+", prose.lower())
    runs = {tuple(words[at : at + 5]) for at in range(len(words) - 4)}
    for text in {item.statement for item in catalogue.requirements} | {item.reason for item in catalogue.exclusions}:
        said = re.findall(r"\w+", text.lower())
        assert not runs & {tuple(said[at : at + 5]) for at in range(len(said) - 4)}, text
