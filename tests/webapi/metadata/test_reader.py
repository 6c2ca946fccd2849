"""What is read of an endpoint, how its answers are understood, and how few requests and rounds it takes."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest

from dataverse_tck.evidence.recorder import Recorder
from dataverse_tck.readings import Questions, Reading, Readings, State
from dataverse_tck.webapi.metadata.reader import read_metadata
from dataverse_tck.webapi.preflight import find_endpoint
from tests.support.canned_server import Canned, Open, Request, Serve, Server, html, reply

T = "EntityDefinitions(LogicalName='msdyn_ocliveworkitem')"
CRM = "Microsoft.Dynamics.CRM"
MULTI = f"{T}/Attributes(LogicalName='msdyn_channel')/{CRM}.MultiSelectPicklistAttributeMetadata"
SINGLE = f"{T}/Attributes(LogicalName='msdyn_channel')/{CRM}.PicklistAttributeMetadata"
REGARDING = f"{T}/Attributes(LogicalName='regardingobjectid')/{CRM}.LookupAttributeMetadata"
ROUTABLE = f"{T}/Attributes(LogicalName='msdyn_routableobjectid')/{CRM}.LookupAttributeMetadata"
SEARCH = "EntityDefinitions"
FILTERS = (
    "sdkmessagefilters?$select=primaryobjecttypecode,iscustomprocessingstepallowed,isvisible"
    "&$expand=sdkmessageid($select=name)"
)
APIS = "customapis?$select=uniquename,isfunction,bindingtype,boundentitylogicalname,allowedcustomprocessingsteptype"
QUESTIONS = Questions(
    table="msdyn_ocliveworkitem",
    choices=("msdyn_channel",),
    lookups=("regardingobjectid", "msdyn_routableobjectid"),
    messages=("CCaaS_AcceptConversation", "Create", "WhoAmI", "It's_made_up"),
    made_up_table="msdyn_made_up",
)
OPTIONS = {"Options": [{"Value": 192300000, "Label": {"LocalizedLabels": []}}], "Unknown": {"kept": True}}
EDMX = b"""<edmx:Edmx xmlns:edmx="x"><edmx:DataServices><Schema Namespace="Microsoft.Dynamics.CRM"
 Alias="mscrm"><EntityType Name="msdyn_ocliveworkitem"/></Schema></edmx:DataServices></edmx:Edmx>"""
COLUMNS = [
    {
        "@odata.type": f"#{CRM}.MultiSelectPicklistAttributeMetadata",
        "LogicalName": "msdyn_channel",
        "AttributeType": "Virtual",
    },
    {"@odata.type": f"#{CRM}.LookupAttributeMetadata", "LogicalName": "regardingobjectid"},
    {"@odata.type": f"#{CRM}.LookupAttributeMetadata", "LogicalName": "msdyn_routableobjectid"},
    {"@odata.type": f"#{CRM}.StringAttributeMetadata", "LogicalName": "Subject"},
]
MISSING = reply({"error": {"code": "0x80060888", "message": "Resource not found."}}, 404)
ORDINARY: dict[str, Canned] = {
    T: reply({"LogicalName": "msdyn_ocliveworkitem", "Extra": [1]}),
    f"{T}/Attributes": reply({"value": COLUMNS}),
    MULTI: reply({"LogicalName": "msdyn_channel", "OptionSet": OPTIONS, "GlobalOptionSet": None}),
    REGARDING: reply({"LogicalName": "regardingobjectid", "Targets": ["account"]}),
    ROUTABLE: reply({"LogicalName": "msdyn_routableobjectid", "Targets": []}),
    f"{T}/ManyToOneRelationships": reply({"value": [{"SchemaName": "a", "IsDenormalizedLookup": False}]}),
    f"{T}/OneToManyRelationships": reply({"value": []}),
    "$metadata": Canned(200, EDMX, {"Content-Type": "application/xml"}),
    "sdkmessages": reply({"value": [{"name": "Create"}]}),
    "sdkmessagefilters": reply({"value": [{"isvisible": True, "sdkmessageid": {"name": "Create"}}]}),
    "customapis": reply({"value": []}),
}


def organisation(**changes: Canned | None) -> Callable[[Request], Canned]:
    """Answer by path or the short name of one, without the query; ``None`` takes an answer away."""
    names = {
        "table": T,
        "columns": f"{T}/Attributes",
        "multi": MULTI,
        "single": SINGLE,
        "regarding": REGARDING,
    }
    names |= {"many": f"{T}/ManyToOneRelationships", "csdl": "$metadata", "search": SEARCH}
    answers = {**ORDINARY, **{names.get(name, name): canned for name, canned in changes.items()}}

    def answer(request: Request) -> Canned:
        return answers.get(request.path.partition("?")[0].removeprefix("/api/data/v9.2/")) or MISSING

    return answer


def outline(reading: Reading[Any]) -> tuple[State, bool]:
    """The state of a reading, and whether it has content."""
    return reading.state, reading.content is not None


def read(server: Server, session_at: Open, **limits: Any) -> Readings:
    """Read all metadata of a server."""
    return read_metadata(session_at(server.root, tries=1, **limits), QUESTIONS)


def test_an_ordinary_organisation_is_read_whole(serve: Serve, session_at: Open) -> None:
    """Every reading is READ, documents are kept as they were served, unknown members included."""
    found = read(serve(organisation()), session_at)
    assert found.table.content == {"LogicalName": "msdyn_ocliveworkitem", "Extra": [1]}
    assert found.columns.content == {column["LogicalName"]: column for column in COLUMNS}
    assert found.choices["msdyn_channel"].content == {
        "LogicalName": "msdyn_channel",
        "OptionSet": OPTIONS,
        "GlobalOptionSet": None,
    }
    assert {name: (item.content or {})["Targets"] for name, item in found.lookups.items()} == {
        "regardingobjectid": ["account"],
        "msdyn_routableobjectid": [],
    }
    assert found.many_to_one.content == ({"SchemaName": "a", "IsDenormalizedLookup": False},)
    assert found.one_to_many.content == ()
    assert found.csdl.content is not None
    assert set(found.csdl.content.entity_types) == {"msdyn_ocliveworkitem"}
    assert found.sdkmessages.content == ({"name": "Create"},)
    assert found.sdkmessagefilters.content == ({"isvisible": True, "sdkmessageid": {"name": "Create"}},)
    assert found.customapis.content == ()


def test_what_is_asked(serve: Serve, session_at: Open) -> None:
    """The questions of an ordinary run, word by word, and each reading names its exchanges."""
    server = serve(organisation())
    session = session_at(server.root)
    found = read_metadata(session, QUESTIONS)
    names = "{0} eq 'CCaaS_AcceptConversation' or {0} eq 'Create' or {0} eq 'WhoAmI' or {0} eq 'It''s_made_up'"
    assert sorted(server.paths) == sorted(
        [
            T,
            f"{T}/Attributes?$select=LogicalName,AttributeType,AttributeTypeName",
            f"{MULTI}?$select=LogicalName&$expand=OptionSet,GlobalOptionSet",
            f"{REGARDING}?$select=LogicalName,Targets",
            f"{ROUTABLE}?$select=LogicalName,Targets",
            f"{T}/ManyToOneRelationships",
            f"{T}/OneToManyRelationships",
            "$metadata",
            "EntityDefinitions(LogicalName='msdyn_made_up')",
            f"sdkmessages?$select=name,isprivate&$filter={names.format('name')}",
            f"{FILTERS}&$filter={names.format('sdkmessageid/name')}",
            f"{APIS},isprivate&$filter={names.format('uniquename')}",
        ]
    )
    accepts = {request.path.endswith("$metadata"): request.headers["accept"] for request in server.seen}
    assert accepts == {True: "application/xml", False: "application/json"}
    urls = {key: unquote(seen.url) for key, seen in session.recorder.index.items()}
    assert [urls[key] for key in found.many_to_one.exchanges] == [f"{server.root}/{T}/ManyToOneRelationships"]
    assert [urls[key] for key in found.csdl.exchanges] == [f"{server.root}/$metadata"]
    assert [urls[key].partition("?")[0] for key in found.choices["msdyn_channel"].exchanges] == [
        f"{server.root}/{MULTI}"
    ]


class Rounds:
    """A server that answers only when all have asked: what it lets through together is one round trip."""

    def __init__(self, answer: Callable[[Request], Canned]) -> None:
        self.answer, self.rounds, self.widest = answer, 0, 0
        self._lock = threading.Condition()
        self._waiting: list[int] = []
        self._last = 0.0

    def __call__(self, request: Request) -> Canned:
        with self._lock:
            mine = self.rounds
            self._waiting.append(mine)
            self._last = time.monotonic()
            while self.rounds == mine:
                quiet = self._last + 0.25 - time.monotonic()
                if quiet <= 0:
                    self.rounds += 1
                    self.widest = max(self.widest, len(self._waiting))
                    self._waiting.clear()
                    self._lock.notify_all()
                else:
                    self._lock.wait(quiet)
        return self.answer(request)


def test_the_whole_reading_takes_three_rounds(serve: Serve) -> None:
    """Preflight included, a late answer is waited for three times, with eight requests in flight at most."""
    rounds = Rounds(organisation())
    server = serve(rounds)
    found = find_endpoint(server.root, None, Recorder(None))
    with found.session as session:
        readings = read_metadata(session, QUESTIONS, first=found.first)
    assert readings.customapis.state is State.READ
    assert readings.choices["msdyn_channel"].state is State.READ
    assert len(server.seen) == 12
    assert rounds.rounds == 3
    assert rounds.widest == 8


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"multi": None, "columns": None},
        {"table": None, "search": reply({}, 403), "columns": None, "multi": None},
        {"table": None, "search": reply({"value": []})},
    ],
)
def test_fifteen_requests_are_enough(serve: Serve, changes: dict[str, Canned | None]) -> None:
    """Also when the preflight needs three, the table is looked for, and both casts are tried."""
    server = serve(organisation(**changes))
    found = find_endpoint(server.root, None, Recorder(None))
    with found.session as session:
        read_metadata(session, QUESTIONS, first=found.first)
        assert session.tally.requests == len(server.seen) <= 15
    assert server.paths.count(T) == 1


@pytest.mark.parametrize("status", [403, 404, 501])
def test_what_is_not_offered_is_unreadable(serve: Serve, session_at: Open, status: int) -> None:
    """The reason is a sentence that names the address, the status and the endpoint's own words."""
    refusal = reply({"error": {"code": "0x0", "message": "Not for you."}}, status)
    found = read(serve(organisation(many=refusal, csdl=refusal, sdkmessages=refusal, regarding=refusal)), session_at)
    for reading in (found.many_to_one, found.csdl, found.sdkmessages, found.lookups["regardingobjectid"]):
        assert outline(reading) == (State.UNREADABLE, False)
        assert f"answers {status} (Not for you.)." in reading.reason
        assert len(reading.exchanges) == 1
    assert outline(found.one_to_many) == (State.READ, True)


