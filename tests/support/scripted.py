"""A scene whose rows are scripted: what is asked is noted, and answered as a test says; time is made up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

from dataverse_tck.acts import scene as scene_module
from dataverse_tck.acts import stage as stage_module
from dataverse_tck.acts.errors import UnfitError, WrongError
from dataverse_tck.acts.scene import Scene
from dataverse_tck.evidence.purpose import Phase, Purpose
from dataverse_tck.profile.calls import Calls
from dataverse_tck.webapi.http.answer import Answer
from dataverse_tck.webapi.rows.principals import Principal
from dataverse_tck.webapi.rows.records import NotMade, Row
from dataverse_tck.webapi.rows.sharing import AccessRights
from dataverse_tck.webapi.rows.tables import Column, Table
from tests.support.staging import Hours, stage_at

CONVERSATION = "msdyn_ocliveworkitem"
COLLEAGUE = Principal("systemuser", "colleague", "the colleague")
ERROR = b'{"error": {"code": "0x0", "message": "no"}}'


def answer(status: int = 204, body: bytes = b"", attempts: int = 1, **headers: str) -> Answer:
    """An answer of the endpoint."""
    return Answer(status, headers, body, "http://127.0.0.1:9/api/data/v9.2/rows?$select=x", "x0007", attempts)


def refusal(status: int = 400) -> Answer:
    """A refusal in the form of OData."""
    return answer(status, ERROR)


class Script:
    """Stands in for the records of a scene."""

    def __init__(self) -> None:
        self.log: list[tuple[Any, ...]] = []
        self.answers: list[Answer] = []  # to what is sent, in order; a plain yes where none is left
        self.contents: dict[str, Any] = {}  # role or path of a row -> its content, or several, the last one stays
        self.lists: dict[str, Any] = {}  # target without its query -> rows, or several answers
        self.unmade: dict[str, int] = {}  # table -> how often it is not made
        self.exchanges: list[str] = []
        self.purpose = Purpose(Phase.SCENE, "scripted")
        self.scene = "scripted"
        self.made_up = Random(1)
        self._numbers: Counter[str] = Counter()
        self._roles: Mapping[str, Row] = {}

    def _row(self, table: str) -> Row:
        self._numbers[table] += 1
        identifier = f"{table}-{self._numbers[table]}"
        return Row(table, identifier, f"{table}s({identifier})")

    def _next(self) -> Answer:
        return self.answers.pop(0) if self.answers else answer()

    def make(self, table: str, values: Mapping[str, Any] | None = None, *, without: Collection[str] = ()) -> Row:
        self.log.append(("make", table, dict(values or {}), sorted(without)))
        if self.unmade.get(table, 0):
            self.unmade[table] -= 1
            raise NotMade(f"no row of {table}")
        return self._row(table)

    def attempt(self, table: str, values: Mapping[str, Any]) -> tuple[Row, Answer]:
        self.log.append(("attempt", table, dict(values)))
        return self._row(table), self._next()

    def note(self, words: Mapping[str, Any]) -> None:
        """What is no exchange is not looked at."""

    def read(self, row: Row, *, select: Sequence[str] = (), headers: Any = None) -> Any:
        self.log.append(("read", row.path, tuple(select)))
        role = next((role for role, one in self._roles.items() if one == row and role in self.contents), row.path)
        return _turn(self.contents, role, {})

    def list(self, target: str, headers: Any = None) -> Any:
        self.log.append(("list", target))
        return _turn(self.lists, target.partition("?")[0], [])

    def send(self, method: str, target: str, content: Any = None, headers: Any = None) -> Answer:
        self.log.append((method, target, content, *([headers] if headers else [])))
        return self._next()

    def patch(self, row: Row, values: Mapping[str, Any]) -> Answer:
        return self.send("PATCH", row.path, dict(values))

    def bind(self, row: Row, navigation: str, other: Row | None) -> Answer:
        return self.send("BIND", row.path, {navigation: other and other.id})

    def delete(self, row: Row) -> Answer:
        return self.send("DELETE", row.path)


def _turn(shown: dict[str, Any], key: str, usual: Any) -> Any:
    """What is shown next: of several (a tuple) one after the other, the last one from then on."""
    value = shown.get(key, usual)
    if isinstance(value, tuple):
        shown[key] = value[1:] if len(value) > 1 else value
        value = value[0]
    return value() if callable(value) else value


class Witness:
    """Stands in for what the endpoint shows of rights."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self.rights: dict[str, Any] = {}  # role -> (direct, inherited), or several
        self.opens: dict[str, Any] = {}  # role -> whether the colleague can open it
        self.surface = "principalobjectaccessset"
        self.trouble: Exception | None = None

    def rights_of(self, records: Any, row: Row, principal: Principal) -> AccessRights:
        if self.trouble:
            raise self.trouble
        assert principal == COLLEAGUE
        direct, inherited = _turn(self.rights, self._role(row), (lambda: (0, 0),))
        return AccessRights(direct, inherited, None, self.surface)

    def sees(self, records: Any, row: Row, principal: Principal) -> bool | None:
        assert principal == COLLEAGUE
        result: bool | None = _turn(self.opens, self._role(row), None)
        return result

    def _role(self, row: Row) -> str:
        return next(role for role, one in self._scene.rows.items() if one == row)


