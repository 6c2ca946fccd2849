"""The requirements of the calls level: what each action of the page has to do when it is asked for.

The page names the actions and says no more of them. So what is derived holds an endpoint to its own declaration, and
what only practice suggests is advisory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dataverse_tck.conformance.call_states import PARTICIPANTS
from dataverse_tck.conformance.requirement import Requirement
from dataverse_tck.jsontypes import Json
from dataverse_tck.reference.requirements.statements import indefinite
from dataverse_tck.reference.requirements.usual_calls import USUAL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dataverse_tck.reference.page.facts import Facts, Message
    from dataverse_tck.reference.requirements.usual_calls import States

# Last word of the id: what is expected, and the sentence; {a_noun} is a record of the table.
_DERIVED = {
    "callable": ("accepted", "The message {name} is accepted when it is given all that it is declared to need."),
    "missing-parameter": (
        "refused",
        "The message {name} is refused when something it is declared to need is left out.",
    ),
    "wrong-type": ("refused", "The message {name} is refused when it is given a value of another type than declared."),
    "unknown-parameter": ("refused", "The message {name} is refused when it is given what it is not declared to take."),
    "unknown-conversation": ("refused", "The message {name} is refused for {a_noun} that does not exist."),
    "not-by-get": ("not executed", "Reading the address of {name} does not carry it out."),
    "effect": (
        "as declared",
        "The message {name} brings a call from the states declared for it into the state declared.",
    ),
    "inverse": ("as declared", "What {name} did to a call is taken back by the message that is declared to do so."),
    "wrong-state": ("as declared", "In a state that is not declared for it, {name} does what is declared for that."),
}
_ASKS = ("unchanged", "The message {name} changes nothing of {a_noun} that it is asked about.")


def calls_requirements(facts: Facts) -> Iterator[Requirement]:
    """The derived requirements of all actions in the order of the page, then the advisory ones."""
    actions = [message for message in facts.messages if message.kind == "action"]
    for message in actions:
        yield from _derived(message, indefinite(facts.table.display_name.lower()))
    for message in actions:
        yield from _advisory(message)


def only_asks(name: str) -> bool:
    """Whether a message by its name only asks: after the prefix of its publisher it begins with Get."""
    return name.rpartition("_")[2].startswith("Get")


def _require(obligation: str, leaf: str, statement: str, expected: Json, message: Message) -> Requirement:
    node, gate = f"{obligation}/message/{message.name}", f"derived/message/{message.name}/callable"
    blocked_by = () if leaf == "callable" else (gate, f"{node}/effect") if leaf == "inverse" else (gate,)
    return Requirement(
        id=f"{node}/{leaf}",
        statement=statement,
        level="calls",
        obligation=obligation,
        family=obligation,
        node=node,
        path=(leaf,),
        expected=expected,
        section=message.section,
        line=message.line,
        blocked_by=blocked_by,
        derived_from=f"message/{message.name}/{'exists' if leaf == 'callable' else 'is-action'}",
    )


def _derived(message: Message, a_noun: str) -> Iterator[Requirement]:
    says = {**_DERIVED, "read-only": _ASKS} if only_asks(message.name) else _DERIVED
    for leaf, (expected, statement) in says.items():
        yield _require("derived", leaf, statement.format(name=message.name, a_noun=a_noun), expected, message)


def _advisory(message: Message) -> Iterator[Requirement]:
    """What practice says of a message: expected is a state, with what it comes after or where it is asked for."""
    usual, name = USUAL.get(message.name), message.name
    if usual is None:
        return
    if usual.effect:
        expected: Json = _plain(usual.effect)
        more = ""
        if usual.participants:
            expected |= {PARTICIPANTS: usual.participants}
            more = ", with one more taking part"
        yield _require(
            "advisory", "effect", f"The message {name} leaves {_told(usual.effect)}{more}.", expected, message
        )
    if usual.inverse and usual.back:
        says = f"After {name}, {usual.inverse} leaves {_told(usual.back)}."
        yield _require("advisory", "inverse", says, {"after": usual.inverse, **_plain(usual.back)}, message)
    if usual.wrong:
        results = ["refused"] if usual.refused_only else ["refused", "unchanged"]
        does = "is refused" if usual.refused_only else "is refused or changes nothing"
        says = f"The message {name} {does} when it finds {_told(usual.wrong)}."
        yield _require("advisory", "wrong-state", says, {"in": _plain(usual.wrong), "is": results}, message)


def _plain(states: States) -> dict[str, Json]:
    return {region: list(words) for region, words in states.items()}


def _told(states: States) -> str:
    """One region in words: "the call Held", "the recording not-started, paused or unknown"."""
    ((region, words),) = states.items()
    *others, last = words
    return f"the {region} {', '.join(others)} or {last}" if others else f"the {region} {last}"
