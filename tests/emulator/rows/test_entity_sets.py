"""Requests below an entity set, and what their answers look like."""

from __future__ import annotations

from uuid import uuid4

import pytest

from dataverse_tck.emulator.organisation.model import Organisation
from dataverse_tck.emulator.organisation.seed_ids import BUSINESS_UNIT, seeded
from dataverse_tck.emulator.protocol.exchange import Request
from tests.support.asker import ROOT, Asker

CONVERSATIONS = "msdyn_ocliveworkitems"
TIMEGROUP = "regardingobjectid_msdyn_timegroup_msdyn_ocliveworkitem"
CHILDREN = "msdyn_timegroup_msdyn_ocliveworkitems"
REPRESENTATION = "return=representation"
EVERYTHING = 'odata.include-annotations="*"'


@pytest.fixture
def group(ask: Asker) -> str:
    """The path of a row that conversations can be about."""
    return f"msdyn_timegroups({ask.create('msdyn_timegroups', msdyn_name='Group')})"


@pytest.fixture
def conversation(ask: Asker, group: str) -> str:
    """The path of a conversation about the group."""
    identifier = ask.create(CONVERSATIONS, subject="Hello", **{f"{TIMEGROUP}__bind": f"/{group}"})
    return f"{CONVERSATIONS}({identifier})"


def test_dollar_may_be_encoded_in_a_path(ask: Asker) -> None:
    """Clients that encode the dollar sign reach $metadata and $batch all the same."""
    assert ask.service.dispatch(Request("GET", "/%24metadata", "", ROOT, {}, b"")).status == 200
    assert ask.service.dispatch(Request("POST", "/%24batch", "", ROOT, {}, b"")).status == 400


def test_creation_answers_with_the_url(ask: Asker) -> None:
    """204, no body, and the URL of the row in both headers that clients read."""
    reply = ask("POST", "accounts", {"name": "A"})

    assert (reply.status, reply.body) == (204, b"")
    assert reply.headers["OData-EntityId"] == reply.headers["Location"]
    assert reply.headers["OData-EntityId"].startswith(f"{ROOT}/accounts(")


def test_creation_answers_with_the_row_on_request(ask: Asker) -> None:
    """201 with what is selected, and no URL in a header."""
    reply = ask("POST", "accounts?$select=name", {"name": "A"}, Prefer=REPRESENTATION)

    assert reply.status == 201
    assert reply.headers == {"Preference-Applied": REPRESENTATION}
    assert reply.json["@odata.context"] == f"{ROOT}/$metadata#accounts(name)/$entity"
    assert set(reply.json) == {"@odata.context", "@odata.etag", "name", "accountid"}


def test_creation_answers_with_what_is_expanded(ask: Asker, group: str) -> None:
    """$expand holds for the row that is answered, and is passed over for an update."""
    target = f"?$select=subject&$expand={TIMEGROUP}($select=msdyn_name)"
    body = {"subject": "A", f"{TIMEGROUP}@odata.bind": f"/{group}"}
    created = ask("POST", CONVERSATIONS + target, body, Prefer=REPRESENTATION).json
    changed = ask("PATCH", f"{CONVERSATIONS}({created['activityid']}){target}", {}, Prefer=REPRESENTATION)

    assert created[TIMEGROUP]["msdyn_name"] == "Group"
    assert changed.status == 200
    assert TIMEGROUP not in changed.json


def test_bad_select_creates_nothing(ask: Asker) -> None:
    """A representation that cannot be made is refused before the row is."""
    name = str(uuid4())

    assert ask("POST", "accounts?$select=nope", {"name": name}, Prefer=REPRESENTATION).status == 400
    assert ask.read(f"accounts?$filter=name eq '{name}'")["value"] == []


def test_selected_row_always_has_its_key(ask: Asker, conversation: str) -> None:
    """Absent values are null when they are selected."""
    row = ask.read(f"{conversation}?$select=description")

    assert row["@odata.context"] == f"{ROOT}/$metadata#{CONVERSATIONS}(description)/$entity"
    assert set(row) == {"@odata.context", "@odata.etag", "description", "activityid"}
    assert row["description"] is None


@pytest.mark.parametrize("name", ["regardingobjectid", "Subject", "nope", "owneridname"])
def test_unknown_selection_is_refused(ask: Asker, conversation: str, name: str) -> None:
    """Names are those of $metadata, and case counts."""
    refusal = (400, f"Could not find a property named '{name}' on type 'Microsoft.Dynamics.CRM.msdyn_ocliveworkitem'.")

    for target in (conversation, CONVERSATIONS):
        status, _, message = ask("GET", f"{target}?$select={name}").error
        assert (status, message) == refusal


