"""The tables in which an organisation keeps its messages and custom APIs."""

from __future__ import annotations

from dataclasses import replace

from dataverse_tck.emulator.organisation.builders import choice, integer, lookup, options, text, yes_no
from dataverse_tck.emulator.organisation.builders import reference as _reference
from dataverse_tck.emulator.organisation.model import Choice, Column, Relationship, Table, label
from dataverse_tck.emulator.organisation.standard_tables import standard_table

_YES_NO = "sdkmessage_yesno"


def _flag(name: str) -> Column:
    return yes_no(name, name, _YES_NO)


def _table(name: str, entity_set: str, title: str, code: int, columns: tuple[Column, ...]) -> Table:
    return standard_table(
        name,
        entity_set,
        (label(title), label(f"{title}s")),
        columns,
        code,
        primary_name="name",
        ownership="OrganizationOwned",
        is_custom=False,
    )


SDKMESSAGE = _table(
    "sdkmessage",
    "sdkmessages",
    "Sdk Message",
    4606,
    (
        text("name", "Name", 256),
        text("categoryname", "Category Name"),
        _flag("isprivate"),
        _flag("isactive"),
        _flag("isreadonly"),
        _flag("autotransact"),
        _flag("workflowsdkstepenabled"),
        integer("availability", "Availability"),
    ),
)
SDKMESSAGEFILTER = replace(
    _table(
        "sdkmessagefilter",
        "sdkmessagefilters",
        "Sdk Message Filter",
        4607,
        (
            text("name", "Name", 256),
            lookup("sdkmessageid", "SDK Message"),
            text("primaryobjecttypecode", "Primary Object Type Code"),
            text("secondaryobjecttypecode", "Secondary Object Type Code"),
            _flag("iscustomprocessingstepallowed"),
            _flag("isvisible"),
            integer("availability", "Availability"),
        ),
    ),
)
CUSTOMAPI = _table(
    "customapi",
    "customapis",
    "Custom API",
    10030,
    (
        text("uniquename", "Unique Name", 128),
        text("name", "Name"),
        text("displayname", "Display Name"),
        choice("bindingtype", "Binding Type", "customapi_bindingtype", 0),
        text("boundentitylogicalname", "Bound Entity Logical Name"),
        _flag("isfunction"),
        _flag("isprivate"),
        choice(
            "allowedcustomprocessingsteptype",
            "Allowed Custom Processing Step Type",
            "customapi_allowedcustomprocessingsteptype",
            0,
        ),
        text("executeprivilegename", "Execute Privilege Name"),
        _flag("workflowsdkstepenabled"),
    ),
)
_FIELD_COLUMNS = (
    text("uniquename", "Unique Name", 128),
    text("name", "Name"),
    text("displayname", "Display Name"),
    choice("type", "Type", "customapi_fieldtype"),
    text("logicalentityname", "Bound Entity Logical Name"),
    lookup("customapiid", "Custom API"),
)
REQUESTPARAMETER = _table(
    "customapirequestparameter",
    "customapirequestparameters",
    "Custom API Request Parameter",
    10031,
    (*_FIELD_COLUMNS, _flag("isoptional")),
)
RESPONSEPROPERTY = _table(
    "customapiresponseproperty",
    "customapiresponseproperties",
    "Custom API Response Property",
    10032,
    _FIELD_COLUMNS,
)
TABLES = tuple(
    replace(table, is_virtual=True)
    for table in (SDKMESSAGE, SDKMESSAGEFILTER, CUSTOMAPI, REQUESTPARAMETER, RESPONSEPROPERTY)
)


def _collection(name: str, child: Table, column: str, parent: Table, navigation: str) -> Relationship:
    return replace(
        _reference(f"{parent.logical_name}_{child.logical_name}", (child, column), parent, navigation),
        referenced_navigation=name,
    )


RELATIONSHIPS = (
    _collection("sdkmessageid_sdkmessagefilter", SDKMESSAGEFILTER, "sdkmessageid", SDKMESSAGE, "sdkmessageid"),
    _collection("CustomAPIRequestParameters", REQUESTPARAMETER, "customapiid", CUSTOMAPI, "CustomAPIId"),
    _collection("CustomAPIResponseProperties", RESPONSEPROPERTY, "customapiid", CUSTOMAPI, "CustomAPIId"),
)
FIELD_TYPES = {
    "Edm.Boolean": 0,
    "Edm.DateTimeOffset": 1,
    "Edm.Decimal": 2,
    "Edm.Double": 6,
    "Edm.Int32": 7,
    "Edm.String": 10,
    "Edm.Guid": 12,
}
CHOICES = (
    Choice(_YES_NO, label("Yes or no"), options((1, "Yes"), (0, "No")), kind="Boolean"),
    Choice(
        "customapi_bindingtype",
        label("Binding Type"),
        options((0, "Global"), (1, "Entity"), (2, "EntityCollection")),
        is_global=True,
    ),
    Choice(
        "customapi_allowedcustomprocessingsteptype",
        label("Allowed Custom Processing Step Type"),
        options((0, "None"), (1, "Async Only"), (2, "Sync and Async")),
        is_global=True,
    ),
    Choice(
        "customapi_fieldtype",
        label("Custom API Field Type"),
        options(
            (0, "Boolean"),
            (1, "DateTime"),
            (2, "Decimal"),
            (3, "Entity"),
            (4, "EntityCollection"),
            (5, "EntityReference"),
            (6, "Float"),
            (7, "Integer"),
            (8, "Money"),
            (9, "Picklist"),
            (10, "String"),
            (11, "StringArray"),
            (12, "Guid"),
        ),
        is_global=True,
    ),
)
