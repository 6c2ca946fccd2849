"""``$filter`` on rows, as SQLite answers it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from dataverse_tck.emulator.metadata.filters import compile_filter
from dataverse_tck.emulator.organisation.seed_ids import CALLER
from dataverse_tck.emulator.protocol.errors import ODataError
from tests.support.conversations import ACCOUNT, CONTEXTS, ROWS, Conversations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dataverse_tck.emulator.organisation.model import Organisation

ALL = set(ROWS)
A, B, C, D = "Alpha", "beta 50%", "GAMMA_x", "delta [1]"


@pytest.fixture(scope="module")
def conversations(organisation: Organisation) -> Iterator[Conversations]:
    """The rows that are asked for."""
    made = Conversations(organisation)
    yield made
    made.close()


FOUND = {
    "subject eq 'ALPHA'": {A},
    "'alpha' eq subject": {A},
    "subject ne 'alpha'": ALL - {A},
    "subject eq null": {None},
    "subject ne null": ALL - {None},
    "not (subject eq 'alpha')": ALL - {A},
    "subject gt 'BETA'": {B, C, D},
    "subject lt null": set(),
    "subject in ('alpha', 'Gamma_X')": {A, C},
    "subject in ('alpha', null)": {A, None},
    "not (subject in ('alpha'))": ALL - {A},
    "contains(subject,'A')": {A, B, C, D},
    "not contains(subject,'alp')": {B, C, D},
    "contains(subject,'alp') eq false": {B, C, D},
    "startswith(subject,'[ab]')": {A, B},
    "endswith(subject,'[^a]')": {B, C, D},
    "contains(subject,'[%]')": {B},
    "contains(subject,'a[_]x')": {C},
    "endswith(subject,'[[]1]')": {D},
    "prioritycode eq 1": {B, D},
    "1 lt prioritycode": {C, None},
    "prioritycode ge 1.5": {C, None},
    "prioritycode in (0, 2)": {A, C, None},
    "prioritycode eq -1": set(),
    "prioritycode lt 1e999": ALL,
    "prioritycode eq 99999999999999999999": set(),
    "isbilled": {B, D},
    "isbilled eq false": {A, C, None},
    "not isbilled": {A, C, None},
    "actualend eq 2026-03-31T12:00:00Z": {B},
    "actualend eq 2026-03-31T14:00:00+02:00": {B},
    "actualend eq '2026-03-31T12:00:00Z'": {B},
    "actualend lt 2026-03-31T11:59:59.5Z": {A, C, None},
    "actualend gt 2026-03-31T11:59:59.5Z": {B},
    "actualend ge 2026-03-31": {A, B},
    "actualend eq null": {D},
    "not (actualend lt 2026-01-01)": ALL - {None},
    "_regardingobjectid_value eq null": {D},
    "_regardingobjectid_value ne null": ALL - {D},
    f"{ACCOUNT}/name eq 'ÄRGER'": {C, None},
    f"{ACCOUNT}/name ne 'contoso'": {C, D, None},
    f"contains({ACCOUNT}/name,'tos')": {A, B},
    f"{ACCOUNT}/createdby/fullname eq 'emulator administrator'": ALL - {D},
    "ownerid/name eq 'emulator administrator'": ALL,
    f"_ownerid_value eq {CALLER.upper()}": ALL,
    "subject eq subject": ALL,
    "createdon gt actualend": {A, C, None},
    "msdyn_channel eq '192370000,192360000'": {B},
    "msdyn_channel eq '192360000'": {A},
    "msdyn_channel ne null": {A, B, C},
    f"{CONTEXTS}/any()": {A},
    f"not {CONTEXTS}/any()": ALL - {A},
    f"{CONTEXTS}/any(c:c/msdyn_name eq 'TWO')": {A},
    f"{CONTEXTS}/all(c:contains(c/msdyn_name,'e'))": ALL - {A},
    f"{CONTEXTS}/all(c:contains(c/createdonbehalfby/fullname,'e'))": ALL - {A},  # of a null it is not true
    f"{CONTEXTS}/any(c:c/msdyn_liveworkitemid/subject eq 'alpha' and c/msdyn_name ne 'one')": {A},
    "activitytypecode eq 'msdyn_ocliveworkitem'": ALL,
    "isbilled and prioritycode eq 1 or subject eq null": {B, D, None},
    "isbilled and (prioritycode eq 0 or subject eq null)": set(),
    "((((subject eq 'alpha'))))": {A},
}


@pytest.mark.parametrize("text", FOUND)
def test_found(conversations: Conversations, text: str) -> None:
    """A filter finds these rows and no others."""
    assert conversations.subjects(text) == FOUND[text]


def test_lookup_is_found_by_its_id(conversations: Conversations) -> None:
    """A lookup compares as an id, in quotes or not, in any case, and through its navigation property."""
    identifier = conversations.account["Contoso"].upper()

    for text in (
        f"_regardingobjectid_value eq {identifier}",
        f"_regardingobjectid_value eq '{identifier}'",
        f"{ACCOUNT}/accountid eq {identifier}",
        f"_regardingobjectid_value in ({identifier})",
    ):
        assert conversations.subjects(text) == {A, B}


REFUSED = {
    "nope eq 1": (400, "Could not find a property named 'nope' on type 'Microsoft.Dynamics.CRM.msdyn_ocliveworkitem'"),
    "regardingobjectid eq null": (400, "Could not find a property named 'regardingobjectid'"),
    "nope/name eq 'x'": (400, "Could not find a property named 'nope'"),
    f"{ACCOUNT}/nope eq 1": (400, "Could not find a property named 'nope' on type 'Microsoft.Dynamics.CRM.account'"),
    "nope/any(o:o/x eq 1)": (400, "Could not find a property named 'nope'"),
    "subject eq 1": (400, "Found operand types 'Edm.String' and 'Edm.Int32' for operator kind 'Equal'"),
    "prioritycode ne '1'": (400, "Found operand types 'Edm.Int32' and 'Edm.String' for operator kind 'NotEqual'"),
    "isbilled eq 1": (400, "Found operand types 'Edm.Boolean' and 'Edm.Int32' for operator kind 'Equal'"),
    "isbilled gt true": (400, "for operator kind 'GreaterThan'"),
    "prioritycode lt true": (400, "for operator kind 'LessThan'"),
    "_ownerid_value eq 'x'": (400, "Found operand types 'Edm.Guid' and 'Edm.String'"),
    "actualend eq 'soon'": (400, "Found operand types 'Edm.DateTimeOffset' and 'Edm.String'"),
    "subject eq prioritycode": (400, "Found operand types 'Edm.String' and 'Edm.Int32'"),
    "actualend eq 2026-02-31": (400, "does not exist"),
    "actualend eq 9999-12-31T23:59:59-10:00": (400, "does not exist"),
    "1 eq 1": (400, "needs a property"),
    "subject": (400, "must evaluate to a single boolean value"),
    "true": (400, "must evaluate to a single boolean value"),
    "contains(prioritycode,'1')": (400, "No function signature"),
    "contains(msdyn_channel,'1')": (400, "No function signature"),
    "contains(subject,description)": (400, "No function signature"),
    "tolower(subject) eq 'x'": (501, "The function 'tolower'"),
    "year(actualend) eq 2026": (501, "The function 'year'"),
    "subject add 1 eq 2": (501, "Arithmetic"),
    f"{ACCOUNT}/account_msdyn_ocliveworkitems/any(o:o/isbilled)": (501, "behind a lookup"),
    f"{CONTEXTS}/any(o:o eq 1)": (400, "variable"),
    "not " * 30 + "isbilled": (400, "nested too deeply"),
    "not (" * 30 + "isbilled" + ")" * 30: (400, "nested too deeply"),
    "createdby_msdyn_ocliveworkitem" + "/createdby" * 7 + "/fullname eq 'x'": (400, "nested too deeply"),
    "/".join(["a"] * 5_000) + " eq 1": (400, "longer than 10 segments"),
    " or ".join(["isbilled"] * 501): (400, "Number of conditions in query exceeded maximum limit."),
    "subject eq '" + "x" * 40_000 + "'": (414, "longer than 32768"),
    "prioritycode eq " + "9" * 5_000: (400, "too long"),
    'subject eq "x"': (400, "Syntax error at position 11"),
    "subject in ()": (400, "Syntax error"),
    "a/b/c/any()": (400, "not valid"),
    "f(a=1,b=2,c=3)": (400, "not valid"),
}


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: text[:60])
def test_refused(conversations: Conversations, text: str) -> None:
    """What a filter must not say is refused in a sentence."""
    status, message = REFUSED[text]

    with pytest.raises(ODataError) as caught:
        conversations.subjects(text)

    assert caught.value.status == status
    assert message in caught.value.message


@pytest.mark.parametrize(
    "text",
    [
        " or ".join(["isbilled"] * 500),
        "(" * 5_000 + "isbilled" + ")" * 5_000,
        "(isbilled and " * 400 + "isbilled" + ")" * 400,
        "isbilled and subject in (" + ",".join(f"'{number}'" for number in range(4_000)) + ",'beta 50%','delta [1]')",
    ],
    ids=["500 conditions", "parentheses", "nested chain", "long list"],
)
def test_long_filters_are_answered(conversations: Conversations, text: str) -> None:
    """Within the limits length alone is no reason to fail."""
    assert conversations.subjects(text) == {B, D}


def test_too_many_conditions_have_their_code(conversations: Conversations) -> None:
    """TooManyConditionsInQuery is documented with its code."""
    with pytest.raises(ODataError) as caught:
        conversations.subjects(" or ".join(["isbilled"] * 501))

    assert caught.value.code == "0x8004430C"


def test_values_are_bound(conversations: Conversations) -> None:
    """No value of a filter stands in the text of the statement."""
    statements: list[str] = []
    engine = conversations.database.engine

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        statements.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        conversations.subjects(
            "subject eq 'x''); DROP TABLE account; --' or contains(subject,'hidden') or prioritycode in (4711)"
        )
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)

    (statement,) = statements
    assert not any(value in statement for value in ("DROP", "hidden", "4711"))


def test_same_id_in_another_table_is_another_row(conversations: Conversations) -> None:
    """A polymorphic lookup leads to the table that it names, even where two tables have a row with that id."""
    before = conversations.connection.begin_nested()
    conversations.create("contact", contactid=conversations.account["Contoso"], lastname="Twin")
    contact = "regardingobjectid_contact_msdyn_ocliveworkitem"

    assert conversations.subjects(f"{contact}/contactid ne null") == set()
    assert conversations.page("contact", filter="contact_msdyn_ocliveworkitems/any()").rows == []
    assert all(document[contact] is None for document in conversations.documents(expand=contact))
    (twin,) = conversations.documents("contact", expand="contact_msdyn_ocliveworkitems")
    assert twin["contact_msdyn_ocliveworkitems"] == []
    before.rollback()


def test_many_to_many_is_followed(conversations: Conversations) -> None:
    """``any`` follows an intersect table in both directions."""
    users = conversations.page("systemuser", select="fullname", orderby="fullname").rows
    teams = conversations.page("team", select="name", orderby="name").rows
    intersect = conversations.database.intersects["teammembership_association"]
    pair = {"systemuserid": users[0]["systemuserid"], "teamid": teams[0]["teamid"]}
    conversations.connection.execute(intersect.insert().values(pair))

    found = conversations.page("systemuser", filter=f"teammembership_association/any(t:t/name eq '{teams[0]['name']}')")
    back = conversations.page("team", filter="teammembership_association/any(u:u/teammembership_association/any())")

    assert [row["systemuserid"] for row in found.rows] == [pair["systemuserid"]]
    assert [row["teamid"] for row in back.rows] == [pair["teamid"]]


_TEXTS = st.sampled_from(["'alpha'", "'GAMMA_x'", "'m'", "null"])
_COMPARED = st.one_of(
    st.builds("subject {} {}".format, st.sampled_from(["eq", "ne", "gt", "le"]), _TEXTS),
    st.builds(
        "prioritycode {} {}".format,
        st.sampled_from(["eq", "ne", "lt", "ge"]),
        st.sampled_from(["0", "1", "2", "null"]),
    ),
    st.builds("subject in ({},{})".format, _TEXTS, _TEXTS),
    st.just("isbilled"),
)
_FILTERS = st.recursive(
    _COMPARED,
    lambda inner: st.one_of(
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
        st.builds("not ({})".format, inner),
    ),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(text=_FILTERS)
def test_sql_and_python_agree(conversations: Conversations, text: str) -> None:
    """The filter in SQL finds what the same filter, evaluated in Python row by row, finds."""
    predicate = compile_filter(text, lambda path: None, definitions=False)
    rows = conversations.page(select="subject,prioritycode,isbilled").rows

    assert conversations.subjects(text) == {row["subject"] for row in rows if predicate(row.get)}
