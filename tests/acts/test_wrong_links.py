"""Links that lead to nothing on offer: by which names they are tried, and what is said of one that is not refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dataverse_tck.acts import preparations, unchanged
from dataverse_tck.acts.errors import UnfitError, WrongError
from dataverse_tck.acts.linking import links, wrong_links
from dataverse_tck.acts.scene import Scene
from dataverse_tck.acts.stage import Stage
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.emulator.organisation.assemble import create_organisation
from dataverse_tck.emulator.serving.app import create_app
from dataverse_tck.emulator.serving.server import running
from dataverse_tck.readings import Csdl, EntityType, NavigationProperty, Reading, State
from dataverse_tck.webapi.http.answer import Answer
from dataverse_tck.webapi.rows.records import Records, Row
from tests.support.staging import TIME_GROUP, stage_at

TABLE, COLUMN = "msdyn_ocliveworkitem", "regardingobjectid"
VOICEMAIL = "msdyn_ocliveworkitem_msdyn_ocvoicemail_msdyn_routableobjectid"
MADE_UP = "_msdyn_nobodydocumentsthistable_msdyn_ocliveworkitem"
OTHERS = [
    f"{COLUMN}_msdyn_{kind}_{TABLE}"
    for kind in ("bookingalertstatus", "bookingrule", "resourceterritory", "systemuserschedulersetting")
]
OTHERS += [f"{COLUMN}_msdyn_timegroupdetail_{TABLE}"]
ERROR = b'{"error": {"code": "0x0", "message": "no"}}'
WAYS = {
    "other": (wrong_links.link_as_other_kinds, OTHERS),
    "undeclared": (wrong_links.link_undeclared, [COLUMN, f"{COLUMN}{MADE_UP}"]),
    "nobody": (wrong_links.link_to_nobody, [f"{COLUMN}_msdyn_timegroup_{TABLE}"]),
}


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with running(create_app(create_organisation())) as root, stage_at(tmp_path_factory.mktemp("acts"), root) as made:
        yield made


@pytest.fixture
def scene(stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """A time group and another one, each with a conversation; what a test changes of the stage is changed back."""
    monkeypatch.setattr(stage, "readings", stage.readings)
    return prepared(stage, tmp_path.name)


def prepared(stage: Stage, title: str, link: str = TIME_GROUP) -> Scene:
    """A scenario that begins as the feature says."""
    scene = Scene(stage, title)
    preparations.make_linked(scene, link)
    preparations.make_other(scene)
    return scene


class Bound:
    """Notes links, and answers them otherwise; ``answers`` by the name, None: as they are."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **answers: Answer | None) -> None:
        self.tried: list[tuple[str, Row | None]] = []
        bind = Records.bind

        def noted(records: Records, row: Row, navigation: str, other: Row | None) -> Answer:
            self.tried.append((navigation, other))
            answer = answers.get(navigation, answers.get("every"))
            return bind(records, row, navigation, other) if answer is None else answer

        monkeypatch.setattr(Records, "bind", noted)

    @property
    def names(self) -> list[str]:
        """The names that were tried."""
        return [name for name, _ in self.tried]


def says(status: int, body: bytes = b"") -> Answer:
    """An answer to a link."""
    return Answer(status, {}, body, "http://127.0.0.1/x", "x0007")


