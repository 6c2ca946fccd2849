"""What each statement of the page makes at the surface level, in full."""

from __future__ import annotations

import pytest

from tests.support.made_up_page import MOOD, PERSON, QUEUE, RATING, ROUTE, TABLE

# id: family, node, path, expected, line, blocked by
_FULL = {
    TABLE: ("table-exists", "table/msdyn_ocliveworkitem", "LogicalName", "msdyn_ocliveworkitem", 9, ()),
    "table/msdyn_ocliveworkitem/display-name": (
        *("table-display-name", "table/msdyn_ocliveworkitem", "DisplayName"),
        *("Enquiry", 9, (TABLE,)),
    ),
    f"{ROUTE}/exists": ("message-exists", ROUTE, "name", "RouteEvent", 25, ()),
    f"{ROUTE}/is-action": ("message-is-action", ROUTE, "kind", "action", 25, (f"{ROUTE}/exists",)),
    f"{ROUTE}/not-event": ("message-not-event", ROUTE, "event", False, 25, (f"{ROUTE}/exists",)),
    f"{ROUTE}/on-table": (
        *("message-on-table", ROUTE, "table"),
        *("msdyn_ocliveworkitem", 25, (f"{ROUTE}/exists",)),
    ),
    f"{MOOD}/-1/exists": ("option-exists", f"{MOOD}/-1", "Value", -1, 51, (TABLE,)),
    f"{MOOD}/0/label": ("option-label", f"{MOOD}/0", "Label", "Calm", 52, (f"{MOOD}/0/exists",)),
    "column/desk_askerid/target/account": (
        *("target", "column/desk_askerid", "Targets"),
        *("account", 41, (TABLE,)),
    ),
    f"{PERSON}/exists": ("relationship-exists", PERSON, "SchemaName", "desk_person_enquiries", 72, (TABLE,)),
    f"{PERSON}/ReferencedEntity": (
        *("relationship-end", PERSON, "ReferencedEntity"),
        *("desk_person", 78, (f"{PERSON}/exists", "column/desk_askerid/target/desk_person")),
    ),
    f"{QUEUE}/ReferencedEntity": (  # the page says nothing of the targets of its column
        *("relationship-end", QUEUE, "ReferencedEntity"),
        *("desk_queue", 91, (f"{QUEUE}/exists",)),
    ),
    f"{PERSON}/cascade/Delete": (
        *("cascade", PERSON, "CascadeConfiguration/Delete"),
        *("Restrict", 83, (f"{PERSON}/exists",)),
    ),
    f"{RATING}/IsCustomizable": (
        *("customizable", RATING, "IsCustomizable/Value"),
        *(False, 127, (f"{RATING}/exists",)),
    ),
    f"{RATING}/menu/Order": (
        *("menu", RATING, "AssociatedMenuConfiguration/Order"),
        *(1, 128, (f"{RATING}/exists",)),
    ),
}


@pytest.mark.parametrize("identifier", _FULL)
def test_a_requirement_says_all_that_is_needed(requirements, identifier):
    """One of each kind, in full."""
    found = requirements[identifier]
    path = "/".join(found.path)
    assert (*(found.family, found.node, path, found.expected, found.line, found.blocked_by),) == _FULL[identifier]
    assert type(found.expected) is type(_FULL[identifier][3])
    assert (found.level, found.obligation, found.derived_from) == ("surface", "normative", None)
