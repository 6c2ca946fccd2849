"""EntityDefinitions and what stands below, over HTTP."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import requests

from dataverse_tck.emulator.organisation.assemble import create_organisation
from dataverse_tck.emulator.serving.app import create_app
from dataverse_tck.emulator.serving.server import running

Get = Callable[..., requests.Response]
CONVERSATION = "/EntityDefinitions(LogicalName='msdyn_ocliveworkitem')"
CRM = "Microsoft.Dynamics.CRM"
CHANNEL = f"{CONVERSATION}/Attributes(LogicalName='msdyn_channel')"


def test_table_by_name_is_the_object_itself(get: Get, root: str) -> None:
    """A keyed read gives the selected members, the MetadataId unasked, and a context that ends in $entity."""
    answer = get(f"{CONVERSATION}?$select=EntitySetName,PrimaryIdAttribute,IsActivity,OwnershipType")

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json; odata.metadata=minimal"
    assert answer.headers["OData-Version"] == "4.0"
    document = answer.json()
    assert document.pop("MetadataId")
    assert document == {
        "@odata.context": f"{root}/$metadata#EntityDefinitions('msdyn_ocliveworkitem')"
        "(EntitySetName,PrimaryIdAttribute,IsActivity,OwnershipType)/$entity",
        "EntitySetName": "msdyn_ocliveworkitems",
        "PrimaryIdAttribute": "activityid",
        "IsActivity": True,
        "OwnershipType": "UserOwned",
    }


def test_table_by_metadata_id_is_the_same_table(get: Get) -> None:
    """The MetadataId is a key as well, in either case of its letters."""
    by_name = get(CONVERSATION).json()
    identifier = by_name["MetadataId"]

    for key in (identifier, identifier.upper(), f"MetadataId={identifier}"):
        by_id = get(f"/EntityDefinitions({key})").json()
        assert by_id.pop("@odata.context").endswith(f"EntityDefinitions({identifier})/$entity")
        assert by_id == {name: value for name, value in by_name.items() if name != "@odata.context"}


def test_labels_come_in_two_languages(get: Get) -> None:
    """Both installed languages are listed, and a user without a setting reads English."""
    label = get(f"{CONVERSATION}?$select=DisplayName").json()["DisplayName"]

    assert {item["LanguageCode"]: item["Label"] for item in label["LocalizedLabels"]} == {
        1033: "Conversation",
        1040: "Conversazione",
    }
    assert label["UserLocalizedLabel"]["Label"] == "Conversation"


def test_user_reads_labels_in_the_own_language(session: requests.Session) -> None:
    """UserLocalizedLabel follows the user's language and falls back to English."""
    with running(create_app(create_organisation(user_language=1040))) as root:
        table = session.get(root + CONVERSATION, timeout=10).json()
        column = session.get(f"{root}{CONVERSATION}/Attributes(LogicalName='msdyn_intent')", timeout=10).json()

    assert table["DisplayName"]["UserLocalizedLabel"]["Label"] == "Conversazione"
    assert column["DisplayName"]["UserLocalizedLabel"]["LanguageCode"] == 1033


def test_columns_tell_their_types(get: Get) -> None:
    """Each item of the mixed collection names its type, and with no selection has members of that type."""
    columns = {item["LogicalName"]: item for item in get(f"{CONVERSATION}/Attributes").json()["value"]}

    assert columns["msdyn_channel"]["@odata.type"] == f"#{CRM}.MultiSelectPicklistAttributeMetadata"
    assert columns["msdyn_channel"]["AttributeType"] == "Virtual"
    assert columns["msdyn_channel"]["AttributeTypeName"] == {"Value": "MultiSelectPicklistType"}
    assert columns["subject"]["@odata.type"] == f"#{CRM}.StringAttributeMetadata"
    assert columns["subject"]["MaxLength"] == 200
    assert columns["subject"]["RequiredLevel"]["Value"] == "ApplicationRequired"
    assert columns["ownerid"]["@odata.type"] == f"#{CRM}.LookupAttributeMetadata"
    assert columns["ownerid"]["AttributeType"] == "Owner"
    assert columns["msdyn_urcustomersentimentscore"]["MaxValue"] == 100
    assert len(columns) > 100


