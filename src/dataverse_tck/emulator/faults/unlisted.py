"""Numbers of the channel that it does not offer: of which sort they are, and how faults take them all the same."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from dataverse_tck.emulator.organisation.model import Organisation

_BITS_32 = 2**32


@dataclass(frozen=True)
class Taken:
    """What becomes of numbers that are given for a channel."""

    stored: tuple[int, ...]
    refused: int | None = None  # the number that is refused
    late: bool = False  # it is refused, and all are stored
    ignored: bool = False  # nothing is refused, and the column keeps what it had


def sort_of(organisation: Organisation, number: int, offered: Collection[int]) -> str | None:
    """One of SORTS; None for a number of none, such as one beyond both ends of what is offered."""
    longest = max(len(str(other)) for other in offered)
    if number >= _BITS_32 // 2:
        return "beyond-32-bits"
    if any(number == option.value for choice in organisation.choices for option in choice.options):
        return "other-choice"
    if len(str(number)) != longest:
        return "longer" if len(str(number)) > longest else "shorter"
    if {number - 1, number + 1} & set(offered):
        return "neighbour"
    return "gap" if min(offered) < number < max(offered) else None


def take(
    organisation: Organisation,
    is_wrong: Callable[[str, str], bool],
    given: tuple[int, ...],
    offered: Collection[int],
) -> Taken:
    """Take or refuse numbers as the faults say; ``is_wrong`` tells whether one is on: (aspect, kind)."""
    stored: list[int] = []
    for number in given:
        if number in offered:
            stored.append(number)
            continue
        sort = sort_of(organisation, number, offered)
        aspect = "unlisted-refused" if sort is None else f"unlisted/{sort}/refused"
        beside = f"unlisted/{sort}/beside-refused" if set(given) & set(offered) else ""
        if is_wrong(aspect, "ignored-late"):
            return Taken(given, refused=number, late=True)
        if is_wrong(aspect, "ignored"):
            return Taken((), ignored=True)
        if is_wrong(aspect, "wrapped"):
            stored.append(number % _BITS_32)
        elif is_wrong(aspect, "accepted") or is_wrong(beside, "accepted"):
            stored.append(number)
        elif not is_wrong(beside, "dropped"):
            return Taken((), refused=number)
    return Taken(tuple(dict.fromkeys(stored)))
