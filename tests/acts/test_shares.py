"""Rights: told apart where only their sum shows; a colleague who accepts a share."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from dataverse_tck.acts import preparations
from dataverse_tck.acts.cascading import cascades, shares
from dataverse_tck.acts.cascading.shares import DIRECT, INHERITED, READ
from dataverse_tck.acts.errors import UnfitError
from dataverse_tck.acts.scene import Scene
from dataverse_tck.acts.stage import MOST_TRIED
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.emulator.organisation.assemble import create_organisation
from dataverse_tck.emulator.serving.app import create_app
from dataverse_tck.emulator.serving.server import running
from dataverse_tck.webapi.rows.sharing import AccessRights
from tests.support.canned_server import API, Canned, Request, serving
from tests.support.staging import TIME_GROUP, stage_at
from tests.support.stub_server import error


@pytest.mark.parametrize(
    ("together", "parts"),
    [
        (0, (0, 0, 0)),
        (INHERITED, (0, INHERITED, INHERITED)),
        (DIRECT, (DIRECT, 0, DIRECT)),
        (DIRECT | INHERITED, (DIRECT, INHERITED, DIRECT | INHERITED)),
        (READ, (0, READ, READ)),
    ],
)
def test_a_sum_is_told_apart_by_what_one_share_alone_grants(together: int, parts: tuple[int, int, int]) -> None:
    """Where no surface keeps direct and inherited rights apart."""
    assert shares._known(AccessRights(None, None, together, "RetrievePrincipalAccess")) == parts


def test_parts_that_are_shown_are_believed() -> None:
    """Whatever their sum would say."""
    assert shares._known(AccessRights(READ, READ, None, "principalobjectaccessset")) == (READ, READ, READ)


def refusing(root: str, refused: Callable[[str], bool], tried: list[str]) -> Callable[[Request], Canned]:
    """Pass requests on to the emulator, but for shares with principals (by id) that are refused."""
    client = requests.Session()
    client.trust_env = False

    def answer(request: Request) -> Canned:
        if request.path.endswith("/GrantAccess"):
            principal = request.json["PrincipalAccess"]["Principal"]
            (identifier,) = (value for name, value in principal.items() if name.endswith("id"))
            tried.append(identifier)
            if refused(identifier):
                return error(400, "no role")
        url, headers = root + request.path.removeprefix(API), {"Content-Type": "application/json"}
        told = client.request(request.method, url, data=request.body, headers=headers, timeout=10)
        return Canned(told.status_code, told.content, {"Content-Type": "application/json"})

    return answer


def test_the_colleague_is_the_first_who_accepts_a_share(tmp_path: Path) -> None:
    """The same one for all that ask; tried once."""
    tried: list[str] = []
    with running(create_app(create_organisation())) as root:
        answer = refusing(root, lambda identifier: identifier in tried[:2], tried)
        with serving(answer) as gateway, stage_at(tmp_path, gateway.root) as stage:
            assert stage.colleague().id == tried[2]
            assert stage.colleague() is stage.colleague()
    assert len(tried) == len(set(tried)) == 3


def test_without_anybody_who_accepts_a_share_nothing_can_be_observed(tmp_path: Path) -> None:
    """After a few; the reason is kept."""
    tried: list[str] = []
    with (
        running(create_app(create_organisation())) as root,
        serving(refusing(root, lambda _: True, tried)) as gateway,
        stage_at(tmp_path, gateway.root) as stage,
    ):
        for _ in range(2):
            with pytest.raises(UnfitError, match="none of 5 users and teams that were tried accepts") as told:
                stage.colleague()
            assert told.value.outcome is Outcome.NOT_OBSERVABLE
    assert len(tried) == MOST_TRIED


def test_who_may_read_everything_is_no_witness_of_shares_but_one_of_owners(tmp_path: Path) -> None:
    """A share that would not show is not observable; an assignment is seen all the same."""
    reads_all = {"AccessRights": "ReadAccess"}

    with running(create_app(create_organisation())) as root:
        pass_on = refusing(root, lambda _: False, [])

        def answer(request: Request) -> Canned:
            if "principalobjectaccessset" in request.path or "RetrieveSharedPrincipals" in request.path:
                return error(403, "closed")
            if "RetrievePrincipalAccess" in request.path:
                return Canned(200, json.dumps(reads_all).encode(), {"Content-Type": "application/json"})
            return pass_on(request)

        with serving(answer) as gateway, stage_at(tmp_path, gateway.root) as stage:
            for action in ("Share", "Assign"):
                scene = Scene(stage, action)
                preparations.make_linked(scene, TIME_GROUP)
                if action == "Share":
                    with pytest.raises(UnfitError, match="may read the conversation anyway"):
                        cascades.happens(scene, action)
                else:
                    cascades.happens(scene, action)
                    assert cascades.follows_to_colleague(scene) == "Cascade"
