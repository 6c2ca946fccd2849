"""The judge: what passes, what fails, and everything in between."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.readings import Operation
from tests.support.judging import CHILD, MESSAGE, OPTION, PARENT, judged, outcomes, with_options
from tests.support.perfect_readings import TABLE, broken, csdl, label, many_to_one, perfect, read, unreadable


def test_an_endpoint_that_shows_everything_rightly_passes_everything() -> None:
    """All 399 requirements and the five controls pass."""
    found = judged(perfect())

    assert {finding.outcome for finding in found.values()} == {Outcome.PASS}
    assert len(found) == 399 + 5


def test_one_surface_that_contradicts_outweighs_all_that_agree() -> None:
    """A message that $metadata lists and sdkmessages lacks fails, and names sdkmessages."""
    readings = perfect()
    rows = tuple(row for row in readings.sdkmessages.content or () if row["name"] != MESSAGE)
    found = judged(replace(readings, sdkmessages=read(rows)))[f"message/{MESSAGE}/exists"]

    assert (found.outcome, found.surface) == (Outcome.FAIL, "sdkmessages")


def test_what_cannot_be_read_takes_part_in_nothing() -> None:
    """Without relationship collections, $metadata still shows the ends; cascades and menus are not observable."""
    readings = replace(perfect(), many_to_one=unreadable(), one_to_many=unreadable())
    found = judged(readings)

    assert found[f"{PARENT}/ReferencedEntity"].outcome is Outcome.PASS
    assert found[f"{PARENT}/cascade/Delete"].outcome is Outcome.NOT_OBSERVABLE
    assert "403" in found[f"{PARENT}/cascade/Delete"].reason
    assert found[f"{CHILD}/menu/Order"].outcome is Outcome.NOT_OBSERVABLE


def test_a_broken_exchange_is_an_error_unless_another_surface_contradicts() -> None:
    """A surface that broke might have contradicted: no pass; a contradiction elsewhere still counts."""
    readings = replace(perfect(), csdl=broken())
    assert judged(readings)[f"message/{MESSAGE}/exists"].outcome is Outcome.ERROR
    assert judged(readings)[f"message/{MESSAGE}/exists"].exchanges == ("x0009",)

    rows = tuple(row for row in readings.sdkmessages.content or () if row["name"] != MESSAGE)
    assert judged(replace(readings, sdkmessages=read(rows)))[f"message/{MESSAGE}/exists"].outcome is Outcome.FAIL


def test_an_absent_table_blocks_what_hangs_on_it() -> None:
    """Where the table is gone, its facts are not testable, not wrong; messages are judged on their own."""
    readings = replace(perfect(), table=read(None))
    failed = outcomes(readings, Outcome.FAIL)

    assert failed == {f"table/{TABLE}/exists"}
    assert outcomes(readings, Outcome.PASS) >= {f"message/{MESSAGE}/exists"}
    assert f"{PARENT}/cascade/Delete" in outcomes(readings, Outcome.NOT_TESTABLE)


def test_extra_things_raise_no_alarm() -> None:
    """Extra options, targets, relationships, properties and messages are no faults."""
    readings = with_options(lambda options: options.append({"Value": 192350000, "Label": label("Entity Records")}))
    lookups = {
        name: read({"Targets": [*(reading.content or {})["Targets"], "account"]})
        for name, reading in readings.lookups.items()
    }
    rows = (*many_to_one(), {"SchemaName": "extra", "ReferencingAttribute": "ownerid", "ReferencedEntity": "owner"})
    operations = (*csdl().operations, Operation("CCaaS_More", "Action", TABLE, False, (), None))
    readings = replace(
        readings, lookups=lookups, many_to_one=read(rows), csdl=read(replace(csdl(), operations=operations))
    )

    assert {finding.outcome for finding in judged(readings).values()} == {Outcome.PASS}


def test_an_answer_that_contradicts_itself_fails() -> None:
    """The same option twice with two labels, two English labels, the same relationship twice: one of them is wrong."""
    twice = with_options(lambda options: options.append({"Value": 192300000, "Label": label("Other")}))
    assert outcomes(twice, Outcome.FAIL) == {f"{OPTION}/label"}

    def disagree(options: list[Any]) -> None:
        options[1]["Label"]["UserLocalizedLabel"] = {"Label": "Other", "LanguageCode": 1033}

    assert outcomes(with_options(disagree), Outcome.FAIL) == {f"{OPTION}/label"}
    row = next(row for row in many_to_one() if row["ReferencedEntity"] == "msdyn_bookingrule")
    other = {**row, "CascadeConfiguration": {**row["CascadeConfiguration"], "Delete": "Restrict"}}
    readings = replace(perfect(), many_to_one=read((*many_to_one(), other)))
    assert outcomes(readings, Outcome.FAIL) == {f"{PARENT}/cascade/Delete"}


def test_a_surface_that_broke_blocks_nothing_that_another_one_showed() -> None:
    """A $metadata that timed out is an error of what it shows; cascades are judged where they are shown."""
    found = judged(replace(perfect(), csdl=broken()))

    assert found[f"{PARENT}/exists"].outcome is Outcome.ERROR
    assert found[f"{PARENT}/cascade/Delete"].outcome is Outcome.PASS


def test_what_hangs_on_something_names_the_root() -> None:
    """A cascade of a table that is not there names the table, not the relationship in between."""
    reason = judged(replace(perfect(), table=read(None)))[f"{PARENT}/cascade/Delete"].reason

    assert f"table/{TABLE}/exists" in reason
