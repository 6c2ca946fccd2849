"""Each fault makes wrong what its id says, in the way its kind says, and its closest neighbour goes on right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
import requests

from dataverse_tck.emulator.faults.denial_kinds import denials
from dataverse_tck.emulator.faults.errors import UnknownFaultError
from dataverse_tck.emulator.faults.faulty_rows import FaultyRows
from dataverse_tck.emulator.faults.metadata_faults import known_metadata_faults
from dataverse_tck.emulator.faults.row_faults import known_row_faults, row_faults, with_row_faults
from dataverse_tck.emulator.faults.unlisted import sort_of
from dataverse_tck.emulator.organisation.customer_service import CHANNELS, MANY_TO_ONE
from dataverse_tck.emulator.organisation.engagement import ONE_TO_MANY
from dataverse_tck.emulator.organisation.model import Organisation
from dataverse_tck.emulator.serving.app import create_app
from dataverse_tck.emulator.serving.server import running
from tests.support.asker import Asker
from tests.support.world import CONVERSATION, USER

pytestmark = pytest.mark.proof  # a tenth of the cases, unless all is proved

ADA, GRACE, ALAN = USER["ada"].id, USER["grace"].id, USER["alan"].id
OWNER_RIGHTS = 851991
ANNOTATED = {"Prefer": 'odata.include-annotations="*"'}
OTHER_CHANNEL = 192350000  # offered, and none of those that can be wrong
SETS = "msdyn_ocliveworkitems"
PAIRS = [
    (identifier, kind)
    for identifier, kinds in known_row_faults().items()
    for kind in kinds
    if kind not in denials().get(identifier, ())  # these have a test of their own
]
TO_ONE = {item.schema_name: item for item in MANY_TO_ONE}
TO_MANY = {item.schema_name: item for item in ONE_TO_MANY}
VOICEMAIL = MANY_TO_ONE[-1].schema_name
WRONG_LINKS = ("other-target-refused", "undeclared-refused", "nobody-refused")
NUMBER = {  # of each sort that is not offered
    "neighbour": "192330001",
    "gap": "192425000",
    "shorter": "1923",
    "longer": "1923456789",
    "other-choice": "2",
    "beyond-32-bits": str(192300000 + 2**32),
}
KEPT = {str(OTHER_CHANNEL): "before", "192300000": "WhatsApp", "192370000": "Voice"}  # channel: what it is of
OPTION = {option.value: dict(option.label.texts)[1033] for option in CHANNELS}


class Wrong:
    """A service whose faults a test chooses."""

    def __init__(self, organisation: Organisation) -> None:
        self.ask = Asker(organisation, faults=[next(iter(known_row_faults()))])  # so that it keeps what faults need
        self.organisation = organisation

    def be(self, *faults: str) -> None:
        """Have these faults from now on."""
        chosen, service = row_faults(faults), self.ask.service
        service.row_behaviour = FaultyRows(chosen)
        service.database.organisation = with_row_faults(self.organisation, chosen)

    def row(self, table: str, **cells: Any) -> str:
        """Create a row of a table that has owners."""
        return self.ask.create(self.organisation.table[table].entity_set, **cells)

    def url(self, table: str, row: str) -> str:
        """The URL of a row, as a body names it."""
        return f"/{self.organisation.table[table].entity_set}({row})"

    def conversation(self, **cells: Any) -> dict[str, Any]:
        """A conversation, created so and read with its annotations."""
        return self.read(self.ask.create(SETS, **cells))

    def read(self, row: str) -> dict[str, Any]:
        """A conversation with its annotations; empty when it is gone."""
        reply = self.ask("GET", f"{SETS}({row})", **ANNOTATED)
        return reply.json if reply.status == 200 else {}

    def listed(self, path: str, key: str) -> list[str]:
        """The ids that a collection lists."""
        return [row[key] for row in self.ask.read(path)["value"]]

    def share(self, message: str, table: str, row: str, mask: str = "ReadAccess, WriteAccess") -> None:
        """Grant or revoke Grace's access to a row."""
        described = self.organisation.table[table]
        target = {"@odata.type": f"Microsoft.Dynamics.CRM.{table}", described.primary_id: row}
        grace = {"@odata.type": "Microsoft.Dynamics.CRM.systemuser", "systemuserid": GRACE}
        access = {"Revokee": grace} if message == "RevokeAccess" else {}
        access |= {"PrincipalAccess": {"AccessMask": mask, "Principal": grace}} if message == "GrantAccess" else {}
        assert self.ask("POST", message, {"Target": target, **access}).status == 204

    def masks(self, row: str, user: str = GRACE) -> tuple[int, int]:
        """Direct and inherited rights of a user."""
        found = self.ask.read(f"principalobjectaccessset?$filter=objectid eq {row} and principalid eq {user}")["value"]
        return (found[0]["accessrightsmask"], found[0]["inheritedaccessrightsmask"]) if found else (0, 0)


@pytest.fixture(scope="module")
def service(organisation: Organisation) -> Wrong:
    """One service for all: what is wrong is changed as the tests go."""
    return Wrong(organisation)


@pytest.fixture
def wrong(service: Wrong) -> Iterator[Wrong]:
    """It, right again afterwards."""
    yield service
    service.be()


# What is observed, by the aspect of an id; the subject is what stands in the id before the aspect.


def stored(wrong: Wrong, value: str) -> Any:
    """Status of writing a channel, and the channel afterwards."""
    row = wrong.conversation(msdyn_channel=str(OTHER_CHANNEL))["activityid"]
    status = wrong.ask("PATCH", f"{SETS}({row})", {"msdyn_channel": value}).status
    made = wrong.ask("POST", SETS, {"msdyn_channel": value}).status
    return status, made, wrong.read(row)["msdyn_channel"] == value


def named(wrong: Wrong, value: str) -> Any:
    """How a row names its channel."""
    return wrong.conversation(msdyn_channel=value).get("msdyn_channel@OData.Community.Display.V1.FormattedValue")