def test_unchanged_row_is_not_sent_again(ask: Asker, conversation: str) -> None:
    """304 for the ETag of the row; never with an expansion or annotations."""
    etag = ask.read(conversation)["@odata.etag"]

    assert ask("GET", conversation).headers["ETag"] == etag
    unchanged = ask("GET", conversation, If_None_Match=etag)
    assert (unchanged.status, unchanged.body) == (304, b"")
    assert ask("GET", f"{conversation}?$expand=ownerid", If_None_Match=etag).status == 200
    assert ask("GET", conversation, If_None_Match=etag, Prefer=EVERYTHING).status == 200
    assert ask("GET", conversation, If_None_Match="null").status == 200
    ask("PATCH", conversation, {"subject": "New"})
    assert ask("GET", conversation, If_None_Match=etag).status == 200


@pytest.mark.parametrize("option", ["$filter=subject eq 'a'", "$orderby=subject", "$top=1", "$count=true"])
def test_one_row_takes_no_options_of_collections(ask: Asker, conversation: str, option: str) -> None:
    """What makes sense for several rows only is refused."""
    assert ask("GET", f"{conversation}?{option}").status == 400


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PATCH", "accounts", "GET, POST"),
        ("DELETE", "accounts", "GET, POST"),
        ("PUT", "accounts({})", "GET, PATCH, DELETE"),
        ("POST", "accounts({})", "GET, PATCH, DELETE"),
        ("PATCH", "accounts({})/name", "GET, PUT, DELETE"),
        ("PUT", "accounts({})/name/$value", "GET"),
        ("POST", "accounts({})/parentaccountid", "GET"),
        ("POST", "accounts({})/parentaccountid/$ref", "GET, PUT, DELETE"),
        ("PUT", "accounts({})/account_parent_account/$ref", "GET, POST, DELETE"),
        ("POST", "accounts/$count", "GET"),
        ("GET", "accounts/Microsoft.Dynamics.CRM.CreateMultiple", "POST"),
    ],
)
def test_methods_that_do_not_fit(ask: Asker, method: str, path: str, allowed: str) -> None:
    """405, and the methods that there are."""
    parent = ask.create("accounts", name="P")
    child = ask.create("accounts", name="C", parentaccountid__bind=f"/accounts({parent})")
    reply = ask(method, path.format(child), {})

    assert reply.status == 405
    assert reply.headers["Allow"] == allowed


@pytest.mark.parametrize(
    "path",
    [
        "accounts({})/nope",
        "accounts({})/name/nope",
        "accounts({})/name(1)",
        "accounts({})/$count",
        "accounts({})/account_parent_account/nope",
        "accounts/name",
        "accounts/$ref",
        "accounts/$value",
        "accounts/nope/$ref",
        "accounts({})/name/$ref",
        "accounts/Microsoft.Dynamics.CRM.Nope",
    ],
)
def test_unknown_segments_are_not_found(ask: Asker, path: str) -> None:
    """A path that leads nowhere answers 404 whatever its length."""
    reply = ask("GET", path.format(ask.create("accounts", name="A")))

    assert reply.status == 404
    assert "Resource not found for the segment" in reply.error[2]


@pytest.mark.parametrize("key", ["name='A'", "'A'", "emailaddress1='a'"])
def test_keys_are_ids_alone(ask: Asker, key: str) -> None:
    """There are no alternate keys."""
    status, _, message = ask("GET", f"accounts({key})").error

    assert status == 400
    assert "The key in the request URI is not valid for resource 'Microsoft.Dynamics.CRM.account'." in message


def test_id_may_be_named_in_the_key(ask: Asker) -> None:
    """The primary id is a key with and without its name."""
    identifier = ask.create("accounts", name="A")

    assert ask.read(f"accounts(accountid={identifier})")["name"] == "A"


