"""Names of messages that nobody declares, and that are taken all the same where a fault is on."""

from __future__ import annotations

from dataclasses import replace

from dataverse_tck.emulator.organisation.conversation import NAME
from dataverse_tck.emulator.organisation.customer_service import MESSAGES
from dataverse_tck.emulator.organisation.model import Organisation
from dataverse_tck.emulator.protocol.namespace import QUALIFIER
from dataverse_tck.emulator.protocol.paths import Segment
from dataverse_tck.emulator.rows.bulk import MULTIPLE

_SPELT = {message.casefold(): message for message in MESSAGES}


def respelt(segments: list[Segment]) -> list[Segment]:
    """A path with its last name as a message is declared, if it is that in another letter case."""
    *front, last = segments
    qualifier = QUALIFIER if last.name.startswith(QUALIFIER) else ""
    message = _SPELT.get(last.name.removeprefix(qualifier).casefold())
    return segments if message is None else [*front, replace(last, name=qualifier + message)]


def is_made_up(organisation: Organisation, segments: list[Segment]) -> bool:
    """Whether a path calls, unbound or on conversations, what has no operation's name in any letter case."""
    *front, last = segments
    if front:
        set_name = organisation.table[NAME].entity_set if NAME in organisation.table else None
        if [segment.name for segment in front] != [set_name] or not last.name.startswith(QUALIFIER):
            return False
    elif last.arguments is not None or any(table.entity_set == last.name for table in organisation.tables):
        return False
    names = {name.casefold() for name in (*MULTIPLE, *(operation.name for operation in organisation.operations))}
    return last.name.removeprefix(QUALIFIER).casefold() not in names