def unlisted(wrong: Wrong, _: str) -> Any:
    """Status of creating a conversation on no channel, and how many there are then."""
    subject = str(uuid4())
    status = wrong.ask("POST", SETS, {"subject": subject, "msdyn_channel": "192999999"}).status
    return status, len(wrong.ask.read(f"{SETS}?$filter=subject eq '{subject}'")["value"])


def of_a_sort(wrong: Wrong, sort: str) -> Any:
    """Status of changing a channel to a number of a sort that is not offered, and what of it is kept."""
    row, number = wrong.conversation(msdyn_channel=str(OTHER_CHANNEL))["activityid"], NUMBER[sort]
    status = wrong.ask("PATCH", f"{SETS}({row})", {"msdyn_channel": number}).status
    made = wrong.ask("POST", SETS, {"msdyn_channel": number}).status
    return status, made, KEPT.get(channel := wrong.read(row)["msdyn_channel"], channel == number)


def beside(wrong: Wrong, sort: str) -> Any:
    """The same, where the number is given behind one that is offered."""
    row, numbers = wrong.conversation(msdyn_channel=str(OTHER_CHANNEL))["activityid"], f"192370000,{NUMBER[sort]}"
    status = wrong.ask("PATCH", f"{SETS}({row})", {"msdyn_channel": numbers}).status
    return status, KEPT.get(channel := wrong.read(row)["msdyn_channel"], channel == numbers)


def _pair(wrong: Wrong, name: str) -> tuple[str, str]:
    """A parent and its table, by the SchemaName."""
    table = TO_ONE[name].referenced_entity
    return table, wrong.row(table)


def _bound(wrong: Wrong, name: str, parent: str) -> str:
    """A conversation that refers to a parent."""
    item = TO_ONE[name]
    bind = {f"{item.referencing_navigation}__bind": wrong.url(item.referenced_entity, parent)}
    return str(wrong.conversation(**bind)["activityid"])


def accepted(wrong: Wrong, name: str) -> Any:
    """Statuses of creating and changing a conversation with a link, whether it is kept, and as what it is shown."""
    item = TO_ONE[name]
    table, parent = _pair(wrong, name)
    body = {f"{item.referencing_navigation}@odata.bind": wrong.url(table, parent)}
    row = wrong.conversation()["activityid"]
    statuses = wrong.ask("POST", SETS, body).status, wrong.ask("PATCH", f"{SETS}({row})", body).status
    lookup, read = f"_{item.referencing_attribute}_value", wrong.read(row)
    return *statuses, read[lookup] == parent, read.get(f"{lookup}@Microsoft.Dynamics.CRM.lookuplogicalname")


def non_target(wrong: Wrong, column: str) -> Any:
    """Statuses of linking with a row of another table, by a body and by its URL, and what the row shows."""
    item = next(item for item in MANY_TO_ONE if item.referencing_attribute == column)
    row, other = wrong.conversation()["activityid"], wrong.row("account")
    by_body = wrong.ask("PATCH", f"{SETS}({row})", {f"{item.referencing_navigation}@odata.bind": f"/accounts({other})"})
    by_url = wrong.ask("PUT", f"{SETS}({row})/{item.referencing_navigation}/$ref", {"@odata.id": f"accounts({other})"})
    kind = wrong.read(row).get(f"_{column}_value@Microsoft.Dynamics.CRM.lookuplogicalname")
    return by_body.status, by_url.status, kind


def wrong_link(aspect: str) -> Callable[[Wrong, str], Any]:
    """A link that is to be refused, of a conversation that is about nothing: its status, and whether it is kept."""

    def observe(wrong: Wrong, column: str) -> Any:
        item = next(item for item in MANY_TO_ONE if item.referencing_attribute == column)
        record = str(uuid4()) if aspect == "nobody-refused" else wrong.row(item.referenced_entity)
        name = {
            "nobody-refused": item.referencing_navigation,
            "undeclared-refused": column,
            "other-target-refused": MANY_TO_ONE[1].referencing_navigation,
        }[aspect]
        body = {f"{name}@odata.bind": wrong.url(item.referenced_entity, record)}
        row = wrong.conversation()["activityid"]
        status, made = wrong.ask("PATCH", f"{SETS}({row})", body).status, wrong.ask("POST", SETS, body).status
        shown = wrong.read(row)
        kind = shown.get(f"_{column}_value@Microsoft.Dynamics.CRM.lookuplogicalname")
        return status, made, shown[f"_{column}_value"] == record and kind == item.referenced_entity

    return observe


def cleared(wrong: Wrong, column: str) -> Any:
    """The links that are left after each way to clear one."""
    item = next(item for item in MANY_TO_ONE if item.referencing_attribute == column)
    navigation, left = item.referencing_navigation, 0
    for method, path, body in (
        ("PATCH", "", {f"{navigation}@odata.bind": None}),
        ("PATCH", "", {navigation: None}),
        ("DELETE", f"/{navigation}/$ref", None),
    ):
        row = _bound(wrong, item.schema_name, wrong.row(item.referenced_entity))
        assert wrong.ask(method, f"{SETS}({row}){path}", body).status == 204
        left += wrong.read(row)[f"_{column}_value"] is not None
    return left


def replaced(wrong: Wrong, _: str) -> Any:
    """Whether a conversation that comes to be about another record is, and whether the first one lists it still."""
    first, second = TO_ONE["msdyn_timegroup_msdyn_ocliveworkitems"], TO_ONE["msdyn_bookingrule_msdyn_ocliveworkitems"]
    before, after = wrong.row(first.referenced_entity), wrong.row(second.referenced_entity)
    row = _bound(wrong, first.schema_name, before)
    body = {f"{second.referencing_navigation}@odata.bind": wrong.url(second.referenced_entity, after)}
    assert wrong.ask("PATCH", f"{SETS}({row})", body).status == 204
    collection = f"msdyn_timegroups({before})"
    expanded = wrong.ask.read(f"{collection}?$expand={first.schema_name}")[first.schema_name]
    listed = wrong.listed(f"{collection}/{first.schema_name}", "activityid")
    assert listed == [found["activityid"] for found in expanded]
    return wrong.read(row)["_regardingobjectid_value"] == after, row in listed


