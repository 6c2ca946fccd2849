"""Which function carries out which operation: the one list of all that is declared in ``organisation.operations``."""

from __future__ import annotations

from dataverse_tck.emulator.operations import calls, functions, sharing
from dataverse_tck.emulator.operations.outputs import Handlers

HANDLERS: Handlers = {**functions.HANDLERS, **calls.HANDLERS, **sharing.HANDLERS}
