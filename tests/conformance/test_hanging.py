"""What hangs on a failure: over several steps, and by a message that had to go before."""

from __future__ import annotations

from dataverse_tck.conformance.hanging import Decided, hanging_on

EFFECT = "derived/message/CCaaS_HoldCall/effect"


def test_what_hangs_on_a_failure() -> None:
    """By what blocks it, over several steps, and by a message that had to go before; a circle hangs on nothing."""
    way = "CCaaS_HoldCall, on the way there, had no effect"
    decided = [
        Decided(EFFECT, "fail", (), ""),
        Decided("a", "not testable", (EFFECT,), ""),
        Decided("b", "not testable", ("a",), ""),
        Decided("c", "not testable", (), way),
        Decided("d", "not testable", ("e",), ""),
        Decided("e", "pass", (), ""),
        Decided("f", "not testable", ("f",), ""),
        Decided("g", "not observable", (EFFECT,), ""),
    ]

    assert hanging_on(decided) == {EFFECT: ("a", "b", "c")}