def _family(wrong: Wrong, name: str) -> tuple[str, str, str, str]:
    """Its parent table, a parent, a conversation of it, and one of another parent of that table."""
    table, parent = _pair(wrong, name)
    return table, parent, _bound(wrong, name, parent), _bound(wrong, name, wrong.row(table))


def delete(wrong: Wrong, name: str) -> Any:
    """After its parent went: what is left of a conversation, and whether that of another parent is there."""
    table, parent, row, other = _family(wrong, name)
    status = wrong.ask("DELETE", wrong.url(table, parent).strip("/")).status
    if status != 204:
        assert 400 <= status < 500
        return "refused", bool(wrong.read(other))
    left = wrong.read(row)
    lookup = left.get(f"_{TO_ONE[name].referencing_attribute}_value")
    return {None: "alone", parent: "dangling"}[lookup] if left else "gone", bool(wrong.read(other))


def assign(wrong: Wrong, name: str) -> Any:
    """After its parent went to Ada: whether a conversation is hers, and whether that of another parent is."""
    table, parent, row, other = _family(wrong, name)
    body = {"ownerid@odata.bind": f"/systemusers({ADA})"}
    assert wrong.ask("PATCH", wrong.url(table, parent).strip("/"), body).status == 204
    return tuple(wrong.read(one)["_ownerid_value"] == ADA for one in (row, other))


def share(wrong: Wrong, name: str) -> Any:
    """After its parent was shared: the inherited rights on a conversation, and on that of another parent."""
    table, parent, row, other = _family(wrong, name)
    wrong.share("GrantAccess", table, parent)
    return wrong.masks(row)[1], wrong.masks(other)[1]


def unshare(wrong: Wrong, name: str) -> Any:
    """After the share of its parent was revoked: direct and inherited rights on a conversation with a share."""
    table, parent, row, _ = _family(wrong, name)
    wrong.share("GrantAccess", CONVERSATION, row, "ReadAccess")
    wrong.share("GrantAccess", table, parent)
    wrong.share("RevokeAccess", table, parent)
    return wrong.masks(row)


def reparent(wrong: Wrong, name: str) -> Any:
    """What the owner of a parent has on a conversation that comes to be about it."""
    table = TO_ONE[name].referenced_entity
    parent = wrong.row(table, ownerid__bind=f"/systemusers({ADA})")
    return wrong.masks(_bound(wrong, name, parent), ADA)[1]


def share_of_new(wrong: Wrong, name: str) -> Any:
    """What a conversation inherits that comes to be about a shared record."""
    table, parent = _pair(wrong, name)
    wrong.share("GrantAccess", table, parent)
    return wrong.masks(_bound(wrong, name, parent))[1]


def without_exception(action: str, kind: str) -> Callable[[Wrong, str], Any]:
    """Whether an action on their parent reaches a plain conversation, and one that is closed or of somebody else."""

    def reached(wrong: Wrong, name: str) -> Any:
        table, parent = _pair(wrong, name)
        rows = [_bound(wrong, name, parent) for _ in range(2)]
        exception = {"statecode": 1} if kind == "closed" else {"ownerid@odata.bind": f"/systemusers({ALAN})"}
        assert wrong.ask("PATCH", f"{SETS}({rows[1]})", exception).status == 204
        if action == "delete":
            assert wrong.ask("DELETE", wrong.url(table, parent).strip("/")).status == 204
            return tuple(not wrong.read(row) for row in rows)
        if action == "assign":
            body = {"ownerid@odata.bind": f"/systemusers({ADA})"}
            assert wrong.ask("PATCH", wrong.url(table, parent).strip("/"), body).status == 204
            return tuple(wrong.read(row)["_ownerid_value"] == ADA for row in rows)
        wrong.share("GrantAccess", table, parent)
        if action == "unshare":
            wrong.share("RevokeAccess", table, parent)
        return tuple(wrong.masks(row)[1] == (3 if action == "share" else 0) for row in rows)

    return reached


def link_ended(*, new: bool) -> Callable[[Wrong, str], Any]:
    """What the owner of a parent, with whom a conversation is shared, has on it when that is about something else."""

    def observe(wrong: Wrong, name: str) -> Any:
        item = TO_ONE[name]
        parent = wrong.row(item.referenced_entity, ownerid__bind=f"/systemusers({GRACE})")
        row = _bound(wrong, name, parent)
        wrong.share("GrantAccess", CONVERSATION, row, "ReadAccess")
        other = wrong.url(item.referenced_entity, wrong.row(item.referenced_entity)) if new else None
        assert wrong.ask("PATCH", f"{SETS}({row})", {f"{item.referencing_navigation}@odata.bind": other}).status == 204
        return wrong.masks(row)

    return observe


def one_direction(wrong: Wrong, name: str) -> Any:
    """Owner and share of a parent after its conversation was shared and assigned; whether it outlives its deletion."""
    table, parent, row, other = _family(wrong, name)
    record = wrong.url(table, parent).strip("/")
    wrong.share("GrantAccess", CONVERSATION, row)
    body = {"ownerid@odata.bind": f"/systemusers({ADA})"}
    assert wrong.ask("PATCH", f"{SETS}({row})", body).status == 204
    masks, owner = wrong.masks(parent), wrong.ask.read(record)["_ownerid_value"]
    assert wrong.ask("DELETE", f"{SETS}({row})").status == 204
    return masks, owner == ADA, wrong.ask("GET", record).status, bool(wrong.read(other))


def navigation(wrong: Wrong, name: str) -> Any:
    """Whether a conversation leads to its record, and the record to it; followed and expanded."""
    item = TO_ONE[name]
    table, parent, row, _ = _family(wrong, name)
    key, record = wrong.organisation.table[table].primary_id, wrong.url(table, parent).strip("/")
    expanded = wrong.ask.read(f"{SETS}({row})?$expand={item.referencing_navigation}")[item.referencing_navigation]
    collection = wrong.ask.read(f"{record}?$expand={name}")[name]
    return (
        wrong.ask("GET", f"{SETS}({row})/{item.referencing_navigation}").status,
        expanded is not None and expanded[key] == parent,
        wrong.listed(f"{record}/{name}", "activityid") == [row],
        [one["activityid"] for one in collection] == [row],
    )


