"""A conversation and its record looked up together: what an endpoint may show, and what it may not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from dataverse_tck.acts import preparations, related
from dataverse_tck.acts.errors import WrongError
from dataverse_tck.acts.linking import expansions
from dataverse_tck.acts.scene import Scene
from dataverse_tck.acts.stage import Stage
from dataverse_tck.emulator.organisation.assemble import create_organisation
from dataverse_tck.emulator.serving.app import create_app
from dataverse_tck.emulator.serving.server import running
from dataverse_tck.webapi.http.answer import Answer
from tests.support.staging import TIME_GROUP, stage_at

CONTEXT = "msdyn_msdyn_ocliveworkitem_msdyn_customengagementctx_liveworkitemid"
OWN, OTHER = "{own}", "{other}"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with (
        running(create_app(create_organisation())) as root,
        stage_at(tmp_path_factory.mktemp("stage"), root) as made,
    ):
        made.settings = replace(made.settings, settle_s=0)
        yield made


def at(stage: Stage, name: str) -> Scene:
    """A conversation with its record, and another with another one."""
    scene = Scene(stage, f"{name} {uuid4()}")
    if name == TIME_GROUP:
        preparations.make_linked(scene, name)
        preparations.make_other(scene)
    else:
        preparations.make_conversations(scene)
        related.make_of_each(scene, name)
    return scene


@pytest.mark.parametrize("name", [TIME_GROUP, CONTEXT])
def test_a_record_is_shown_along_with_its_conversation(stage: Stage, name: str) -> None:
    """By the documented navigation property, in one request."""
    scene = at(stage, name)
    already = len(scene.records.exchanges)

    assert expansions.shown_together(scene, "way") == "way"
    assert len(scene.records.exchanges) == already + 1


@pytest.mark.parametrize(
    ("name", "shown", "said"),
    [
        (TIME_GROUP, OWN, None),
        (TIME_GROUP, OTHER, "shows ['{other}']"),
        (TIME_GROUP, None, "shows nothing"),
        (TIME_GROUP, ..., "shows nothing"),
        (CONTEXT, [OWN], None),
        (CONTEXT, [], "shows nothing"),
        (CONTEXT, [OTHER], "shows ['{other}']"),
        (CONTEXT, [OWN, OTHER], "not its own record alone"),
        (CONTEXT, ..., "shows nothing"),
    ],
)
def test_it_shows_its_own_record_alone(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, name: str, shown: Any, said: str | None
) -> None:
    """A member that is not there was not looked up."""
    scene = at(stage, name)
    way, key = scene.links["record"].navigation, stage.tables.of(scene.links["record"].table).primary_id
    ids = {OWN: scene.rows["record"].id.upper(), OTHER: scene.rows["other record"].id}

    def row(which: str) -> dict[str, str]:
        return {key: ids[which]}

    document = {} if shown is ... else {way: [*map(row, shown)] if isinstance(shown, list) else shown and row(shown)}
    answer = Answer(200, {}, json.dumps(document).encode(), "http://127.0.0.1:9/rows", "x0001")
    monkeypatch.setattr(scene.records, "send", lambda *_: answer)
    if said is None:
        assert expansions.shown_together(scene, name) == name
        return
    with pytest.raises(WrongError) as told:
        expansions.shown_together(scene, name)
    assert said.replace(OTHER, ids[OTHER]) in str(told.value)
    assert f"({way})" in str(told.value)


@pytest.mark.parametrize(("linked", "passes"), [(CONTEXT, True), ("", False)])
def test_an_empty_page_may_lead_to_the_rest(
    stage: Stage,
    monkeypatch: pytest.MonkeyPatch,
    linked: str,
    passes: bool,  # noqa: FBT001
) -> None:
    """Where a link for the rest stands beside it."""
    scene = at(stage, CONTEXT)
    url = f"{stage.session.root}/{scene.rows['conversation'].path}/{linked}"
    document = {CONTEXT: [], **({f"{CONTEXT}@odata.nextLink": url} if linked else {})}
    answer = Answer(200, {}, json.dumps(document).encode(), "http://127.0.0.1:9/rows", "x0001")
    monkeypatch.setattr(scene.records, "send", lambda *_: answer)
    if passes:
        assert expansions.shown_together(scene, CONTEXT) == CONTEXT
    else:
        with pytest.raises(WrongError, match="shows nothing"):
            expansions.shown_together(scene, CONTEXT)


@pytest.mark.parametrize("status", [400, 404, 501])
def test_a_look_that_is_refused_is_wrong(stage: Stage, monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    """The navigation property is declared."""
    scene = at(stage, CONTEXT)
    answer = Answer(status, {}, b'{"error": {"code": "0x0", "message": "no"}}', "http://127.0.0.1:9/rows", "x0001")
    monkeypatch.setattr(scene.records, "send", lambda *_: answer)

    with pytest.raises(WrongError, match=rf"{CONTEXT} of the conversation, looked up together with it, .*: {status}"):
        expansions.shown_together(scene, CONTEXT)
