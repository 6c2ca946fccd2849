"""``$metadata`` over HTTP, read with a parser of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
import requests
from defusedxml.ElementTree import fromstring

from dataverse_tck.emulator.metadata.csdl import metadata_document
from dataverse_tck.emulator.organisation.assemble import create_organisation
from dataverse_tck.emulator.organisation.model import Binding, Organisation

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

Get = Callable[..., requests.Response]
EDM = "{http://docs.oasis-open.org/odata/ns/edm}"


def schema_of(document: bytes) -> Element:
    """The one schema of a document."""
    (schema,) = fromstring(document).iter(f"{EDM}Schema")
    return schema


def entity_type(schema: Element, name: str) -> Element:
    """The entity type of that name."""
    (found,) = (item for item in schema.iter(f"{EDM}EntityType") if item.get("Name") == name)
    return found


@pytest.fixture(scope="module")
def schema(organisation: Organisation) -> Element:
    """The schema of the right organisation."""
    return schema_of(metadata_document(organisation))


def test_document_is_xml_and_nothing_else(get: Get) -> None:
    """XML is served to whoever does not insist on JSON."""
    for accept in ("application/xml", "*/*", "text/html, */*;q=0.1"):
        answer = get("/$metadata", Accept=accept)
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/xml")
        assert schema_of(answer.content).get("Namespace") == "Microsoft.Dynamics.CRM"
    refused = get("/$metadata", Accept="application/json")
    assert refused.status_code == 415
    assert refused.json()["error"] == {
        "code": "0x80060888",
        "message": "A supported MIME type could not be found that matches the acceptable MIME types for the request.",
    }


def test_document_is_compressed_when_asked(get: Get) -> None:
    """With gzip it takes a tenth of the bytes and says the same."""
    plain = get("/$metadata", **{"Accept-Encoding": "identity"})
    packed = get("/$metadata", **{"Accept-Encoding": "gzip"})

    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) * 10 < int(plain.headers["Content-Length"])
    assert packed.content == plain.content


def test_annotations_are_added_when_asked(get: Get) -> None:
    """Descriptions come with ``annotations=true`` only; other options are refused."""
    without, with_them = get("/$metadata"), get("/$metadata?annotations=true")

    assert b"Org.OData.Core.V1.Description" not in without.content
    assert b"Org.OData.Core.V1.Description" in with_them.content
    assert get("/$metadata?$select=x").status_code == 400


def test_conversation_derives_from_activity(schema: Element) -> None:
    """The key and the columns of activities are inherited and not said again."""
    conversation = entity_type(schema, "msdyn_ocliveworkitem")
    base = entity_type(schema, "activitypointer")
    properties = {item.get("Name"): item.get("Type") for item in conversation.iter(f"{EDM}Property")}

    assert conversation.get("BaseType") == "mscrm.activitypointer"
    assert conversation.find(f"{EDM}Key") is None
    assert [item.get("Name") for item in base.iter(f"{EDM}PropertyRef")] == ["activityid"]
    assert "subject" not in properties
    assert properties["msdyn_channel"] == "Edm.String"
    assert properties["msdyn_routingtype"] == "Edm.Int32"
    assert properties["_msdyn_routableobjectid_value"] == "Edm.Guid"
    assert entity_type(schema, "crmbaseentity").get("Abstract") == "true"
    assert entity_type(schema, "systemuser").get("BaseType") == "mscrm.principal"


def test_lookup_has_a_navigation_property_for_each_target(schema: Element) -> None:
    """Each one has a partner and a constraint that leads to the same value property."""
    conversation = entity_type(schema, "msdyn_ocliveworkitem")
    found = {}
    for item in conversation.iter(f"{EDM}NavigationProperty"):
        constraint = item.find(f"{EDM}ReferentialConstraint")
        if constraint is not None and constraint.get("Property") == "_regardingobjectid_value":
            found[item.get("Type")] = (
                item.get("Name"),
                item.get("Partner"),
                constraint.get("ReferencedProperty"),
            )

    assert found["mscrm.msdyn_bookingrule"] == (
        "regardingobjectid_msdyn_bookingrule_msdyn_ocliveworkitem",
        "msdyn_bookingrule_msdyn_ocliveworkitems",
        "msdyn_bookingruleid",
    )
    assert len(found) == 9


def test_collections_and_their_partners_point_at_each_other(schema: Element) -> None:
    """Every navigation property has a partner on the type that it leads to, and is that one's partner."""
    types = {item.get("Name"): item for item in schema.iter(f"{EDM}EntityType")}
    own: dict[str, dict[str, Element]] = {}
    for name, element in types.items():
        properties = list(element.iter(f"{EDM}NavigationProperty"))
        own[str(name)] = {str(item.get("Name")): item for item in properties}
        assert len(own[str(name)]) == len(properties), name
    count = 0
    for name, properties in own.items():
        for item in properties.values():
            target = str(item.get("Type")).removeprefix("Collection(").removesuffix(")").removeprefix("mscrm.")
            partner = own[target][str(item.get("Partner"))]
            assert partner.get("Partner") == item.get("Name"), (name, item.get("Name"))
            count += 1
    assert count > 400


def test_each_entity_set_has_a_declared_type(schema: Element, organisation: Organisation) -> None:
    """The container lists the sets, the odd spelling of one of them included."""
    types = {item.get("Name") for item in schema.iter(f"{EDM}EntityType")}
    sets = {item.get("Name"): str(item.get("EntityType")).rpartition(".")[2] for item in schema.iter(f"{EDM}EntitySet")}

    assert set(sets.values()) <= types
    assert sets["msdyn_systemuserschedulersettinges"] == "msdyn_systemuserschedulersetting"
    assert len(sets) == len(organisation.tables)


@pytest.mark.parametrize(
    ("binding", "first"),
    [
        (Binding.ENTITY, ("entity", "mscrm.msdyn_ocliveworkitem")),
        (Binding.COLLECTION, ("entityset", "Collection(mscrm.msdyn_ocliveworkitem)")),
        (Binding.UNBOUND, None),
    ],
)
def test_actions_are_bound_as_asked(binding: Binding, first: tuple[str, str] | None) -> None:
    """A bound action says so and begins with its binding parameter; an unbound one is imported."""
    schema = schema_of(metadata_document(create_organisation(binding=binding)))
    actions = [item for item in schema.iter(f"{EDM}Action") if str(item.get("Name")).startswith("CCaaS_")]
    imports = {item.get("Name") for item in schema.iter(f"{EDM}ActionImport")}

    assert len(actions) == 18
    for action in actions:
        if first is None:
            assert action.get("IsBound") is None
            assert action.get("Name") in imports
        else:
            parameter = action.find(f"{EDM}Parameter")
            assert action.get("IsBound") == "true"
            assert parameter is not None
            assert (parameter.get("Name"), parameter.get("Type")) == first
            assert parameter.get("Nullable") == "false"
            assert action.get("Name") not in imports


def test_functions_return_something(schema: Element) -> None:
    """Known functions are declared as functions, each with a return type that is declared as well."""
    functions = {item.get("Name"): item for item in schema.iter(f"{EDM}Function")}
    complex_types = {f"mscrm.{item.get('Name')}" for item in schema.iter(f"{EDM}ComplexType")}

    assert set(functions) == {
        "WhoAmI",
        "RetrieveVersion",
        "RetrievePrincipalAccess",
        "RetrieveSharedPrincipalsAndAccess",
        "RetrieveAccessOrigin",
    }
    for function in functions.values():
        returned = function.find(f"{EDM}ReturnType")
        assert returned is not None
        assert returned.get("Type") in complex_types
