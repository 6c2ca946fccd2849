"""Messages by state: each pair once, with the worst that was seen of it, and what nobody tried."""

from __future__ import annotations

from dataverse_tck.profile.calls import Calls, Effect, Message, Region, StateReader
from dataverse_tck.profile.coverage import Fate, Tried, messages_by_state

ACCEPT, END = "CCaaS_AcceptCall", "CCaaS_EndCall"
CALLS = Calls(
    state_reader=StateReader("Tell", {"call": Region("Call", {})}),
    messages={
        ACCEPT: Message(
            ACCEPT, supported=True, begins={"call": ("Offered",)}, to=Effect({"call": ("Connected",)}),
            when_wrong_state=("refused",),
        ),
        END: Message(
            END, supported=True, after=(ACCEPT,), begins={"call": ("Connected", "Held")},
            to=Effect({"call": ("Ended",)}),
        ),
        "CCaaS_HoldCall": Message("CCaaS_HoldCall", supported=False),
    },
)  # fmt: skip


def tried(message: str, call: str, fate: Fate, reason: str = "") -> Tried:
    return Tried(message, {"call": call}, True, fate, reason)


def table(*seen: Tried) -> dict[tuple[str, str], Fate]:
    """Return what is told of each pair."""
    return {(one.message, str(one.state["call"])): one.fate for one in messages_by_state(CALLS, seen)}


def test_every_pair_is_told_though_nobody_tried_it() -> None:
    """Possible ones without a way, wrong ones of which nothing is said; a message that is not claimed has none."""
    assert table() == {
        (ACCEPT, "Offered"): Fate.NOT_RUN, (ACCEPT, "Connected"): Fate.NOT_RUN, (ACCEPT, "Ended"): Fate.NOT_RUN,
        (END, "Connected"): Fate.NOT_RUN, (END, "Held"): Fate.UNREACHED,
        (END, "Offered"): Fate.UNDECLARED, (END, "Ended"): Fate.UNDECLARED,
    }  # fmt: skip


def test_the_worst_of_a_pair_is_told() -> None:
    """Once; a refusal on another way beside what is right stands as its reason."""
    right, wrong = tried(END, "Connected", Fate.RIGHT), tried(END, "Connected", Fate.WRONG, "It is refused.")
    otherwise = tried(END, "Connected", Fate.REFUSED, "no session")

    assert table(right, wrong)[END, "Connected"] is Fate.WRONG
    (told,) = (one for one in messages_by_state(CALLS, [otherwise, right]) if one.fate is Fate.RIGHT)
    assert told.reason == "refused on another way: no session"


def test_where_calls_came_to_that_nobody_declared_is_told_as_well() -> None:
    """Behind all others."""
    assert list(table(tried(ACCEPT, "Held", Fate.RIGHT)))[-1] == (ACCEPT, "Held")
