"""Which kinds of faults refuse one thing alone, or in the wrong form; what each one does stands in ``denials``."""

from __future__ import annotations

from functools import cache

from dataverse_tck.emulator.organisation.customer_service import CHANNELS, MANY_TO_ONE
from dataverse_tck.emulator.organisation.engagement import ONE_TO_MANY

DISGUISE = "error-body"
FORMS = ("500", "html", DISGUISE)  # of a refusal that is none
ALONE = ("forbidden", "plugin")


@cache
def denials() -> dict[str, tuple[str, ...]]:
    """The kinds of refusals: id -> its kinds."""
    known: dict[str, tuple[str, ...]] = {"derived/column/msdyn_channel/unlisted-refused": FORMS}
    for option in CHANNELS:
        known[f"derived/column/msdyn_channel/option/{option.value}/stored"] = ("forbidden", DISGUISE)
    known["derived/column/regardingobjectid/replaced"] = ("forbidden",)
    for item in MANY_TO_ONE:
        column, node = f"derived/column/{item.referencing_attribute}", f"derived/relationship/{item.schema_name}"
        known[f"{column}/non-target-refused"] = FORMS
        known[f"{column}/cleared"] = ("forbidden", DISGUISE)
        known[f"{column}/target/{item.referenced_entity}/accepted"] = _of_links(item.referenced_entity)
        known[f"{node}/reparent"] = ("refused",)
        known[f"{node}/navigation"] = ("record-unserved", "record-forbidden")
        known[f"{node}/expanded"] = ("ignored", "refused", "empty")
    for item in ONE_TO_MANY:
        node = f"derived/relationship/{item.schema_name}"
        known[f"{node}/related-row"] = _of_links(item.referencing_entity)
        known[f"{node}/navigation"] = ("unserved", "forbidden")
        known[f"{node}/expanded"] = ("ignored", "refused", "empty")
    return known


def _of_links(table: str) -> tuple[str, ...]:
    """Without its rows, a table that stands at both ends would break more than one requirement."""
    at_both_ends = {item.referenced_entity for item in MANY_TO_ONE} & {item.referencing_entity for item in ONE_TO_MANY}
    return (*ALONE, DISGUISE, *(() if table in at_both_ends else ("unserved",)))
