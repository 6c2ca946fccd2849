"""Faults that reach beyond what one message is to do to one call, and those of messages that there are none of."""

from __future__ import annotations

from dataverse_tck.emulator.faults.calls.moments import keeps_recording
from dataverse_tck.emulator.faults.calls.state_faults import PREFIX, Kinds
from dataverse_tck.emulator.operations.call_states import TRANSITIONS
from dataverse_tck.emulator.organisation.customer_service import MESSAGES

MADE_UP, LETTER_CASE = "control/made-up-message-sent", "control/letter-case"


def known_further_faults() -> dict[str, Kinds]:
    """Further kinds of the faults of messages: id -> its kinds. None of them is what a plain id stands for."""
    found: dict[str, Kinds] = {f"{PREFIX}{message}/callable": ("403", "plug-in", "503") for message in MESSAGES}
    for message in TRANSITIONS:
        erases = ("erases-recording",) if keeps_recording(message) else ()
        found[f"{PREFIX}{message}/effect"] = ("deletes", "everywhere", *erases)
    return found


def known_control_faults() -> dict[str, Kinds]:
    """The faults of messages that nobody declares: id -> its kinds."""
    return {MADE_UP: ("accepted",), LETTER_CASE: ("accepted",)}