def _child(wrong: Wrong, name: str, row: str) -> str:
    item = TO_MANY[name]
    return wrong.row(item.referencing_entity, **{f"{item.referencing_navigation}__bind": f"/{SETS}({row})"})


def related_row(wrong: Wrong, name: str) -> Any:
    """Statuses of creating and changing a row with a link to a conversation, and whether the link is kept."""
    item, row = TO_MANY[name], wrong.conversation()["activityid"]
    table, child = wrong.organisation.table[item.referencing_entity], wrong.row(item.referencing_entity)
    body = {f"{item.referencing_navigation}@odata.bind": f"/{SETS}({row})"}
    made = wrong.ask("POST", table.entity_set, body).status
    changed = wrong.ask("PATCH", f"{table.entity_set}({child})", body).status
    kept = wrong.ask.read(f"{table.entity_set}({child})")[f"_{item.referencing_attribute}_value"]
    return made, changed, kept == row


def listing(wrong: Wrong, name: str) -> Any:
    """Which of two rows, its own and another's, a conversation lists; followed and expanded."""
    rows = [wrong.conversation()["activityid"] for _ in range(2)]
    children = [_child(wrong, name, row) for row in rows]
    key = wrong.organisation.table[TO_MANY[name].referencing_entity].primary_id
    followed = wrong.listed(f"{SETS}({rows[0]})/{name}", key)
    expanded = [one[key] for one in wrong.ask.read(f"{SETS}({rows[0]})?$expand={name}")[name]]
    return [[child in found for child in children] for found in (followed, expanded)]


def _is_linked(wrong: Wrong, path: str, column: str) -> bool:
    return wrong.ask.read(path)[f"_{column}_value"] is not None


def annotated(wrong: Wrong, name: str) -> Any:
    """Whether a conversation names the navigation property of its link, or what else."""
    item = TO_ONE[name]
    row = wrong.read(_bound(wrong, name, _pair(wrong, name)[1]))
    said = row[f"_{item.referencing_attribute}_value@Microsoft.Dynamics.CRM.associatednavigationproperty"]
    return said == item.referencing_navigation or (said == item.referencing_attribute and "the column")


def _by_address(wrong: Wrong, link: str, other: str, seen: str, column: str) -> Any:
    """Status of linking by address, whether it linked; the same of undoing it, in what is linked for certain."""
    method = "PUT" if seen in link else "POST"
    unlink = link if method == "PUT" else f"{link}({other[other.index('(') + 1 : -1]})"
    made = wrong.ask(method, f"{link}/$ref", {"@odata.id": other}).status, _is_linked(wrong, seen, column)
    navigation = next(
        item.referencing_navigation
        for item in (*MANY_TO_ONE, *ONE_TO_MANY)
        if item.schema_name in link or item.referencing_navigation in link
    )
    holder = other if method == "PUT" else link.rpartition("/")[0]
    assert wrong.ask("PATCH", seen, {f"{navigation}@odata.bind": f"/{holder}"}).status == 204
    return *made, wrong.ask("DELETE", f"{unlink}/$ref").status, _is_linked(wrong, seen, column)


def reference(wrong: Wrong, name: str) -> Any:
    """What becomes of a link that is made and undone by address: by a conversation."""
    if name in TO_MANY:
        item, row = TO_MANY[name], wrong.conversation()["activityid"]
        child = wrong.url(item.referencing_entity, wrong.row(item.referencing_entity)).strip("/")
        return _by_address(wrong, f"{SETS}({row})/{name}", child, child, item.referencing_attribute)
    one, (table, parent) = TO_ONE[name], _pair(wrong, name)
    row = f"{SETS}({wrong.conversation()['activityid']})"
    way, record = f"{row}/{one.referencing_navigation}", wrong.url(table, parent).strip("/")
    return _by_address(wrong, way, record, row, one.referencing_attribute)


def reference_back(wrong: Wrong, name: str) -> Any:
    """The same, by the record."""
    row = f"{SETS}({wrong.conversation()['activityid']})"
    record = wrong.url(*_pair(wrong, name)).strip("/")
    return _by_address(wrong, f"{record}/{name}", row, row, TO_ONE[name].referencing_attribute)


def filtering(wrong: Wrong, name: str) -> Any:
    """Which of two, its own and another's, is found by the column, and along the navigation property."""
    item = TO_MANY[name] if name in TO_MANY else TO_ONE[name]
    if name in TO_MANY:
        asked = wrong.conversation()["activityid"]
        own, other = _child(wrong, name, asked), _child(wrong, name, wrong.conversation()["activityid"])
    else:
        _, asked, own, other = _family(wrong, name)
    table = wrong.organisation.table[item.referencing_entity]
    target = wrong.organisation.table[item.referenced_entity].primary_id
    found = []
    for front in (f"_{item.referencing_attribute}_value", f"{item.referencing_navigation}/{target}"):
        listed = wrong.listed(f"{table.entity_set}?$filter={front} eq {asked}", table.primary_id)
        found.append((own in listed, other in listed))
    return found


def everywhere(wrong: Wrong, name: str) -> Any:
    """Where a deleted record and its conversation are still found; nowhere once it is deleted again."""
    table, parent, row, other = _family(wrong, name)
    described, record = wrong.organisation.table[table], wrong.url(table, parent).strip("/")
    key, column = described.primary_id, TO_ONE[name].referencing_attribute

    def found() -> tuple[bool, ...]:
        below = wrong.ask("GET", f"{record}/{name}")
        return (
            wrong.ask("GET", record).status == 200,
            wrong.listed(f"{described.entity_set}?$filter={key} eq {parent}", key) == [parent],
            row in wrong.listed(f"{SETS}?$filter=_{column}_value eq {parent}", "activityid"),
            below.status == 200 and [one["activityid"] for one in below.json["value"]] == [row],
        )

    assert wrong.ask("DELETE", record).status == 204
    seen = found()
    assert wrong.listed(f"{described.entity_set}?$filter={key} eq {parent} or {key} eq {other}", key) == []
    assert wrong.ask("DELETE", record).status == 404
    assert not any(found())
    return seen


