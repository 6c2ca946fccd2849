"""Where the messages of a profile bring a call, worked out from what is declared of them; nothing is sent.

A state is told by the regions that the state reader tells. What a message does not name is taken to stay as it was,
and what nobody declares to be what is usual: whoever goes there reads where the call has really come.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from dataverse_tck.conformance.call_states import REGIONS
from dataverse_tck.profile.calls import Effect, meets
from dataverse_tck.reference.requirements.usual_calls import USUAL

if TYPE_CHECKING:
    from dataverse_tck.profile.calls import Calls, Message

State = tuple[tuple[str, str], ...]  # region and word, in the order of REGIONS
Route = tuple[str, ...]  # messages and fixtures, from an offered call on

OFFERED = {"call": "Offered", "recording": "not-started", "transcription": "not-started"}
DETOUR = 2  # messages more than from a new call, for which a walk goes on with the call that it has


@dataclass(frozen=True)
class Place:
    """A state in which a message is tried: as far as its ``from`` names regions, with the ways there."""

    state: State
    possible: bool  # it is among those of ``from``
    routes: tuple[Route, ...]  # the one that has to lead there first; none: no way is known
    sure: bool = True  # False: the message's own way leads nobody knows where, perhaps to this very state


@dataclass(frozen=True)
class Step:
    """A message or fixture on a walk (None: the call is offered), and where it should bring the call."""

    name: str | None
    state: State | None  # None: nobody can say
    stop: bool = False  # something is to be tried there


Leg = tuple[Step, ...]  # of one call


class Map:
    """Where calls can be brought. The shortest ways come first, then those of the messages that stand first."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls
        regions = calls.state_reader.regions if calls.state_reader else OFFERED
        self.offered: State = tuple((name, OFFERED[name]) for name in REGIONS if name in regions)
        self._steps_known: dict[tuple[State, str], State | None] = {}
        self.routes: dict[State, Route] = self._explored()

    def step(self, state: State, name: str) -> State | None:
        """Return where a message brings a call; None where it is not possible, or nobody says what becomes of it."""
        if (state, name) not in self._steps_known:
            self._steps_known[state, name] = self._step(state, name)
        return self._steps_known[state, name]

    def _step(self, state: State, name: str) -> State | None:
        message = self.calls.messages.get(name)
        if message is None or not message.supported or not meets(dict(state), _without_count(message)):
            return None
        effect = message.effect_in(dict(state)) or _usual(name)
        if effect is None or any(len(words) > 1 for words in effect.states.values()):
            return None
        return tuple((region, str(effect.states.get(region, (word,))[0])) for region, word in state)

    def end_of(self, route: Iterable[str]) -> State | None:
        """Return where a route leads, None where nobody can say."""
        state: State | None = self.offered
        for name in route:
            state = self.step(state, name) if state else None
        return state

    def places(self, message: Message) -> tuple[Place, ...]:
        """Return the states that a message is tried in, by the regions that its ``from`` names: first those of it."""
        begins = _without_count(message)
        regions = [name for name in REGIONS if name in begins]
        reached: dict[State, list[State]] = {}
        for state in self.routes:
            reached.setdefault(_part(state, regions), []).append(state)
        blind = self.end_of(message.after) is None
        named = [tuple(zip(regions, words, strict=True)) for words in product(*(begins[name] for name in regions))]
        possible = [
            Place(
                part,
                True,
                self._ways(message, part, reached.get(part, [])),
                not blind or _row(message, part) is not None,
            )
            for part in named
        ]
        wrong = [Place(part, False, (self.routes[states[0]],)) for part, states in reached.items() if part not in named]
        return (*possible, *wrong)

    def _ways(self, message: Message, part: State, states: list[State]) -> tuple[Route, ...]:
        """Return the declared way to a state of ``from``, else the shortest, then one with all else different."""
        declared = [way for way in [_row(message, part)] if way is not None]
        own = self.end_of(message.after)
        if own is not None and set(part) <= set(own):
            declared.append(message.after)
        ways = [*declared, *(self.routes[state] for state in states)][:1]
        end = (self.end_of(ways[0]) if ways else None) or self.offered
        if message.others_unchanged and states:
            farthest = max(states, key=lambda state: len(set(state) - set(end)))  # the first of the farthest
            if set(farthest) - set(end) - set(part):
                ways.append(self.routes[farthest])
        return tuple(ways)

    def walk(self, parts: Iterable[State]) -> tuple[Leg, ...]:
        """Return a way through states, each told as far as regions are named, with few calls and few messages."""
        left = list(dict.fromkeys(parts))
        legs: list[Leg] = []
        while (start := self._nearest({state: len(way) for state, way in self.routes.items()}, left)) is not None:
            steps = list(self._steps(self.routes[start], left))
            here: State = start
            while (near := self._onward(here, left)) is not None:
                here, names = near
                for name in names:
                    steps.append(_stopping(name, self.step(steps[-1].state or here, name), left))
            legs.append(tuple(steps))
        return tuple(legs)

    def _steps(self, route: Route, left: list[State]) -> Iterator[Step]:
        state: State | None = self.offered
        yield _stopping(None, state, left)
        for at, name in enumerate(route):
            state = self.step(state, name) if state else None
            if at == len(route) - 1 and state is None:
                state = next(known for known, way in self.routes.items() if way == route)
            yield _stopping(name, state, left)

    def _onward(self, here: State, left: list[State]) -> tuple[State, Route] | None:
        """Return the nearest of what is left, and the way there; None where a new call is as good."""
        ways = self._from(here)
        near = self._nearest({state: len(way) for state, way in ways.items() if way}, left)
        if near is None or len(ways[near]) > len(self.routes[near]) + DETOUR:
            return None
        return near, ways[near]

    @staticmethod
    def _nearest(far: Mapping[State, int], left: list[State]) -> State | None:
        fitting = [state for state in far if any(set(part) <= set(state) for part in left)]
        return min(fitting, key=far.__getitem__, default=None)

    def _from(self, start: State) -> dict[State, Route]:
        ways: dict[State, Route] = {start: ()}
        for state in (queue := [start]):
            for name in self.calls.messages:
                after = self.step(state, name)
                if after is not None and after not in ways:
                    ways[after] = (*ways[state], name)
                    queue.append(after)
        return ways

    def _explored(self) -> dict[State, Route]:
        """Return all states, with the shortest ways: by messages alone, else by what the profile names as ways."""
        found = self._from(self.offered)
        for message in self.calls.supported():
            for route in (message.after, *(row.after for row in message.states if row.after)):
                end = self.end_of(route)
                begins = {region: words[0] for region, words in _without_count(message).items() if len(words) == 1}
                if end is None and begins:  # a fixture leads on, or nobody says what becomes of the call
                    end = tuple((region, str(begins.get(region, word))) for region, word in self.offered)
                    for state, way in self._from(end).items():
                        found.setdefault(state, (*route, *way))
        return found


def _stopping(name: str | None, state: State | None, left: list[State]) -> Step:
    """Return a step, and take what is tried there from what is left."""
    parts = [part for part in left if state is not None and set(part) <= set(state)]
    for part in parts:
        left.remove(part)
    return Step(name, state, stop=bool(parts))


def _row(message: Message, part: State) -> Route | None:
    """Return the way that is declared for a state of its own."""
    return next((row.after for row in message.states if row.after is not None and meets(dict(part), row.within)), None)


def _part(state: State, regions: Iterable[str]) -> State:
    return tuple((name, word) for name, word in state if name in regions)


def _without_count(message: Message) -> dict[str, tuple[str, ...]]:
    """Return ``from`` without participants, whose number nobody knows before it is read."""
    return {region: words for region, words in message.begins.items() if region in REGIONS}


def _usual(name: str) -> Effect | None:
    usual = USUAL.get(name)
    return Effect(usual.effect) if usual and usual.effect else None