@pytest.mark.parametrize(
    "canned",
    [
        reply({}, 500),
        reply({}, 400),
        reply({}, 401),
        reply({}, 429),
        Canned(204),
        reply(None, 302, Location="https://elsewhere.example/"),
        html(),
        Canned(200),
        Canned(200, b'{"value": ['),
        Canned(200, b"x", {"Content-Encoding": "gzip"}),
        Canned(200, b"{}", {"Content-Length": "50"}),
    ],
)
def test_what_went_wrong_is_broken(serve: Serve, session_at: Open, canned: Canned) -> None:
    """Other statuses, a redirect away, a web page, cut off, damaged: BROKEN on every surface."""
    server = serve(
        organisation(table=canned, columns=canned, regarding=canned, many=canned, csdl=canned, customapis=canned)
    )
    found = read(server, session_at, read_s=0.5)
    for reading in (
        *(found.table, found.columns, found.lookups["regardingobjectid"]),
        *(found.many_to_one, found.csdl, found.customapis),
    ):
        assert outline(reading) == (State.BROKEN, False)
        assert reading.reason.endswith(".")
        assert len(reading.exchanges) == 1
    assert outline(found.sdkmessages) == (State.READ, True)


@pytest.mark.parametrize(
    "document", [[], {}, {"value": None}, {"value": {}}, {"value": [1]}, {"value": [None]}, "text", 7, None]
)
def test_collections_of_another_shape_are_broken(serve: Serve, session_at: Open, document: object) -> None:
    """A collection is an object whose value is a list of objects."""
    canned = reply(document)
    found = read(serve(organisation(many=canned, columns=canned, sdkmessages=canned)), session_at)
    for reading in (found.many_to_one, found.columns, found.sdkmessages):
        assert outline(reading) == (State.BROKEN, False)
        assert "another shape: a list of objects named value was expected, it begins with" in reading.reason
        assert reading.reason.endswith(f"{canned.body.decode()!r}.")