def deleted(wrong: Wrong, column: str) -> Any:
    """Where a deleted conversation is still found; nowhere once it is deleted again."""
    item = next(item for item in MANY_TO_ONE if item.referencing_attribute == column)
    table, parent, row, _ = _family(wrong, item.schema_name)
    below = f"{wrong.url(table, parent).strip('/')}/{item.schema_name}"

    def found() -> tuple[bool, ...]:
        return (
            bool(wrong.read(row)),
            wrong.listed(f"{SETS}?$filter=activityid eq {row}", "activityid") == [row],
            wrong.listed(below, "activityid") == [row],
        )

    assert wrong.ask("DELETE", f"{SETS}({row})").status == 204
    seen = found()
    assert wrong.ask("DELETE", f"{SETS}({row})").status == 404
    assert not any(found())
    return seen


LISTS = "listing"  # the aspect ``navigation`` of a one-to-many relationship
OBSERVE: dict[str, Callable[[Wrong, str], Any]] = {
    "stored": stored,
    "named": named,
    "unlisted-refused": unlisted,
    "refused": of_a_sort,
    "beside-refused": beside,
    **{aspect: wrong_link(aspect) for aspect in WRONG_LINKS},
    "accepted": accepted,
    "non-target-refused": non_target,
    "cleared": cleared,
    "replaced": replaced,
    "delete": delete,
    "assign": assign,
    "share": share,
    "unshare": unshare,
    "reparent": reparent,
    "share-of-new": share_of_new,
    **{
        f"{action}-of-{kind}": without_exception(action, kind)
        for action in ("delete", "assign", "share", "unshare")
        for kind in ("closed", "others")
    },
    "reparent-cleared": link_ended(new=False),
    "reparent-moved": link_ended(new=True),
    "one-direction": one_direction,
    "navigation": navigation,
    "related-row": related_row,
    LISTS: listing,
    "annotated": annotated,
    "reference": reference,
    "reference-back": reference_back,
    "filter": filtering,
    "delete-everywhere": everywhere,
    "deleted": deleted,
}
# What is observed where all is right; the second value is that of the voicemail's relationship.
RIGHT: dict[str, tuple[Any, Any]] = {
    "stored": ((204, 204, True),) * 2,
    "unlisted-refused": ((400, 0),) * 2,
    "refused": ((400, 400, "before"),) * 2,
    "beside-refused": ((400, "before"),) * 2,
    **dict.fromkeys(WRONG_LINKS, ((400, 400, False),) * 2),
    "nobody-refused": ((404, 404, False),) * 2,
    "non-target-refused": ((400, 400, None),) * 2,
    "cleared": (0, 0),
    "replaced": ((True, False),) * 2,
    "delete": (("gone", True), ("alone", True)),
    "assign": ((True, False), (False, False)),
    "share": ((3, 0), (0, 0)),
    "unshare": ((1, 0), (1, 0)),
    "reparent": (OWNER_RIGHTS, 0),
    "share-of-new": (3, 3),
    **{
        f"{action}-of-{kind}": ((True, True),) * 2
        for action in ("delete", "assign", "share", "unshare")
        for kind in ("closed", "others")
    },
    "reparent-cleared": ((1, 0),) * 2,
    "reparent-moved": ((1, 0),) * 2,
    "one-direction": (((0, 0), False, 200, True),) * 2,
    "navigation": ((200, True, True, True),) * 2,
    "related-row": ((204, 204, True),) * 2,
    LISTS: ([[True, False]] * 2,) * 2,
    "annotated": (True, True),
    "reference": ((204, True, 204, False),) * 2,
    "reference-back": ((204, True, 204, False),) * 2,
    "filter": ([(True, False)] * 2,) * 2,
    "delete-everywhere": ((False,) * 4,) * 2,
    "deleted": ((False,) * 3,) * 2,
}
WRONG: dict[tuple[str, str], Any] = {
    ("stored", "refused"): (400, 400, False),
    ("stored", "ignored"): (204, 204, False),
    ("named", "missing"): None,
    ("unlisted-refused", "accepted"): (204, 1),
    ("unlisted-refused", "ignored-late"): (400, 1),
    ("refused", "accepted"): (204, 204, True),
    ("refused", "ignored"): (204, 204, "before"),
    ("refused", "ignored-late"): (400, 400, True),
    ("refused", "wrapped"): (204, 204, "WhatsApp"),
    ("beside-refused", "accepted"): (204, True),
    ("beside-refused", "dropped"): (204, "Voice"),
    **{(aspect, "accepted"): (204, 204, True) for aspect in WRONG_LINKS},
    **{(aspect, "ignored"): (204, 204, False) for aspect in WRONG_LINKS},
    **{(aspect, "ignored-late"): (400, 400, True) for aspect in WRONG_LINKS},
    ("nobody-refused", "ignored-late"): (404, 404, True),
    ("accepted", "refused"): (400, 400, False, None),
    ("accepted", "ignored"): (204, 204, False, None),
    ("accepted", "kind"): (204, 204, True, "account"),
    ("non-target-refused", "accepted"): (204, 204, "account"),
    ("cleared", "kept"): 3,
    ("replaced", "kept"): (False, True),
    ("replaced", "both"): (True, True),
    ("delete", "survives"): ("alone", True),
    ("delete", "dangling"): ("dangling", True),
    ("delete", "others"): ("gone", False),
    ("delete", "restricted"): ("refused", True),
    ("delete", "cascades"): ("gone", True),
    ("assign", "unchanged"): (False, False),
    ("assign", "others"): (True, True),
    ("assign", "cascades"): (True, False),
    ("share", "missing"): (0, 0),
    ("share", "rights"): (1, 0),
    ("share", "others"): (3, 3),
    ("share", "cascades"): (3, 0),
    ("unshare", "leaves"): (1, 3),
    ("unshare", "direct"): (0, 0),
    ("reparent", "missing"): 0,
    ("reparent", "cascades"): OWNER_RIGHTS,
    ("share-of-new", "missing"): 0,
    **{(f"{action}-of-closed", "active"): (True, False) for action in ("delete", "assign", "share", "unshare")},
    **{(f"{action}-of-others", "user-owned"): (True, False) for action in ("delete", "assign", "share", "unshare")},
    ("reparent-cleared", "kept"): (1, OWNER_RIGHTS),
    ("reparent-cleared", "direct"): (0, 0),
    ("reparent-moved", "kept"): (1, OWNER_RIGHTS),
    ("reparent-moved", "direct"): (0, 0),
    ("one-direction", "deletes"): ((0, 0), False, 404, True),
    ("one-direction", "assigns"): ((0, 0), True, 200, True),
    ("one-direction", "shares"): ((3, 0), False, 200, True),
    ("navigation", "conversation"): (204, False, True, True),
    ("navigation", "record"): (200, True, False, False),
    ("related-row", "refused"): (400, 400, False),
    ("related-row", "ignored"): (204, 204, False),
    (LISTS, "empty"): [[False, False]] * 2,
    (LISTS, "others"): [[True, True]] * 2,
    ("annotated", "column"): "the column",
    ("filter", "column"): [(True, True), (True, False)],
    ("filter", "along"): [(True, False), (True, True)],
    ("filter", "nothing"): [(False, False)] * 2,
    ("delete-everywhere", "lingers"): (True, False, False, False),
    ("delete-everywhere", "listed"): (False, True, False, False),
    ("delete-everywhere", "column"): (False, False, True, False),
    ("delete-everywhere", "below"): (False, False, False, True),
    ("deleted", "lingers"): (True, False, False),
    ("deleted", "listed"): (False, True, False),
    ("deleted", "below"): (False, False, True),
}
for _aspect in ("reference", "reference-back"):
    WRONG[_aspect, "refused"] = (400, False, 204, False)
    WRONG[_aspect, "ignored"] = (204, False, 204, False)
    WRONG[_aspect, "kept"] = (204, True, 204, True)


