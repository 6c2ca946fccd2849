"""What operations take and give back: a handler takes the work, the row that it is bound to, and parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dataverse_tck.emulator.store.work import Reference, Work
from dataverse_tck.jsontypes import Json

Outputs = Mapping[str, Json] | None  # None for an action without any
Handler = Callable[[Work, Reference | None, Mapping[str, Json]], Outputs]
Handlers = Mapping[str, Handler]  # by the name of the operation, without namespace
