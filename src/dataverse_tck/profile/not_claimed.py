"""What a profile does not claim, as requirements: those about its tables and messages, and what derives from them."""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping

from dataverse_tck.conformance.requirement import Catalogue
from dataverse_tck.profile.profile import Profile
from dataverse_tck.usage import UsageError, nearest

_ENDS = (("ReferencedEntity",), ("ReferencingEntity",))


def not_claimed_ids(profile: Profile | None, catalogue: Catalogue) -> Mapping[str, str]:
    """Return, by id, why each requirement about a table or message that the profile does not claim is not claimed.

    Of a table these are the targets of that name, the relationships that lead there with all their members, and what
    derives from none but them; of a message, all that is about it. UsageError where the reference speaks of no such
    table.
    """
    if profile is None:
        return {}
    return {**_of_tables(profile, catalogue), **_of_messages(profile, catalogue)}


def _of_messages(profile: Profile, catalogue: Catalogue) -> Mapping[str, str]:
    why = {
        f"message/{message.name}": f"the profile does not claim {message.name}{_because(message.reason)}"
        for message in (profile.calls.not_claimed() if profile.calls else ())
    }
    nodes = {item.id: item.node[item.node.find("message/") :] for item in catalogue.requirements}
    return {identifier: why[node] for identifier, node in nodes.items() if node in why}


def _because(reason: str) -> str:
    return f": {reason}" if reason else ""


def _of_tables(profile: Profile, catalogue: Catalogue) -> Mapping[str, str]:
    why = {
        table: f"the profile does not claim {group.solution}{_because(group.reason)}"
        for group in profile.not_claimed
        for table in group.tables
    }
    about = _tables_of(catalogue)
    known = set(about.values())
    for table in why:
        if table not in known:
            raise UsageError(
                f"The profile does not claim the table {table}, but no requirement speaks of a link to it."
                f"{nearest(table, known)}"
            )
    found = {identifier: why[table] for identifier, table in about.items() if table in why}
    for item in catalogue.requirements:
        sources = fnmatch.filter(about, item.derived_from) if item.derived_from else []
        if sources and all(source in found for source in sources):
            found[item.id] = found[sources[0]]
    return found


def _tables_of(catalogue: Catalogue) -> dict[str, str]:
    """Return, by id, the other table that each normative requirement about a target or a relationship speaks of."""
    normative = [item for item in catalogue.requirements if item.derived_from is None]
    leads_to = {item.node: str(item.expected) for item in normative if item.path in _ENDS}
    targets = {item.id: str(item.expected) for item in normative if item.family == "target"}
    return targets | {item.id: leads_to[item.node] for item in normative if item.node in leads_to}
