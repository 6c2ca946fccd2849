"""How outcomes are marked: a sign and a colour beside the word."""

from __future__ import annotations

from collections.abc import Mapping

from dataverse_tck.conformance.finding import Outcome

NOT_RUN = "not run"
"""In place of an outcome, for a scenario that the run says nothing of."""

SYMBOLS: Mapping[str, tuple[str, str]] = {
    str(Outcome.PASS): ("✓", "pass"),
    str(Outcome.FAIL): ("✗", "fail"),
    str(Outcome.ERROR): ("!", "open"),
    str(Outcome.NOT_TESTABLE): ("?", "open"),
    str(Outcome.NOT_OBSERVABLE): ("?", "open"),
    str(Outcome.DESELECTED): ("-", "open"),
    NOT_RUN: ("-", "open"),
}
"""Sign and colour; what is not here is neither good nor bad."""

NEUTRAL = ("-", "neutral")
