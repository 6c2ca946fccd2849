"""On whose behalf the kit works, and with whom it can share: other users and teams of the organisation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from dataverse_tck.webapi.http.errors import WebApiError
from dataverse_tck.webapi.metadata.json_readings import read_collection, read_object

if TYPE_CHECKING:
    from dataverse_tck.webapi.http.session import Session
    from dataverse_tck.webapi.rows.tables import Tables

_KINDS = ("systemuser", "team")
_CALLED = {"systemuser": "user", "team": "team"}  # people's own names are nobody's business: they are not asked for
_OBJECT_ID = "azureactivedirectoryobjectid"
_MOST = 50
# What makes a colleague; a condition counts where the table has its column.
_ORDINARY = {
    "systemuser": {
        "isdisabled": "isdisabled eq false",
        "accessmode": "accessmode lt 3",  # Read-Write, Administrative, Read; not support, non-interactive, delegated
        "applicationid": "applicationid eq null",
        "isintegrationuser": "isintegrationuser eq false",
    },
    "team": {
        "teamtype": "teamtype eq 0",  # others own nothing, or are filled elsewhere
        "isdefault": "isdefault eq false",
    },
}


@dataclass(frozen=True)
class Principal:
    """A user or a team; ``object_id`` is what the header CallerObjectId takes, of users that have one."""

    kind: str  # "systemuser" or "team"
    id: str
    name: str
    object_id: str | None = None

    @property
    def path(self) -> str:
        """The row below the service root."""
        return f"{self.kind}s({self.id})"


@dataclass(frozen=True)
class Principals:
    """The caller and the others; ``reason`` says what could not be read, or why there is nobody else."""

    caller: Principal | None = None
    business_unit: str | None = None
    users: tuple[Principal, ...] = ()  # other than the caller
    teams: tuple[Principal, ...] = ()
    reason: str | None = None

    @property
    def others(self) -> tuple[Principal, ...]:
        """Users, then teams."""
        return self.users + self.teams


def organization(session: Session) -> str | None:
    """Return the id of the organisation behind an endpoint, None where WhoAmI does not tell."""
    told = (read_object(session, "WhoAmI").content or {}).get("OrganizationId")
    return told.lower() if isinstance(told, str) else None


def find_principals(session: Session, tables: Tables, named: Sequence[str] = ()) -> Principals:
    """Find the caller and others; with ``named`` (ids of users or teams) these alone. Never raises for an answer.

    Others are enabled users that are people, and teams that can own rows (``teamtype`` 0) but are no default team.
    """
    who = tables.caller()
    user, unit = who.get("UserId"), who.get("BusinessUnitId")
    caller = Principal("systemuser", user.lower(), "the caller") if isinstance(user, str) else None
    found = Principals(caller, unit if isinstance(unit, str) else None)
    problems: list[str] = [] if caller else ["WhoAmI does not tell the UserId of the caller."]
    if caller is not None:
        own = _rows(session, tables, "systemuser", [f"systemuserid eq {caller.id}"], problems)
        found = replace(found, caller=next(iter(own), caller))
    if named:
        users, teams = _named(session, tables, named, problems)
    else:
        but_caller = [f"systemuserid ne {caller.id}"] if caller else []
        users = _rows(session, tables, "systemuser", but_caller, problems, ordinary=True)
        teams = _rows(session, tables, "team", [], problems, ordinary=True)
    if not users and not teams and not problems:
        problems.append("The organisation shows no other enabled user, and no team that can own rows.")
    return replace(found, users=users, teams=teams, reason=" ".join(dict.fromkeys(problems)) or None)


def _named(
    session: Session, tables: Tables, named: Sequence[str], problems: list[str]
) -> tuple[tuple[Principal, ...], tuple[Principal, ...]]:
    found: dict[str, list[Principal]] = {kind: [] for kind in _KINDS}
    for text in named:
        try:
            identifier = str(UUID(text))
        except ValueError:
            problems.append(f"{text!r:.60} is not the id of a user or a team.")
            continue
        unread: list[str] = []
        for kind in _KINDS:
            rows = _rows(session, tables, kind, [f"{kind}id eq {identifier}"], unread)
            found[kind] += rows
            if rows:
                break
        else:
            problems += unread or [f"There is neither a user nor a team with the id {identifier}."]
    return tuple(found["systemuser"]), tuple(found["team"])


def _rows(
    session: Session, tables: Tables, kind: str, wanted: Sequence[str], problems: list[str], *, ordinary: bool = False
) -> tuple[Principal, ...]:
    """Read users or teams, at most 50; adds to ``problems`` when they cannot be read."""
    key = f"{kind}id"
    try:
        known = tables.of(kind).columns
    except WebApiError as problem:
        problems.append(str(problem))
        return ()
    conditions = [*(text for column, text in _ORDINARY[kind].items() if ordinary and column in known), *wanted]
    chosen = [key, *([_OBJECT_ID] if kind == "systemuser" and _OBJECT_ID in known else [])]
    filtered = f"&$filter={' and '.join(conditions)}" if conditions else ""
    query = f"{kind}s?$select={','.join(chosen)}{filtered}&$top={_MOST}"
    reading = read_collection(session, [query.replace(" ", "%20")])
    if reading.content is None:
        problems.append(reading.reason)
    return tuple(
        Principal(kind, row[key].lower(), f"the {_CALLED[kind]} {row[key].lower()}", row.get(_OBJECT_ID))
        for row in reading.content or ()
        if isinstance(row.get(key), str)
    )