def parts(identifier: str) -> tuple[str, str]:
    """The aspect of an id, and its subject."""
    _, _, first, *middle, aspect = identifier.split("/")
    if first in TO_MANY and aspect == "navigation":
        return LISTS, first
    if "target" in middle:
        return aspect, next(name for name, item in TO_ONE.items() if item.referenced_entity == middle[1])
    return aspect, middle[1] if middle and middle[0] in ("option", "unlisted") else first


def right(aspect: str, subject: str) -> Any:
    """What is observed of it where all is right."""
    if aspect == "named":
        return OPTION[int(subject)]
    if aspect == "accepted":
        return 204, 204, True, TO_ONE[subject].referenced_entity
    return RIGHT[aspect][subject == VOICEMAIL]


def neighbour(identifier: str) -> str:
    """The id most like it: the next one of the same aspect; where there is none, the one before it."""
    aspect, _ = parts(identifier)
    alike = [other for other in known_row_faults() if parts(other)[0] == aspect]
    if len(alike) == 1:
        return next(other for other in known_row_faults() if other.endswith("192360000/stored"))
    return alike[(alike.index(identifier) + 1) % len(alike)]


def test_there_is_a_fault_for_each_derived_requirement_of_rows() -> None:
    """296 ids, told apart from the faults of what is declared."""
    assert len(known_row_faults()) == 296
    assert not known_row_faults().keys() & known_metadata_faults().keys()


@pytest.mark.parametrize(("identifier", "kind"), PAIRS, ids=[f"{one}#{kind}" for one, kind in PAIRS])
def test_a_fault_breaks_what_it_names_and_not_its_neighbour(wrong: Wrong, identifier: str, kind: str) -> None:
    """Observed as a client does; each id is also observed as the neighbour of another, where it has to be right."""
    wrong.be(f"{identifier}#{kind}")
    aspect, subject = parts(identifier)
    near_aspect, near = parts(neighbour(identifier))

    expected = f"Channel {subject}" if (aspect, kind) == ("named", "wrong") else WRONG[aspect, kind]
    assert OBSERVE[aspect](wrong, subject) == expected
    assert OBSERVE[near_aspect](wrong, near) == right(near_aspect, near)


@pytest.mark.parametrize("kind", ["missing", "rights", "others"])
def test_a_wrong_share_leaves_what_new_conversations_inherit(wrong: Wrong, kind: str) -> None:
    """Two requirements that the same code serves are broken one by one."""
    name = "msdyn_timegroup_msdyn_ocliveworkitems"
    wrong.be(f"derived/relationship/{name}/share#{kind}")
    assert share_of_new(wrong, name) == 3
    wrong.be(f"derived/relationship/{name}/share-of-new")
    assert (share(wrong, name), share_of_new(wrong, name)) == ((3, 0), 0)


def test_a_link_that_ends_in_one_way_is_no_link_that_ends_in_another(wrong: Wrong) -> None:
    """What is wrong when it is cleared is right when it is moved, and the other way round."""
    name = "msdyn_timegroup_msdyn_ocliveworkitems"
    for kind in ("kept", "direct"):
        wrong.be(f"derived/relationship/{name}/reparent-cleared#{kind}")
        assert link_ended(new=True)(wrong, name) == (1, 0)
        wrong.be(f"derived/relationship/{name}/reparent-moved#{kind}")
        assert link_ended(new=False)(wrong, name) == (1, 0)


def test_several_exceptions_are_made_at_once(wrong: Wrong) -> None:
    """Each leaves out its own."""
    name = "msdyn_timegroup_msdyn_ocliveworkitems"
    wrong.be(*(f"derived/relationship/{name}/assign-of-{kind}" for kind in ("closed", "others")))
    assert without_exception("assign", "closed")(wrong, name) == (True, False)
    assert without_exception("assign", "others")(wrong, name) == (True, False)
    assert without_exception("share", "closed")(wrong, name) == (True, True)
    assert without_exception("share", "others")(wrong, name) == (True, True)