@pytest.mark.parametrize("document", [[], {"value": [{"LogicalName": "x"}]}, "text", 7, None])
def test_objects_of_another_shape_are_broken(serve: Serve, session_at: Open, document: object) -> None:
    """A keyed read gives one object, not a collection."""
    canned = reply(document)
    found = read(serve(organisation(table=canned, multi=canned, regarding=canned)), session_at)
    for reading in (found.table, found.choices["msdyn_channel"], found.lookups["regardingobjectid"]):
        assert outline(reading) == (State.BROKEN, False)
        assert "another shape: a single object was asked for, it begins with" in reading.reason
        assert reading.reason.endswith(f"{canned.body.decode()!r}.")


@pytest.mark.parametrize("columns", [[{}], [{"LogicalName": 7}], [COLUMNS[0], COLUMNS[0]]])
def test_columns_without_a_name_of_their_own_are_broken(serve: Serve, session_at: Open, columns: list[object]) -> None:
    """A column list with nameless or double columns cannot tell what is absent."""
    found = read(serve(organisation(columns=reply({"value": columns}))), session_at)
    assert outline(found.columns) == (State.BROKEN, False)
    assert "without a LogicalName" in found.columns.reason


def test_metadata_of_another_kind_is_broken(serve: Serve, session_at: Open) -> None:
    """A cut and a foreign document, with the id of the exchange."""
    for body in (EDMX[:-20], b"<feed/>", b"{}", b"<!DOCTYPE x>" + EDMX):
        found = read(serve(organisation(csdl=Canned(200, body))), session_at)
        assert outline(found.csdl) == (State.BROKEN, False)
        assert found.csdl.reason.startswith("$metadata")
        assert [exchange[0] for exchange in found.csdl.exchanges] == ["x"]


