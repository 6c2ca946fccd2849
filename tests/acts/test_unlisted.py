"""Numbers that nobody lists: which are tried, and what is said of each way in which one is not refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dataverse_tck.acts import channels, unlisted
from dataverse_tck.acts.errors import UnfitError, WrongError
from dataverse_tck.acts.refusals import expect_refused
from dataverse_tck.acts.scene import Scene
from dataverse_tck.acts.stage import Stage
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.emulator.organisation.assemble import create_organisation
from dataverse_tck.emulator.serving.app import create_app
from dataverse_tck.emulator.serving.server import running
from dataverse_tck.readings import Reading, State
from dataverse_tck.webapi.http.answer import Answer
from dataverse_tck.webapi.http.errors import NotMade
from dataverse_tck.webapi.rows.records import Records, Row
from tests.support.staging import stage_at

COLUMN, WHATSAPP = "msdyn_channel", 192300000
ERROR = b'{"error": {"code": "0x0", "message": "no"}}'


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """An emulator whose conversations take several channels."""
    with running(create_app(create_organisation())) as root, stage_at(tmp_path_factory.mktemp("acts"), root) as made:
        yield made


@pytest.fixture
def scene(stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """A conversation through WhatsApp; what a test changes of the stage is changed back."""
    for name in ("readings", "documented", "settings"):
        monkeypatch.setattr(stage, name, getattr(stage, name))
    return through_whatsapp(stage, tmp_path.name)


def through_whatsapp(stage: Stage, title: str) -> Scene:
    """A scenario that begins as the feature says."""
    scene = Scene(stage, title)
    channels.make_with(scene, COLUMN, str(WHATSAPP))
    return scene


def offer(stage: Stage, *numbers: int) -> None:
    """Let the endpoint list these numbers itself, one half here, one half there."""
    sets = {"OptionSet": numbers[::2], "GlobalOptionSet": numbers[1::2]}
    content = {name: {"Options": [{"Value": number} for number in half]} for name, half in sets.items()}
    stage.readings = replace(stage.readings, choices={COLUMN: Reading(State.READ, content)})


@pytest.mark.parametrize(
    ("sort", "offered", "number"),
    [
        ("neighbour", (WHATSAPP,), 192300001),
        ("neighbour", (192300001, 192300002), 192300003),
        ("gap", (WHATSAPP,), 192420000),
        ("gap", (192410000, 192420000, 192430000), 192345000),
        ("gap", (192300004,), 192420000),
        ("shorter", (WHATSAPP,), 19230000),
        ("shorter", (19230000, 19230001), 19230002),
        ("longer", (WHATSAPP,), 1923000000),
        ("longer", (1923000000,), 1923000001),
        ("beyond-32-bits", (WHATSAPP,), 4487267296),
        ("beyond-32-bits", (4487267296,), 4487267297),
        ("other-choice", (WHATSAPP,), 1),
        ("other-choice", (1,), 2),
    ],
)
def test_a_number_of_each_sort_is_one_that_nobody_lists(
    scene: Scene, sort: str, offered: tuple[int, ...], number: int
) -> None:
    """Neither the reference nor the endpoint."""
    offer(scene.stage, *offered)
    assert unlisted.number_of(scene, COLUMN, sort, WHATSAPP) == number


@pytest.mark.parametrize(
    ("sort", "documented", "listed", "number"),
    [
        ("shorter", {"9"}, 9, None),
        ("shorter", {"10"}, 10, 1),
        ("gap", {"7"}, 7, None),
        ("gap", {"1", "4"}, 1, None),
        ("gap", {"1", "5"}, 1, 3),
        ("gap", {"1", "5", "-9", "30", "90"}, 1, 3),
    ],
)
def test_where_there_is_no_room_a_sort_does_not_apply(
    scene: Scene, sort: str, documented: set[str], listed: int, number: int | None
) -> None:
    """A choice with a few small numbers; a gap is one between numbers of as many digits."""
    scene.stage.documented = {**scene.stage.documented, COLUMN: frozenset(documented)}
    offer(scene.stage, int(min(documented)))
    if number is not None:
        assert unlisted.number_of(scene, COLUMN, sort, listed) == number
        return
    with pytest.raises(UnfitError, match=rf"leaves no room for such a number \({sort}\)") as told:
        unlisted.number_of(scene, COLUMN, sort, listed)
    assert told.value.outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("reading", "why"),
    [(None, "itself$"), (Reading(State.UNREADABLE, None, "403"), "itself: 403"), (Reading(State.READ), "itself$")],
)
def test_without_the_numbers_of_the_endpoint_none_is_tried(
    scene: Scene, reading: Reading[Any] | None, why: str
) -> None:
    """Any might be on offer there."""
    scene.stage.readings = replace(scene.stage.readings, choices={COLUMN: reading} if reading else {})
    with pytest.raises(UnfitError, match=why) as told:
        unlisted.attempt(scene, COLUMN, "gap", str(WHATSAPP))
    assert told.value.outcome is Outcome.NOT_OBSERVABLE


@pytest.mark.parametrize(
    ("columns", "offered", "expected"),
    [
        ({"one": "Picklist", "two": "Picklist"}, {"one": (-1, 0, 8, 7), "two": (3,)}, 7),
        ({"one": "Picklist", "two": "Picklist"}, {"one": (-1, 0, WHATSAPP), "two": (3,)}, 3),
        ({"statuscode": "Status", "two": "Picklist"}, {"statuscode": (5,), "two": (3,)}, 3),
        ({"statuscode": "Status", "two": "Picklist"}, {"statuscode": (5,)}, 5),
        ({"a": "Picklist", "b": "Picklist", "c": "Picklist"}, {"c": (3,)}, "known: hidden: b"),
        ({"one": "Picklist", "state": "State"}, {"one": (0,), "state": (1,)}, "known: one offers none that msdyn_chan"),
        ({COLUMN: "Picklist", "flag": "Boolean"}, {COLUMN: (1,), "flag": (1,)}, "known: it has no other choice"),
    ],
)
def test_a_number_of_another_choice_is_one_that_the_endpoint_shows(
    scene: Scene,
    monkeypatch: pytest.MonkeyPatch,
    columns: dict[str, str],
    offered: dict[str, tuple[int, ...]],
    expected: int | str,
) -> None:
    """The first of two picklists, then of the status; none that stands for nothing."""
    table = scene.stage.tables.of(scene.stage.conversation)
    model = table.columns["subject"]
    few = replace(table, columns={name: replace(model, name=name, kind=kind) for name, kind in columns.items()})

    def options(_: object, column: Any) -> tuple[int, ...]:
        if column.name not in offered:
            raise NotMade(f"hidden: {column.name}")
        return offered[column.name]

    monkeypatch.setattr(scene.stage.tables, "of", lambda _: few)
    monkeypatch.setattr(scene.stage.tables, "options", options)
    if isinstance(expected, int):
        assert unlisted.number_of(scene, COLUMN, "other-choice", WHATSAPP) == expected
        return
    with pytest.raises(UnfitError, match=expected) as told:
        unlisted.number_of(scene, COLUMN, "other-choice", WHATSAPP)
    assert told.value.outcome is Outcome.NOT_OBSERVABLE


def test_what_is_refused_in_both_ways_passes(scene: Scene) -> None:
    """Alone, and beside a listed number."""
    unlisted.attempt(scene, COLUMN, "gap", str(WHATSAPP))
    assert [unlisted.is_refused(scene, way) for way in ("alone", "beside")] == ["refused"] * 2


def test_where_one_channel_is_taken_there_is_nothing_to_try_beside_it(tmp_path: Path) -> None:
    """Alone it is tried."""
    organisation = create_organisation(multi_select_channel=False)
    with running(create_app(organisation)) as root, stage_at(tmp_path, root) as stage:
        scene = through_whatsapp(stage, "one")
        unlisted.attempt(scene, COLUMN, "gap", str(WHATSAPP))
    assert unlisted.is_refused(scene, "alone") == "refused"
    with pytest.raises(UnfitError, match="takes a single choice") as told:
        unlisted.is_refused(scene, "beside")
    assert told.value.outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize("listed", ["192360000", "192300001"])
def test_the_conversation_holds_the_listed_number_first(scene: Scene, listed: str) -> None:
    """A channel that is not kept cannot be seen to stay."""
    scene.stage.settings = replace(scene.stage.settings, settle_s=0)
    with pytest.raises(UnfitError, match=rf"with channel {listed} holds \[192300000\] in msdyn_channel") as told:
        unlisted.attempt(scene, COLUMN, "gap", listed)
    assert told.value.outcome is Outcome.NOT_TESTABLE


def test_a_number_may_be_late(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has as long as any effect, counted from the first look."""
    read, looks = Records.read, list[object]()

    def late(self: Records, row: Row, **more: Any) -> Any:
        looks.append(row)
        return {**(read(self, row, **more) or {}), **({COLUMN: None} if len(looks) == 1 else {})}

    monkeypatch.setattr(Records, "read", late)
    scene._done_at -= 3600
    unlisted._see_at_first(scene, COLUMN, WHATSAPP)
    assert scene.before["conversation"][COLUMN] == str(WHATSAPP)
    assert len(looks) == 2


