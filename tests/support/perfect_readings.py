"""Readings of an endpoint that shows every fact of the reference rightly on every surface, to be spoilt by tests."""

from __future__ import annotations

import json
from typing import Any

from dataverse_tck.jsontypes import Json
from dataverse_tck.readings import Csdl, EntityType, NavigationProperty, Operation, Reading, Readings, State
from dataverse_tck.suite_files import suite_root

TABLE = "msdyn_ocliveworkitem"
FACTS: Json = json.loads((suite_root() / "reference" / "facts.json").read_text(encoding="utf-8"))


def label(text: str | None, language: int = 1033) -> Json:
    """A Label object with one entry, or with none."""
    if text is None:
        return {"LocalizedLabels": [], "UserLocalizedLabel": None}
    entry = {"Label": text, "LanguageCode": language}
    return {"LocalizedLabels": [entry], "UserLocalizedLabel": entry}


def read(content: Any, exchange: str = "x0001") -> Reading[Any]:
    """A reading that went well."""
    return Reading(State.READ, content, exchanges=(exchange,))


def unreadable(reason: str = "403 Forbidden") -> Reading[Any]:
    """A reading that the endpoint does not offer."""
    return Reading(State.UNREADABLE, reason=reason, exchanges=("x0009",))


def broken(reason: str = "the connection was reset") -> Reading[Any]:
    """A reading whose exchange broke."""
    return Reading(State.BROKEN, reason=reason, exchanges=("x0009",))


def _properties(relationship: Json) -> Json:
    return {name: cell["value"] for name, cell in relationship["properties"].items()}


def many_to_one() -> list[Json]:
    """ManyToOneRelationships, as served."""
    return [
        {
            "SchemaName": item["schema_name"],
            **_properties(item),
            "ReferencingEntity": TABLE,
            "ReferencedEntityNavigationPropertyName": item["schema_name"],
            "IsHierarchical": True,
        }
        for item in FACTS["many_to_one"]
    ]


def one_to_many() -> list[Json]:
    """OneToManyRelationships, as served: the menu with ten members and an empty Label object."""
    rows = []
    for item in FACTS["one_to_many"]:
        facts = _properties(item)
        menu = facts["AssociatedMenuConfiguration"]
        rows.append(
            {
                "SchemaName": item["schema_name"],
                **facts,
                "IsCustomizable": {"Value": facts["IsCustomizable"], "CanBeChanged": True},
                "AssociatedMenuConfiguration": {**menu, "Label": label(None), "Icon": None, "IsCustomizable": True},
                "ReferencingEntityNavigationPropertyName": facts["ReferencingAttribute"],
            }
        )
    return rows


def csdl() -> Csdl:
    """$metadata with the Conversation, its children, the 18 actions and one function."""
    up = [
        NavigationProperty(
            row["ReferencingEntityNavigationPropertyName"],
            row["ReferencedEntity"],
            collection=False,
            partner=row["SchemaName"],
            constraints=((f"_{row['ReferencingAttribute']}_value", row["ReferencedAttribute"]),),
        )
        for row in many_to_one()
    ]
    down, children = [], {}
    for row in one_to_many():
        back, name = row["ReferencingEntityNavigationPropertyName"], row["ReferencedEntityNavigationPropertyName"]
        down.append(NavigationProperty(name, row["ReferencingEntity"], collection=True, partner=back, constraints=()))
        constraint = (f"_{row['ReferencingAttribute']}_value", "activityid")
        link = NavigationProperty(back, TABLE, collection=False, partner=name, constraints=(constraint,))
        children[row["ReferencingEntity"]] = EntityType(row["ReferencingEntity"], None, (link,))
    types = {TABLE: EntityType(TABLE, "activitypointer", (*up, *down)), **children}
    actions = [Operation(item["name"], "Action", TABLE, False, (), None) for item in FACTS["messages"]]
    return Csdl(types, (*actions, Operation("WhoAmI", "Function", None, False, (), "mscrm.WhoAmIResponse")))


def options() -> list[Json]:
    """The options of msdyn_channel."""
    return [
        {"Value": item["value"], "Label": label(item["label"])} for item in FACTS["columns"]["choices"][0]["options"]
    ]


def filter_row(name: str, table: str = TABLE, *, event: bool = False) -> Json:
    """A row of sdkmessagefilters with its message expanded."""
    return {
        "primaryobjecttypecode": table,
        "iscustomprocessingstepallowed": event,
        "isvisible": True,
        "sdkmessageid": {"name": name},
    }


def custom_api(name: str) -> Json:
    """A row of customapis."""
    return {
        "uniquename": name,
        "isfunction": False,
        "bindingtype": 1,
        "boundentitylogicalname": TABLE,
        "allowedcustomprocessingsteptype": 0,
    }


def perfect() -> Readings:
    """Everything, right, on every surface."""
    names = [item["name"] for item in FACTS["messages"]]
    return Readings(
        table=read({"LogicalName": TABLE, "DisplayName": label("Conversation")}),
        columns=read({"msdyn_channel": {}, "regardingobjectid": {}, "msdyn_routableobjectid": {}}),
        choices={
            "msdyn_channel": read({"OptionSet": {"Options": options()}, "GlobalOptionSet": {"Options": options()}})
        },
        lookups={
            item["name"]: read({"Targets": [target["table"] for target in item["targets"]]})
            for item in FACTS["columns"]["lookups"]
        },
        many_to_one=read(tuple(many_to_one())),
        one_to_many=read(tuple(one_to_many())),
        csdl=read(csdl()),
        sdkmessages=read(tuple({"name": name} for name in [*names, "Create"])),
        sdkmessagefilters=read((*(filter_row(name) for name in names), filter_row("Create", event=True))),
        customapis=read(tuple(custom_api(name) for name in names)),
        made_up_table=read(None),
    )