def test_cast_to_the_right_kind_opens_the_choice(get: Get, root: str) -> None:
    """The cast channel has its options twice, and its type no longer needs saying."""
    cast = f"{CHANNEL}/{CRM}.MultiSelectPicklistAttributeMetadata"
    document = get(f"{cast}?$select=LogicalName&$expand=OptionSet($select=Options),GlobalOptionSet").json()

    assert document["@odata.context"] == (
        f"{root}/$metadata#EntityDefinitions('msdyn_ocliveworkitem')/Attributes('msdyn_channel')"
        f"/{CRM}.MultiSelectPicklistAttributeMetadata"
        "(LogicalName,OptionSet(Options),GlobalOptionSet())/$entity"
    )
    assert "@odata.type" not in document
    options = {option["Value"]: option for option in document["OptionSet"]["Options"]}
    assert len(options) == 17
    assert options[192350000]["Label"]["UserLocalizedLabel"]["Label"] == "Entity Records"
    assert options[19241000]["Label"]["UserLocalizedLabel"]["Label"] == "Microsoft Teams"
    assert document["GlobalOptionSet"]["Options"] == document["OptionSet"]["Options"]
    assert document["GlobalOptionSet"]["Name"] == "msdyn_streamsource"
    assert document["GlobalOptionSet"]["IsGlobal"] is True
    alone = get(f"{cast}/OptionSet?$select=Options").json()
    assert alone["Options"] == document["OptionSet"]["Options"]


def test_cast_to_a_wrong_kind_finds_nothing(get: Get) -> None:
    """By key the answer is 404, over all columns it is the columns of that kind, here none."""
    keyed = get(f"{CHANNEL}/{CRM}.PicklistAttributeMetadata?$expand=OptionSet")
    several = get(f"{CONVERSATION}/Attributes/{CRM}.MoneyAttributeMetadata?$select=LogicalName")
    impossible = get(f"{CONVERSATION}/Attributes/{CRM}.EnumAttributeMetadata")

    assert (keyed.status_code, several.status_code, impossible.status_code) == (404, 200, 404)
    assert several.json()["value"] == []
    assert "PicklistAttributeMetadata" in keyed.json()["error"]["message"]


def test_cast_over_all_columns_keeps_those_of_the_kind(get: Get) -> None:
    """All states of a table, or all its single choices, come with their options in one read."""
    states = get(f"{CONVERSATION}/Attributes/{CRM}.StatusAttributeMetadata?$expand=OptionSet").json()["value"]
    (status,) = states

    assert status["LogicalName"] == "statuscode"
    assert status["OptionSet"]["OptionSetType"] == "Status"
    assert {(item["Value"], item["State"]) for item in status["OptionSet"]["Options"]} >= {(5, 0), (7, 3)}


def test_boolean_columns_have_two_options(get: Get) -> None:
    """A Boolean option set has a true and a false option instead of a list."""
    path = f"{CONVERSATION}/Attributes(LogicalName='msdyn_isoutbound')/{CRM}.BooleanAttributeMetadata"
    choice = get(f"{path}?$expand=OptionSet").json()["OptionSet"]

    assert choice["TrueOption"]["Value"] == 1
    assert choice["FalseOption"]["Label"]["UserLocalizedLabel"]["Label"] == "No"
    assert "Options" not in choice


def test_lookup_tells_its_targets(get: Get) -> None:
    """The targets of a lookup are what its relationships reference, base tables included."""
    path = f"{CONVERSATION}/Attributes(LogicalName='regardingobjectid')/{CRM}.LookupAttributeMetadata"
    targets = get(f"{path}?$select=Targets").json()["Targets"]

    assert set(targets) == {
        "msdyn_bookingalertstatus",
        "msdyn_bookingrule",
        "msdyn_resourceterritory",
        "msdyn_systemuserschedulersetting",
        "msdyn_timegroup",
        "msdyn_timegroupdetail",
        "account",
        "contact",
        "incident",
    }


