"""Reads everything that the surface level asks of an endpoint, once per run, in at most 15 requests.

Three rounds: the table; all that needs nothing else, in parallel; the choice columns, whose cast depends on
the kind that the column list declares. 200 is READ; 403, 404, 501 are UNREADABLE; anything else is BROKEN.
"""

from __future__ import annotations

import hashlib
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from dataverse_tck.readings import Csdl, Questions, Reading, Readings, State
from dataverse_tck.webapi.http.errors import WebApiError
from dataverse_tck.webapi.http.limits import PARALLEL_REQUESTS
from dataverse_tck.webapi.http.odata import column_path, equals_any, table_path
from dataverse_tck.webapi.metadata.columns import check_lookup, read_choice
from dataverse_tck.webapi.metadata.csdl import CsdlReader
from dataverse_tck.webapi.metadata.json_readings import (
    JsonObject,
    broken_reading,
    object_reading,
    read_collection,
    read_object,
    refused_reading,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dataverse_tck.webapi.http.answer import Answer
    from dataverse_tck.webapi.http.session import Session

T = TypeVar("T")
LONGEST_VERSION = 100  # characters

_COLUMNS = "Attributes?$select=LogicalName,AttributeType,AttributeTypeName"
_FILTERS = (
    "sdkmessagefilters?$select=primaryobjecttypecode,iscustomprocessingstepallowed,isvisible"
    "&$expand=sdkmessageid($select=name)"
)
_APIS = "customapis?$select=uniquename,isfunction,bindingtype,boundentitylogicalname,allowedcustomprocessingsteptype"


def read_metadata(session: Session, questions: Questions, *, first: Answer | None = None) -> Readings:
    """Return what the endpoint declares; never raises for what it answers.

    ``first`` is the preflight's answer to the question for the table, which is then not asked again.
    """
    table = _read_table(session, questions.table, first)
    pool = ThreadPoolExecutor(PARALLEL_REQUESTS, thread_name_prefix="metadata")
    try:
        return _read_below(session, questions, table, pool)
    except BaseException:
        session.close()  # so that no thread waits on for a throttled endpoint after Ctrl-C
        raise
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _read_below(
    session: Session, questions: Questions, table: Reading[JsonObject], pool: ThreadPoolExecutor
) -> Readings:
    absent = table.state is State.READ and table.content is None
    path = table_path(questions.table)

    def ask(read: Callable[..., Reading[T]], *arguments: Any) -> Future[Reading[T]]:
        """Read something that the endpoint offers next to the table."""
        return pool.submit(read, session, *arguments)

    def below(read: Callable[..., Reading[T]], *arguments: Any) -> Future[Reading[T]]:
        """Read something of the table; without the table nobody can."""
        if not absent:
            return ask(read, *arguments)
        nothing: Future[Reading[T]] = Future()
        reason = f"The table {questions.table} is not there, so nothing below it can be read."
        nothing.set_result(Reading(State.UNREADABLE, reason=reason, exchanges=table.exchanges))
        return nothing

    # The column list goes first: the choices wait for it.
    columns_later = below(_read_columns, f"{path}/{_COLUMNS}")
    lookups_later = {
        name: below(read_object, f"{column_path(questions.table, name, 'Lookup')}?$select=LogicalName,Targets")
        for name in questions.lookups
    }
    many_to_one = below(read_collection, [f"{path}/ManyToOneRelationships"])
    one_to_many = below(read_collection, [f"{path}/OneToManyRelationships"])
    # The control of the table: where definitions cannot be read, there is nothing that it could prove.
    made_up = ask(_read_made_up, questions.made_up_table) if table.state is State.READ else None
    csdl = ask(read_csdl)
    messages = ask(read_collection, *_with_private("sdkmessages?$select=name", "name", questions.messages))
    filters = ask(read_collection, _filtered(_FILTERS, "sdkmessageid/name", questions.messages))
    apis = ask(read_collection, *_with_private(_APIS, "uniquename", questions.messages))
    columns = columns_later.result()
    choices = {name: below(read_choice, questions.table, name, columns) for name in questions.choices}
    return Readings(
        table=table,
        columns=columns,
        choices={name: later.result() for name, later in choices.items()},
        lookups={name: check_lookup(name, later.result(), columns) for name, later in lookups_later.items()},
        many_to_one=many_to_one.result(),
        one_to_many=one_to_many.result(),
        csdl=csdl.result(),
        sdkmessages=messages.result(),
        sdkmessagefilters=filters.result(),
        customapis=apis.result(),
        made_up_table=made_up.result() if made_up else table,
    )


def _read_table(session: Session, table: str, first: Answer | None) -> Reading[JsonObject]:
    """Read the table; when its key is not found, look for it: "not there" is not "not offered"."""
    path = table_path(table)
    try:
        answer = first if first and first.url.endswith(f"/{path}") else session.get(path)
    except WebApiError as problem:
        return broken_reading(problem)
    keyed = object_reading(answer)
    if answer.status != 404:
        return keyed
    chain = next(equals_any("LogicalName", [table]))
    search = read_collection(session, [f"EntityDefinitions?$select=LogicalName&$filter={chain}"])
    exchanges = keyed.exchanges + search.exchanges
    if search.state is State.READ and not search.content:
        return Reading(State.READ, None, f"There is no table {table}.", exchanges)
    reason = f"{keyed.reason} Looking for its LogicalName did not settle whether it is there."
    return Reading(State.UNREADABLE, reason=reason, exchanges=exchanges)


def _read_made_up(session: Session, table: str) -> Reading[JsonObject]:
    """Ask for a table that nobody has: every answer but 200 says that it is not there."""
    try:
        answer = session.get(table_path(table))
    except WebApiError as problem:
        return broken_reading(problem)
    if answer.status >= 500 and answer.status != 501:
        return refused_reading(answer)
    return object_reading(answer) if answer.status == 200 else Reading(State.READ, None, exchanges=(answer.exchange,))


def _read_columns(session: Session, path: str) -> Reading[Mapping[str, JsonObject]]:
    rows = read_collection(session, [path])
    if rows.state is not State.READ or rows.content is None:
        return Reading(rows.state, reason=rows.reason, exchanges=rows.exchanges)
    columns = {row["LogicalName"]: row for row in rows.content if isinstance(row.get("LogicalName"), str)}
    if len(columns) < len(rows.content):
        reason = f"{session.url(path).partition('?')[0]} lists columns without a LogicalName of their own."
        return Reading(State.BROKEN, reason=reason, exchanges=rows.exchanges)
    return Reading(State.READ, columns, exchanges=rows.exchanges)


def read_csdl(session: Session) -> Reading[Csdl]:
    """Read ``$metadata``."""
    reader, digest = CsdlReader(), hashlib.sha256()

    def take(piece: bytes) -> None:
        digest.update(piece)
        reader.feed(piece)

    try:
        answer = session.stream("$metadata", take)
        if answer.status != 200:
            return refused_reading(answer)
    except WebApiError as problem:
        return broken_reading(problem)
    try:
        found = replace(reader.close(), sha256=digest.hexdigest())
        return Reading(State.READ, found, exchanges=(answer.exchange,))
    except WebApiError as problem:
        return broken_reading(problem, answer.exchange)


def read_version(session: Session) -> str | None:
    """Ask which version the endpoint is; None where it does not say."""
    try:
        answer = session.get("RetrieveVersion()")
        told = answer.json() if answer.status == 200 else None
    except WebApiError:
        return None
    version = told.get("Version") if isinstance(told, dict) else None
    return version[:LONGEST_VERSION] if isinstance(version, str) else None


def _with_private(query: str, member: str, names: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """Return URLs that also ask whether messages are private, and the same without, for endpoints that do not know."""
    return _filtered(f"{query},isprivate", member, names), _filtered(query, member, names)


def _filtered(query: str, member: str, names: tuple[str, ...]) -> list[str]:
    """Return the URLs that together ask for the rows of these names, each of an acceptable length."""
    return [f"{query}&$filter={chain}" for chain in equals_any(member, names)]
