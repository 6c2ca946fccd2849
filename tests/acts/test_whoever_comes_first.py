"""What a scenario asks does not depend on which of them comes first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from dataverse_tck.acting.learn import find_others
from dataverse_tck.acts.cascading import alike, shares
from dataverse_tck.acts.scene import Scene
from dataverse_tck.acts.stage import Stage
from dataverse_tck.webapi.http.errors import Broken
from tests.support.canned_server import Canned, Request
from tests.support.interceptor import intercepted
from tests.support.staging import TIME_GROUP
from tests.support.stub_server import error

SHARING_TABLE = "principalobjectaccessset"


def unlike_usual(request: Request) -> Canned | None:
    """The sharing table is closed, and no status is taken with a state."""
    closes = request.method == "PATCH" and "statecode" in request.json
    refused = SHARING_TABLE in request.path or (closes and "statuscode" in request.json)
    return error(403, "closed") if refused else None


def asked(stage: Stage, titles: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """What scenes ask that need to know how rights are shown, who can be acted for, and how to close: by title."""
    found = {}
    for title in titles:
        scene = Scene(stage, title)
        alike.make_closed(scene, TIME_GROUP)
        shares.note_rights(scene)
        lines = [stage.session.recorder.index[key] for key in scene.records.exchanges]
        found[title] = [(line.method, line.url.removeprefix(stage.session.root)) for line in lines]
    return found


@pytest.mark.parametrize("ahead", [True, False])
def test_each_scene_asks_the_same_in_any_order(tmp_path: Path, ahead: bool) -> None:  # noqa: FBT001 - of the protocol
    """Also where nothing is found out ahead."""
    found = []
    for titles in (("one", "two"), ("two", "one")):
        folder = tmp_path / titles[0]
        folder.mkdir()
        with intercepted(folder, unlike_usual) as stage:
            if ahead:
                find_others(stage)
            found.append(asked(stage, titles))

    assert found[0] == found[1]
    assert not [url for lines in found[0].values() for _, url in lines if SHARING_TABLE in url or "WhoAmI" in url]


def test_what_is_found_out_ahead_is_asked_no_more(tmp_path: Path) -> None:
    """Whoever needs it finds it there."""
    with intercepted(tmp_path, lambda _: None) as stage:
        find_others(stage)
        before = len(stage.session.recorder.index)
        alike.closing(stage)
        stage.observer.find_out(stage.colleague())

        assert len(stage.session.recorder.index) == before


def test_who_cannot_be_found_cannot_be_found_by_anybody(tmp_path: Path) -> None:
    """What broke while the third was looked for is told to all, and not tried again with the same rows."""

    def break_off(request: Request) -> Canned | None:
        return error(503, "busy") if request.method == "POST" and made else None

    made: list[str] = []
    with intercepted(tmp_path, break_off) as stage:
        stage.colleague()
        made.append("the colleague")
        told = []
        for _ in range(2):
            with pytest.raises(Broken) as broken:
                stage.third()
            told.append(str(broken.value))

    assert told[0] == told[1]
