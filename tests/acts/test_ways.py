"""The other ways to a link and a row: what endpoints answer there, each with its verdict; time is made up."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote

import pytest

from dataverse_tck.acts import scene as scene_module
from dataverse_tck.acts import stage as stage_module
from dataverse_tck.acts.errors import Aside, UnfitError, WrongError
from dataverse_tck.acts.linking import ways
from dataverse_tck.acts.scene import Scene
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.webapi.http.answer import Answer, Refused
from dataverse_tck.webapi.http.errors import Broken
from dataverse_tck.webapi.rows.records import Row
from dataverse_tck.webapi.rows.tables import Table
from tests.support.staging import TIME_GROUP, Hours, stage_at

CONVERSATION, RECORD, CHILD = "msdyn_ocliveworkitem", "msdyn_timegroup", "msdyn_smsengagementctx"
SMS = "msdyn_msdyn_ocliveworkitem_msdyn_smsengagementctx_liveworkitemid"
ABOUT, OF = "_regardingobjectid_value", "_msdyn_liveworkitemid_value"
WAY = "regardingobjectid_msdyn_timegroup_msdyn_ocliveworkitem"
KIND_SAID = f"{ABOUT}@Microsoft.Dynamics.CRM.lookuplogicalname"
WAY_SAID = f"{ABOUT}@Microsoft.Dynamics.CRM.associatednavigationproperty"
MINE, THEIRS, OTHER = "c0ffee00-0000-4000-8000-000000000001", "5ec0d000-0000-4000-8000-000000000002", "0" * 8
BACK = f"msdyn_timegroups({THEIRS})/{TIME_GROUP}"
GONE = None


def table(name: str, entity_set: str, key: str, collections: Mapping[str, str] | None = None) -> Table:
    """A table, as far as these acts ask."""
    return Table(name, entity_set, key, None, "UserOwned", {}, {}, collections or {})


@dataclass
class Endpoint:
    """Rows by id, lists by the beginning of what is asked for, statuses and effects by method; all may come late."""

    rows: dict[str, list[dict[str, Any] | None]] = field(default_factory=dict)  # what is read, look by look
    lists: dict[str, list[list[str] | Exception]] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)
    effects: dict[str, tuple[str, str, str | None]] = field(default_factory=dict)  # method -> row, property, value
    sent: list[tuple[str, str, Any]] = field(default_factory=list)
    exchanges: list[str] = field(default_factory=list)
    session: Any = field(default_factory=lambda: SimpleNamespace(url=lambda path: f"https://x/{path}"))

    def note(self, words: dict[str, Any]) -> None:
        """What is no exchange is not looked at."""

    def read(self, row: Row, *, select: tuple[str, ...] = (), headers: object = None) -> dict[str, Any] | None:
        """Read a row."""
        self.sent.append(("GET", row.path, select))
        looks = self.rows.get(row.id, [GONE])
        return looks.pop(0) if len(looks) > 1 else looks[0]

    def list(self, target: str, headers: object = None) -> list[dict[str, Any]]:
        """Read a list; ids in capitals, as they may be."""
        self.sent.append(("GET", unquote(target), None))
        looks = next((found for start, found in self.lists.items() if unquote(target).startswith(start)), [[]])
        seen = looks.pop(0) if len(looks) > 1 else looks[0]
        if isinstance(seen, Exception):
            raise seen
        key = "msdyn_timegroupid" if target.startswith("msdyn_timegroups?") else "activityid"
        return [{key: one.upper()} for one in seen]

    def send(self, method: str, target: str, content: Any = None, headers: object = None) -> Answer:
        """Take a request."""
        self.sent.append((method, target, content))
        status = self.statuses.get(method, 204)
        if method in self.effects and status < 300:
            row, name, value = self.effects[method]
            self.rows[row] = [{name: value}]
        said = b"" if status < 300 else json.dumps({"error": {"code": "0x0", "message": "no"}}).encode()
        return Answer(status, {}, said, f"https://x/{target}", "x0001")

    def delete(self, row: Row) -> Answer:
        """Delete a row."""
        return self.send("DELETE", row.path)


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    """A conversation and a record, at an endpoint that a test describes."""
    hours = Hours()
    monkeypatch.setattr(scene_module, "time", hours)
    monkeypatch.setattr(stage_module, "time", hours)
    known = {
        CONVERSATION: table(CONVERSATION, "msdyn_ocliveworkitems", "activityid", {TIME_GROUP: TIME_GROUP}),
        RECORD: table(RECORD, "msdyn_timegroups", "msdyn_timegroupid"),
        CHILD: table(CHILD, "msdyn_smsengagementctxs", "activityid"),
    }
    with stage_at(tmp_path) as stage:
        monkeypatch.setattr(stage, "stopping", hours)
        monkeypatch.setattr(stage, "tables", SimpleNamespace(of=lambda name: known[name]))
        made = Scene(stage, "a link")
        made.rows["conversation"] = Row(CONVERSATION, MINE, f"msdyn_ocliveworkitems({MINE})")
        made.rows["record"] = Row(RECORD, THEIRS, f"msdyn_timegroups({THEIRS})")
        made.links["record"] = made.links["conversation"] = stage.links[TIME_GROUP]
        yield made


def at(scene: Scene, endpoint: Endpoint) -> Endpoint:
    """Let the scene be about this endpoint."""
    scene.records = endpoint  # type: ignore[assignment]
    return endpoint


def as_child(scene: Scene) -> None:
    """Let the record be one that belongs to the conversation."""
    scene.rows["record"] = Row(CHILD, THEIRS, f"msdyn_smsengagementctxs({THEIRS})")
    scene.links["record"] = scene.stage.links[SMS]


def without_way_back(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the endpoint not declare the collection at the other end."""
    right = scene.stage.tables.of
    bare = table(CONVERSATION, "msdyn_ocliveworkitems", "activityid")
    monkeypatch.setattr(
        scene.stage, "tables", SimpleNamespace(of=lambda name: bare if name == CONVERSATION else right(name))
    )


