"""How long to wait for an effect: the whole deadline, until its kind has stayed away several times and never shown.

A kind is what is waited for, such as that a link shows; of one relationship, or of one message, it is one of its own.
What never shows takes along what hangs on it: where no link is ever kept, nothing comes over links.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

ENOUGH = 3  # whole deadlines in vain, after which a kind that was never seen is waited for a short time
SHORT_S = 0.2
OWN = 2  # kinds of an effect that are not what it hangs on: a share that shows says nothing of links made otherwise

Kinds = tuple[tuple[str, ...], ...]  # from the general to the special


def kinds_of(effect: Sequence[str], subject: str) -> Kinds:
    """Return the kinds of an effect, which is named after those that it hangs on."""
    return (*((name,) for name in effect), (effect[-1], subject))


@dataclass
class Patience:
    """Which kinds of effect were seen on this endpoint, and which stayed away; safe to use from several threads."""

    _in_vain: Counter[tuple[str, ...]] = field(default_factory=Counter)
    _seen: set[tuple[str, ...]] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def within(self, kinds: Kinds, deadline: float) -> float:
        """Return how many seconds to wait for an effect whose deadline is ``deadline`` seconds."""
        return min(SHORT_S, deadline) if self.is_hopeless(kinds) else deadline

    def is_hopeless(self, kinds: Kinds) -> bool:
        """Whether an effect, or what it hangs on, has stayed away several times and was never seen."""
        with self._lock:
            return any(self._in_vain[kind] >= ENOUGH and kind not in self._seen for kind in kinds)

    def may_have_been_hopeless(self, kinds: Kinds) -> bool:
        """Whether an effect, or what it hangs on, has stayed away several times, seen or not since."""
        with self._lock:
            return any(self._in_vain[kind] >= ENOUGH for kind in kinds)

    def saw(self, kinds: Kinds) -> None:
        """Note that an effect was seen."""
        with self._lock:
            self._seen.update(kinds[-OWN:])

    def in_vain(self, kinds: Kinds) -> None:
        """Note that an effect has not shown by its deadline."""
        with self._lock:
            self._in_vain.update(kinds[-OWN:])