def test_an_absent_table_is_told_from_one_not_offered(serve: Serve, session_at: Open) -> None:
    """An empty search proves that the table is absent; then nothing below it is asked."""
    server = serve(organisation(table=MISSING, search=reply({"value": []})))
    found = read(server, session_at)
    assert outline(found.table) == (State.READ, False)
    assert len(found.table.exchanges) == 2
    assert f"{SEARCH}?$select=LogicalName&$filter=LogicalName eq 'msdyn_ocliveworkitem'" in server.paths
    assert [path for path in server.paths if path.startswith(f"{T}/")] == []
    below = (
        found.columns,
        found.many_to_one,
        found.one_to_many,
        *found.choices.values(),
        *found.lookups.values(),
    )
    for reading in below:
        assert outline(reading) == (State.UNREADABLE, False)
        assert "is not there" in reading.reason
        assert reading.exchanges == found.table.exchanges
    assert outline(found.csdl) == (State.READ, True)
    assert outline(found.sdkmessages) == (State.READ, True)


@pytest.mark.parametrize(
    "search",
    [
        reply({"value": [{"LogicalName": "msdyn_ocliveworkitem"}]}),
        reply({}, 403),
        MISSING,
        reply({}, 500),
        html(),
    ],
)
def test_a_search_that_does_not_settle_it_leaves_the_table_unreadable(
    serve: Serve, session_at: Open, search: Canned
) -> None:
    """Found by the search, or no search: nobody says that the table is absent, and the rest is asked."""
    found = read(serve(organisation(table=MISSING, search=search)), session_at)
    assert outline(found.table) == (State.UNREADABLE, False)
    assert "did not settle" in found.table.reason
    assert outline(found.many_to_one) == (State.READ, True)


def test_a_missing_column_is_no_column(serve: Serve, session_at: Open) -> None:
    """The list says that it is absent: READ with None for choices and lookups, whatever the cast says."""
    server = serve(organisation(columns=reply({"value": COLUMNS[3:]}), regarding=MISSING))
    found = read(server, session_at)
    for reading in (found.choices["msdyn_channel"], *found.lookups.values()):
        assert outline(reading) == (State.READ, False)
        assert reading.exchanges
    assert not any("msdyn_channel" in path for path in server.paths)


