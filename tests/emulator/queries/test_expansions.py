"""``$expand`` on rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from dataverse_tck.emulator.protocol.errors import ODataError
from dataverse_tck.emulator.protocol.options import query_options
from tests.support.conversations import ACCOUNT, CONTEXTS, ROWS, Conversations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dataverse_tck.emulator.organisation.model import Organisation

A, B, C, D = "Alpha", "beta 50%", "GAMMA_x", "delta [1]"
ROOT = "http://127.0.0.1/api/data/v9.2"


@pytest.fixture(scope="module")
def conversations(organisation: Organisation) -> Iterator[Conversations]:
    """The rows that are asked for."""
    made = Conversations(organisation)
    made.context("four", B)
    yield made
    made.close()


def test_lookup(conversations: Conversations) -> None:
    """A lookup becomes the row that it refers to, without an ETag, or null."""
    found = conversations.documents(expand=f"{ACCOUNT}($select=name)", select="subject")
    accounts = {document["subject"]: document[ACCOUNT] for document in found}

    assert accounts == {
        subject: account and {"name": account, "accountid": conversations.account[account]}
        for subject, (_, _, account, _, _) in ROWS.items()
    }


def test_lookup_of_another_table_is_null(conversations: Conversations) -> None:
    """A polymorphic lookup shows in the property of its target alone."""
    other = "regardingobjectid_contact_msdyn_ocliveworkitem"

    assert all(document[other] is None for document in conversations.documents(expand=other))


def test_levels(conversations: Conversations) -> None:
    """Expansions nest: of a lookup's lookup, and of a collection's lookup."""
    (found,) = conversations.documents(
        select="subject",
        filter="subject eq 'alpha'",
        expand=f"{ACCOUNT}($select=name;$expand=createdby($select=fullname)),"
        f"{CONTEXTS}($select=msdyn_name;$filter=msdyn_name eq 'two';$expand=msdyn_liveworkitemid($select=subject))",
    )

    assert found[ACCOUNT]["createdby"]["fullname"] == "Emulator Administrator"
    assert [item["msdyn_liveworkitemid"]["subject"] for item in found[CONTEXTS]] == [A]


def test_owner(conversations: Conversations) -> None:
    """The owner says which kind of principal it is."""
    found = conversations.documents(select="subject", top="1", expand="ownerid($select=name)")

    assert found[0]["ownerid"]["@odata.type"] == "#Microsoft.Dynamics.CRM.systemuser"
    assert found[0]["ownerid"]["name"] == "Emulator Administrator"


def test_references(conversations: Conversations) -> None:
    """``/$ref`` gives the URL of the row alone."""
    (found,) = conversations.documents(select="subject", filter="subject eq 'alpha'", expand=f"{ACCOUNT}/$ref")

    assert found[ACCOUNT] == {"@odata.id": f"{ROOT}/accounts({conversations.account['Contoso']})"}


def test_collection(conversations: Conversations) -> None:
    """A collection has the rows that refer to this one, ordered, cut for each parent, and its own URL."""
    options = "$select=msdyn_name;$filter=msdyn_name ne 'x';$orderby=msdyn_name desc;$top=2"
    found = conversations.documents(select="subject", expand=f"{CONTEXTS}({options})")
    by_subject = {document["subject"]: document for document in found}
    alpha = by_subject[A]

    assert [item["msdyn_name"] for item in alpha[CONTEXTS]] == ["two", "three"]
    assert [item["msdyn_name"] for item in by_subject[B][CONTEXTS]] == ["four"]
    assert by_subject[D][CONTEXTS] == []
    assert set(alpha[CONTEXTS][0]) == {
        "@odata.etag",
        "msdyn_name",
        "_msdyn_liveworkitemid_value",
        "msdyn_smsengagementctxid",
    }
    assert alpha[f"{CONTEXTS}@odata.nextLink"] == (
        f"{ROOT}/msdyn_ocliveworkitems({conversations.id[A]})/{CONTEXTS}"
        "?$select=msdyn_name&$filter=msdyn_name%20ne%20'x'&$orderby=msdyn_name%20desc&$top=2"
    )


def test_page_size_leaves_single_expansions_alone(conversations: Conversations) -> None:
    """The page size is that of the set, not that of a collection that is expanded once."""
    found = conversations.documents(filter="subject eq 'alpha'", expand=CONTEXTS, page_size=1)

    assert len(found[0][CONTEXTS]) == 3


def test_page_size_cuts_where_expansions_nest(conversations: Conversations) -> None:
    """With a nested expansion each collection is cut, and its link leads to the rest."""
    expand = f"{CONTEXTS}($select=msdyn_name;$expand=createdby($select=fullname))"
    (found,) = conversations.documents(filter="subject eq 'alpha'", expand=expand, page_size=2)
    link = found[f"{CONTEXTS}@odata.nextLink"]
    options = query_options(link.partition("?")[2])
    rest = conversations.page(
        "msdyn_smsengagementctx",
        select="msdyn_name",
        cookie=options["$skiptoken"],
        condition=lambda rows: rows.c.msdyn_liveworkitemid == conversations.id[A],
    )

    assert options["$expand"] == "createdby($select=fullname)"
    assert "$skiptoken=%3Ccookie%20pagenumber=%222%22" in link
    names = [item["msdyn_name"] for item in found[CONTEXTS]] + [row["msdyn_name"] for row in rest.rows]
    assert sorted(names) == ["one", "three", "two"]
    assert len(found[CONTEXTS]) == 2


def test_many_to_many(conversations: Conversations) -> None:
    """A many-to-many relationship is followed over its intersect table."""
    users = {row["fullname"]: row["systemuserid"] for row in conversations.page("systemuser").rows}
    team = conversations.page("team", top="1").rows[0]
    intersect = conversations.database.intersects["teammembership_association"]
    pairs = [{"systemuserid": users[name], "teamid": team["teamid"]} for name in ("Ada Lovelace", "Alan Turing")]
    conversations.connection.execute(intersect.insert(), pairs)
    name = "teammembership_association"

    found = conversations.documents("team", select="name", expand=f"{name}($select=fullname;$orderby=fullname)")

    members = {document["teamid"]: [user["fullname"] for user in document[name]] for document in found}
    assert members.pop(team["teamid"]) == ["Ada Lovelace", "Alan Turing"]
    assert not any(members.values())


def test_annotations_are_added_below(conversations: Conversations) -> None:
    """What was asked for of the rows is added to those that are expanded."""
    (found,) = conversations.documents(
        annotations="*", filter="subject eq 'alpha'", expand=f"{CONTEXTS}($select=_msdyn_liveworkitemid_value)"
    )

    annotated = "_msdyn_liveworkitemid_value@OData.Community.Display.V1.FormattedValue"
    assert [item[annotated] for item in found[CONTEXTS]] == [A, A, A]


def test_one_statement_for_each_expansion_and_level(conversations: Conversations) -> None:
    """However many rows there are, each expansion asks the database once."""
    statements: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        statements.append(statement)

    sa.event.listen(conversations.database.engine, "before_cursor_execute", note)
    try:
        conversations.documents(expand=f"{ACCOUNT}($expand=createdby),{CONTEXTS}")
    finally:
        sa.event.remove(conversations.database.engine, "before_cursor_execute", note)

    assert len(statements) == 4


ONLY = "Only $select and $filter clause can be provided while doing $expand"
REFUSED = {
    "nope": "Could not find a property named 'nope'",
    "subject": "is not a navigation property",
    f"{ACCOUNT}($select=nope)": "Could not find a property named 'nope' on type 'Microsoft.Dynamics.CRM.account'",
    f"{CONTEXTS}($expand=nope)": "Could not find a property named 'nope'",
    f"{CONTEXTS}($filter=nope eq 1)": "Could not find a property named 'nope'",
    f"{CONTEXTS}/$ref": "Expand with $ref is only supported on lookup type navigation property.",
    f"{CONTEXTS}($count=true)": "'$count' is not supported in $expand",
    f"{CONTEXTS}($levels=2)": "The query parameter $levels is not supported",
    f"{CONTEXTS}($skip=2)": "Skip Clause is not supported in CRM",
    f"{ACCOUNT}($orderby=name)": ONLY,
    f"{CONTEXTS}($top=1;$expand=createdby)": ONLY,
    f"{CONTEXTS}($top=1),{ACCOUNT}($expand=createdby)": ONLY,
}


@pytest.mark.parametrize("expand", REFUSED)
def test_refused(conversations: Conversations, expand: str) -> None:
    """What cannot be expanded is refused, at whatever level."""
    with pytest.raises(ODataError) as caught:
        conversations.documents(expand=expand)

    assert caught.value.status == 400
    assert REFUSED[expand] in caught.value.message


def test_fifteen_expansions_are_the_most(conversations: Conversations) -> None:
    """Expansions of all levels count, up to 15."""
    names = list(conversations.database.single_valued["msdyn_ocliveworkitem"])[:14]
    many = ",".join((*names, f"{CONTEXTS}($expand=createdby)"))

    with pytest.raises(ODataError, match="more than 15"):
        conversations.documents(expand=many)