@pytest.mark.parametrize("way", WAYS)
def test_each_name_is_tried_and_refused(scene: Scene, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    """With the other record, which the column takes; or with a record of the kind that there is none of."""
    bound = Bound(monkeypatch)
    act, names = WAYS[way]
    act(scene)

    assert bound.names == names
    others = {other for _, other in bound.tried}
    if way == "nobody":
        (nobody,) = others
        assert nobody is not None
        assert nobody.table == "msdyn_timegroup"
        assert nobody.path == f"msdyn_timegroups({nobody.id})"
        assert nobody.id not in {row.id for row in scene.rows.values()}
    else:
        assert others == {scene.rows["other record"]}
    assert wrong_links.refused(scene) == "refused"
    assert unchanged.conversation_as_it_was(scene) == "as it was"


def test_nobody_is_another_one_each_time(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that no run meets what another one left."""
    bound = Bound(monkeypatch)
    wrong_links.link_to_nobody(scene)
    wrong_links.link_to_nobody(scene)
    assert len({other for _, other in bound.tried}) == 2


def test_a_voicemail_is_linked_by_names_of_its_own_column(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other lookup; no other kind is documented there."""
    scene = prepared(stage, "voicemail", VOICEMAIL)
    bound = Bound(monkeypatch)
    wrong_links.link_undeclared(scene)
    with pytest.raises(UnfitError, match="no name by which a link over msdyn_routableobjectid has to be ref") as told:
        wrong_links.link_as_other_kinds(scene)

    assert told.value.outcome is Outcome.NOT_APPLICABLE
    assert bound.names == ["msdyn_routableobjectid", f"msdyn_routableobjectid{MADE_UP}"]


@pytest.mark.parametrize("where", ["relationships", "csdl"])
@pytest.mark.parametrize("name", [COLUMN, f"{COLUMN}{MADE_UP}", f"{COLUMN}{MADE_UP}".upper()])
def test_a_name_that_is_declared_is_not_tried(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, where: str, name: str
) -> None:
    """On either surface, in any case."""
    table = scene.stage.tables.of(TABLE)
    way = NavigationProperty(name, "account", False, None, ())
    csdl = Csdl({TABLE: EntityType(TABLE, None, (way,) if where == "csdl" else ())}, ())
    if where == "relationships":
        table = replace(table, navigation={**table.navigation, (COLUMN, "account"): name})
    of = scene.stage.tables.of
    monkeypatch.setattr(scene.stage.tables, "of", lambda wanted: table if wanted == TABLE else of(wanted))
    scene.stage.readings = replace(scene.stage.readings, csdl=Reading(State.READ, csdl))
    bound = Bound(monkeypatch)
    wrong_links.link_undeclared(scene)

    assert bound.names == [one for one in WAYS["undeclared"][1] if one.lower() != name.lower()]


def test_without_a_readable_model_the_definitions_say_what_is_declared(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A closed $metadata takes nothing away."""
    scene.stage.readings = replace(scene.stage.readings, csdl=Reading(State.UNREADABLE))
    bound = Bound(monkeypatch)
    wrong_links.link_undeclared(scene)
    assert bound.names == WAYS["undeclared"][1]


@pytest.mark.parametrize("status", [400, 403, 404, 409, 422])
@pytest.mark.parametrize("way", WAYS)
def test_every_refusal_of_the_asking_is_one(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, way: str, status: int
) -> None:
    """Whatever its number, with an error that says why."""
    Bound(monkeypatch, every=says(status, ERROR))
    WAYS[way][0](scene)
    assert wrong_links.refused(scene) == "refused"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("answer", "told_as"),
    [
        (says(204), ("is ignored, not refused: the answer is 204, and what there was is as it was", "ignored")),
        (says(200, ERROR), (": It is answered 200, with an error in the body", "error")),
        (says(400), (r": It is refused \(400\) in another form than an OData error", "no OData error")),
        (says(500, ERROR), (r": It is not refused but breaks: 500 \(no\)", 500)),
        (says(301), (": It is not refused but breaks: 301", 301)),
    ],
)
def test_what_is_no_refusal_is_told_with_the_name(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, way: str, answer: Answer, told_as: tuple[str, object]
) -> None:
    """It is the last one that is tried; those before it were refused."""
    (act, names), (said, observed) = WAYS[way], told_as
    bound = Bound(monkeypatch, **{names[-1]: answer})
    act(scene)

    assert bound.names == names
    with pytest.raises(WrongError, match=rf"^A link by {names[-1]} to msdyn_timegroups\([-0-9a-f]+\) ?{said}") as told:
        wrong_links.refused(scene)
    assert told.value.observed == observed


def test_after_a_link_that_is_not_refused_none_is_tried(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes after it would be seen through it."""
    bound = Bound(monkeypatch, **{OTHERS[1]: says(204)})
    wrong_links.link_as_other_kinds(scene)
    assert bound.names == OTHERS[:2]


@pytest.mark.parametrize(
    ("aspect", "way"), [("other-target", "other"), ("undeclared", "undeclared"), ("nobody", "nobody")]
)
def test_what_is_stored_is_told(tmp_path: Path, aspect: str, way: str) -> None:
    """Of a yes, what the conversation names then; of a refusal, by the look at what the conversation was like."""
    act, names = WAYS[way]
    faults: Any = [f"derived/column/{COLUMN}/{aspect}-refused#{kind}" for kind in ("accepted", "ignored-late")]
    for fault in faults:
        with running(create_app(create_organisation(), faults=[fault])) as root, stage_at(tmp_path, root) as stage:
            scene = prepared(stage, fault)
            record = scene.rows["record"].id
            act(scene)
            now = links.linked_id(scene, "conversation", COLUMN)
            assert now not in (None, record)
            if fault.endswith("#accepted"):
                said = rf"^A link by {names[0]} to .+ is accepted \(204\): the conversation now names {now} in {COLUMN}"
                with pytest.raises(WrongError, match=said) as told:
                    wrong_links.refused(scene)
                assert told.value.observed == "accepted"
            else:
                assert wrong_links.refused(scene) == "refused"
                with pytest.raises(WrongError, match=f"_{COLUMN}_value was '{record}', now it is '{now}'"):
                    unchanged.conversation_as_it_was(scene)