def test_a_column_of_another_kind_is_no_choice_and_no_lookup(serve: Serve, session_at: Open) -> None:
    """A text column named like the choice has no options; named like the lookup it has no targets."""
    texts = [{**column, "@odata.type": f"#{CRM}.StringAttributeMetadata"} for column in COLUMNS]
    found = read(serve(organisation(columns=reply({"value": texts}), regarding=MISSING)), session_at)
    assert outline(found.choices["msdyn_channel"]) == (State.READ, False)
    assert outline(found.lookups["regardingobjectid"]) == (State.READ, False)
    assert "declared as String" in found.choices["msdyn_channel"].reason
    assert outline(found.lookups["msdyn_routableobjectid"]) == (State.READ, True)


@pytest.mark.parametrize("kind", ["Picklist", "State", "Status"])
def test_each_kind_of_choice_has_its_cast(serve: Serve, session_at: Open, kind: str) -> None:
    """The kind that the endpoint declares decides the cast, and only that one is asked."""
    column = {"LogicalName": "msdyn_channel", "AttributeTypeName": {"Value": f"{kind}Type"}}
    cast = MULTI.replace("MultiSelectPicklist", kind)
    server = serve(organisation(columns=reply({"value": [column]}), **{cast: reply({"LogicalName": "msdyn_channel"})}))
    found = read(server, session_at)
    assert found.choices["msdyn_channel"].content == {"LogicalName": "msdyn_channel"}
    assert [path.partition("?")[0] for path in server.paths if "msdyn_channel" in path] == [cast]


@pytest.mark.parametrize("columns", [MISSING, reply({"value": [{"LogicalName": "msdyn_channel"}]})])
def test_an_undeclared_kind_is_tried_both_ways(serve: Serve, session_at: Open, columns: Canned) -> None:
    """Multi-select first, then single; both exchanges are named."""
    single = reply({"LogicalName": "msdyn_channel", "OptionSet": OPTIONS})
    for first in (MISSING, reply({"LogicalName": "msdyn_channel"}), reply({}, 500)):
        found = read(serve(organisation(columns=columns, multi=first, single=single)), session_at)
        choice = found.choices["msdyn_channel"]
        assert choice.content == {"LogicalName": "msdyn_channel", "OptionSet": OPTIONS}
        assert len(choice.exchanges) == 2


@pytest.mark.parametrize(
    ("multi", "single", "state"),
    [(403, 404, State.UNREADABLE), (404, 500, State.BROKEN), (500, 404, State.BROKEN)],
)
def test_a_choice_that_no_cast_shows(serve: Serve, session_at: Open, multi: int, single: int, state: State) -> None:
    """Not offered either way is unreadable; a break leaves a doubt."""
    server = serve(organisation(columns=MISSING, multi=reply({}, multi), single=reply({}, single)))
    assert outline(read(server, session_at).choices["msdyn_channel"]) == (state, False)


def test_collections_are_followed_along_their_pages(serve: Serve, session_at: Open) -> None:
    """Rows of all pages are joined, all exchanges are named, and the pages are counted apart."""
    ordinary = organisation()

    def answer(request: Request) -> Canned:
        if request.path.endswith("$skiptoken=2"):
            return reply({"value": [{"name": "second"}]})
        if "sdkmessages?" in request.path:
            return reply({"value": [{"name": "first"}], "@odata.nextLink": "sdkmessages?$skiptoken=2"})
        return ordinary(request)

    session = session_at(serve(answer).root)
    found = read_metadata(session, QUESTIONS)
    assert found.sdkmessages.content == ({"name": "first"}, {"name": "second"})
    assert len(found.sdkmessages.exchanges) == 2
    assert (session.tally.requests - session.tally.pages, session.tally.pages) == (12, 1)


@pytest.mark.parametrize("link", ["https://elsewhere.example/x", "sdkmessages", 7])
def test_a_bad_next_link_breaks_the_reading(serve: Serve, session_at: Open, link: object) -> None:
    """A part of a collection is not taken for the whole."""

    def answer(request: Request) -> Canned:
        if "sdkmessages" in request.path:
            same = request.path.removeprefix("/api/data/v9.2/") if link == "sdkmessages" else link
            return reply({"value": [], "@odata.nextLink": same})
        return organisation()(request)

    found = read(serve(answer), session_at)
    assert outline(found.sdkmessages) == (State.BROKEN, False)
    assert found.sdkmessages.exchanges