def test_single_property_is_read_set_and_cleared(ask: Asker, conversation: str) -> None:
    """PUT and DELETE of one property; without a value it has no content."""
    identifier = conversation.partition("(")[2]
    subject = f"{conversation}/subject"

    assert ask("PUT", subject, {"value": "Changed"}).status == 204
    assert ask.read(subject) == {
        "@odata.context": f"{ROOT}/$metadata#{CONVERSATIONS}({identifier}/subject",
        "value": "Changed",
    }
    assert ask("GET", f"{subject}/$value").body == b"Changed"
    assert ask("GET", f"{conversation}/msdyn_isabandoned/$value").body == b"false"
    assert ask("DELETE", subject).status == 204
    assert (ask("GET", subject).status, ask("GET", subject).body) == (204, b"")
    assert ask("PUT", subject, {"value": "x" * 201}).error[:2] == (400, "0x80044331")
    assert ask("PUT", subject, {"Value": "x"}).status == 400


@pytest.mark.parametrize(
    ("name", "status"), [("_ownerid_value", 404), ("versionnumber", 400), ("activityid", 400), ("owneridtype", 400)]
)
def test_some_properties_cannot_be_put(ask: Asker, conversation: str, name: str, status: int) -> None:
    """Lookups, keys and what the service sets itself are no single properties to write."""
    assert ask("GET", f"{conversation}/{name}").status == 200
    assert ask("PUT", f"{conversation}/{name}", {"value": None}).status == status
    assert ask("DELETE", f"{conversation}/{name}").status == status


def test_navigation_leads_to_the_related_row(ask: Asker, conversation: str, group: str) -> None:
    """Single-valued properties lead to a row or to nothing, over several steps as well."""
    found = ask.read(f"{conversation}/{TIMEGROUP}?$select=msdyn_name")

    assert found["@odata.context"] == f"{ROOT}/$metadata#msdyn_timegroups(msdyn_name)/$entity"
    assert found["msdyn_name"] == "Group"
    assert ask.read(f"{conversation}/{TIMEGROUP}/ownerid/businessunitid")["name"] == "dataverse-tck"
    assert ask("GET", f"{conversation}/regardingobjectid_account_msdyn_ocliveworkitem").status == 204
    assert ask.read(f"{conversation}/{TIMEGROUP}/msdyn_name")["value"] == "Group"


def test_navigation_leads_to_the_referring_rows(ask: Asker, conversation: str, group: str) -> None:
    """Collections hold the rows that refer, take query options, and lead on to one of them."""
    other = ask.create(CONVERSATIONS, subject="Other")
    identifier = conversation.partition("(")[2].removesuffix(")")
    found = ask.read(f"{group}/{CHILDREN}?$select=subject")

    assert [row["activityid"] for row in found["value"]] == [identifier]
    assert ask.read(f"{group}/{CHILDREN}?$filter=subject eq 'nope'")["value"] == []
    assert ask("GET", f"{group}/{CHILDREN}/$count").body == b"1"
    assert ask.read(f"{group}/{CHILDREN}({identifier})")["subject"] == "Hello"
    assert ask("GET", f"{group}/{CHILDREN}({other})").status == 404
    assert ask("GET", f"msdyn_timegroups({uuid4()})/{CHILDREN}").status == 404


def test_related_row_is_created_in_its_collection(ask: Asker, group: str) -> None:
    """POST to a collection creates a row that is linked."""
    reply = ask("POST", f"{group}/{CHILDREN}", {"subject": "New"}, Prefer=REPRESENTATION)

    assert reply.status == 201
    assert reply.json["_regardingobjectid_value"] == group.partition("(")[2].removesuffix(")")


def test_reference_is_set_and_cleared_from_the_child(ask: Asker, conversation: str) -> None:
    """PUT and DELETE of .../$ref on the single-valued side."""
    group = f"msdyn_timegroups({ask.create('msdyn_timegroups', msdyn_name='Second')})"
    link = f"{conversation}/{TIMEGROUP}/$ref"

    assert ask("PUT", link, {"@odata.id": group}).status == 204
    assert ask.read(link) == {"@odata.context": f"{ROOT}/$metadata#$ref", "@odata.id": f"{ROOT}/{group}"}
    assert ask("DELETE", link).status == 204
    assert ask("GET", link).status == 204
    assert ask("PUT", link, {"@odata.id": f"accounts({uuid4()})"}).status == 404
    assert ask("PUT", link, {"@odata.id": f"accounts({ask.create('accounts', name='A')})"}).status == 400
    assert ask("PUT", link, {}).status == 400


