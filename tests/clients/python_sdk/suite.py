"""Microsoft's Python SDK against the emulator: one line on stdout for each thing that it does rightly.

Usage: python suite.py TOKEN SERVICE_ROOT; exits 1 when anything fails. The certificate is trusted with
REQUESTS_CA_BUNDLE. Expected values come from the documentation of Dataverse and the reference page.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from azure.core.credentials import AccessToken
from PowerPlatform.Dataverse.client import DataverseClient
from PowerPlatform.Dataverse.core.errors import HttpError
from PowerPlatform.Dataverse.models import UpsertItem, col
from PowerPlatform.Dataverse.models.query_builder import ExpandOption

CONVERSATION = "msdyn_ocliveworkitem"
PARENT = "msdyn_timegroup"
REGARDING = "regardingobjectid_msdyn_timegroup_msdyn_ocliveworkitem"
CONVERSATIONS = "msdyn_timegroup_msdyn_ocliveworkitems"
FORMATTED = "@OData.Community.Display.V1.FormattedValue"
CHANNELS = {"Microsoft Teams": 19241000, "WhatsApp": 192300000, "Live chat": 192360000, "Voice call": 192440000}
FAR_FUTURE = 4102444800  # 2100-01-01, so that the SDK asks for one token only

Check = Callable[[DataverseClient], None]
CHECKS: dict[str, Check] = {}


class Fixed:
    """A credential whose token is given."""

    def __init__(self, token: str) -> None:
        self.token = token

    def get_token(self, *scopes: str, **options: object) -> AccessToken:
        """Return the token, whatever it is for."""
        return AccessToken(self.token, FAR_FUTURE)


def covers(name: str) -> Callable[[Check], Check]:
    """Register a check under its name in docs/clients.md."""

    def register(check: Check) -> Check:
        CHECKS[name] = check
        return check

    return register


def same(seen: object, wanted: object) -> None:
    """Fail unless both are equal, telling both."""
    if seen != wanted:
        raise AssertionError(f"expected {wanted!r}, got {seen!r}")


def refused(call: Callable[[], object], status: int, *words: str) -> HttpError:
    """Fail unless the call is refused with that status and a message that holds these words."""
    try:
        answer = call()
    except HttpError as error:
        same(error.status_code, status)
        for word in words:
            if word not in error.message:
                raise AssertionError(f"{word!r} is not in {error.message!r}") from error
        return error
    raise AssertionError(f"expected status {status}, got {answer!r}")


def conversation(client: DataverseClient, subject: str = "", **values: Any) -> str:
    """Create a conversation; return its id."""
    return client.records.create(CONVERSATION, {"subject": subject or f"row {uuid4()}", **values})


def read(client: DataverseClient, identifier: str, *columns: str) -> dict[str, Any]:
    """Read columns of a conversation that has to be there."""
    found = client.records.retrieve(CONVERSATION, identifier, select=list(columns))
    if found is None:
        raise AssertionError(f"conversation {identifier} is not there")
    return found.to_dict()


def five(client: DataverseClient) -> tuple[str, list[str]]:
    """Create five conversations; return the filter that finds them, and their subjects in order."""
    mark = uuid4().hex
    subjects = [f"{mark} {letter}" for letter in "abcde"]
    client.records.create(CONVERSATION, [{"subject": subject} for subject in reversed(subjects)])
    return f"startswith(subject,'{mark}')", subjects


@covers("list table definitions")
def list_tables(client: DataverseClient) -> None:
    names = {table["LogicalName"] for table in client.tables.list(select=["LogicalName", "SchemaName"])}
    missing = {CONVERSATION, PARENT, "systemuser", "account"} - names
    same(missing, set())


@covers("read a table definition")
def read_table(client: DataverseClient) -> None:
    table = client.tables.get(CONVERSATION)
    if table is None:
        raise AssertionError("the table is not there")
    same(
        (table.entity_set_name, table.primary_id_attribute, table.primary_name_attribute),
        ("msdyn_ocliveworkitems", "activityid", "subject"),
    )
    columns = {column["LogicalName"]: column["AttributeType"] for column in client.tables.list_columns(CONVERSATION)}
    same([columns[name] for name in ("activityid", "regardingobjectid")], ["Uniqueidentifier", "Lookup"])
    same(client.tables.get("msdyn_no_such_table"), None)


@covers("read the channel choice")
def read_channels(client: DataverseClient) -> None:
    """The SDK reads the options to turn labels into numbers; single choices only."""
    made = client.records.create(CONVERSATION, [{"subject": name, "msdyn_channel": name} for name in CHANNELS])
    seen = {
        row["subject"]: row["msdyn_channel"]
        for row in (read(client, item, "subject", "msdyn_channel") for item in made)
    }
    same(seen, CHANNELS)


@covers("read relationships")
def read_relationships(client: DataverseClient) -> None:
    one = client.tables.get_relationship(CONVERSATIONS)
    if one is None:
        raise AssertionError("the relationship is not there")
    same((one.referenced_entity, one.referencing_entity), (PARENT, CONVERSATION))
    of_table = client.tables.list_table_relationships(CONVERSATION)
    found = next(item for item in of_table if item["SchemaName"] == CONVERSATIONS)
    same((found["ReferencingAttribute"], found["CascadeConfiguration"]["Delete"]), ("regardingobjectid", "Cascade"))
    if len(client.tables.list_relationships(select=["SchemaName"])) < len(of_table):
        raise AssertionError("fewer relationships in all than of one table")


@covers("create")
def create(client: DataverseClient) -> None:
    identifier = conversation(client, "made", msdyn_title="A title")
    same(str(UUID(identifier)), identifier)
    same(read(client, identifier, "subject", "msdyn_title", "statecode")["msdyn_title"], "A title")
    chosen = str(uuid4())
    same(conversation(client, activityid=chosen), chosen)


@covers("create many")
def create_many(client: DataverseClient) -> None:
    made = client.records.create(CONVERSATION, [{"subject": f"many {number}"} for number in range(20)])
    same([read(client, item, "subject")["subject"] for item in made], [f"many {number}" for number in range(20)])


@covers("read")
def read_one(client: DataverseClient) -> None:
    identifier = conversation(client, "read me")
    row = client.records.retrieve(
        CONVERSATION, identifier, select=["subject", "statuscode", "_ownerid_value"], include_annotations="*"
    )
    if row is None:
        raise AssertionError("the row is not there")
    same((row["subject"], row["statuscode"], row[f"statuscode{FORMATTED}"]), ("read me", 1, "Open"))
    same(row["_ownerid_value@Microsoft.Dynamics.CRM.lookuplogicalname"], "systemuser")
    same(row["activityid"], identifier)
    if not (row.etag or "").startswith('W/"'):
        raise AssertionError(f"no weak ETag: {row.etag!r}")
    same(client.records.retrieve(CONVERSATION, str(uuid4())), None)


@covers("query with filter")
def query_filter(client: DataverseClient) -> None:
    mark, subjects = five(client)
    text = f"{mark} and (endswith(subject,'B') or contains(subject,' d')) and statecode eq 0"
    same(sorted(row["subject"] for row in client.records.list(CONVERSATION, filter=text)), [subjects[1], subjects[3]])
    built = client.query.builder(CONVERSATION).select("subject").where(col("subject") == subjects[2].upper()).execute()
    same([row["subject"] for row in built], [subjects[2]])


@covers("query with order")
def query_order(client: DataverseClient) -> None:
    mark, subjects = five(client)
    rows = client.records.list(CONVERSATION, filter=mark, select=["subject"], orderby=["subject desc"], top=3)
    same([row["subject"] for row in rows], [*reversed(subjects)][:3])


@covers("query with paging")
def query_paging(client: DataverseClient) -> None:
    mark, subjects = five(client)
    pages = [
        [row["subject"] for row in page]
        for page in client.records.list_pages(CONVERSATION, filter=mark, orderby=["subject"], page_size=2)
    ]
    same(pages, [subjects[:2], subjects[2:4], subjects[4:]])


@covers("query with count")
def query_count(client: DataverseClient) -> None:
    """The number is in the answer of a batch; the SDK's own lists throw it away."""
    mark, _ = five(client)
    batch = client.batch.new()
    batch.records.list(CONVERSATION, filter=mark, select=["subject"], count=True, page_size=2)
    answer = batch.execute().responses[0]
    same((answer.status_code, (answer.data or {}).get("@odata.count")), (200, 5))