def test_many_names_are_asked_in_parts(serve: Serve, session_at: Open) -> None:
    """No URL is longer than 8 KiB, and every name is asked."""
    names = tuple(f"CCaaS_QuiteALongNameOfAMessage{number}" for number in range(300))
    server = serve(organisation())
    read_metadata(session_at(server.root), Questions("msdyn_ocliveworkitem", (), (), names, "msdyn_made_up"))
    asked = [path for path in server.paths if path.startswith("sdkmessages?")]
    assert len(asked) > 1
    assert all(any(f"'{name}'" in path for path in asked) for name in names)


def test_the_answer_of_the_preflight_is_used_for_its_table_only(serve: Serve, session_at: Open) -> None:
    """Another table is asked for by itself."""
    server = serve(organisation(**{"EntityDefinitions(LogicalName='other')": reply({"LogicalName": "other"})}))
    session = session_at(server.root)
    first = session.get(T)
    found = read_metadata(session, Questions("other", (), (), (), "msdyn_made_up"), first=first)
    assert found.table.content == {"LogicalName": "other"}


def test_documents_are_not_reordered(serve: Serve, session_at: Open) -> None:
    """Order, numbers and unknown members arrive as they were served."""
    text = '{"LogicalName": "x", "b": 1.0, "a": 1, "c": [2, 1], "d": 10000000000000000000000}'
    found = read(serve(organisation(table=Canned(200, text.encode()))), session_at)
    assert json.dumps(found.table.content) == text


def test_an_answer_about_another_column_is_doubted(serve: Serve, session_at: Open) -> None:
    """Asked for the channel, an endpoint that answers with another column proves nothing."""
    other = reply({"LogicalName": "statuscode", "OptionSet": OPTIONS})
    found = read(
        serve(organisation(multi=other, regarding=reply({"LogicalName": "ownerid", "Targets": []}))), session_at
    )
    assert found.choices["msdyn_channel"].state is State.BROKEN
    assert "statuscode" in found.choices["msdyn_channel"].reason
    assert found.lookups["regardingobjectid"].state is State.BROKEN


def test_an_endpoint_that_does_not_know_private_messages_is_asked_plainly(serve: Serve, session_at: Open) -> None:
    """A column that is not there (400) costs one more request, not the surface."""

    def answer(request: Request) -> Canned:
        if "isprivate" in request.path:
            return reply({"error": {"code": "0x0", "message": "Could not find a property named 'isprivate'"}}, 400)
        return organisation()(request)

    server = serve(answer)
    found = read(server, session_at)

    assert outline(found.sdkmessages) == (State.READ, True)
    assert outline(found.customapis) == (State.READ, True)
    assert sum("isprivate" in path for path in server.paths) == 2


@pytest.mark.parametrize(
    ("canned", "state", "there"),
    [
        (MISSING, State.READ, False),
        (reply({}, 400), State.READ, False),
        (reply({}, 403), State.READ, False),
        (reply({"LogicalName": "msdyn_made_up"}), State.READ, True),
        (reply({}, 500), State.BROKEN, False),
    ],
    ids=["404", "400", "403", "200", "500"],
)
def test_a_made_up_table_is_there_only_where_it_is_given(
    serve: Serve,
    session_at: Open,
    canned: Canned,
    state: State,
    there: bool,  # noqa: FBT001
) -> None:
    """Every refusal says that it is not there; a breakdown says nothing."""
    server = serve(organisation(**{"EntityDefinitions(LogicalName='msdyn_made_up')": canned}))

    assert outline(read(server, session_at).made_up_table) == (state, there)


def test_the_control_is_asked_also_where_the_table_is_absent(serve: Serve, session_at: Open) -> None:
    """A control that passes was asked; where definitions are not offered, it is not."""
    made_up = "EntityDefinitions(LogicalName='msdyn_made_up')"
    absent = serve(organisation(table=None, search=reply({"value": []})))
    refused = serve(organisation(table=reply({}, 403)))

    assert read(absent, session_at).made_up_table.exchanges
    assert made_up in absent.paths
    assert read(refused, session_at).made_up_table.state is State.UNREADABLE
    assert made_up not in refused.paths
