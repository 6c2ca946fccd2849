"""Calls whose state a test tells, one reading after the other."""

from __future__ import annotations

from typing import Any

import pytest

from dataverse_tck.acts.calls import checks, placing, request, state
from dataverse_tck.acts.errors import UnfitError
from dataverse_tck.acts.scene import CallNote
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.profile.calls import Effect, Message
from tests.support.scripted import Play, answer

CONNECTED, HELD, ENDED = ({"call": word} for word in ("Connected", "Held", "Ended"))
TO_HELD, TO_CONNECTED = Effect({"call": ("Held",)}), Effect({"call": ("Connected",)})
HOLD = Message("Hold", supported=True, to=TO_HELD, inverse="Unhold", begins={"call": ("Connected",)})
UNHOLD = Message("Unhold", supported=True, to=TO_CONNECTED, after=("Hold",), begins={"call": ("Held",)})


class Told:
    """What calls are said to be like: each reading the next, the last one from then on."""

    def __init__(self, play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
        self._play = play
        self.states: list[Any] = [CONNECTED]
        self.sent: list[tuple[str, str]] = []  # (id of the conversation, message)
        for module in (checks, placing, state):
            monkeypatch.setattr(module, "read_state", self._read)
        monkeypatch.setattr(request, "send", self._send)
        monkeypatch.setattr(state, "version_of", lambda *_: 1)

    def _read(self, scene: Play, role: str) -> Any:
        assert role in scene.rows
        told = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        if isinstance(told, Exception):
            raise told
        if isinstance(told, str):
            raise UnfitError(Outcome.NOT_OBSERVABLE, told)
        return told

    def _send(self, scene: Play, row: Any, message: str) -> Any:
        self.sent.append((row.id, message))
        return self._play.script.answers.pop(0) if self._play.script.answers else answer()

    def note(self, role: str, shown: Any) -> None:
        """Let a call have been noted like this."""
        self._play.part(role)
        self._play.calls[role] = CallNote(shown, 1)