Verdict = tuple[str, object]  # what is said, and what was observed


def verdict(act: Callable[[Scene], object], scene: Scene) -> object:
    """What an act comes to: what it returns, or what it says."""
    try:
        return act(scene)
    except WrongError as wrong:
        return str(wrong), wrong.observed


LINKED = {ABOUT: THEIRS.upper()}
SAYS = "The conversation says that regardingobjectid leads to its record of msdyn_timegroup, not "
UNSAID = f"{ABOUT} was read with annotations and comes without "
KIND_TERM, WAY_TERM = (name.partition("@")[2] for name in (KIND_SAID, WAY_SAID))
ANNOTATIONS: dict[str, tuple[list[dict[str, Any] | None], object]] = {
    "both right": ([LINKED | {KIND_SAID: RECORD, WAY_SAID: WAY}], WAY),
    "right at the second look": ([GONE, LINKED | {KIND_SAID: RECORD, WAY_SAID: WAY}], WAY),
    "lost": ([{ABOUT: None}], ("The conversation has lost its record of msdyn_timegroup.", None)),
    "another": ([{ABOUT: OTHER}], ("The conversation has lost its record of msdyn_timegroup.", OTHER)),
    "another way": (
        [LINKED | {KIND_SAID: RECORD, WAY_SAID: "regardingobjectid"}],
        (f"{SAYS}{WAY}.", "regardingobjectid"),
    ),
    "another way alone": ([LINKED | {WAY_SAID: "regardingobjectid"}], (f"{SAYS}{WAY}.", "regardingobjectid")),
    "in other letters": (
        [LINKED | {KIND_SAID: RECORD, WAY_SAID: WAY.upper()}],
        (f"The conversation says that {WAY.upper()} leads to its record of msdyn_timegroup, not {WAY}.", WAY.upper()),
    ),
    "neither": ([LINKED], Aside(Outcome.NOT_OBSERVABLE, f"{UNSAID}{KIND_TERM}, {WAY_TERM}")),
    "the kind alone": ([LINKED | {KIND_SAID: RECORD}], Aside(Outcome.NOT_OBSERVABLE, f"{UNSAID}{WAY_TERM}")),
    "the way alone": ([LINKED | {WAY_SAID: WAY}], Aside(Outcome.NOT_OBSERVABLE, f"{UNSAID}{KIND_TERM}")),
}


