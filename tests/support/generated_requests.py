"""Requests to draw from: reads, writes, calls and batches of an organisation's rows, some of them spoilt."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cache
from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st

from dataverse_tck.emulator.organisation.assemble import create_organisation
from dataverse_tck.emulator.organisation.model import Column, Kind, Table

ORGANISATION = create_organisation()
CRM = "Microsoft.Dynamics.CRM."
IDS = [f"00000000-0000-0000-0000-00000000000{digit}" for digit in "1234"]
TABLES = [
    ORGANISATION.table[name]
    for name in (
        *("msdyn_ocliveworkitem", "msdyn_timegroup", "msdyn_timegroupdetail", "msdyn_resourceterritory"),
        *("msdyn_bookingalertstatus", "msdyn_ocvoicemail", "msdyn_smsengagementctx", "account", "contact", "queue"),
        *("systemuser", "team", "businessunit"),
    )
]
OWNERS = 3  # of them, the last ones, are there from the start
POPULATED = {table.entity_set for table in TABLES[:-OWNERS]}
SETS = {table.entity_set for table in ORGANISATION.tables}
MULTIPLE = ("CreateMultiple", "UpdateMultiple", "UpsertMultiple")
ACTIONS = [operation.name for operation in ORGANISATION.operations]
JUNK = ["'", "%", "%zz", "(", ")", "$", "\x00", "é", "😀", "\\", '"', "null", "{}", "[", "@", "/", "//", "1e999", "--"]
NAMES = {table.logical_name for table in TABLES[:-OWNERS]}
LINKS = [item for item in ORGANISATION.relationships if item.referencing_entity in NAMES]
NEAR = [item for item in LINKS if item.referenced_entity in NAMES]


@dataclass(frozen=True)
class Ask:
    """A request before it is sent; ``target`` is the path below the service root with its query."""

    method: str
    target: str
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


ids = st.sampled_from([*IDS[:3] * 20, *IDS, "1", "guid'x'", ""])
anything = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), ids),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(st.text(max_size=4), inner, max_size=2)),
    max_leaves=3,
)
seldom = st.sampled_from([*[False] * 20, True])
tables = st.sampled_from([*TABLES[:2] * 6, *TABLES[:-OWNERS] * 3, *TABLES])


@cache
def values_of(column: Column) -> st.SearchStrategy[Any]:
    """Values for a column: mostly of its kind, seldom not."""
    options = [
        option.value for choice in ORGANISATION.choices if choice.name == column.choice for option in choice.options
    ] or [1]
    right: dict[Kind, st.SearchStrategy[Any]] = {
        Kind.STRING: st.text(max_size=12),
        Kind.MEMO: st.text(max_size=12),
        Kind.INTEGER: st.integers(-5, 200),
        Kind.DECIMAL: st.floats(0, 100),
        Kind.BOOLEAN: st.booleans(),
        Kind.DATE_TIME: st.sampled_from(["2026-01-31T09:00:00Z", "2026-01-31", "0000-00-00", "2026-13-01T00:00:00Z"]),
        Kind.MULTI_SELECT: st.lists(st.sampled_from(options), max_size=3).map(lambda some: ",".join(map(str, some))),
        **dict.fromkeys((Kind.PICKLIST, Kind.STATE, Kind.STATUS), st.sampled_from(options)),
    }
    return st.one_of(*[right.get(column.kind, ids)] * 30, st.none(), anything)


@cache
def binds_of(name: str) -> st.SearchStrategy[tuple[str, Any]]:
    """The lookups of a table, set by their navigation properties."""
    navigation = [
        (item.referencing_navigation, ORGANISATION.table[item.referenced_entity].entity_set)
        for item in ORGANISATION.relationships
        if item.referencing_entity == name
    ]
    near = [pair for pair in navigation if pair[1] in POPULATED] or navigation
    spellings = st.sampled_from([*["/{}({})", "{}({})", "http://test/api/data/v9.2/{}({})"] * 8, "{}{}", "$1"])
    right = st.tuples(st.one_of(*[st.sampled_from(near)] * 8, st.sampled_from(navigation)), spellings, ids).map(
        lambda drawn: (f"{drawn[0][0]}@odata.bind", drawn[1].format(drawn[0][1], drawn[2]))
    )
    wrong = st.tuples(st.sampled_from(navigation), st.sampled_from([*SETS]), ids).map(
        lambda drawn: (f"{drawn[0][0]}@odata.bind", f"/{drawn[1]}({drawn[2]})")
    )
    cleared = st.tuples(st.sampled_from(navigation), st.sampled_from(["", "@odata.bind"])).map(
        lambda drawn: (drawn[0][0] + drawn[1], None)
    )
    return st.one_of(*[right] * 8, wrong, cleared)


@st.composite
def values(draw: st.DrawFn, table: Table, *, chosen: bool = False) -> dict[str, Any]:
    """A body for a row of the table."""
    cells = {
        column.logical_name: draw(values_of(column))
        for column in draw(st.lists(st.sampled_from(table.columns), max_size=3, unique=True))
        if not column.kind.is_lookup or draw(seldom)
    }
    cells |= dict(draw(st.lists(binds_of(table.logical_name), max_size=2)))
    if table.primary_name and draw(st.booleans()):
        cells[table.primary_name] = draw(st.text(max_size=6))
    if chosen:
        cells[table.primary_id] = draw(st.sampled_from(IDS))
    if draw(seldom):
        cells[draw(st.text(max_size=5))] = draw(anything)
    return cells


def encoded(document: Any) -> bytes:
    """JSON; what JSON has no spelling for, as Python spells it."""
    return json.dumps(document).encode("utf-8", "surrogatepass")


prefer = st.sampled_from(
    [
        *[()] * 20,
        (("Prefer", "return=representation"),),
        (("Prefer", 'odata.include-annotations="*"'),),
        (("Prefer", 'return=representation,odata.include-annotations="*"'),),
        (("Prefer", "odata.maxpagesize=1"),),
        (("Prefer", "odata.maxpagesize=x,nonsense=;="),),
        (("If-Match", "*"),),
        (("If-Match", 'W/"1000001"'),),
        (("If-None-Match", "*"),),
        (("If-None-Match", "null"),),
        (("MSCRMCallerID", IDS[0]),),
        (("CallerObjectId", "nobody"),),
    ]
)


@st.composite
def conditions(draw: st.DrawFn, table: Table) -> str:
    """A filter on the table."""
    names = [
        f"_{column.logical_name}_value" if column.kind.is_lookup else column.logical_name for column in table.columns
    ]
    leaf = st.tuples(
        st.sampled_from(names),
        st.sampled_from(["eq", "ne", "gt", "le", "in"]),
        st.sampled_from(["null", "0", "'a%_['", "1.5", "true", "2026-01-31T09:00:00Z", "('a','b')", "(1,2)", *IDS]),
    ).map(" ".join)
    call = st.tuples(
        st.sampled_from(["contains", "startswith", "endswith", "not contains", "length", "nonsense"]),
        st.sampled_from(names),
        st.text(max_size=4).map(lambda text: text.replace("'", "''")),
    ).map(lambda drawn: f"{drawn[0]}({drawn[1]},'{drawn[2]}')")
    return draw(
        st.recursive(
            st.one_of(leaf, leaf, call),
            lambda inner: st.one_of(
                inner.map(lambda text: f"not ({text})"),
                st.tuples(inner, st.sampled_from([" and ", " or "]), inner).map("".join),
            ),
            max_leaves=4,
        )
    )


@st.composite
def reads(draw: st.DrawFn) -> Ask:
    """A read of rows, of one row, of something beside it."""
    table = draw(tables)
    navigation = [
        name
        for item in ORGANISATION.relationships
        for owner, name in (
            (item.referencing_entity, item.referencing_navigation),
            (item.referenced_entity, item.referenced_navigation),
        )
        if owner == table.logical_name
    ]
    names = [column.logical_name for column in table.columns]
    link = draw(st.sampled_from(navigation))
    options = {
        "$filter": draw(conditions(table)),
        "$select": ",".join(draw(st.lists(st.sampled_from(names), max_size=3))),
        "$orderby": draw(st.sampled_from(names)) + draw(st.sampled_from(["", " desc", " asc", " down"])),
        "$top": draw(st.sampled_from(["1", "0", "-1", "5001", "x"])),
        "$count": draw(st.sampled_from(["true", "false", "maybe"])),
        "$expand": link
        + draw(st.sampled_from(["", "($select=createdon)", "($top=1;$orderby=createdon)", "($expand="])),
        "$skip": "1",
        "$skiptoken": draw(st.sampled_from(["1", "<cookie pagenumber='2'", "%253Ccookie"])),
        "nonsense": "1",
    }
    weighted = [*["$filter", "$select", "$orderby", "$top", "$count", "$expand"] * 4, *options]
    chosen = draw(st.lists(st.sampled_from(weighted), max_size=3, unique=True))
    query = "&".join(f"{name}={quote(options[name])}" for name in chosen)
    row = f"{table.entity_set}({draw(ids)})"
    path = draw(
        st.sampled_from(
            [
                table.entity_set,
                table.entity_set,
                row,
                f"{row}/{link}",
                f"{row}/{link}/$ref",
                f"{row}/{draw(st.sampled_from(names))}",
                f"{row}/{draw(st.sampled_from(names))}/$value",
                f"{table.entity_set}/$count",
                "principalobjectaccessset",
            ]
        )
    )
    return Ask("GET", f"{path}?{query}" if query else path, headers=draw(prefer))


@st.composite
def cells(draw: st.DrawFn) -> Ask:
    """A single property, set or cleared."""
    table = draw(tables)
    column = draw(st.sampled_from(table.columns))
    path = f"{table.entity_set}({draw(ids)})/{column.logical_name}"
    if draw(st.booleans()):
        return Ask("DELETE", path)
    return Ask("PUT", path, encoded({"value": draw(values_of(column))}))


@st.composite
def several(draw: st.DrawFn) -> Ask:
    """A bulk message."""
    table = draw(tables)
    targets = [
        {"@odata.type": CRM + table.logical_name, **draw(values(table, chosen=True))}
        for _ in range(draw(st.integers(0, 3)))
    ]
    return Ask("POST", f"{table.entity_set}/{CRM}{draw(st.sampled_from(MULTIPLE))}", encoded({"Targets": targets}))


@st.composite
def links(draw: st.DrawFn) -> Ask:
    """A link between two rows, made or undone, from either side."""
    item = draw(st.sampled_from([*LINKS, *NEAR * 8]))
    one = f"{ORGANISATION.table[item.referenced_entity].entity_set}({draw(ids)})"
    many = f"{ORGANISATION.table[item.referencing_entity].entity_set}({draw(ids)})"
    up, down = f"{many}/{item.referencing_navigation}", f"{one}/{item.referenced_navigation}"
    key = many.rpartition("(")[2].rstrip(")")
    return draw(
        st.sampled_from(
            [
                Ask("PUT", f"{up}/$ref", encoded({"@odata.id": one})),
                Ask("POST", f"{down}/$ref", encoded({"@odata.id": many})),
                Ask("DELETE", f"{up}/$ref"),
                Ask("DELETE", f"{down}({key})/$ref"),
                Ask("DELETE", f"{down}/$ref?$id={many}"),
                Ask("POST", f"{up}/$ref", encoded({"@odata.id": one})),
            ]
        )
    )


@st.composite
def rows(draw: st.DrawFn) -> Ask:
    """A create, an update or upsert, a delete."""
    table = draw(tables)
    row, headers = f"{table.entity_set}({draw(ids)})", draw(prefer)
    if draw(st.booleans()):
        return Ask("POST", table.entity_set, encoded(draw(values(table, chosen=True))), headers)
    if draw(st.integers(0, 2)):
        return Ask("PATCH", row, encoded(draw(values(table))), headers)
    return Ask("DELETE", row, headers=headers)


writes = st.one_of(rows(), rows(), rows(), links(), several(), cells())


@st.composite
def calls(draw: st.DrawFn, users: list[str]) -> Ask:
    """An action or a function: sharing, calls, what there is and what there is not."""
    table = draw(tables)
    key = draw(st.sampled_from(IDS))
    target = {table.primary_id: key, "@odata.type": CRM + table.logical_name}
    principal = {"systemuserid": draw(st.sampled_from(users)), "@odata.type": f"{CRM}systemuser"}
    mask = draw(st.sampled_from(["ReadAccess", "ReadAccess, WriteAccess, ShareAccess", "None", "AllAccess", 1]))
    access = {"AccessMask": mask, "Principal": principal}
    name = draw(st.sampled_from(ACTIONS))
    reference = quote(f"{{'@odata.id':'{table.entity_set}({key})'}}")
    shared = encoded({"Target": target, "PrincipalAccess": access})
    return draw(
        st.sampled_from(
            [
                Ask("POST", "GrantAccess", shared),
                Ask("POST", "GrantAccess", shared),
                Ask("POST", "ModifyAccess", shared),
                Ask("POST", "RevokeAccess", encoded({"Target": target, "Revokee": principal})),
                Ask(
                    "PATCH", f"{table.entity_set}({key})", encoded({"ownerid@odata.bind": f"/systemusers({users[-1]})"})
                ),
                Ask("GET", f"RetrieveSharedPrincipalsAndAccess(Target=@p1)?@p1={reference}"),
                Ask("GET", f"systemusers({users[0]})/{CRM}RetrievePrincipalAccess(Target=@p1)?@p1={reference}"),
                Ask(
                    "GET", f"RetrieveAccessOrigin(ObjectId={key},LogicalName='{table.logical_name}',PrincipalId={key})"
                ),
                Ask(
                    "POST", f"msdyn_ocliveworkitems({key})/{CRM}{name}", encoded(draw(st.sampled_from([{}, {"x": 1}])))
                ),
                Ask("POST", f"msdyn_ocliveworkitems({key})/{CRM}CCaaS_AcceptCall", b"{}"),
                Ask("POST", name, b"{}"),
                Ask("GET", f"{name}()"),
                Ask("GET", "WhoAmI"),
            ]
        )
    )


@st.composite
def spoilt(draw: st.DrawFn, sound: st.SearchStrategy[Ask]) -> Ask:
    """A request with something cut out of it or put into it."""
    ask = draw(sound)
    how = draw(st.sampled_from(["target", "body", "method", "type", "text"]))
    if how == "method":
        return replace(ask, method=draw(st.sampled_from(["GET", "PUT", "PATCH", "DELETE", "POST", "OPTIONS", "MERGE"])))
    if how == "type":
        kind = draw(
            st.sampled_from(["text/plain", "application/xml", "multipart/mixed", "application/json; charset=x", ""])
        )
        return replace(ask, headers=(*ask.headers, ("Content-Type", kind)))
    if how == "text":
        return replace(ask, body=draw(st.binary(max_size=20)))
    junk = draw(st.sampled_from(JUNK))
    if how == "target":
        at = draw(st.integers(0, len(ask.target)))
        return replace(
            ask, target=ask.target[:at] + quote(junk, safe="%()$@/'") + ask.target[at + draw(st.integers(0, 3)) :]
        )
    at = draw(st.integers(0, len(ask.body)))
    return replace(ask, body=ask.body[:at] + junk.encode() + ask.body[at + draw(st.integers(0, 3)) :])


def part(ask: Ask, number: int, *, absolute: bool) -> str:
    """A request as a part of a batch."""
    target = f"http://test/api/data/v9.2/{ask.target}" if absolute else f"/api/data/v9.2/{ask.target}"
    lines = ["Content-Type: application/http", "Content-Transfer-Encoding: binary", f"Content-ID: {number}", ""]
    lines += [f"{ask.method} {target} HTTP/1.1", "Content-Type: application/json"]
    lines += [f"{name}: {value}" for name, value in ask.headers]
    return "\r\n".join([*lines, "", ask.body.decode("utf-8", "replace")])


@st.composite
def batches(draw: st.DrawFn, sound: st.SearchStrategy[Ask]) -> Ask:
    """A batch of requests, some in a change set."""
    asks = [
        part(ask, number, absolute=draw(st.booleans()))
        for number, ask in enumerate(draw(st.lists(sound, max_size=4)), 1)
    ]
    change_set = "".join(f"--c\r\n{text}\r\n" for text in asks[1:]) + "--c--\r\n"
    grouped = [*asks[:1], f"Content-Type: multipart/mixed; boundary=c\r\n\r\n{change_set}"]
    body = "".join(f"--b\r\n{text}\r\n" for text in draw(st.sampled_from([asks, grouped]))) + "--b--\r\n"
    cut = draw(st.sampled_from([None, None, None, len(body) // 2]))
    kind = draw(st.sampled_from(["multipart/mixed; boundary=b", 'multipart/mixed;boundary="b"', "multipart/mixed"]))
    proceed = (("Prefer", "odata.continue-on-error"),) if draw(st.booleans()) else ()
    return Ask("POST", "$batch", body[:cut].encode("utf-8", "replace"), (("Content-Type", kind), *proceed))