def test_clearing_another_target_changes_nothing(ask: Asker, conversation: str, group: str) -> None:
    """DELETE over the navigation property of another table leaves a polymorphic lookup alone."""
    link = "regardingobjectid_account_msdyn_ocliveworkitem/$ref"

    assert ask("DELETE", f"{conversation}/{link}").status == 204
    assert ask.read(f"{conversation}/{TIMEGROUP}")["msdyn_name"] == "Group"


@pytest.mark.parametrize("spelling", ["{children}({id})/$ref", "{children}/$ref?$id={root}/{set}({id})"])
def test_reference_is_set_and_cleared_from_the_parent(ask: Asker, group: str, spelling: str) -> None:
    """POST and DELETE of .../$ref on the collection side write the lookup of the child."""
    identifier = ask.create(CONVERSATIONS, subject="A")
    written = spelling.format(children=CHILDREN, id=identifier, root=ROOT, set=CONVERSATIONS)
    child = {"@odata.id": f"{ROOT}/{CONVERSATIONS}({identifier})"}

    assert ask("POST", f"{group}/{CHILDREN}/$ref", child).status == 204
    assert ask.read(f"{group}/{CHILDREN}/$ref") == {
        "@odata.context": f"{ROOT}/$metadata#Collection($ref)",
        "value": [child],
    }
    assert ask("DELETE", f"{group}/{written}").status == 204
    assert ask.read(f"{CONVERSATIONS}({identifier})")["_regardingobjectid_value"] is None


@pytest.mark.parametrize("lookup", ["createdby", "owninguser", "owningbusinessunit"])
def test_links_of_the_service_are_not_written(ask: Asker, lookup: str) -> None:
    """What the service sets itself cannot be linked from either side; an owner can be changed, not taken away."""
    account, user = f"accounts({ask.create('accounts', name='A')})", f"systemusers({seeded('systemuser', 'ada')})"
    unit = f"businessunits({BUSINESS_UNIT})"
    target = {"@odata.id": unit if lookup == "owningbusinessunit" else user}
    before = ask.read(account)

    assert ask("PUT", f"{account}/{lookup}/$ref", target).status == 400
    assert ask("DELETE", f"{account}/{lookup}/$ref").status == 400
    assert ask("POST", f"{user}/lk_account_createdby/$ref", {"@odata.id": account}).status == 400
    assert ask("DELETE", f"{account}/ownerid/$ref").status == 400
    assert ask.read(account) == before
    assert ask("POST", f"{user}/owner_account/$ref", {"@odata.id": account}).status == 204
    assert ask.read(account)["_owninguser_value"] == seeded("systemuser", "ada")


def test_unlinking_has_to_name_the_row(ask: Asker, group: str) -> None:
    """A collection is not emptied by accident."""
    assert ask("DELETE", f"{group}/{CHILDREN}/$ref").status == 400


def test_multiple_rows_are_created_changed_and_merged(ask: Asker) -> None:
    """CreateMultiple answers the ids in order, the other two have no content."""
    typed = {"@odata.type": "Microsoft.Dynamics.CRM.account"}
    message = "accounts/Microsoft.Dynamics.CRM.{}Multiple"
    created = ask("POST", message.format("Create"), {"Targets": [typed | {"name": name} for name in "AB"]})
    first, second = created.json["Ids"]
    third = str(uuid4())

    assert created.json["@odata.context"] == f"{ROOT}/$metadata#Microsoft.Dynamics.CRM.CreateMultipleResponse"
    changes = {"Targets": [typed | {"accountid": first, "name": "C"}]}
    assert ask("POST", message.format("Update"), changes).status == 204
    merged = {"Targets": [typed | {"accountid": second, "name": "D"}, typed | {"accountid": third, "name": "E"}]}
    assert ask("POST", message.format("Upsert"), merged).status == 204
    assert [ask.read(f"accounts({row})")["name"] for row in (first, second, third)] == ["C", "D", "E"]


