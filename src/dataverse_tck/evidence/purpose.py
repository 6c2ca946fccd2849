"""What an exchange was made for: a phase of the run or one performance of a scenario, and its place in there."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum

from dataverse_tck.jsontypes import Json


class Phase(StrEnum):
    """The parts of a run that ask an endpoint."""

    SURVEY = "survey"  # what the endpoint declares
    READINGS = "readings"  # what scenarios need to know of it, for whichever of them asks first
    SCENE = "scene"  # a scenario, or what prepares several
    BATCH = "batch"  # what carries requests of others
    CLEAN_UP = "clean-up"


class Purpose:
    """Numbers the exchanges of one phase or scene from 1; safe to use from several threads.

    ``scene`` is a name that no other scene of the run has. One scene asks one question after the other, so there places
    tell their order.
    """

    def __init__(self, phase: Phase, scene: str | None = None) -> None:
        self.phase = phase
        self.scene = scene
        self._words: dict[str, Json] = {"phase": phase.value, **({} if scene is None else {"scene": scene})}
        self._places = itertools.count(1)

    def next(self) -> Mapping[str, Json]:
        """Return what the next exchange was made for, as its line says it."""
        return {**self._words, "place": next(self._places)}


_PRESENT: ContextVar[Purpose | None] = ContextVar("purpose", default=None)


def present() -> Purpose | None:
    """Return what this thread asks for at present, None where nobody said."""
    return _PRESENT.get()


def serve(purpose: Purpose) -> None:
    """Let this thread ask for that from now on."""
    _PRESENT.set(purpose)


@contextmanager
def serving(purpose: Purpose) -> Iterator[None]:
    """Let this thread ask for that meanwhile."""
    before = _PRESENT.set(purpose)
    try:
        yield
    finally:
        _PRESENT.reset(before)