@covers("query with expand")
def query_expand(client: DataverseClient) -> None:
    parent = client.records.create(PARENT, {"msdyn_name": "expanded"})
    bound = {f"{REGARDING}@odata.bind": f"/msdyn_timegroups({parent})"}
    child = conversation(client, "child", **bound)
    row = client.records.retrieve(CONVERSATION, child, expand=[f"{REGARDING}($select=msdyn_name)"])
    same(row and row[REGARDING]["msdyn_name"], "expanded")
    query = client.query.builder(PARENT).where(col("msdyn_timegroupid") == UUID(parent))
    found = list(query.expand(ExpandOption(CONVERSATIONS).select("subject").order_by("subject")).execute())
    same([[item["subject"] for item in group[CONVERSATIONS]] for group in found], [["child"]])


@covers("update")
def update(client: DataverseClient) -> None:
    one, other = conversation(client), conversation(client)
    client.records.update(CONVERSATION, one, {"subject": "changed"})
    same(read(client, one, "subject")["subject"], "changed")
    client.records.update(CONVERSATION, [one, other], [{"subject": "first"}, {"subject": "second"}])
    same([read(client, item, "subject")["subject"] for item in (one, other)], ["first", "second"])


@covers("upsert")
def upsert(client: DataverseClient) -> None:
    """Conversation has no alternate key, so the primary key, unquoted, stands for it."""
    new, old = uuid4(), UUID(conversation(client, msdyn_title="stays"))
    client.records.upsert(CONVERSATION, [UpsertItem({"activityid": new}, {"subject": "upserted"})])
    client.records.upsert(CONVERSATION, [UpsertItem({"activityid": old}, {"subject": "updated"})])
    same(read(client, str(new), "subject")["subject"], "upserted")
    row = read(client, str(old), "subject", "msdyn_title")
    same((row["subject"], row["msdyn_title"]), ("updated", "stays"))
    third = uuid4()
    several = [UpsertItem({"activityid": key}, {"subject": "both"}) for key in (third, old)]
    client.records.upsert(CONVERSATION, several)
    same([read(client, str(key), "subject")["subject"] for key in (third, old)], ["both", "both"])