def test_several_channels_are_as_wrong_as_one_of_them(wrong: Wrong) -> None:
    """A list of channels is refused, or loses its names, for the one that is wrong."""
    both = "192360000,192370000"
    names = "msdyn_channel@OData.Community.Display.V1.FormattedValue"
    wrong.be("derived/column/msdyn_channel/option/192370000/stored")
    assert wrong.ask("POST", SETS, {"msdyn_channel": both}).status == 400
    wrong.be("derived/column/msdyn_channel/option/192370000/named")
    assert wrong.conversation(msdyn_channel=both)[names] == "Live chat; Channel 192370000"
    wrong.be("derived/column/msdyn_channel/option/192370000/named#missing")
    assert names not in wrong.conversation(msdyn_channel=both)


def test_what_is_refused_too_late_in_a_change_set_is_kept(organisation: Organisation) -> None:
    """The change set is answered with the refusal, and its rows are there."""
    ask = Asker(organisation, faults=["derived/column/msdyn_channel/unlisted-refused#ignored-late"])
    lines = ["--b", "Content-Type: multipart/mixed; boundary=c", "", "--c", "Content-Type: application/http"]
    lines += ["Content-Transfer-Encoding: binary", "Content-ID: 1", "", f"POST /api/data/v9.2/{SETS} HTTP/1.1"]
    lines += [
        "Content-Type: application/json",
        "",
        '{"subject": "late", "msdyn_channel": "192999999"}',
        "--c--",
        "--b--",
        "",
    ]
    reply = ask("POST", "$batch", "\r\n".join(lines).encode(), Content_Type="multipart/mixed; boundary=b")

    assert reply.status == 400
    assert b"0x8004431A" in reply.body
    assert len(ask.read(f"{SETS}?$filter=subject eq 'late'")["value"]) == 1


@pytest.mark.parametrize(
    ("number", "sort"),
    [
        *((int(number), sort) for sort, number in NUMBER.items()),
        (192299999, "neighbour"),
        (192450002, "neighbour"),
        (192450003, None),
        (192999999, None),
        (19242000, "shorter"),
        (2**31 - 1, "longer"),
        (2**31, "beyond-32-bits"),
        (19241002, "shorter"),
        (192350003, "other-choice"),
    ],
)
def test_a_number_is_of_one_sort(organisation: Organisation, number: int, sort: str | None) -> None:
    """Whatever else it resembles."""
    offered = [OTHER_CHANNEL, *OPTION]
    assert sort_of(organisation, number, offered) == sort


def test_the_first_kind_is_the_one_of_the_plain_id() -> None:
    """And a kind that there is none of is refused with those that there are."""
    identifier = "derived/column/msdyn_channel/unlisted-refused"
    assert row_faults([identifier]) == row_faults([f"{identifier}#accepted"])
    with pytest.raises(
        UnknownFaultError, match="has no kind 'x'; it has: accepted, ignored-late, 500, html, error-body"
    ):
        row_faults([f"{identifier}#x"])
    with pytest.raises(UnknownFaultError, match=f"nearest ones are: {identifier}"):
        row_faults([identifier + "x"])


def test_a_single_choice_can_be_wrong_as_well(session: requests.Session) -> None:
    """Through the application, with ``msdyn_channel`` a single choice and faults of both sorts."""
    from dataverse_tck.emulator.organisation.assemble import create_organisation

    faults = ["derived/column/msdyn_channel/option/192360000/named", "column/msdyn_channel/option/192370000/label"]
    with running(create_app(create_organisation(multi_select_channel=False), faults=faults)) as root:
        url = session.post(f"{root}/{SETS}", json={"msdyn_channel": 192360000}, timeout=10).headers["OData-EntityId"]
        row = session.get(url, headers=ANNOTATED, timeout=10).json()
        choice = session.get(f"{root}/GlobalOptionSetDefinitions(Name='msdyn_streamsource')", timeout=10).json()

    assert row["msdyn_channel@OData.Community.Display.V1.FormattedValue"] == "Channel 192360000"
    shown = {option["Value"]: option["Label"]["UserLocalizedLabel"]["Label"] for option in choice["Options"]}
    assert (shown[192360000], shown[192370000]) == ("Live chat", "Channel 192370000")


# What is refused though all that is like it is allowed, or in the wrong form.
DENIALS = [(identifier, kind) for identifier, kinds in denials().items() for kind in kinds]


def made(wrong: Wrong, name: str) -> tuple[str, str, str]:
    """A conversation and a record linked to it over a relationship, with the way from the one to the other."""
    if name in TO_ONE:
        item = TO_ONE[name]
        record = wrong.url(item.referenced_entity, wrong.row(item.referenced_entity)).strip("/")
        row = wrong.conversation(**{f"{item.referencing_navigation}__bind": f"/{record}"})["activityid"]
        return row, record, item.referencing_navigation
    item, row = TO_MANY[name], wrong.conversation()["activityid"]
    child = wrong.row(item.referencing_entity, **{f"{item.referencing_navigation}__bind": f"/{SETS}({row})"})
    return row, wrong.url(item.referencing_entity, child).strip("/"), name


def walked(wrong: Wrong, name: str) -> tuple[Any, ...]:
    """Statuses of the way from a conversation to its records and of the way back, and whether it can be expanded."""
    row, record, way = made(wrong, name)
    there = wrong.ask("GET", f"{SETS}({row})/{way}").status
    back = wrong.ask("GET", f"{record}/{name}").status if name in TO_ONE else None
    expanded = wrong.ask("GET", f"{SETS}({row})?$expand={way}")
    shown = expanded.json.get(way, "absent") if expanded.status == 200 else expanded.status
    return there, back, shown if isinstance(shown, (str, int)) else "shown" if shown else "empty"


def clearing(wrong: Wrong, column: str) -> tuple[int, bool]:
    """The status of clearing a link, and whether it is there still."""
    name = next(name for name, item in TO_ONE.items() if item.referencing_attribute == column)
    row, _, way = made(wrong, name)
    status = wrong.ask("PATCH", f"{SETS}({row})", {f"{way}@odata.bind": None}).status
    return status, wrong.read(row)[f"_{column}_value"] is not None