def test_what_came_of_a_yes_is_looked_at_when_effects_have_shown(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a refusal nothing is looked at here."""
    steps: list[str] = []

    def look() -> None:
        steps.append("looked")

    monkeypatch.setattr(scene, "let_settle", lambda: steps.append("settled"))
    expect_refused(scene, Answer(400, {}, ERROR, "x", "x0007"), "this", look)
    assert steps == []
    with pytest.raises(WrongError, match=r"^this is ignored"):
        expect_refused(scene, Answer(204, {}, b"", "x", "x0007"), "this", look)
    assert steps == ["settled", "looked"]


Write = Callable[[str], Answer | None]  # what a write is answered with, told by its value; None: as it is


def answering(monkeypatch: pytest.MonkeyPatch, *, patch: Write | None = None, make: Write | None = None) -> list[str]:
    """Let changes and creations be answered otherwise, and nothing be done; what is changed is noted."""
    patched, attempted, written = Records.patch, Records.attempt, list[str]()

    def change(self: Records, row: Row, values: Any) -> Answer:
        written.append(values[COLUMN])
        return (patch and patch(str(values.get(COLUMN)))) or patched(self, row, values)

    def create(self: Records, table: str, values: Any) -> tuple[Row, Answer]:
        answer = make and make(str(values.get(COLUMN)))
        if answer is None:
            return attempted(self, table, values)
        if answer.headers.get("there"):
            return self.make(table, {COLUMN: answer.headers["there"]} if answer.headers["there"] != "-" else {}), answer
        return Row(table, "0", f"msdyn_ocliveworkitems({'0' * 8}-0000-4000-8000-{'0' * 12})"), answer

    monkeypatch.setattr(Records, "patch", change)
    monkeypatch.setattr(Records, "attempt", create)
    return written


def says(status: int, body: bytes = b"", **headers: str) -> Write:
    """The same answer to whatever is written alone."""
    return lambda value: None if "," in value else Answer(status, headers, body, "http://127.0.0.1/x", "x0007")


def beside(status: int, body: bytes = b"", **headers: str) -> Write:
    """The same answer to what is written beside another."""
    return lambda value: says(status, body, **headers)("") if "," in value else None


@pytest.mark.parametrize("status", [400, 403, 404, 409, 412, 422])
def test_every_refusal_of_the_asking_is_one(scene: Scene, monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    """Whatever its number, with an error that says why."""
    answering(
        monkeypatch,
        patch=lambda value: says(status, ERROR)("") or beside(status, ERROR)(value),
        make=lambda value: says(status, ERROR)("") or beside(status, ERROR)(value),
    )
    unlisted.attempt(scene, COLUMN, "gap", str(WHATSAPP))
    assert [unlisted.is_refused(scene, way) for way in ("alone", "beside")] == ["refused"] * 2


CHANGED = "msdyn_channel = '192420000': changing a conversation so"
MADE = "msdyn_channel = '192420000': making a conversation so"
ALONE, PAIR = "msdyn_channel = '192420000': ", "msdyn_channel = '192300000,192420000': "


@pytest.mark.parametrize(
    ("patch", "make", "way", "told_as"),
    [
        (says(204), None, "alone", (f"{CHANGED} is ignored, not refused: the answer is 204", "ignored")),
        (says(500, ERROR), None, "alone", (f"{CHANGED}: It is not refused but breaks: 500 \\(no\\)", 500)),
        (says(400), None, "alone", (f"{CHANGED}: It is refused \\(400\\) in another form", "no OData error")),
        (says(200, ERROR), None, "alone", (f"{CHANGED}: It is answered 200, with an error", "error")),
        (None, says(204), "alone", (f"{MADE} is ignored, not refused: the answer is 204", "ignored")),
        (None, says(204, there="-"), "alone", (f"{MADE} is ignored, not refused", "ignored")),
        (
            *(None, says(201, there="192360000"), "alone"),
            (f"{MADE} is accepted \\(201\\): it holds '192360000'", "accepted"),
        ),
        (None, says(501, ERROR), "alone", (f"{MADE}: It is not refused but breaks: 501", 501)),
        (None, says(400, ERROR, there="-"), "alone", (f"{ALONE}It was refused, but the conversation was", "made")),
        (beside(204), None, "beside", (f"{PAIR}changing a conversation so is ignored, not refused", "ignored")),
        (None, beside(204), "beside", (f"{PAIR}making a conversation so is ignored, not refused", "ignored")),
        (None, beside(400, ERROR, there="-"), "beside", (f"{PAIR}It was refused, but the conversation was", "made")),
    ],
)
def test_what_is_not_refused_is_told(
    scene: Scene,
    monkeypatch: pytest.MonkeyPatch,
    *,
    patch: Write | None,
    make: Write | None,
    way: str,
    told_as: tuple[str, object],
) -> None:
    """In which way, of which number, and whether anything is stored; what is wrong alone is not tried beside."""
    written = answering(monkeypatch, patch=patch, make=make)
    unlisted.attempt(scene, COLUMN, "gap", str(WHATSAPP))

    assert written == ["192420000", "192300000,192420000"][: 1 + (way == "beside")]
    with pytest.raises(WrongError, match=f"^{told_as[0]}") as told:
        unlisted.is_refused(scene, way)
    assert told.value.observed == told_as[1]
    assert list(scene.unrefused) == [way]


@pytest.mark.parametrize(
    ("kind", "way", "said"),
    [
        ("refused#accepted", "alone", f"{ALONE}changing a conversation so is accepted \\(204\\): it holds '192420000'"),
        ("refused#ignored-late", "alone", f"{ALONE}The conversation has changed: msdyn_channel was '192300000'"),
        ("beside-refused#accepted", "beside", f"{PAIR}changing a conversation so is accepted \\(204\\): it holds '192"),
    ],
)
def test_what_is_stored_is_told(tmp_path: Path, kind: str, way: str, said: str) -> None:
    """By an endpoint that stores it, also where it has refused it."""
    organisation, fault = create_organisation(), f"derived/column/{COLUMN}/unlisted/gap/{kind}"
    with running(create_app(organisation, faults=[fault])) as root, stage_at(tmp_path, root) as stage:
        scene = through_whatsapp(stage, "one")
        unlisted.attempt(scene, COLUMN, "gap", str(WHATSAPP))
        with pytest.raises(WrongError, match=f"^{said}"):
            unlisted.is_refused(scene, way)
