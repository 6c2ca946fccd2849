"""Whether the users of ``[calls.actors]`` are there, enabled, and seen by whoever runs the kit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from dataverse_tck.webapi.http.errors import WebApiError
from dataverse_tck.webapi.metadata.json_readings import object_reading

if TYPE_CHECKING:
    from dataverse_tck.webapi.http.session import Session
    from dataverse_tck.webapi.rows.tables import Tables

_ASKED = ("isdisabled", "accessmode")  # people's own names are nobody's business
# systemuser.accessmode (learn.microsoft.com, "User (SystemUser)"): those who cannot act on rows of a business.
_IDLE = {1: "administers settings alone (accessmode 1)", 2: "may only read (accessmode 2)"}


def absent_actors(actors: Mapping[str, str], session: Session, tables: Tables) -> Iterator[str]:
    """Say of each actor as whom nothing can be sent: the name in the profile, the id, and what is wrong."""
    if not actors:
        return
    try:
        known = tables.of("systemuser").columns
    except WebApiError as problem:
        yield f"calls.actors cannot be looked up: {problem}"
        return
    asked = ",".join(["systemuserid", *(name for name in _ASKED if name in known)])
    for name, identifier in actors.items():
        if (wrong := _trouble(session, f"systemusers({identifier})?$select={asked}")) is not None:
            yield f"calls.actors.{name} is {identifier}, {wrong}: name a user who can act."


def _trouble(session: Session, target: str) -> str | None:
    try:
        answer = session.get(target)
    except WebApiError as problem:
        return f"who cannot be looked up ({problem})"
    if answer.status == 404:
        return "but there is no such systemuser, or none that the caller may see"
    if answer.status == 403:
        return f"a systemuser whom the caller may not see ({answer.summary()})"
    user = object_reading(answer)
    if user.content is None:
        return f"who cannot be looked up ({user.reason})"
    if user.content.get("isdisabled") is True:
        return "a systemuser who is disabled"
    mode = user.content.get("accessmode")
    return f"a systemuser who {_IDLE[mode]}" if mode in _IDLE else None