@covers("delete")
def delete(client: DataverseClient) -> None:
    identifier, kept = conversation(client), conversation(client)
    client.records.delete(CONVERSATION, identifier)
    same(client.records.retrieve(CONVERSATION, identifier), None)
    read(client, kept, "subject")
    refused(lambda: client.records.delete(CONVERSATION, identifier), 404)


@covers("associate and dissociate")
def associate(client: DataverseClient) -> None:
    parent = client.records.create(PARENT, {"msdyn_name": "parent"})
    child = conversation(client)
    client.records.update(CONVERSATION, child, {f"{REGARDING}@odata.bind": f"/msdyn_timegroups({parent})"})
    same(read(client, child, "_regardingobjectid_value")["_regardingobjectid_value"], parent)
    client.records.update(CONVERSATION, child, {f"{REGARDING}@odata.bind": None})
    same(read(client, child, "_regardingobjectid_value")["_regardingobjectid_value"], None)


@covers("batch")
def batch(client: DataverseClient) -> None:
    mark = uuid4().hex
    good = client.batch.new()
    with good.changeset() as changes:
        parent = changes.records.create(PARENT, {"msdyn_name": mark})
        child = changes.records.create(CONVERSATION, {"subject": mark, f"{REGARDING}@odata.bind": parent})
        changes.records.update(CONVERSATION, child, {"msdyn_title": "by reference"})
    good.records.list(CONVERSATION, filter=f"subject eq '{mark}'", select=["msdyn_title", "_regardingobjectid_value"])
    answers = good.execute().responses
    same([answer.status_code for answer in answers], [204, 204, 204, 200])
    rows = (answers[3].data or {}).get("value", [])
    same(
        [(row["msdyn_title"], row["_regardingobjectid_value"]) for row in rows],
        [("by reference", answers[0].entity_id)],
    )

    bad = client.batch.new()
    with bad.changeset() as changes:
        changes.records.create(CONVERSATION, {"subject": f"{mark} lost"})
        changes.records.update(CONVERSATION, str(uuid4()), {"subject": "missing"})
    bad.records.create(CONVERSATION, {"subject": f"{mark} kept"})
    result = bad.execute(continue_on_error=True)
    same([answer.status_code for answer in result.failed], [404])
    rows = client.records.list(CONVERSATION, filter=f"startswith(subject,'{mark} ')", select=["subject"])
    same([row["subject"] for row in rows], [f"{mark} kept"])


@covers("error: missing row")
def missing_row(client: DataverseClient) -> None:
    identifier = str(uuid4())
    error = refused(
        lambda: client.records.update(CONVERSATION, identifier, {"subject": "x"}), 404, identifier, "Does Not Exist"
    )
    same(error.details["service_error_code"], "0x80040217")
    str(UUID(error.details["service_request_id"]))


@covers("error: value out of range")
def out_of_range(client: DataverseClient) -> None:
    error = refused(
        lambda: conversation(client, msdyn_channel=5),
        400,
        "The value 5 of 'msdyn_channel' on record of type 'msdyn_ocliveworkitem' is outside the valid range.",
    )
    same(error.details["service_error_code"].lower(), "0x8004431a")


@covers("error: unknown property")
def unknown_property(client: DataverseClient) -> None:
    refused(lambda: conversation(client, nonsense=1), 400, "Invalid property 'nonsense' was found in entity")
    refused(
        lambda: client.records.list(CONVERSATION, select=["nonsense"]),
        400,
        "Could not find a property named 'nonsense' on type 'Microsoft.Dynamics.CRM.msdyn_ocliveworkitem'.",
    )


@covers("error: wrong token")
def wrong_token(client: DataverseClient) -> None:
    with DataverseClient(client._base_url, Fixed("wrong")) as stranger:
        refused(stranger.tables.list, 401)


def main() -> int:
    """Run every check; a failed one does not keep the others from running."""
    token, root = sys.argv[1:]
    failed = 0
    with DataverseClient(root.partition("/api/")[0], Fixed(token)) as client:
        for name, check in CHECKS.items():
            try:
                check(client)
            except Exception:  # noqa: BLE001 - whatever it is, it is told and counted
                failed += 1
                print(f"FAIL {name}\n{traceback.format_exc()}", flush=True)
            else:
                print(f"ok {name}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
