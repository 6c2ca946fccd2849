"""What a profile leaves open of the messages that it claims: a run can be conformant without, but shows less."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dataverse_tck.reference.requirements.usual_calls import USUAL

if TYPE_CHECKING:
    from dataverse_tck.profile.calls import Calls, Message


def left_open(calls: Calls) -> Iterator[str]:
    """Say, a line for each kind, how many messages declare it, and name those that do not; nothing where all do."""
    supported = calls.supported()
    silent = [message.name for message in supported if not message.says_effect()]
    yield from _line(len(supported), "say what they bring", "to", silent)
    limited = [message for message in supported if message.says_wrong_state() or not message.is_possible_everywhere()]
    silent = [message.name for message in limited if not message.says_wrong_state()]
    yield from _line(len(limited), "say what happens in a wrong state", "when_wrong_state", silent)
    paired = [message for message in supported if message.inverse or _usual_counterpart(message, calls)]
    silent = [f"{item.name} (usually {_usual_counterpart(item, calls)})" for item in paired if not item.inverse]
    yield from _line(len(paired), "with a counterpart name it", "inverse", silent)


def _usual_counterpart(message: Message, calls: Calls) -> str | None:
    """Return what takes a message back as practice knows it, where that is claimed as well."""
    usual = USUAL.get(message.name)
    inverse = calls.messages.get(usual.inverse) if usual and usual.inverse else None
    return inverse.name if inverse is not None and inverse.supported else None


def _line(number: int, what: str, key: str, silent: Sequence[str]) -> Iterator[str]:
    if silent:
        yield (
            f"{number - len(silent)} of {number} supported messages {what} ({key}); in this, nothing is required of "
            f"{', '.join(silent)}.\n"
        )