class Play(Scene):
    """A scene on a stage where nobody is asked; ``script`` answers."""

    script: Script
    witness: Witness
    hours: Hours

    def part(self, role: str, table: str = CONVERSATION) -> Row:
        """Let a row play a part."""
        self.rows[role] = Row(table, f"{role.replace(' ', '-')}-id", f"{table}s({role})")
        return self.rows[role]

    def linked(self, name: str, *roles: str) -> None:
        """Let these roles hang by a link, and a record and a conversation play theirs."""
        link = self.stage.links[name]
        self.part("conversation")
        self.part("record", link.table)
        for role in ("record", "conversation", *roles):
            self.links[role] = link


def declare(play: Play, **changes: Any) -> None:
    """Let the profile say something else of calls."""
    settings = play.stage.settings
    calls = replace(settings.profile.calls or Calls(), **changes)
    play.stage.settings = replace(settings, level="calls", profile=replace(settings.profile, calls=calls))


def table_of(name: str, columns: Mapping[str, str], collections: Mapping[str, str] | None = None) -> Table:
    """A table with these columns and their kinds."""
    kinds = {column: Column(column, kind) for column, kind in columns.items()}
    navigation = {(column, CONVERSATION): f"{column}_nav" for column in columns}
    return Table(name, f"{name}s", f"{name}id", "subject", "UserOwned", kinds, navigation, collections or {})


@contextmanager
def playing(folder: Path, monkeypatch: pytest.MonkeyPatch, calls: Calls | None = None) -> Iterator[Play]:
    """Yield a scene that is scripted."""
    hours = Hours()
    monkeypatch.setattr(scene_module, "time", hours)
    monkeypatch.setattr(stage_module, "time", hours)
    with stage_at(folder, calls=calls) as stage:
        monkeypatch.setattr(stage, "stopping", hours)
        shown = {"subject": "String", "msdyn_channel": "Picklist", "regardingobjectid": "Lookup", "statecode": "State"}
        known = {CONVERSATION: table_of(CONVERSATION, shown)}
        tables = SimpleNamespace(known=known, of=lambda name: known.setdefault(name, table_of(name, {})))
        monkeypatch.setattr(stage, "tables", tables)
        monkeypatch.setattr(stage, "colleague", lambda: COLLEAGUE)
        play = Play(stage, "scripted")
        play.script, play.hours = Script(), hours
        play.script._roles = play.rows
        monkeypatch.setattr(play, "records", play.script)
        monkeypatch.setattr(stage, "records", lambda _: play.script)
        play.witness = Witness(play)
        monkeypatch.setattr(stage, "observer", play.witness)
        yield play


def judged(act: Any, *arguments: Any) -> tuple[str, Any, str]:
    """How an act ended: its verdict, what was observed or returned, and the words."""
    try:
        return "passed", act(*arguments), ""
    except WrongError as problem:
        return "wrong", problem.observed, str(problem)
    except UnfitError as problem:
        return str(problem.outcome), None, str(problem)