@pytest.mark.parametrize("case", ANNOTATIONS)
def test_what_is_said_of_the_way_is_right_or_not_said(scene: Scene, case: str) -> None:
    """What is not sent cannot be seen; what is sent has to be the documented property."""
    looks, expected = ANNOTATIONS[case]
    endpoint = at(scene, Endpoint({MINE: list(looks)}))

    assert verdict(ways.says_the_way, scene) == expected
    assert set(endpoint.sent) == {("GET", f"msdyn_ocliveworkitems({MINE})", (ABOUT,))}
    assert len(endpoint.sent) == len(looks) or case in {"lost", "another"}


PUT, DELETE, POST = (MINE, ABOUT, THEIRS.upper()), (MINE, ABOUT, None), (MINE, ABOUT, THEIRS)
AT_ITS_END: dict[str, tuple[dict[str, Any], dict[str, int], object]] = {
    "linked and freed": ({"PUT": PUT, "DELETE": DELETE}, {}, WAY),
    "answered with 200": ({"PUT": PUT, "DELETE": DELETE}, {"PUT": 200, "DELETE": 200}, WAY),
    "not linked": (
        {"DELETE": DELETE},
        {},
        (
            f"The endpoint said yes, but the conversation names nothing in regardingobjectid, not {THEIRS}.",
            None,
        ),
    ),
    "linked to another": (
        {"PUT": (MINE, ABOUT, OTHER), "DELETE": DELETE},
        {},
        (f"The endpoint said yes, but the conversation names {OTHER} in regardingobjectid, not {THEIRS}.", OTHER),
    ),
    "not freed": (
        {"PUT": PUT},
        {},
        (f"The endpoint said yes, but the conversation names {THEIRS} in regardingobjectid, not nothing.", THEIRS),
    ),
    "refused": (
        {},
        {"PUT": 405},
        (
            f"Linking a conversation to a record of msdyn_timegroup by a reference in {WAY} is refused: 405 (no)",
            405,
        ),
    ),
    "freeing refused": (
        {"PUT": PUT},
        {"DELETE": 400},
        (f"Taking the reference out of {WAY} of a conversation is refused: 400 (no)", 400),
    ),
}


@pytest.mark.parametrize("case", AT_ITS_END)
def test_a_conversation_is_linked_and_freed_by_address(scene: Scene, case: str) -> None:
    """Both ways are asked for, and both are seen to work."""
    effects, statuses, expected = AT_ITS_END[case]
    endpoint = at(scene, Endpoint({MINE: [{ABOUT: None}]}, effects=effects, statuses=statuses))
    scene.links.clear()
    ways.refer(scene, TIME_GROUP)
    path = f"msdyn_ocliveworkitems({MINE})/{WAY}/$ref"

    assert endpoint.sent == [("PUT", path, {"@odata.id": f"https://x/msdyn_timegroups({THEIRS})"})]
    assert verdict(ways.refers_until_freed, scene) == expected
    assert (("DELETE", path, None) in endpoint.sent) == (
        case in {"linked and freed", "answered with 200", "not freed"} | {"freeing refused"}
    )


def test_a_row_that_is_gone_names_nothing_either(scene: Scene) -> None:
    """It is told apart from one that was freed."""
    at(scene, Endpoint(effects={"PUT": PUT}))
    ways.refer(scene, TIME_GROUP)
    scene.records.rows[MINE] = [GONE]  # type: ignore[attr-defined]

    said = f"The endpoint said yes, but the conversation names a row that is gone in regardingobjectid, not {THEIRS}."
    assert verdict(ways.refers_until_freed, scene) == (said, "a row that is gone")


@pytest.mark.parametrize("status", [401, 403])
def test_who_may_not_link_decides_nothing(scene: Scene, status: int) -> None:
    """A missing right says nothing of the way."""
    at(scene, Endpoint(statuses={"PUT": status}))
    ways.refer(scene, TIME_GROUP)

    with pytest.raises(UnfitError, match="is not allowed here") as told:
        ways.refers_until_freed(scene)
    assert told.value.outcome is Outcome.NOT_TESTABLE