def test_many_to_one_relationship_is_whole(get: Get) -> None:
    """Both ends, all eight cascades, and members that no documentation page prints."""
    name = "msdyn_ocliveworkitem_msdyn_ocvoicemail_msdyn_routableobjectid"
    answer = get(f"{CONVERSATION}/ManyToOneRelationships?$filter=SchemaName eq '{name}'").json()
    (found,) = answer["value"]

    assert found["ReferencedEntity"] == "msdyn_ocvoicemail"
    assert found["ReferencedAttribute"] == "activityid"
    assert found["ReferencingAttribute"] == "msdyn_routableobjectid"
    assert found["ReferencingEntityNavigationPropertyName"] == (
        "msdyn_routableobjectid_msdyn_ocvoicemail_msdyn_ocliveworkitem_msdyn_ocvoicemail"
    )
    assert found["CascadeConfiguration"] == {
        "Archive": "RemoveLink",
        "Assign": "NoCascade",
        "Delete": "RemoveLink",
        "Merge": "NoCascade",
        "Reparent": "NoCascade",
        "RollupView": "NoCascade",
        "Share": "NoCascade",
        "Unshare": "NoCascade",
    }
    assert found["IsDenormalizedLookup"] is False


def test_one_to_many_relationship_has_a_menu_of_ten(get: Get) -> None:
    """A blank label is an object without texts; icon and customizability are served too."""
    name = "msdyn_msdyn_ocliveworkitem_msdyn_smsengagementctx_liveworkitemid"
    answer = get(f"{CONVERSATION}/OneToManyRelationships?$filter=SchemaName eq '{name}'").json()
    (found,) = answer["value"]

    assert found["ReferencingEntity"] == "msdyn_smsengagementctx"
    assert found["ReferencingAttribute"] == "msdyn_liveworkitemid"
    assert found["ReferencedEntityNavigationPropertyName"] == name
    assert found["IsCustomizable"]["Value"] is False
    assert found["AssociatedMenuConfiguration"] == {
        "AvailableOffline": True,
        "Behavior": "UseCollectionName",
        "Group": "Details",
        "Icon": None,
        "IsCustomizable": True,
        "Label": {"LocalizedLabels": [], "UserLocalizedLabel": None},
        "MenuId": None,
        "Order": 10000,
        "QueryApi": None,
        "ViewId": "00000000-0000-0000-0000-000000000000",
    }


def test_relationship_by_name_shows_more_when_cast(get: Get) -> None:
    """Without a cast a keyed relationship has its base members only."""
    path = "/RelationshipDefinitions(SchemaName='msdyn_bookingrule_msdyn_ocliveworkitems')"
    plain, cast = get(path).json(), get(f"{path}/{CRM}.OneToManyRelationshipMetadata").json()

    assert plain["@odata.type"] == f"#{CRM}.OneToManyRelationshipMetadata"
    assert "ReferencedEntity" not in plain
    assert cast["ReferencedEntity"] == "msdyn_bookingrule"
    assert plain["MetadataId"] == cast["MetadataId"]
    by_id = get(f"/RelationshipDefinitions({plain['MetadataId']})").json()
    assert by_id["SchemaName"] == "msdyn_bookingrule_msdyn_ocliveworkitems"


def test_relationships_can_be_filtered_when_cast(get: Get) -> None:
    """Members of one kind of relationship can be filtered after a cast, and not before."""
    condition = "$filter=ReferencedEntity eq 'msdyn_bookingrule'&$select=SchemaName"
    cast = get(f"/RelationshipDefinitions/{CRM}.OneToManyRelationshipMetadata?{condition}")
    plain = get(f"/RelationshipDefinitions?{condition}")

    assert [item["SchemaName"] for item in cast.json()["value"]] == ["msdyn_bookingrule_msdyn_ocliveworkitems"]
    assert plain.status_code == 400
    assert plain.json()["error"]["message"] == (
        f"Could not find a property named 'ReferencedEntity' on type '{CRM}.RelationshipMetadataBase'."
    )


