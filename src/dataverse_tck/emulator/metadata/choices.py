"""Option sets as metadata resources: local and global, of states and statuses, of Boolean columns."""

from __future__ import annotations

from dataverse_tck.emulator.metadata.attributes import VERSION, label_json, managed_property
from dataverse_tck.emulator.metadata.resource import Resource
from dataverse_tck.emulator.organisation.model import Choice, Label, Option, metadata_id
from dataverse_tck.emulator.protocol.namespace import NAMESPACE
from dataverse_tck.jsontypes import Json


def option_json(option: Option, choice: Choice, user_language: int) -> dict[str, Json]:
    """An option; those of states and statuses have a type and members of their own."""
    key = f"{choice.name}/{option.value}"
    common: dict[str, Json] = {
        "Value": option.value,
        "Color": None,
        "IsManaged": True,
        "ExternalValue": None,
        "ParentValues": [],
        "Tag": None,
        "IsHidden": False,
        "MetadataId": None,
        "HasChanged": None,
        "Label": label_json(option.label, user_language, key),
        "Description": label_json(Label(), user_language, key),
    }
    if choice.kind == "State":
        return {
            "@odata.type": f"#{NAMESPACE}.StateOptionMetadata",
            **common,
            "DefaultStatus": option.default_status,
            "InvariantName": option.invariant_name,
        }
    if choice.kind == "Status":
        return {
            "@odata.type": f"#{NAMESPACE}.StatusOptionMetadata",
            **common,
            "State": option.state,
            "TransitionData": None,
        }
    return common


def choice_resource(choice: Choice, user_language: int) -> Resource:
    """An option set, with ``TrueOption`` and ``FalseOption`` when it is the one of a Boolean column."""
    values = {
        "MetadataId": metadata_id("choice", choice.name),
        "HasChanged": None,
        "Name": choice.name,
        "DisplayName": label_json(choice.label, user_language, choice.name),
        "Description": label_json(Label(), user_language, choice.name),
        "OptionSetType": choice.kind,
        "IsGlobal": choice.is_global,
        "IsCustomOptionSet": choice.name.startswith("msdyn_"),
        "IsManaged": True,
        "IsCustomizable": managed_property("iscustomizable"),
        "ExternalTypeName": None,
        "ParentOptionSetName": None,
        "IntroducedVersion": VERSION,
    }
    options = [option_json(option, choice, user_language) for option in choice.options]
    if choice.kind == "Boolean":
        by_value = {option["Value"]: option for option in options}
        values |= {"TrueOption": by_value.get(1), "FalseOption": by_value.get(0)}
        return Resource("BooleanOptionSetMetadata", values)
    return Resource("OptionSetMetadata", {**values, "Options": options})