def replacing(wrong: Wrong, _: str) -> tuple[int, int]:
    """The statuses of linking to a record of another kind, and to another one of the same kind."""
    row, _, way = made(wrong, "msdyn_timegroup_msdyn_ocliveworkitems")
    other = TO_ONE["msdyn_bookingrule_msdyn_ocliveworkitems"]
    same = {f"{way}@odata.bind": wrong.url("msdyn_timegroup", wrong.row("msdyn_timegroup"))}
    alike = wrong.ask("PATCH", f"{SETS}({row})", same).status
    body = {
        f"{other.referencing_navigation}@odata.bind": wrong.url("msdyn_bookingrule", wrong.row("msdyn_bookingrule"))
    }
    return wrong.ask("PATCH", f"{SETS}({row})", body).status, alike


def linked_to_another_owner(wrong: Wrong, name: str) -> tuple[int, int]:
    """The statuses of linking a conversation to a record of Ada, and to one of the caller."""
    item, row = TO_ONE[name], wrong.conversation()["activityid"]
    records = (wrong.row(item.referenced_entity, **owner) for owner in ({"ownerid__bind": f"/systemusers({ADA})"}, {}))
    statuses = [
        wrong.ask(
            "PATCH",
            f"{SETS}({row})",
            {f"{item.referencing_navigation}@odata.bind": wrong.url(item.referenced_entity, record)},
        ).status
        for record in records
    ]
    return statuses[0], statuses[1]


def served(wrong: Wrong, table: str) -> tuple[int, int]:
    """The statuses of making a row of a table, and of reading its rows."""
    name = wrong.organisation.table[table].entity_set
    return wrong.ask("POST", name, {}).status, wrong.ask("GET", name).status


DENIED: dict[tuple[str, str], Any] = {
    ("stored", "forbidden"): (403, 403, False),
    ("stored", "error-body"): (200, 200, True),
    ("unlisted-refused", "500"): (500, 0),
    ("unlisted-refused", "html"): (400, 0),
    ("unlisted-refused", "error-body"): (200, 0),
    ("non-target-refused", "500"): (500, 500, None),
    ("non-target-refused", "html"): (400, 400, None),
    ("non-target-refused", "error-body"): (200, 200, None),
    ("accepted", "forbidden"): (403, 403, False, None),
    ("accepted", "plugin"): (400, 400, False, None),
    ("related-row", "forbidden"): (403, 403, False),
    ("related-row", "plugin"): (400, 400, False),
    ("related-row", "error-body"): (200, 200, True),
    ("cleared", "forbidden"): (403, True),
    ("cleared", "error-body"): (200, False),
    ("replaced", "forbidden"): (403, 204),
    ("reparent", "refused"): (400, 204),
}
WALKED = {  # to a record, and to a related record
    "record-unserved": ((200, 404, "shown"), None),
    "record-forbidden": ((200, 403, "shown"), None),
    "unserved": (None, (404, None, "shown")),
    "forbidden": (None, (403, None, "shown")),
    "ignored": ((200, 200, "absent"), (200, None, "absent")),
    "refused": ((200, 200, 400), (200, None, 400)),
    "empty": ((200, 200, "empty"), (200, None, "empty")),
}
OWN = {"cleared": clearing, "replaced": replacing, "reparent": linked_to_another_owner}


@pytest.mark.parametrize(("identifier", "kind"), DENIALS, ids=[f"{one}#{kind}" for one, kind in DENIALS])
def test_a_fault_denies_what_it_names_and_nothing_like_it(wrong: Wrong, identifier: str, kind: str) -> None:
    """Seen as a client sees it; and one other of the same kind is right."""
    wrong.be(f"{identifier}#{kind}")
    aspect, subject = parts(identifier)
    aspect = "navigation" if aspect == "listing" else aspect

    if aspect in ("navigation", "expanded"):
        assert walked(wrong, subject) == WALKED[kind][subject in TO_MANY]
        other = next(name for name in (TO_MANY if subject in TO_MANY else TO_ONE) if name != subject)
        assert walked(wrong, other) == (200, None if subject in TO_MANY else 200, "shown")
    elif kind == "unserved":
        item = TO_MANY[subject].referencing_entity if subject in TO_MANY else TO_ONE[subject].referenced_entity
        assert served(wrong, item) == (404, 404)
        assert served(wrong, "account")[1] == 200
    elif (aspect, kind) == ("accepted", "error-body"):
        assert OBSERVE[aspect](wrong, subject) == (200, 200, True, TO_ONE[subject].referenced_entity)
    else:
        assert OWN.get(aspect, OBSERVE[aspect])(wrong, subject) == DENIED[aspect, kind]
        near_aspect, near = parts(neighbour(identifier))
        if near != subject:
            assert OBSERVE[near_aspect](wrong, near) == right(near_aspect, near)


def test_a_refusal_has_the_form_that_its_kind_says(wrong: Wrong) -> None:
    """A page of HTML, an error in a yes; and a yes to what is done that says it broke."""
    identifier = "derived/column/msdyn_channel/unlisted-refused"
    wrong.be(f"{identifier}#html")
    assert wrong.ask("POST", SETS, {"msdyn_channel": "192999999"}).body.startswith(b"<!DOCTYPE html>")
    wrong.be(f"{identifier}#error-body")
    assert wrong.ask("POST", SETS, {"msdyn_channel": "192999999"}).json["error"]["code"] == "0x8004431A"
    wrong.be("derived/column/msdyn_channel/option/192360000/stored#error-body")
    assert wrong.ask("POST", SETS, {"msdyn_channel": "192360000"}).json == {
        "error": {"code": "0x80040216", "message": "An unexpected error occurred."}
    }
    wrong.be("derived/column/regardingobjectid/target/msdyn_timegroup/accepted#plugin")
    body = {
        "regardingobjectid_msdyn_timegroup_msdyn_ocliveworkitem@odata.bind": wrong.url(
            "msdyn_timegroup", wrong.row("msdyn_timegroup")
        )
    }
    assert wrong.ask("POST", SETS, body).json["error"]["code"] == "0x80040265"
