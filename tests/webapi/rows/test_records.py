"""Rows of a scenario: written down first, repeatable, never anybody else's."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest

from dataverse_tck.webapi.http.errors import Broken, Malformed, NotMade, WebApiError
from dataverse_tck.webapi.rows.ledger import read_ledger
from dataverse_tck.webapi.rows.records import Records, Row, _faker
from tests.support.canned_server import Canned, Request, Serve, reply
from tests.support.row_kit import MARK, Emulator, Kit
from tests.support.stub_server import Stub, error, lookup

Open = Callable[..., Kit]


def posts(stub: Stub) -> list[str]:
    """The sets in which rows were made, in order."""
    return [line.removeprefix("POST ") for line in stub.log if line.startswith("POST")]


def test_a_row_is_made_read_changed_and_deleted(emulator: Emulator, kit_at: Open) -> None:
    """With an id that the kit chose, and annotations; every exchange is kept in order."""
    kit = kit_at(emulator.root)
    records = kit.records()
    row = records.make("msdyn_timegroup", {"msdyn_name": "Mornings"})
    assert UUID(row.id).version == 4
    assert row == Row("msdyn_timegroup", row.id, f"msdyn_timegroups({row.id})")
    read = records.read(row, select=["msdyn_name", "statecode"])
    assert read is not None
    assert (read["msdyn_name"], read["statecode@OData.Community.Display.V1.FormattedValue"]) == ("Mornings", "Active")
    assert records.patch(row, {"msdyn_name": "Evenings"}).status == 204
    assert [item["msdyn_name"] for item in records.list("msdyn_timegroups")] == ["Evenings"]
    assert records.delete(row).status == 204
    assert records.read(row) is None
    assert len(records.exchanges) == 6
    index = kit.session.recorder.index
    assert [index[one].method for one in records.exchanges] == ["POST", "GET", "PATCH", "GET", "DELETE", "GET"]


def test_a_patch_never_creates(emulator: Emulator, kit_at: Open) -> None:
    """Of a row that is gone nothing comes back."""
    records = kit_at(emulator.root).records()
    row = records.make("msdyn_timegroup")
    records.delete(row)
    assert records.patch(row, {"msdyn_name": "x"}).status == 404
    assert records.read(row) is None


def test_a_lookup_is_bound_and_cleared(emulator: Emulator, kit_at: Open) -> None:
    """By its navigation property."""
    kit = kit_at(emulator.root)
    records = kit.records()
    group, conversation = records.make("msdyn_timegroup"), records.make("msdyn_ocliveworkitem")
    navigation = kit.tables.of("msdyn_ocliveworkitem").navigation["regardingobjectid", "msdyn_timegroup"]
    seen = []
    for other in (group, None):
        assert records.bind(conversation, navigation, other).status == 204
        read = records.read(conversation)
        assert read is not None
        seen.append(read["_regardingobjectid_value"])
    assert seen == [group.id, None]


def test_rows_that_a_row_needs_are_made_first(emulator: Emulator, kit_at: Open) -> None:
    """Along its required lookups; users are taken as they are."""
    kit = kit_at(emulator.root)
    records = kit.records()
    detail = records.read(records.make("msdyn_timegroupdetail"))
    setting = records.read(records.make("msdyn_systemuserschedulersetting"))
    assert detail is not None
    assert setting is not None
    planned = {entry.id: entry for entry in kit.ledger.entries}
    assert planned[detail["_msdyn_timegroupid_value"]].table == "msdyn_timegroup"
    assert setting["_msdyn_user_value"] == kit.tables.existing("systemuser")
    assert setting["msdyn_name"].startswith(MARK)
    assert [entry.table for entry in kit.ledger.entries] == [
        "msdyn_timegroup",
        "msdyn_timegroupdetail",
        "msdyn_systemuserschedulersetting",
    ]


def test_seed_and_scene_decide_ids_and_values(serve: Serve, session_at: Callable[..., object], kit_at: Open) -> None:
    """The same twice; another scene or seed has others."""
    kit = kit_at(serve(Stub()).root)
    ids = [kit.records(scene, seed).make("t").id for scene, seed in (("a", 1), ("b", 1), ("a", 2))]
    assert len(set(ids)) == 3
    with pytest.raises(ValueError, match="planned twice"):
        kit.records("a", 1).make("t")


def test_a_row_is_in_the_ledger_before_its_request(serve: Serve, kit_at: Open) -> None:
    """On disk, at the moment when the endpoint hears of it."""
    seen: list[bool] = []
    kit: Kit

    def answer(request: Request) -> Canned:
        if request.method == "POST":
            seen.append(request.json["tid"] in {entry.id for entry in read_ledger(kit.ledger.path).entries})
        return Stub()(request)

    kit = kit_at(serve(answer).root)
    kit.records().make("t")
    assert seen == [True]


def test_a_refused_creation_is_an_answer_or_not_made(emulator: Emulator, kit_at: Open) -> None:
    """As one asks; the ledger knows of both."""
    kit = kit_at(emulator.root)
    records = kit.records()
    row, answer = records.attempt("msdyn_ocliveworkitem", {"msdyn_channel": "1"})
    assert (answer.status, records.read(row)) == (400, None)
    with pytest.raises(
        NotMade, match=r"makes no row of msdyn_ocliveworkitem: 400 \(.*outside the valid range"
    ) as caught:
        records.make("msdyn_ocliveworkitem", {"msdyn_channel": "1"})
    assert caught.value.exchange == records.exchanges[-1]
    assert len(kit.ledger.entries) == 2
    assert records.attempt("msdyn_ocliveworkitem", {})[1].status == 204


@pytest.mark.parametrize("table", ["systemuser", "team", "businessunit", "organization"])
def test_the_organisation_itself_is_never_made(emulator: Emulator, kit_at: Open, table: str) -> None:
    """Nothing is sent."""
    kit = kit_at(emulator.root)
    with pytest.raises(NotMade, match=f"Rows of {table} are the organisation itself"):
        kit.records().make(table)
    assert kit.session.tally.requests == 0


def test_a_missing_table_makes_no_row(serve: Serve, kit_at: Open) -> None:
    """The cause says so."""
    with pytest.raises(NotMade, match="The endpoint has no table nope"):
        kit_at(serve(Stub()).root).records().make("nope")


@pytest.mark.parametrize(("status", "kind"), [(403, NotMade), (500, NotMade), (401, Broken), (504, Broken)])
def test_causes(serve: Serve, kit_at: Open, status: int, kind: type[WebApiError]) -> None:
    """A refusal is a decision about the row; an answer that decides nothing is an error."""
    stub = Stub(canned={("POST", "ts"): [error(status, "prvCreate is missing")]})
    with pytest.raises(WebApiError, match=rf"{status} \(prvCreate is missing\)") as caught:
        kit_at(serve(stub).root).records().make("t")
    assert type(caught.value) is kind


def test_a_repeated_creation_that_is_there_already_counts(serve: Serve, kit_at: Open) -> None:
    """The first was carried out although its answer was "try again"."""
    stub = Stub()
    busy = iter([True])

    def answer(request: Request) -> Canned:
        canned = stub(request)
        return error(503) if request.method == "POST" and next(busy, False) else canned

    kit = kit_at(serve(answer).root, retry_after_s=0.01)
    row = kit.records().make("t")
    assert posts(stub) == ["ts", "ts"]
    assert stub.rows == {row.path}
    assert not kit.ledger.entries[0].gone


def test_a_row_of_somebody_else_is_left_alone(serve: Serve, kit_at: Open, tmp_path: object) -> None:
    """An id that is taken at the first try is not ours: not made, and marked so that it is never deleted."""
    stub = Stub()
    kit = kit_at(serve(stub).root)
    taken = kit.records().make("t")
    kit.ledger.path.unlink()
    again = kit_at(kit.session.root)
    with pytest.raises(NotMade, match="is there already, though this run did not make it"):
        again.records().make("t")
    assert [(entry.id, entry.gone) for entry in again.ledger.entries] == [(taken.id, True)]


def test_a_row_under_another_id_is_written_down(serve: Serve, kit_at: Open) -> None:
    """An endpoint that ignores the chosen id leaves no row behind that nobody knows of."""
    other = str(UUID(int=7))
    stub = Stub(canned={("POST", "ts"): [Canned(204, headers={"OData-EntityId": f"http://host/ts({other})"})]})
    kit = kit_at(serve(stub).root)
    assert kit.records().make("t").id == other
    assert [entry.id == other for entry in kit.ledger.entries] == [False, True]


def test_the_chosen_id_wins(serve: Serve, kit_at: Open) -> None:
    """No values can name a row that the ledger would then delete."""
    kit = kit_at(serve(Stub()).root)
    row = kit.records().make("t", {"tid": str(UUID(int=7))})
    assert row.id == kit.ledger.entries[0].id != str(UUID(int=7))


def test_the_next_target_is_tried(serve: Serve, kit_at: Open) -> None:
    """One target is enough, and one that was given makes the rest unnecessary."""
    stub = Stub({"t": [lookup("c", "a", "b")], "a": [], "b": []}, canned={("POST", "as"): [error(403)]})
    kit = kit_at(serve(stub).root)
    kit.records().make("t")
    assert posts(stub) == ["as", "bs", "ts"]
    kit.records("another").make("t", {"c_b@odata.bind": None})
    assert posts(stub) == ["as", "bs", "ts", "ts"]


def test_a_required_team_is_taken_as_it_is(serve: Serve, kit_at: Open) -> None:
    """Also where the table says that its rows have owners."""
    stub = Stub(
        {"t": [lookup("c", "team")], "team": []}, canned={("GET", "teams?"): [reply({"value": [{"teamid": "7"}]})]}
    )
    server = serve(stub)
    kit_at(server.root).records().make("t")
    assert posts(stub) == ["ts"]
    assert server.seen[-1].json["c_team@odata.bind"] == "/teams(7)"


@pytest.mark.parametrize("level", ["SystemRequired", "ApplicationRequired"])
def test_circles_end(serve: Serve, kit_at: Open, level: str) -> None:
    """An enforced lookup cannot be given; one that only forms enforce is left out."""
    stub = Stub({"t": [lookup("c", "a", level=level)], "a": [lookup("d", "t", level=level)]})
    kit = kit_at(serve(stub).root)
    if level == "SystemRequired":
        with pytest.raises(NotMade, match=r"needs a c, .* needs a d, .* lead in a circle: t > a > t"):
            kit.records().make("t")
        assert posts(stub) == []
    else:
        kit.records().make("t")
        assert posts(stub) == ["as", "ts"]


def test_chains_end(serve: Serve, kit_at: Open) -> None:
    """However long the required lookups lead on."""
    stub = Stub({f"t{number}": [lookup("c", f"t{number + 1}")] for number in range(20)})
    with pytest.raises(NotMade, match=re.escape("t0 > t1 > t2 > t3 > t4 > t5 > t6.")):
        kit_at(serve(stub).root).records().make("t0")
    assert posts(stub) == []


def test_what_was_left_out_is_told_when_the_row_is_refused(serve: Serve, kit_at: Open) -> None:
    """Perhaps that was why."""
    stub = Stub({"t": [lookup("c", "a", level="ApplicationRequired")]}, canned={("POST", "ts"): [error(400)]})
    with pytest.raises(NotMade, match=r"makes no row of t: 400 \(no\)\. A row of t needs a c, which cannot be given"):
        kit_at(serve(stub).root).records().make("t")


@pytest.mark.parametrize("canned", [error(500), reply([]), Canned(200, b"<html>")])
def test_answers_that_are_no_row_are_errors(serve: Serve, kit_at: Open, canned: Canned) -> None:
    """And their exchange is kept."""
    stub = Stub(canned={("GET", "ts"): [canned]})
    records = kit_at(serve(stub).root).records()
    row = records.make("t")
    for ask in (lambda: records.read(row), lambda: records.list("ts")):
        with pytest.raises(WebApiError) as caught:
            ask()
        assert caught.value.exchange == records.exchanges[-1]
    assert len(records.exchanges) == 3


def test_a_list_has_all_pages(serve: Serve, kit_at: Open) -> None:
    """Each an exchange of the scenario, asked with the same headers."""
    pages = [reply({"value": [{"a": 1}], "@odata.nextLink": "ts?page=2"}), reply({"value": [{"a": 2}]})]
    server = serve(Stub(canned={("GET", "ts"): pages}))
    records = kit_at(server.root).records()
    assert records.list("ts", headers={"MSCRMCallerID": "7"}) == [{"a": 1}, {"a": 2}]
    assert [seen.headers["mscrmcallerid"] for seen in server.seen] == ["7", "7"]
    assert len(records.exchanges) == 2


@pytest.mark.parametrize(
    ("canned", "kind", "words"),
    [
        (reply([]), Malformed, "answers with JSON of another shape than {}."),
        (reply({"value": {}}), Malformed, "answers with JSON of another shape than {}."),
        (reply({"value": [1]}), Malformed, "answers with JSON of another shape than {}."),
        (error(403), Broken, "answers 403 (no) instead of {}."),
    ],
    ids=["list", "no list", "no rows", "refused"],
)
def test_an_answer_that_holds_no_rows_is_an_error(
    serve: Serve, kit_at: Open, canned: Canned, kind: type[WebApiError], words: str
) -> None:
    """It names the address without its query, what was expected, and the exchange."""
    root = serve(Stub(canned={("GET", "t"): [canned]})).root
    records = kit_at(root).records()
    row = Row("t", str(UUID(int=5)), f"ts({UUID(int=5)})")
    with pytest.raises(kind) as told:
        records.list("ts?$top=1")
    assert str(told.value) == f"{root}/ts {words.format('a list of rows')}"
    assert told.value.exchange == records.exchanges[-1]
    if canned.status == 403 or canned.body == b"[]":
        with pytest.raises(kind) as told:
            records.read(row, select=["a", "b"])
        assert str(told.value) == f"{root}/{row.path} {words.format('a row')}"


def test_a_row_of_a_table_that_is_not_there_is_not_made(serve: Serve, kit_at: Open) -> None:
    """With the exchange that showed it."""
    records = kit_at(serve(Stub()).root).records()
    with pytest.raises(NotMade, match="nowhere") as told:
        records.make("nowhere")
    assert told.value.exchange is not None


def test_rows_of_the_organisation_are_never_made(serve: Serve, kit_at: Open) -> None:
    """Nothing is asked."""
    stub = Stub()
    records = kit_at(serve(stub).root).records()
    with pytest.raises(NotMade) as told:
        records.make("systemuser")
    assert told.value.cause == "Rows of systemuser are the organisation itself; the kit makes none."
    assert stub.log == []


def test_the_values_of_a_scene_are_the_same_whatever_was_drawn_before() -> None:
    """And the same with every release of the kit: a run is judged again with the values that it has sent."""

    def drawn(scene: str) -> tuple[str, ...]:
        with _faker(Records(*anybody, scene=scene, seed=7, mark=MARK).made_up) as fake:
            return fake.sentence(nb_words=3), fake.user_name(), fake.slug(), fake.numerify("1.#.0.%")

    anybody: Any = (None, None, None)
    first = drawn("a")
    with ThreadPoolExecutor(4) as pool:
        others = [*pool.map(drawn, "bcdbcd")]

    assert drawn("a") == first == ("Until play.", "linda27", "candidate-rate", "1.8.0.1")
    assert others[:3] == others[3:]
    assert len({*others, first}) == 4
