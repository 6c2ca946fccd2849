"""The description against the facts of the tables as they are known from elsewhere."""

from __future__ import annotations

import pytest

from dataverse_tck.emulator.organisation.assemble import create_organisation
from dataverse_tck.emulator.organisation.model import Binding, Kind, Organisation, Required

# table: (entity set, primary id, primary name, columns that applications require)
TABLES = {
    "msdyn_ocliveworkitem": ("msdyn_ocliveworkitems", "activityid", "subject", {"subject"}),
    "msdyn_bookingalertstatus": (
        "msdyn_bookingalertstatuses",
        "msdyn_bookingalertstatusid",
        "msdyn_name",
        {"msdyn_bookingalert"},
    ),
    "msdyn_bookingrule": (
        "msdyn_bookingrules",
        "msdyn_bookingruleid",
        "msdyn_name",
        {"msdyn_name", "msdyn_methodname", "msdyn_webresource"},
    ),
    "msdyn_resourceterritory": (
        "msdyn_resourceterritories",
        "msdyn_resourceterritoryid",
        "msdyn_name",
        {"msdyn_resource"},
    ),
    "msdyn_systemuserschedulersetting": (
        "msdyn_systemuserschedulersettinges",
        "msdyn_systemuserschedulersettingid",
        "msdyn_name",
        {"msdyn_name", "msdyn_user"},
    ),
    "msdyn_timegroup": ("msdyn_timegroups", "msdyn_timegroupid", "msdyn_name", {"msdyn_name"}),
    "msdyn_timegroupdetail": (
        "msdyn_timegroupdetails",
        "msdyn_timegroupdetailid",
        "msdyn_name",
        {"msdyn_timegroupid"},
    ),
    "msdyn_ocvoicemail": ("msdyn_ocvoicemails", "activityid", "subject", {"subject"}),
    "msdyn_customengagementctx": (
        "msdyn_customengagementctxes",
        "msdyn_customengagementctxid",
        "msdyn_name",
        {
            "msdyn_name",
            "msdyn_customerfirstname",
            "msdyn_customerlastname",
            "msdyn_customsenderid",
            "msdyn_liveworkitemid",
        },
    ),
    "msdyn_ocapplemessagesforbusinessengagementctx": (
        "msdyn_ocapplemessagesforbusinessengagementctxes",
        "msdyn_ocapplemessagesforbusinessengagementctxid",
        "msdyn_name",
        {
            "msdyn_name",
            "msdyn_capabilitylist",
            "msdyn_groupid",
            "msdyn_intentid",
            "msdyn_liveworkitemid",
            "msdyn_locale",
            "msdyn_sourceid",
        },
    ),
    "msdyn_ocgatekeeperengagementctx": (
        "msdyn_ocgatekeeperengagementctxes",
        "msdyn_ocgatekeeperengagementctxid",
        "msdyn_gatekeeperpersonid",
        {"msdyn_gatekeeperpersonid"},
    ),
    "msdyn_ocphonecallengagementctx": (
        "msdyn_ocphonecallengagementctxes",
        "msdyn_ocphonecallengagementctxid",
        "msdyn_callername",
        set(),
    ),
    "msdyn_wechatengagementctx": (
        "msdyn_wechatengagementctxes",
        "msdyn_wechatengagementctxid",
        "msdyn_customername",
        {"msdyn_name"},
    ),
}


@pytest.mark.parametrize("name", TABLES)
def test_table_is_described_as_it_is_documented(organisation: Organisation, name: str) -> None:
    """Entity set, keys and required columns are those of the documentation; users own the rows."""
    table = organisation.table[name]
    required = {column.logical_name for column in table.columns if column.required is Required.APPLICATION}

    assert TABLES[name] == (table.entity_set, table.primary_id, table.primary_name, required)
    assert table.ownership == "UserOwned"


def test_description_is_complete_in_itself(organisation: Organisation) -> None:
    """Names are unique; relationships join columns that exist; choices that columns name exist."""
    for things in (organisation.relationships, organisation.many_to_many):
        names = [thing.schema_name for thing in things]
        assert len(names) == len(set(names))
    for relationship in organisation.relationships:
        many = organisation.table[relationship.referencing_entity]
        one = organisation.table[relationship.referenced_entity]
        assert relationship.referencing_attribute in many.column
        assert relationship.referenced_attribute in one.column
    for table in organisation.tables:
        assert len(table.columns) == len(table.column)
        assert table.primary_id in table.column
        assert table.primary_name is None or table.primary_name in table.column
        for column in table.columns:
            assert column.choice is None or column.choice in organisation.choice
            if column.kind.is_lookup:
                assert organisation.targets(table.logical_name, column.logical_name)


def test_conversation_has_its_own_states(organisation: Organisation) -> None:
    """State 4 names a default status that belongs to state 0, as the real table does."""
    states = {
        option.value: option.default_status for option in organisation.choice["msdyn_ocliveworkitem_statecode"].options
    }
    statuses = {option.value: option.state for option in organisation.choice["msdyn_ocliveworkitem_statuscode"].options}

    assert states == {0: 1, 1: 4, 2: 6, 3: 7, 4: 5}
    assert statuses == {1: 0, 2: 0, 3: 0, 4: 1, 5: 0, 6: 2, 7: 3}


def test_targets_go_beyond_what_customer_service_adds(organisation: Organisation) -> None:
    """A conversation can also be about an account, and routed to a task."""
    assert {"account", "contact", "msdyn_timegroup"} < set(
        organisation.targets("msdyn_ocliveworkitem", "regardingobjectid")
    )
    assert set(organisation.targets("msdyn_ocliveworkitem", "msdyn_routableobjectid")) == {
        "msdyn_ocvoicemail",
        "task",
    }
    assert organisation.targets("msdyn_ocliveworkitem", "ownerid") == ("systemuser", "team")


@pytest.mark.parametrize(("multi", "kind"), [(True, Kind.MULTI_SELECT), (False, Kind.PICKLIST)])
def test_kind_of_the_channel_can_be_chosen(multi: bool, kind: Kind) -> None:  # noqa: FBT001 - a parameter
    """The channel column is a multi-select choice unless a single one is asked for."""
    organisation = create_organisation(multi_select_channel=multi)

    assert organisation.table["msdyn_ocliveworkitem"].column["msdyn_channel"].kind is kind


@pytest.mark.parametrize("binding", list(Binding))
def test_binding_of_the_actions_can_be_chosen(binding: Binding) -> None:
    """An action that is not bound to a row has to be told which conversation is meant."""
    organisation = create_organisation(binding=binding)
    (hold,) = (item for item in organisation.operations if item.name == "CCaaS_HoldCall")

    assert hold.binding is binding
    assert hold.bound_to == (None if binding is Binding.UNBOUND else "msdyn_ocliveworkitem")
    assert [item.name for item in hold.parameters] == ([] if binding is Binding.ENTITY else ["ConversationId"])
