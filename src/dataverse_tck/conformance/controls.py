"""Controls: proofs that a surface can say no. Where one does not pass, the passes it guards prove nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from dataverse_tck.conformance.control import Control, guarded_by
from dataverse_tck.conformance.finding import Finding, Outcome
from dataverse_tck.conformance.sent_controls import MADE_UP_MESSAGE, SENT
from dataverse_tck.conformance.surfaces.availability import readings_of
from dataverse_tck.conformance.surfaces.message import accepts_steps, message_name
from dataverse_tck.conformance.surfaces.observation import FOREIGN_SHAPE
from dataverse_tck.conformance.surfaces.option import is_number
from dataverse_tck.conformance.surfaces.surface import Surface
from dataverse_tck.readings import Readings, State

if TYPE_CHECKING:
    from dataverse_tck.conformance.requirement import Catalogue

MADE_UP_TABLE = "msdyn_nobodydocumentsthistable"
MADE_UP_OPTION = 192999999
KNOWN_EVENT = "Create"
# Functions that every Dataverse Web API declares; one of them is enough.
KNOWN_FUNCTIONS = ("WhoAmI", "RetrieveVersion", "RetrieveCurrentOrganization", "RetrievePrincipalAccess")


def _operations(readings: Readings, names: tuple[str, ...], kinds: tuple[str, ...]) -> bool:
    operations = readings.csdl.content.operations if readings.csdl.content else ()
    return any(item.name in names and item.kind in kinds for item in operations)


def _offers(readings: Readings, member: str) -> bool:
    sets = [(reading.content or {}).get(member) for reading in readings.choices.values()]
    options = [option for item in sets if isinstance(item, Mapping) for option in item.get("Options") or ()]
    return any(isinstance(item, Mapping) and is_number(item.get("Value"), MADE_UP_OPTION) for item in options)


def _create_is_an_event(readings: Readings, table: str) -> bool:
    return any(
        message_name(row) == KNOWN_EVENT and row.get("primaryobjecttypecode") == table and accepts_steps(row)
        for row in readings.sdkmessagefilters.content or ()
    )


def _made_up_table(readings: Readings, _: str) -> bool:
    if readings.made_up_table.state is State.BROKEN:
        raise ValueError(readings.made_up_table.reason)
    return readings.made_up_table.content is not None


LOOKED_UP = (
    Control(
        "control/made-up-table",
        f"table/{MADE_UP_TABLE}",
        f"A table that nobody documents ({MADE_UP_TABLE}) is not found.",
        ("table-exists", "table-display-name"),
        seen={
            Surface.ENTITYDEFINITIONS: _made_up_table,
            Surface.CSDL: lambda r, _: bool(r.csdl.content and MADE_UP_TABLE in r.csdl.content.entity_types),
        },
        expected=False,
    ),
    Control(
        "control/made-up-message",
        f"message/{MADE_UP_MESSAGE}",
        f"A message that nobody documents ({MADE_UP_MESSAGE}) is not found.",
        ("message-exists",),
        seen={
            Surface.CSDL: lambda r, _: _operations(r, (MADE_UP_MESSAGE,), ("Action", "Function")),
            Surface.SDKMESSAGES: lambda r, _: any(
                row.get("name") == MADE_UP_MESSAGE for row in r.sdkmessages.content or ()
            ),
            Surface.CUSTOMAPIS: lambda r, _: any(
                row.get("uniquename") == MADE_UP_MESSAGE for row in r.customapis.content or ()
            ),
        },
        expected=False,
    ),
    Control(
        "control/known-event",
        f"message/{KNOWN_EVENT}",
        f"{KNOWN_EVENT}, which is an event, is seen as one.",
        ("message-not-event",),
        seen={Surface.SDKMESSAGEFILTERS: _create_is_an_event},
        expected=True,
    ),
    Control(
        "control/known-function",
        f"message/{KNOWN_FUNCTIONS[0]}",
        f"A function of the platform ({KNOWN_FUNCTIONS[0]}) is seen as a function.",
        ("message-is-action",),
        seen={Surface.CSDL: lambda r, _: _operations(r, KNOWN_FUNCTIONS, ("Function",))},
        expected=True,
    ),
    Control(
        "control/made-up-option",
        f"column/msdyn_channel/option/{MADE_UP_OPTION}",
        f"A channel number that nobody documents ({MADE_UP_OPTION}) is not found.",
        ("option-exists", "option-label"),
        seen={
            Surface.OPTIONSET: lambda r, _: _offers(r, "OptionSet"),
            Surface.GLOBALOPTIONSET: lambda r, _: _offers(r, "GlobalOptionSet"),
        },
        expected=False,
    ),
)


CONTROLS = (*LOOKED_UP, *SENT)
_PROVES = (Outcome.PASS, Outcome.NOT_APPLICABLE)
_YES = ("accepted", "error")  # what is observed of an answer that says yes, the second with an error in its body


def check_controls(readings: Readings, table: str) -> dict[str, Finding]:
    """Return a finding for each control that is looked up; *not applicable* where none of its surfaces can be read."""
    return {control.id: _check(control, readings, table) for control in LOOKED_UP}


def _check(control: Control, readings: Readings, table: str) -> Finding:
    reasons: list[str] = []
    exchanges: list[str] = []
    asked = False
    for surface, seen in control.seen.items():
        sources = readings_of(readings, surface)
        exchanges.extend(exchange for source in sources for exchange in source.exchanges)
        if not any(source.state is State.READ for source in sources):
            reasons.extend(f"{surface}: {source.reason}" for source in sources)
            continue
        asked = True
        if problem := _problem(control, seen, readings, table):
            return Finding(control.id, Outcome.FAIL, problem, None, surface, tuple(dict.fromkeys(exchanges)))
    if not asked:
        return Finding(control.id, Outcome.NOT_APPLICABLE, "; ".join(reasons))
    return Finding(control.id, Outcome.PASS, "", control.expected, None, tuple(dict.fromkeys(exchanges)))


def _problem(control: Control, seen: Callable[[Readings, str], bool], readings: Readings, table: str) -> str:
    """Return why a surface does not bear the control out, nothing when it does."""
    try:
        found = seen(readings, table)
    except FOREIGN_SHAPE as problem:
        return f"the answer has a shape that cannot be read ({problem})"
    if found is control.expected:
        return ""
    return "it is not seen" if control.expected else "it is found all the same"


def withdraw_unproven(
    findings: Mapping[str, Finding], controls: Mapping[str, Finding], catalogue: Catalogue
) -> dict[str, Finding]:
    """Take back the passes that a failed control guards: they are *not observable*, with the control named.

    Controls that were not tried say nothing; of those that send something, what could not be sent, or not be looked at
    afterwards, is told of the calls themselves.
    """
    result = dict(findings)
    for control in CONTROLS:
        found = controls.get(control.id)
        if found is None or found.outcome in _PROVES or (control.said_yes and found.outcome is not Outcome.FAIL):
            continue
        for identifier in guarded_by(control, catalogue):
            if identifier in result and result[identifier].outcome is Outcome.PASS:
                reason = _reason(control, found)
                result[identifier] = replace(result[identifier], outcome=Outcome.NOT_OBSERVABLE, reason=reason)
    return result


def _reason(control: Control, found: Finding) -> str:
    if control.said_yes and found.observed in _YES:
        return f"nothing can be said of it, because this endpoint {control.said_yes} ({control.id})"
    why = f" ({found.reason})" if control.said_yes else ""
    return f"{control.id} did not pass{why}, so this pass would prove nothing"
