"""Looks at an endpoint before a run: can it be reached, by whom, what does it show. Gives no verdict."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from dataverse_tck.evidence.recorder import Recorder
from dataverse_tck.webapi.credentials import secrets_of
from dataverse_tck.webapi.http.answer import LONGEST_LINE
from dataverse_tck.webapi.http.errors import WebApiError
from dataverse_tck.webapi.http.limits import PARALLEL_REQUESTS
from dataverse_tck.webapi.http.network import network_settings
from dataverse_tck.webapi.http.odata import table_path
from dataverse_tck.webapi.preflight import find_endpoint, normalise_address, read_metadata_head
from dataverse_tck.webapi.rows.principals import find_principals
from dataverse_tck.webapi.rows.tables import Tables

if TYPE_CHECKING:
    from dataverse_tck.webapi.http.answer import Answer
    from dataverse_tck.webapi.http.limits import Limits
    from dataverse_tck.webapi.http.session import Session

READABLE = "readable"


@dataclass(frozen=True)
class Diagnosis:
    """What was found. With a ``problem`` the endpoint cannot be used, and the rest says how far it got."""

    named: str  # the address as the user gave it
    token: bool  # whether DATAVERSE_TOKEN is set
    problem: str | None = None
    reachable: bool = False  # something answered in HTTP
    root: str | None = None
    completed_from: str | None = None
    version: str | None = None  # RetrieveVersion
    user: str | None = None  # UserId of WhoAmI
    surfaces: dict[str, str] = field(default_factory=dict)  # name -> "readable", or why not
    levels: tuple[str, ...] = ()  # that can be run, with what they need
    sharing: str | None = None  # with whom the data level can share, or why with nobody
    proxy: str | None = None
    authorities: str | None = None  # CA setting in force: VARIABLE=path

    @property
    def ready(self) -> bool:
        """Whether a run can start."""
        return self.problem is None and bool(self.levels)


def diagnose(
    url: str, token: str | None, table: str = "msdyn_ocliveworkitem", limits: Limits | None = None
) -> Diagnosis:
    """Ask the endpoint some twenty small questions; never raises for what is found."""
    recorder = Recorder(None, secrets_of(token))
    found = Diagnosis(recorder.redaction.text(url), token=bool(token))
    try:
        network = network_settings(normalise_address(url))
        authorities = f"{network.ca_variable}={network.ca_bundle}" if network.ca_bundle else None
        found = replace(found, proxy=network.proxy, authorities=authorities)
        endpoint = find_endpoint(url, token, recorder, table, limits)
    except WebApiError as problem:
        answered = any(seen.status for seen in recorder.index.values())
        return replace(found, problem=str(problem), reachable=answered)
    below = {
        "columns": f"{table_path(table)}/Attributes?$select=LogicalName",
        "many-to-one relationships": f"{table_path(table)}/ManyToOneRelationships?$select=SchemaName",
        "one-to-many relationships": f"{table_path(table)}/OneToManyRelationships?$select=SchemaName",
        "sdkmessages": "sdkmessages?$select=name&$top=1",
        "sdkmessagefilters": "sdkmessagefilters?$select=primaryobjecttypecode&$top=1",
        "customapis": "customapis?$select=uniquename&$top=1",
    }
    with endpoint.session as session, ThreadPoolExecutor(PARALLEL_REQUESTS) as pool:
        version = pool.submit(_fact, session, "RetrieveVersion", "Version")
        user = pool.submit(_fact, session, "WhoAmI", "UserId")
        csdl = pool.submit(_csdl, session)
        sharing = pool.submit(_sharing, session)
        others = {name: pool.submit(_surface, session, path) for name, path in below.items()}
        surfaces = {
            "table": _said(endpoint.first),
            "$metadata": csdl.result(),
            **{name: later.result() for name, later in others.items()},
        }
        readable = READABLE in surfaces.values()
        return replace(
            found,
            problem=None if readable else "This caller can read none of the surfaces that a run judges.",
            reachable=True,
            root=session.root,
            completed_from=endpoint.completed_from,
            version=version.result(),
            user=user.result(),
            surfaces=surfaces,
            levels=_levels(surfaces) if readable else (),
            sharing=sharing.result(),
        )


def _levels(surfaces: Mapping[str, str]) -> tuple[str, ...]:
    """Return the levels that can be run: test rows are made from the metadata of their tables."""
    if any(surfaces[name] != READABLE for name in ("table", "columns", "many-to-one relationships")):
        return ("surface",)
    return ("surface", "data (--allow-writes)", "calls (--allow-writes, --profile)")


def _sharing(session: Session) -> str:
    """Say with whom rows can be shared and to whom they can be assigned."""
    found = find_principals(session, Tables(session))
    if not found.others:
        return f"with nobody: {found.reason}"
    return f"with {len(found.users)} users and {len(found.teams)} teams of the organisation, if they accept"


def _fact(session: Session, function: str, member: str) -> str | None:
    """Return one member of a function's answer, None when it is not there."""
    try:
        document = session.get(function).json()
    except WebApiError:
        return None
    value = document.get(member) if isinstance(document, dict) else None
    return value if isinstance(value, str) else None


def _surface(session: Session, path: str) -> str:
    """Say whether a collection can be read."""
    try:
        return _said(session.get(path))
    except WebApiError as problem:
        return str(problem)


def _csdl(session: Session) -> str:
    """Say whether ``$metadata`` can be read; its beginning is enough."""
    try:
        answer, recognised = read_metadata_head(session)
    except WebApiError as problem:
        return str(problem)
    return "answers something else than CSDL" if answer.status == 200 and not recognised else _said(answer)


def _said(answer: Answer) -> str:
    return READABLE if answer.status == 200 else f"answers {answer.summary(LONGEST_LINE)}"
