"""Controls: an endpoint that says yes to everything proves nothing."""

from __future__ import annotations

from dataclasses import replace

from dataverse_tck.conformance.finding import Outcome
from tests.support.judging import MESSAGE, OPTION, judged, with_options
from tests.support.perfect_readings import broken, csdl, label, perfect, read, unreadable


def test_an_endpoint_that_finds_everything_proves_nothing() -> None:
    """Where a made-up message is found, the other messages' passes are not observable, and so what hangs on them."""
    readings = perfect()
    rows = (*(readings.sdkmessages.content or ()), {"name": "CCaaS_NobodyDocumentsThisMessage"})
    found = judged(replace(readings, sdkmessages=read(rows)))

    assert found["control/made-up-message"].outcome is Outcome.FAIL
    assert found[f"message/{MESSAGE}/exists"].outcome is Outcome.NOT_OBSERVABLE
    assert "control/made-up-message" in found[f"message/{MESSAGE}/exists"].reason


def test_an_endpoint_that_knows_no_event_proves_nothing_about_events() -> None:
    """Where Create is not seen as an event, 'no event' is not observable."""
    readings = perfect()
    rows = tuple(row for row in readings.sdkmessagefilters.content or () if row["sdkmessageid"]["name"] != "Create")
    found = judged(replace(readings, sdkmessagefilters=read(rows)))

    assert found[f"message/{MESSAGE}/not-event"].outcome is Outcome.NOT_OBSERVABLE
    assert found[f"message/{MESSAGE}/on-table"].outcome is Outcome.PASS


def test_an_endpoint_that_knows_no_function_proves_nothing_about_actions() -> None:
    """Where no function is seen, 'an action' is not observable."""
    operations = tuple(item for item in csdl().operations if item.kind == "Action")
    found = judged(replace(perfect(), csdl=read(replace(csdl(), operations=operations))))

    assert found[f"message/{MESSAGE}/is-action"].outcome is Outcome.NOT_OBSERVABLE


def test_an_endpoint_that_offers_every_number_proves_nothing_about_channels() -> None:
    """Where a made-up number is on offer, the channels' passes are not observable."""
    readings = with_options(
        lambda options: options.append({"Value": 192999999, "Label": label("?")}), "GlobalOptionSet"
    )

    assert judged(readings)[f"{OPTION}/exists"].outcome is Outcome.NOT_OBSERVABLE


def test_a_control_without_its_surface_guards_nothing() -> None:
    """Where filters cannot be read, customapis alone shows that a message is no event."""
    found = judged(replace(perfect(), sdkmessagefilters=unreadable()))

    assert found["control/known-event"].outcome is Outcome.NOT_APPLICABLE
    assert found[f"message/{MESSAGE}/not-event"].outcome is Outcome.PASS


def test_a_control_that_cannot_be_read_says_so() -> None:
    """Options of an unheard-of shape do not count as a made-up number that was found."""
    readings = perfect()
    column = {**dict(readings.choices["msdyn_channel"].content or {}), "GlobalOptionSet": {"Options": 1}}
    found = judged(replace(readings, choices={"msdyn_channel": read(column)}))["control/made-up-option"]

    assert found.outcome is Outcome.FAIL
    assert "shape that cannot be read" in found.reason


def test_an_endpoint_that_has_every_table_proves_nothing_about_tables() -> None:
    """Where a definition is given for a table that nobody has, the table under test may be made up as well."""
    found = judged(replace(perfect(), made_up_table=read({"LogicalName": "msdyn_nobodydocumentsthistable"})))

    assert found["control/made-up-table"].outcome is Outcome.FAIL
    assert found["table/msdyn_ocliveworkitem/exists"].outcome is Outcome.NOT_OBSERVABLE
    assert found["table/msdyn_ocliveworkitem/display-name"].outcome is Outcome.NOT_TESTABLE
    assert found[f"message/{MESSAGE}/exists"].outcome is Outcome.PASS


def test_an_endpoint_that_breaks_over_an_unknown_table_proves_nothing_either() -> None:
    """Whether it can say no is not known then."""
    found = judged(replace(perfect(), made_up_table=broken("500 Internal Server Error")))

    assert found["control/made-up-table"].outcome is Outcome.FAIL
    assert "500" in found["control/made-up-table"].reason
    assert found["table/msdyn_ocliveworkitem/exists"].outcome is Outcome.NOT_OBSERVABLE