AT_THE_OTHER_END: dict[str, tuple[dict[str, Any], dict[str, int], object]] = {
    "taken and let go": ({"POST": POST, "DELETE": DELETE}, {}, WAY),
    "not taken": (
        {"DELETE": DELETE},
        {},
        (f"The endpoint said yes, but the conversation names nothing in regardingobjectid, not {THEIRS}.", None),
    ),
    "not let go": (
        {"POST": POST},
        {},
        (f"The endpoint said yes, but the conversation names {THEIRS} in regardingobjectid, not nothing.", THEIRS),
    ),
    "refused": ({}, {"POST": 501}, (f"Putting a reference into {TIME_GROUP} of the record is refused: 501 (no)", 501)),
    "letting go refused": (
        {"POST": POST},
        {"DELETE": 404},
        (f"Taking a reference out of {TIME_GROUP} of the record is refused: 404 (no)", 404),
    ),
}


@pytest.mark.parametrize("case", AT_THE_OTHER_END)
def test_a_record_takes_a_conversation_and_lets_it_go(scene: Scene, case: str) -> None:
    """In the collection that the endpoint declares."""
    effects, statuses, expected = AT_THE_OTHER_END[case]
    endpoint = at(scene, Endpoint({MINE: [{ABOUT: None}]}, effects=effects, statuses=statuses))

    assert verdict(ways.can_be_taken, scene) == expected
    body = {"@odata.id": f"https://x/msdyn_ocliveworkitems({MINE})"}
    assert endpoint.sent[0] == ("POST", f"{BACK}/$ref", body)
    assert (("DELETE", f"{BACK}({MINE})/$ref", None) in endpoint.sent) == (case not in {"not taken", "refused"})


