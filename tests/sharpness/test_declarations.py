"""Declarations that are wrong in a second way, and right ones that look unusual: surfaces alone, nothing is written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from dataverse_tck.conformance.finding import Finding, Outcome
from dataverse_tck.conformance.suite import load_suite
from dataverse_tck.emulator.faults.metadata_faults import known_second_ways
from dataverse_tck.emulator.organisation.assemble import create_organisation
from dataverse_tck.emulator.organisation.conversation import NAME
from dataverse_tck.emulator.organisation.model import (
    Binding,
    Message,
    MessageFilter,
    Operation,
    Organisation,
)
from dataverse_tck.emulator.serving.app import create_app
from dataverse_tck.emulator.serving.server import running
from dataverse_tck.endpoint.survey import survey
from dataverse_tck.evidence.recorder import Recorder
from tests.sharpness.variants import further_channels

MESSAGE = "CCaaS_HoldCall"
FURTHER = "CCaaS_MuteCall"


def found(app: ASGIApp) -> dict[str, Finding]:
    """What is found of all that an endpoint declares, controls included."""
    with running(app) as root:
        judged = survey(root, Recorder(None), load_suite()).judgement
    return {**judged.findings, **judged.controls}


def not_passed(app: ASGIApp) -> dict[str, Outcome]:
    """Return what did not pass, by id."""
    return {key: finding.outcome for key, finding in found(app).items() if finding.outcome is not Outcome.PASS}


@pytest.mark.parametrize("surface", ["", "@optionset", "@globaloptionset"])
def test_a_label_that_is_shown_empty_is_found(surface: str) -> None:
    """All labels at once, and nothing but them, on each surface that shows them."""
    faults = [f"{name}{surface}" for name, shown in known_second_ways().items() if not surface or surface[1:] in shown]

    broken = not_passed(create_app(create_organisation(), faults=faults))

    assert len(faults) == (16 if surface else 17)
    assert broken == {fault.partition("#")[0]: Outcome.FAIL for fault in faults}


def further_operation(kind: str) -> Organisation:
    """An operation of the family that the reference does not name."""
    organisation = create_organisation()
    operation = Operation(FURTHER, kind, Binding.ENTITY, NAME)
    return replace(
        organisation,
        operations=(*organisation.operations, operation),
        messages=(*organisation.messages, Message(FURTHER)),
        message_filters=(*organisation.message_filters, MessageFilter(FURTHER, NAME, custom_step_allowed=False)),
    )


def further_event(organisation: Organisation) -> Organisation:
    """A message of the family that others can subscribe to."""
    return replace(
        organisation,
        messages=(*organisation.messages, Message(FURTHER)),
        message_filters=(*organisation.message_filters, MessageFilter(FURTHER, NAME, custom_step_allowed=True)),
    )


def private_message(organisation: Organisation, *, said: bool = True) -> Organisation:
    """A message that $metadata does not show, said to be private or not."""
    return replace(
        organisation,
        operations=tuple(item for item in organisation.operations if item.name != MESSAGE),
        messages=tuple(replace(item, private=said) if item.name == MESSAGE else item for item in organisation.messages),
    )


@pytest.mark.parametrize(
    "organisation",
    [
        further_channels(create_organisation()),
        further_operation("Action"),
        further_operation("Function"),
        further_event(create_organisation()),
        private_message(create_organisation()),
    ],
    ids=["channels", "action", "function", "event", "private"],
)
def test_what_is_unusual_and_right_raises_no_alarm(organisation: Organisation) -> None:
    """Organisations will soon be like that."""
    assert not_passed(create_app(organisation)) == {}


def test_a_message_that_is_hidden_and_not_private_is_found() -> None:
    """Absent from $metadata, and nobody says why."""
    broken = not_passed(create_app(private_message(create_organisation(), said=False)))

    assert broken[f"message/{MESSAGE}/exists"] is Outcome.FAIL
    assert {PurePosixPath(key).parts[1] for key in broken} == {MESSAGE}


def defining_everything(app: ASGIApp) -> ASGIApp:
    """An endpoint that has a definition for every table that is asked for."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        made_up = "LogicalName='msdyn_nobodydocumentsthistable'"
        if made_up in scope.get("path", ""):
            path = scope["path"].replace(made_up, f"LogicalName='{NAME}'")
            scope = {**scope, "path": path, "raw_path": path.encode()}
        await app(scope, receive, send)

    return answer


def test_an_endpoint_that_defines_every_table_shows_nothing() -> None:
    """Its table may be made up as well: not observable, and so never conformant."""
    broken = not_passed(defining_everything(create_app(create_organisation())))

    assert broken["control/made-up-table"] is Outcome.FAIL
    assert broken[f"table/{NAME}/exists"] is Outcome.NOT_OBSERVABLE
    assert Outcome.FAIL not in {outcome for key, outcome in broken.items() if not key.startswith("control/")}