@pytest.mark.parametrize(
    ("message", "target", "status"),
    [
        ("Create", {"name": "x"}, 400),
        ("Create", {"@odata.type": "Microsoft.Dynamics.CRM.account", "nope": "x"}, 400),
        ("Update", {"@odata.type": "Microsoft.Dynamics.CRM.account", "name": "x"}, 400),
        ("Update", {"@odata.type": "Microsoft.Dynamics.CRM.account", "accountid": str(uuid4())}, 404),
        ("Update", {"@odata.type": "Microsoft.Dynamics.CRM.account", "accountid": "1"}, 400),
        ("Upsert", {"@odata.type": "Microsoft.Dynamics.CRM.contact", "accountid": str(uuid4())}, 400),
    ],
)
def test_one_wrong_row_of_several_undoes_all(ask: Asker, message: str, target: dict[str, object], status: int) -> None:
    """Several rows are written together or not at all."""
    identifier, typed = ask.create("accounts", name="Before"), "Microsoft.Dynamics.CRM.account"
    good = {"@odata.type": typed, "name": "After"} | ({} if message == "Create" else {"accountid": identifier})
    count = ask("GET", "accounts/$count").body
    reply = ask("POST", f"accounts/Microsoft.Dynamics.CRM.{message}Multiple", {"Targets": [good, target]})

    assert reply.status == status
    assert ask("GET", "accounts/$count").body == count
    assert ask.read(f"accounts({identifier})")["name"] == "Before"


@pytest.mark.parametrize("body", [{}, {"Targets": []}, {"Targets": 5}, {"Targets": [5]}, {"Targets": [], "X": 1}])
def test_multiple_needs_its_targets(ask: Asker, body: dict[str, object]) -> None:
    """The parameter is a list with at least one row, and the only one."""
    assert ask("POST", "accounts/Microsoft.Dynamics.CRM.CreateMultiple", body).status == 400
    assert ask("POST", "accounts/CreateMultiple", body).error[2] == "Request message has unresolved parameters"


def test_pages_follow_their_links(organisation: Organisation) -> None:
    """The preferred page size wins over $top; links lead through all rows once, and keep the options."""
    ask = Asker(organisation)
    for number in range(7):
        ask.create("accounts", name=f"A{number}")
    target, pages = "accounts?$select=name&$count=true&$top=1&$orderby=name desc", []
    while target:
        reply = ask("GET", target, Prefer="odata.maxpagesize=3")
        assert reply.headers["Preference-Applied"] == "odata.maxpagesize=3"
        assert reply.json["@odata.count"] == 7
        pages.append([row["name"] for row in reply.json["value"]])
        target = reply.json.get("@odata.nextLink", "").removeprefix(f"{ROOT}/")

    assert pages == [["A6", "A5", "A4"], ["A3", "A2", "A1"], ["A0"]]


@pytest.mark.parametrize("size", ["0", "x", "-1", ""])
def test_bad_page_size_is_refused(ask: Asker, size: str) -> None:
    """A page has at least one row."""
    assert ask("GET", "accounts", Prefer=f"odata.maxpagesize={size}").status == 400


def test_forged_page_is_refused(ask: Asker) -> None:
    """Only links that the service gave lead to pages."""
    assert ask("GET", "accounts?$skiptoken=2").status == 400


def test_collection_tells_its_totals_on_request(organisation: Organisation) -> None:
    """With annotations the total is told, -1 when it was not counted."""
    ask = Asker(organisation)
    ask.create("accounts", name="A")
    plain, counted = (ask.read(f"accounts{query}", Prefer=EVERYTHING) for query in ("", "?$count=true"))

    assert plain["@Microsoft.Dynamics.CRM.totalrecordcount"] == -1
    assert counted["@Microsoft.Dynamics.CRM.totalrecordcount"] == counted["@odata.count"] == 1
    assert counted["@Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded"] is False
    assert counted["@Microsoft.Dynamics.CRM.globalmetadataversion"]


def test_errors_tell_more_on_request(ask: Asker) -> None:
    """With all annotations an error has its details, otherwise code and message alone."""
    assert set(ask("GET", "accounts(1)").json["error"]) == {"code", "message"}
    assert set(ask("GET", "accounts(1)", Prefer=EVERYTHING).json["error"]) > {
        "code",
        "@Microsoft.PowerApps.CDS.ErrorDetails.OperationStatus",
        "@Microsoft.PowerApps.CDS.TraceText",
    }


def test_activities_and_owners_are_read_as_what_they_are(ask: Asker, conversation: str) -> None:
    """The sets of abstract tables hold the rows of the others, each with its type."""
    identifier = conversation.partition("(")[2]
    pointer = ask.read(f"activitypointers({identifier}?$select=subject")
    owners = ask.read("owners")["value"]

    assert pointer["@odata.type"] == "#Microsoft.Dynamics.CRM.msdyn_ocliveworkitem"
    assert {row["@odata.type"] for row in owners} == {
        "#Microsoft.Dynamics.CRM.systemuser",
        "#Microsoft.Dynamics.CRM.team",
    }