def test_a_collection_that_is_not_declared_is_not_tried(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its name is not in the reference: not observable, and nothing is sent."""
    endpoint = at(scene, Endpoint())
    without_way_back(scene, monkeypatch)

    said = f"the endpoint declares no way back from msdyn_timegroup ({TIME_GROUP})"
    assert ways.can_be_taken(scene) == Aside(Outcome.NOT_OBSERVABLE, said)
    assert endpoint.sent == []


FREED, TAKEN = (THEIRS, OF, None), (THEIRS, OF, MINE.upper())
OUT_OF_THE_LIST: dict[str, tuple[dict[str, Any], dict[str, int], object]] = {
    "let go and taken": ({"POST": TAKEN, "DELETE": FREED}, {}, SMS),
    "not let go": (
        {"POST": TAKEN},
        {},
        (f"The endpoint said yes, but the record names {MINE} in msdyn_liveworkitemid, not nothing.", MINE),
    ),
    "not taken": (
        {"DELETE": FREED},
        {},
        (f"The endpoint said yes, but the record names nothing in msdyn_liveworkitemid, not {MINE}.", None),
    ),
    "refused": (
        {},
        {"DELETE": 400},
        (f"Taking a reference out of {SMS} of the conversation is refused: 400 (no)", 400),
    ),
    "taking refused": (
        {"DELETE": FREED},
        {"POST": 400},
        (f"Putting a reference into {SMS} of the conversation is refused: 400 (no)", 400),
    ),
}


@pytest.mark.parametrize("case", OUT_OF_THE_LIST)
def test_a_list_lets_a_record_go_and_takes_it_again(scene: Scene, case: str) -> None:
    """By the documented name of the list."""
    effects, statuses, expected = OUT_OF_THE_LIST[case]
    as_child(scene)
    endpoint = at(scene, Endpoint({THEIRS: [{OF: MINE}]}, effects=effects, statuses=statuses))
    way = f"msdyn_ocliveworkitems({MINE})/{SMS}"

    assert verdict(ways.can_be_let_go, scene) == expected
    assert endpoint.sent[0] == ("DELETE", f"{way}({THEIRS})/$ref", None)
    put_back = ("POST", f"{way}/$ref", {"@odata.id": f"https://x/msdyn_smsengagementctxs({THEIRS})"})
    assert (put_back in endpoint.sent) == (case not in {"not let go", "refused"})


CONVERSATIONS = "msdyn_ocliveworkitems?$select=activityid&$filter="
BY_COLUMN, ALONG = f"{ABOUT} eq {THEIRS}", f"{WAY}/msdyn_timegroupid eq {THEIRS}"


def refused(status: int) -> Refused:
    """What is raised for a list that is answered so."""
    return Refused(f"it answers {status}", Answer(status, {}, b"", "http://127.0.0.1/x", "x1"))


REFUSED = refused(400)
FOUND: dict[str, tuple[dict[str, list[Any]], object]] = {
    "alone": ({BY_COLUMN: [[MINE]], ALONG: [[MINE]]}, "regardingobjectid"),
    "late": ({BY_COLUMN: [[], [MINE]], ALONG: [[], [], [MINE]]}, "regardingobjectid"),
    "not by the column": (
        {BY_COLUMN: [[]], ALONG: [[MINE]]},
        (f"Looking for {BY_COLUMN} finds 0 others and not the conversation itself.", 0),
    ),
    "not along the way": (
        {BY_COLUMN: [[MINE]], ALONG: [[]]},
        (f"Looking for {ALONG} finds 0 others and not the conversation itself.", 0),
    ),
    "all": (
        {BY_COLUMN: [[OTHER, MINE, THEIRS]], ALONG: [[MINE]]},
        (f"Looking for {BY_COLUMN} finds 2 others beside the conversation itself.", 3),
    ),
    "all along the way": (
        {BY_COLUMN: [[MINE]], ALONG: [[MINE, OTHER]]},
        (f"Looking for {ALONG} finds 1 others beside the conversation itself.", 2),
    ),
    "another": (
        {BY_COLUMN: [[OTHER]], ALONG: [[MINE]]},
        (f"Looking for {BY_COLUMN} finds 1 others and not the conversation itself.", 1),
    ),
    "refused": ({BY_COLUMN: [REFUSED]}, (f"Looking for {BY_COLUMN} is refused: it answers 400", "refused")),
}


@pytest.mark.parametrize("case", FOUND)
def test_a_conversation_is_found_by_its_record_alone(scene: Scene, case: str) -> None:
    """By the column and along the property; others beside it are told at once, as no delay explains them."""
    lists, expected = FOUND[case]
    endpoint = at(scene, Endpoint(lists={f"{CONVERSATIONS}{start}": looks for start, looks in lists.items()}))
    endpoint.lists = {start: list(looks) for start, looks in endpoint.lists.items()}

    assert verdict(ways.is_found_by_its_record, scene) == expected
    assert endpoint.sent[0][:2] == ("GET", f"{CONVERSATIONS}{BY_COLUMN}")
    if case in {"alone", "all", "refused"}:
        assert len(endpoint.sent) == (2 if case == "alone" else 1)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([THEIRS], "msdyn_liveworkitemid"),
        ([THEIRS, OTHER], (f"Looking for {OF} eq {MINE} finds 1 others beside the record itself.", 2)),
        ([], (f"Looking for {OF} eq {MINE} finds 0 others and not the record itself.", 0)),
    ],
)
def test_a_record_is_found_by_its_conversation_alone(scene: Scene, found: list[str], expected: object) -> None:
    """Of the records of its table."""
    as_child(scene)
    at(scene, Endpoint(lists={f"msdyn_smsengagementctxs?$select=activityid&$filter={OF} eq {MINE}": [found]}))

    assert verdict(ways.is_found_by_its_conversation, scene) == expected


def test_a_look_that_breaks_off_decides_nothing(scene: Scene) -> None:
    """It is no refusal."""
    at(scene, Endpoint(lists={CONVERSATIONS: [Broken("it answers 500")]}))

    with pytest.raises(Broken, match="it answers 500"):
        ways.is_found_by_its_record(scene)


BY_KEY = f"msdyn_timegroups?$select=msdyn_timegroupid&$filter=msdyn_timegroupid eq {THEIRS}"
BELOW = f"{BACK}?$select=activityid"
THERE = {"msdyn_timegroupid": THEIRS}
STILL = f"Looking for {BY_COLUMN} still finds the conversation."
LEFT: dict[str, tuple[list[Any], dict[str, list[Any]], object]] = {
    "nothing": ([GONE], {}, "Cascade"),
    "nothing, late": (
        [THERE, GONE],
        {BY_KEY: [[THEIRS], []], f"{CONVERSATIONS}{BY_COLUMN}": [[MINE], []], BELOW: [[MINE], []]},
        "Cascade",
    ),
    "others": (
        [GONE],
        {BY_KEY: [[OTHER]], f"{CONVERSATIONS}{BY_COLUMN}": [[OTHER]], BELOW: [[OTHER]]},
        "Cascade",
    ),
    "no list below it": ([GONE], {BELOW: [refused(404)]}, "Cascade"),
    "its address": ([THERE], {}, ("The deleted record is still there by its address.", "there by its address")),
    "a list": ([GONE], {BY_KEY: [[THEIRS]]}, ("The deleted record is still in the list of msdyn_timegroup.", "listed")),
    "by the column": ([GONE], {f"{CONVERSATIONS}{BY_COLUMN}": [[OTHER, MINE]]}, (STILL, "found by its column")),
    "below it": (
        [GONE],
        {BELOW: [[MINE]]},
        (f"{TIME_GROUP} of the record still lists the conversation.", "listed by its record"),
    ),
}


@pytest.mark.parametrize("case", LEFT)
def test_nothing_leads_to_what_was_deleted(scene: Scene, case: str) -> None:
    """Neither the address nor a list, nor what hung on it; a record that is gone may be unknown to its list."""
    looks, lists, expected = LEFT[case]
    endpoint = at(scene, Endpoint({THEIRS: list(looks)}, lists={start: list(seen) for start, seen in lists.items()}))

    assert verdict(ways.is_gone_everywhere, scene) == expected
    if case in {"nothing", "others", "no list below it"}:
        asked = [f"msdyn_timegroups({THEIRS})", BY_KEY, f"{CONVERSATIONS}{BY_COLUMN}", BELOW]
        assert [target for _, target, _ in endpoint.sent] == asked


def test_a_list_below_a_deleted_record_that_breaks_off_decides_nothing(scene: Scene) -> None:
    """A server that fails does not say that nothing is there."""
    at(scene, Endpoint(lists={BELOW: [Broken("it answers 500")]}))

    with pytest.raises(Broken, match="it answers 500"):
        ways.is_gone_everywhere(scene)


def test_where_no_way_back_is_declared_the_other_ways_decide(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is asked for below the record."""
    endpoint = at(scene, Endpoint())
    without_way_back(scene, monkeypatch)

    assert ways.is_gone_everywhere(scene) == "Cascade"
    assert len(endpoint.sent) == 3


OWN = f"{CONVERSATIONS}activityid eq {MINE}"
NOWHERE: dict[str, tuple[list[Any], dict[str, list[Any]], object]] = {
    "nowhere": ([GONE], {}, "gone"),
    "its address": (
        [{"activityid": MINE}],
        {},
        ("The deleted conversation is still there by its address.", "there by its address"),
    ),
    "a list": (
        [GONE],
        {OWN: [[MINE]]},
        ("The deleted conversation is still in the list of msdyn_ocliveworkitem.", "listed"),
    ),
    "its record": (
        [GONE],
        {BELOW: [[OTHER, MINE]]},
        (f"{TIME_GROUP} of the record still lists the conversation.", "listed by its record"),
    ),
    "its record, of others": ([GONE], {BELOW: [[OTHER]]}, "gone"),
}


@pytest.mark.parametrize("case", NOWHERE)
def test_a_deleted_conversation_is_found_nowhere(scene: Scene, case: str) -> None:
    """Not by its address, not in a list, not by its record."""
    looks, lists, expected = NOWHERE[case]
    endpoint = at(scene, Endpoint({MINE: looks}, lists=lists))
    ways.delete_conversation(scene)

    assert endpoint.sent == [("DELETE", f"msdyn_ocliveworkitems({MINE})", None)]
    assert verdict(ways.is_nowhere, scene) == expected


def test_a_conversation_that_nobody_may_delete_decides_nothing(scene: Scene) -> None:
    """The reference does not say who may."""
    at(scene, Endpoint(statuses={"DELETE": 405}))

    with pytest.raises(UnfitError, match=r"deleting a conversation was refused: 405 \(no\)") as told:
        ways.delete_conversation(scene)
    assert told.value.outcome is Outcome.NOT_TESTABLE
