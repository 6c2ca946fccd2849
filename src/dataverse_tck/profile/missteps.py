"""Whether the routes of a profile fit: each message of ``after`` possible where it is sent, the end in ``from``.

Only what a profile says itself is held against it. Behind a fixture, or a message that says not what it brings, nobody
knows where the call is; and an effect leaves open what it does not name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from dataverse_tck.profile.calls import Calls, Effect, Message, States

OFFERED: States = {"call": ("Offered",)}


class Misstep(NamedTuple):
    """Where a route goes wrong: ``sent`` are the messages before, ``message`` is not possible in the state there."""

    sent: tuple[str, ...]
    message: str
    region: str
    there: tuple[str, ...]
    wanted: tuple[str, ...]


def misrouted(calls: Calls) -> tuple[str, ...]:
    """Return what is wrong with the routes, each in a sentence; what several routes have in common, once."""
    found: dict[Misstep, list[str]] = {}
    for message in calls.supported():
        if (misstep := first_misstep(message, calls)) is not None:
            found.setdefault(misstep, []).append(message.name)
    return tuple(_told(misstep, names) for misstep, names in found.items())


def first_misstep(message: Message, calls: Calls) -> Misstep | None:
    """Go along a message's route from an offered call; None where all fits, or nothing can be said."""
    known = OFFERED
    for at, name in enumerate((*message.after, message.name)):
        step = calls.messages.get(name)
        if step is None:
            return None  # a fixture: what it does is not said
        for region, words in step.begins.items():
            if region in known and not set(known[region]) & set(words):
                return Misstep(message.after[:at], name, region, known[region], tuple(words))
        known = _narrowed(known, step.begins)
        effect = step.effect_in({region: words[0] for region, words in known.items() if len(words) == 1})
        if effect is None:
            return None
        known = _after(known, effect)
    return None


def _narrowed(known: States, begins: States) -> States:
    """What is known of a call in which a message was possible."""
    return {
        region: tuple(word for word in words if word in begins.get(region, words)) for region, words in known.items()
    }


def _after(known: States, effect: Effect) -> States:
    changes_nothing = not effect.states and effect.participants is None
    return known if changes_nothing else effect.states


def _told(misstep: Misstep, names: list[str]) -> str:
    sent, message, region, *states = misstep
    there, wanted = (" or ".join(words) for words in states)
    if region == "call":
        seen = f"that is {there}"
    else:
        seen, wanted = f"whose {region} is {there}", f"{region} {wanted}"
    before = f"after {', '.join(sent)}" if sent else "nothing was sent before"
    others = [name for name in names if name != message]
    routes = f" (in after of {', '.join(others)})" if others else ""
    way = "mend from, or put into after what leads there" if sent or others else "write into after what leads there"
    return f"messages.{message} is sent{routes} to a call {seen} ({before}), but its from has {wanted}: {way}."