def test_many_to_many_relationships_stand_on_both_tables(get: Get) -> None:
    """Users and teams are joined by an intersect table; a conversation has no such relationship."""
    for table in ("systemuser", "team"):
        path = f"/EntityDefinitions(LogicalName='{table}')/ManyToManyRelationships"
        (found,) = get(path).json()["value"]
        assert found["IntersectEntityName"] == "teammembership"
    assert get(f"{CONVERSATION}/ManyToManyRelationships?$select=IntersectEntityName").json()["value"] == []


def test_global_choices_are_read_by_name(get: Get) -> None:
    """A global choice has a key and no filter."""
    found = get("/GlobalOptionSetDefinitions(Name='msdyn_streamsource')")
    filtered = get("/GlobalOptionSetDefinitions?$filter=Name eq 'msdyn_streamsource'")
    missing = get("/GlobalOptionSetDefinitions(Name='msdyn_nothing')")

    assert len(found.json()["Options"]) == 17
    assert (filtered.status_code, missing.status_code) == (400, 404)


def test_tables_are_filtered_by_enumeration_members_and_managed_properties(get: Get) -> None:
    """A member needs its namespace; a managed property is filtered through its value."""
    activities = get(
        f"/EntityDefinitions?$select=LogicalName&$filter=OwnershipType eq {CRM}.OwnershipTypes'UserOwned'"
        " and IsActivity eq true and CanCreateAttributes/Value eq true"
    )

    assert {item["LogicalName"] for item in activities.json()["value"]} == {
        "activitypointer",
        "task",
        "msdyn_ocliveworkitem",
        "msdyn_ocsession",
        "msdyn_ocvoicemail",
        "msdyn_bookingalert",
    }


def test_table_expands_its_columns(get: Get) -> None:
    """A table comes with its columns in one read, nested options included."""
    nested = "Attributes($select=LogicalName;$filter=LogicalName eq 'subject')"
    document = get(f"{CONVERSATION}?$select=LogicalName&$expand={nested}").json()

    assert [column["LogicalName"] for column in document["Attributes"]] == ["subject"]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        (
            "/EntityDefinitions(LogicalName='nothing')",
            "Could not find an entity with name nothing and id 00000000-0000-0000-0000-000000000000",
        ),
        (
            f"{CONVERSATION}/Attributes(LogicalName='nothing')",
            "Could not find an attribute with specified name nothing",
        ),
        ("/RelationshipDefinitions(SchemaName='nothing')", "nothing"),
        ("/EntityDefinitions(LogicalName='nothing')/Attributes", "Could not find an entity"),
        (f"{CONVERSATION}/Nothing", "Resource not found for the segment 'Nothing'."),
    ],
)
def test_unknown_names_are_not_found(get: Get, path: str, message: str) -> None:
    """What is not there answers 404 with an OData error that names it."""
    answer = get(path)

    assert answer.status_code == 404
    assert set(answer.json()) == {"error"}
    assert message in answer.json()["error"]["message"]


def test_filter_for_an_unknown_table_finds_none(get: Get) -> None:
    """Asking a collection for a name that is not there is no error."""
    answer = get("/EntityDefinitions?$select=LogicalName&$filter=LogicalName+eq+'nothing'")

    assert (answer.status_code, answer.json()["value"]) == (200, [])


def test_definitions_know_no_string_functions(get: Get) -> None:
    """String functions on definitions answer 501 with the documented sentence."""
    answer = get("/EntityDefinitions?$filter=startswith(LogicalName,'msdyn')")

    assert answer.status_code == 501
    assert answer.json()["error"] == {
        "code": "0x8006088a",
        "message": 'The "startswith" function isn\'t supported for Metadata Entities',
    }


@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT", "DELETE"])
def test_definitions_are_not_written(root: str, session: requests.Session, method: str) -> None:
    """Definitions are read only here: another method answers 405."""
    answer = session.request(method, root + CONVERSATION, json={}, timeout=10)

    assert answer.status_code == 405
    assert answer.json()["error"]["message"] == "Operation not supported on EntityMetadata"
