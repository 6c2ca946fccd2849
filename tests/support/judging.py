"""The judge of the suite as tests ask it, and the things that they ask about."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from dataverse_tck.conformance.finding import Finding, Outcome
from dataverse_tck.conformance.judge import judge
from dataverse_tck.conformance.suite import load_suite
from dataverse_tck.readings import Readings
from tests.support.perfect_readings import many_to_one, perfect, read

SUITE = load_suite()
MESSAGE = "CCaaS_HoldCall"
PARENT = "relationship/msdyn_bookingrule_msdyn_ocliveworkitems"
CHILD = "relationship/msdyn_msdyn_ocliveworkitem_msdyn_ocvoicemail"
OPTION = "column/msdyn_channel/option/192300000"


def judged(readings: Readings) -> dict[str, Finding]:
    found = judge(readings, SUITE.catalogue, SUITE.schemas)
    return {**found.findings, **found.controls}


def outcomes(readings: Readings, outcome: Outcome) -> set[str]:
    return {key for key, finding in judged(readings).items() if finding.outcome is outcome}


def with_options(change: Callable[[list[Any]], None], member: str = "OptionSet") -> Readings:
    readings = perfect()
    column = copy.deepcopy(dict(readings.choices["msdyn_channel"].content or {}))
    change(column[member]["Options"])
    return replace(readings, choices={"msdyn_channel": read(column)})


def with_parent(**changes: Any) -> Readings:
    rows = [{**row, **changes} if row["ReferencedEntity"] == "msdyn_bookingrule" else row for row in many_to_one()]
    return replace(perfect(), many_to_one=read(tuple(rows)))


def spoilt(name: str) -> Readings:
    """Readings in which one thing has a shape that nobody expects."""
    readings = perfect()
    column = copy.deepcopy(dict(readings.choices["msdyn_channel"].content or {}))
    options = column["OptionSet"]["Options"]
    if name == "options with null":
        options.append(None)
    elif name == "labels a number":
        options[1]["Label"] = {"LocalizedLabels": 1}
    elif name == "set a text":
        column["GlobalOptionSet"] = "x"
    elif name == "targets true":
        return replace(readings, lookups={**readings.lookups, "regardingobjectid": read({"Targets": True})})
    elif name == "rows of text":
        return replace(readings, many_to_one=read(("x", 1)))
    return replace(readings, choices={"msdyn_channel": read(column)})
