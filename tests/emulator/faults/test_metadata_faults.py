"""Faults: there are 399, each is visible where it should be, and nothing else goes wrong with it."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dataverse_tck.emulator.faults.errors import UnknownFaultError
from dataverse_tck.emulator.faults.metadata_faults import SURFACES, known_metadata_faults, with_metadata_faults
from dataverse_tck.emulator.organisation.assemble import create_organisation
from dataverse_tck.emulator.organisation.customer_service import CHANNELS, MANY_TO_ONE, MESSAGES
from dataverse_tck.emulator.organisation.engagement import ONE_TO_MANY
from dataverse_tck.emulator.organisation.model import CASCADE_MEMBERS, Binding, Organisation, Relationship
from dataverse_tck.emulator.protocol.exchange import Request
from dataverse_tck.emulator.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from xml.etree.ElementTree import Element

NAME = "msdyn_ocliveworkitem"
TABLE = f"/EntityDefinitions(LogicalName='{NAME}')"
CRM = "Microsoft.Dynamics.CRM"
CHANNEL = f"{TABLE}/Attributes(LogicalName='msdyn_channel')/{CRM}.MultiSelectPicklistAttributeMetadata"
EDM = "{http://docs.oasis-open.org/odata/ns/edm}"
RIGHT = create_organisation()
IDS = tuple(known_metadata_faults())


class Reader:
    """Reads the documents of a service as a client does, and says which facts they get wrong.

    A fact that hangs on one that is missing is not judged.
    """

    def __init__(self, surfaces: Mapping[str, Organisation]) -> None:
        self.service = Service(RIGHT, surfaces)

    def get(self, path: str, query: str = "") -> Any:
        """The JSON document at a path, None when it is not found."""
        answer = self.service.dispatch(Request("GET", path, query, "http://test"))
        return json.loads(answer.body) if answer.status == 200 else None

    def wrong(self, surface: str) -> set[str]:
        """The ids of the facts that a surface gets wrong."""
        judged = dict(getattr(self, surface)())
        return {identifier for identifier, right in judged.items() if right is False}

    def entitydefinitions(self) -> Iterator[tuple[str, bool | None]]:
        table = self.get(TABLE, "$select=DisplayName")
        listed = self.get("/EntityDefinitions", f"$filter=LogicalName eq '{NAME}'&$select=LogicalName")["value"]
        assert bool(listed) == (table is not None)
        yield f"table/{NAME}/exists", table is not None
        yield f"table/{NAME}/display-name", table and english(table["DisplayName"]) == "Conversation"

    def optionset(self) -> Iterator[tuple[str, bool | None]]:
        yield from options(self.get(CHANNEL, "$expand=OptionSet")["OptionSet"])

    def globaloptionset(self) -> Iterator[tuple[str, bool | None]]:
        expanded = self.get(CHANNEL, "$expand=GlobalOptionSet")["GlobalOptionSet"]
        assert expanded["Options"] == self.get("/GlobalOptionSetDefinitions(Name='msdyn_streamsource')")["Options"]
        yield from options(expanded)

    def targets(self) -> Iterator[tuple[str, bool]]:
        for relationship in MANY_TO_ONE:
            column = relationship.referencing_attribute
            cast = f"{TABLE}/Attributes(LogicalName='{column}')/{CRM}.LookupAttributeMetadata"
            yield target(relationship), relationship.referenced_entity in self.get(cast)["Targets"]

    def relationships(self) -> Iterator[tuple[str, bool | None]]:
        lists = {}
        for way in ("ManyToOne", "OneToMany"):
            served = self.get(f"{TABLE}/{way}Relationships")["value"]
            lists[way] = {item["SchemaName"]: item for item in served}
            assert len(lists[way]) == len(served)
        for relationship in MANY_TO_ONE:
            found = lists["ManyToOne"].get(relationship.schema_name)
            yield from many_to_one(relationship, found)
            yield (
                target(relationship),
                any(
                    (item["ReferencingAttribute"], item["ReferencedEntity"])
                    == (relationship.referencing_attribute, relationship.referenced_entity)
                    for item in lists["ManyToOne"].values()
                ),
            )
        for relationship in ONE_TO_MANY:
            yield from one_to_many(relationship, lists["OneToMany"].get(relationship.schema_name))

    def csdl(self) -> Iterator[tuple[str, bool | None]]:
        answer = self.service.dispatch(Request("GET", "/$metadata", "", "http://test"))
        (schema,) = fromstring(answer.body).iter(f"{EDM}Schema")
        types = {str(item.get("Name")): item for item in schema.iter(f"{EDM}EntityType")}
        yield f"table/{NAME}/exists", NAME in types
        yield from operations(schema)
        if NAME in types:
            yield from navigation(types)

    def sdkmessages(self) -> Iterator[tuple[str, bool]]:
        names = {row["name"] for row in self.get("/sdkmessages", "$select=name")["value"]}
        for message in MESSAGES:
            yield f"message/{message}/exists", message in names

    def sdkmessagefilters(self) -> Iterator[tuple[str, bool]]:
        rows = self.get("/sdkmessagefilters", "$expand=sdkmessageid($select=name)")["value"]
        for message in MESSAGES:
            (row,) = (row for row in rows if row["sdkmessageid"]["name"] == message)
            steps = row["iscustomprocessingstepallowed"] and row["isvisible"]
            yield f"message/{message}/not-event", not steps
            yield f"message/{message}/on-table", row["primaryobjecttypecode"] == NAME

    def customapis(self) -> Iterator[tuple[str, bool]]:
        rows = {row["uniquename"]: row for row in self.get("/customapis")["value"]}
        for message in MESSAGES:
            row = rows[message]
            yield f"message/{message}/is-action", row["isfunction"] is False
            yield f"message/{message}/not-event", row["allowedcustomprocessingsteptype"] == 0
            bound = (row["bindingtype"], row["boundentitylogicalname"])
            yield f"message/{message}/on-table", bound == (1, NAME)


def english(label: Any) -> str:
    """The English text of a label."""
    return str(next(item["Label"] for item in label["LocalizedLabels"] if item["LanguageCode"] == 1033))


def italian(label: Any) -> str:
    """The Italian text of a label, which no fault touches."""
    return str(next(item["Label"] for item in label["LocalizedLabels"] if item["LanguageCode"] == 1040))


def target(relationship: Relationship) -> str:
    """The id of the target that a relationship leads to."""
    return f"column/{relationship.referencing_attribute}/target/{relationship.referenced_entity}"


def options(choice: Any) -> Iterator[tuple[str, bool | None]]:
    """The facts of the channel options."""
    shown = {option["Value"]: option for option in choice["Options"]}
    assert 192350000 in shown
    for option in CHANNELS:
        served = shown.get(option.value)
        name = f"column/msdyn_channel/option/{option.value}"
        yield f"{name}/exists", served is not None
        yield f"{name}/label", served and english(served["Label"]) == dict(option.label.texts)[1033]
        assert served is None or italian(served["Label"]) == dict(option.label.texts)[1040]


def many_to_one(relationship: Relationship, found: Any) -> Iterator[tuple[str, bool | None]]:
    """The facts of a relationship to a parent, in the relationship metadata."""
    name = f"relationship/{relationship.schema_name}"
    yield f"{name}/exists", found is not None
    for property_, value in (
        ("ReferencedEntity", relationship.referenced_entity),
        ("ReferencedAttribute", relationship.referenced_attribute),
        ("ReferencingAttribute", relationship.referencing_attribute),
        ("ReferencingEntityNavigationPropertyName", relationship.referencing_navigation),
    ):
        yield f"{name}/{property_}", found and found[property_] == value
    for member, attribute in CASCADE_MEMBERS.items():
        right = str(getattr(relationship.cascade, attribute))
        yield f"{name}/cascade/{member}", found and found["CascadeConfiguration"][member] == right


def one_to_many(relationship: Relationship, found: Any) -> Iterator[tuple[str, bool | None]]:
    """The facts of a relationship to a child, in the relationship metadata."""
    name = f"relationship/{relationship.schema_name}"
    yield f"{name}/exists", found is not None
    for property_, value in (
        ("ReferencingEntity", relationship.referencing_entity),
        ("ReferencingAttribute", relationship.referencing_attribute),
        ("ReferencedEntityNavigationPropertyName", relationship.referenced_navigation),
    ):
        yield f"{name}/{property_}", found and found[property_] == value
    customizable = found and found["IsCustomizable"]["Value"] is relationship.is_customizable
    yield f"{name}/IsCustomizable", customizable
    menu = {
        "AvailableOffline": True,
        "Behavior": "UseCollectionName",
        "Group": "Details",
        "Label": {"LocalizedLabels": [], "UserLocalizedLabel": None},
        "MenuId": None,
        "Order": 10000,
        "QueryApi": None,
        "ViewId": "00000000-0000-0000-0000-000000000000",
    }
    for member, value in menu.items():
        yield f"{name}/menu/{member}", found and found["AssociatedMenuConfiguration"][member] == value


def operations(schema: Element) -> Iterator[tuple[str, bool | None]]:
    """The facts of the messages in the CSDL."""
    declared = {str(item.get("Name")): item for item in schema if item.tag in (f"{EDM}Action", f"{EDM}Function")}
    for message in MESSAGES:
        found = declared.get(message)
        yield f"message/{message}/exists", found is not None
        yield f"message/{message}/is-action", None if found is None else found.tag == f"{EDM}Action"
        first = None if found is None else found.find(f"{EDM}Parameter")
        yield f"message/{message}/on-table", None if first is None else first.get("Type") == f"mscrm.{NAME}"


def navigation(types: Mapping[str, Element]) -> Iterator[tuple[str, bool | None]]:
    """The facts of the relationships in the CSDL."""
    own = {
        name: {str(item.get("Name")): item for item in element.iter(f"{EDM}NavigationProperty")}
        for name, element in types.items()
    }
    mine = own[NAME]
    assert len(mine) == len(list(types[NAME].iter(f"{EDM}NavigationProperty")))
    for relationship in MANY_TO_ONE:
        name, column = (
            f"relationship/{relationship.schema_name}",
            f"_{relationship.referencing_attribute}_value",
        )
        found = mine.get(relationship.referencing_navigation) or partner_of(mine, relationship.schema_name)
        parent = f"mscrm.{relationship.referenced_entity}"
        yield f"{name}/exists", found is not None
        ends = (None, None) if found is None else constraint(found)
        for property_, right in (
            ("ReferencedEntity", found is not None and found.get("Type") == parent),
            ("ReferencedAttribute", ends[1] == relationship.referenced_attribute),
            ("ReferencingAttribute", ends[0] == column),
            (
                "ReferencingEntityNavigationPropertyName",
                found is not None and found.get("Name") == relationship.referencing_navigation,
            ),
        ):
            yield f"{name}/{property_}", None if found is None else right
        joined = any(item.get("Type") == parent and constraint(item)[0] == column for item in mine.values())
        yield target(relationship), joined
    for relationship in ONE_TO_MANY:
        name, column = (
            f"relationship/{relationship.schema_name}",
            f"_{relationship.referencing_attribute}_value",
        )
        child = own[relationship.referencing_entity]
        found = mine.get(relationship.referenced_navigation)
        if found is None and (back := child.get(relationship.referencing_navigation)) is not None:
            found = mine[str(back.get("Partner"))]
        yield f"{name}/exists", found is not None
        if found is not None:
            type_name = str(found.get("Type")).removeprefix("Collection(mscrm.").removesuffix(")")
            back = own[type_name][str(found.get("Partner"))]
            assert back.get("Type") == f"mscrm.{NAME}"
        for property_, right in (
            ("ReferencingEntity", found is not None and type_name == relationship.referencing_entity),
            ("ReferencingAttribute", found is not None and constraint(back)[0] == column),
            (
                "ReferencedEntityNavigationPropertyName",
                found is not None and found.get("Name") == relationship.referenced_navigation,
            ),
        ):
            yield f"{name}/{property_}", None if found is None else right


def partner_of(properties: Mapping[str, Element], partner: str) -> Element | None:
    """The navigation property that names this partner."""
    return next((item for item in properties.values() if item.get("Partner") == partner), None)


def constraint(item: Element) -> tuple[str | None, str | None]:
    """Both ends of the referential constraint of a navigation property."""
    found = item.find(f"{EDM}ReferentialConstraint")
    return (None, None) if found is None else (found.get("Property"), found.get("ReferencedProperty"))


def expected(ids: set[str], surface: str) -> set[str]:
    """What a surface gets wrong when these are broken: a missing target shows at its relationship as well."""
    shown = {identifier for identifier in ids if surface in known_metadata_faults()[identifier]}
    if surface in ("relationships", "csdl"):
        shown |= {
            f"relationship/{relationship.schema_name}/ReferencedEntity"
            for relationship in MANY_TO_ONE
            if target(relationship) in ids
        }
    return shown


def test_there_are_399_faults() -> None:
    """Table, messages, options, targets and relationships each have as many as the reference states facts."""
    families = Counter(
        identifier.split("/")[0] + ("/" + identifier.split("/")[2]) * identifier.startswith("column")
        for identifier in IDS
    )
    many = {f"relationship/{item.schema_name}" for item in MANY_TO_ONE}
    many_to_one_ids = [item for item in IDS if "/".join(item.split("/")[:2]) in many]

    assert families == {
        "table": 2,
        "message": 72,
        "column/option": 32,
        "column/target": 7,
        "relationship": 286,
    }
    assert (len(many_to_one_ids), len(IDS)) == (91, 399)
    assert {surface for surfaces in known_metadata_faults().values() for surface in surfaces} == set(SURFACES)


def test_right_organisation_has_no_faults() -> None:
    """Without faults every surface is right, and all show the one organisation."""
    surfaces = with_metadata_faults(RIGHT, ())
    reader = Reader(surfaces)

    assert all(shown is RIGHT for shown in surfaces.values())
    for surface in SURFACES:
        judged = {identifier for identifier, right in getattr(reader, surface)() if right}
        assert judged == {item for item in IDS if surface in known_metadata_faults()[item]}
    assert {surface: reader.wrong(surface) for surface in SURFACES} == {surface: set() for surface in SURFACES}


@pytest.mark.parametrize("surface", SURFACES)
def test_each_fault_breaks_that_fact_alone(surface: str) -> None:
    """On its surface each fault makes its own fact wrong and no other; other surfaces stay as they are."""
    for identifier in IDS:
        if surface in known_metadata_faults()[identifier]:
            surfaces = with_metadata_faults(RIGHT, [f"{identifier}@{surface}"])
            assert {name for name, shown in surfaces.items() if shown is not RIGHT} == {surface}
            assert Reader(surfaces).wrong(surface) == expected({identifier}, surface), identifier


def test_fault_without_a_surface_breaks_all_that_show_it() -> None:
    """An id alone stands for the id on each of its surfaces."""
    for identifier, shown in known_metadata_faults().items():
        surfaces = with_metadata_faults(RIGHT, [identifier])
        assert {name for name, organisation in surfaces.items() if organisation is not RIGHT} == set(shown)
        assert surfaces == with_metadata_faults(RIGHT, [f"{identifier}@{surface}" for surface in shown])


def test_relationship_definitions_say_the_same() -> None:
    """A relationship is wrong wherever it is read: of either table, by name, and among all."""
    schema_name = MANY_TO_ONE[0].schema_name
    reader = Reader(with_metadata_faults(RIGHT, [f"relationship/{schema_name}/cascade/Delete"]))
    cast = "Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata"
    (many,) = reader.get(f"{TABLE}/ManyToOneRelationships", f"$filter=SchemaName eq '{schema_name}'")["value"]
    (one,) = reader.get(
        f"/EntityDefinitions(LogicalName='{MANY_TO_ONE[0].referenced_entity}')/OneToManyRelationships",
        f"$filter=SchemaName eq '{schema_name}'",
    )["value"]
    (listed,) = reader.get(f"/RelationshipDefinitions/{cast}", f"$filter=SchemaName eq '{schema_name}'")["value"]
    named = reader.get(f"/RelationshipDefinitions(SchemaName='{schema_name}')/{cast}")
    del named["@odata.context"]

    assert many["CascadeConfiguration"]["Delete"] == "NoCascade"
    assert many == one == listed == named


@pytest.mark.parametrize("binding", list(Binding))
def test_actions_of_any_binding_can_be_broken(binding: Binding) -> None:
    """However the actions are bound, the fault binds one of them to another table."""
    organisation = create_organisation(binding=binding)
    surfaces = with_metadata_faults(organisation, ["message/CCaaS_HoldCall/on-table"])
    (operation,) = (item for item in surfaces["csdl"].operations if item.name == "CCaaS_HoldCall")
    (api,) = (item for item in surfaces["customapis"].custom_apis if item.operation.name == "CCaaS_HoldCall")

    assert api.operation == operation
    assert (operation.bound_to, operation.binding is Binding.COLLECTION) == (
        "account",
        binding is Binding.COLLECTION,
    )


def test_single_choice_can_be_broken() -> None:
    """The options of a single choice are broken like those of a multi-select one."""
    organisation = create_organisation(multi_select_channel=False)
    surfaces = with_metadata_faults(organisation, ["column/msdyn_channel/option/19241000/exists"])
    values = [option.value for option in surfaces["optionset"].choice["msdyn_streamsource"].options]

    assert len(values) == 16
    assert 19241000 not in values


def test_missing_table_takes_what_stands_below_along() -> None:
    """Columns and relationships of a table that is not there are not there either."""
    reader = Reader(with_metadata_faults(RIGHT, [f"table/{NAME}/exists@entitydefinitions"]))

    assert reader.get(f"{TABLE}/Attributes") is None
    assert reader.get(f"{TABLE}/ManyToOneRelationships") is None
    assert reader.get(CHANNEL) is None
    assert reader.get("/EntityDefinitions(LogicalName='account')/Attributes") is not None


# What is blocked by something broken is not broken with it; and a collection that neither has its name nor
# leads to its child is not to be recognised in the CSDL.
FREE = [identifier for identifier in IDS if not identifier.endswith("/exists")]
GATES = [identifier for identifier in IDS if identifier.endswith("/exists") and not identifier.startswith("table")]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(st.data())
def test_faults_compose(data: st.DataObject) -> None:
    """Up to 300 faults at once make exactly their own facts wrong, in whatever order they are given."""
    chosen = data.draw(st.permutations(FREE))[: data.draw(st.integers(2, 300))]
    unnamed = {
        item.removesuffix("ReferencedEntityNavigationPropertyName")
        for item in chosen
        if item.endswith("/ReferencedEntityNavigationPropertyName")
    }
    broken = {item for item in chosen if item.removesuffix("ReferencingEntity") not in unnamed}
    reader = Reader(with_metadata_faults(RIGHT, [item for item in chosen if item in broken]))

    for surface in SURFACES:
        assert reader.wrong(surface) == expected(broken, surface)


def test_all_gates_at_once() -> None:
    """Nothing but the missing things is wrong when all messages, options and relationships are missing."""
    reader = Reader(with_metadata_faults(RIGHT, GATES))

    for surface in ("optionset", "globaloptionset", "sdkmessages", "relationships", "csdl"):
        assert reader.wrong(surface) == expected(set(GATES), surface)


def test_everything_at_once_is_served() -> None:
    """All 399 faults together leave an endpoint that answers."""
    reader = Reader(with_metadata_faults(RIGHT, IDS))

    assert reader.get("/EntityDefinitions", "$select=LogicalName")["value"]
    assert reader.service.dispatch(Request("GET", "/$metadata", "", "http://test")).status == 200
    assert reader.wrong("sdkmessagefilters") == expected(set(IDS), "sdkmessagefilters")


@pytest.mark.parametrize("fault", ["nothing", "table/msdyn_ocliveworkitem/exists@sdkmessages", "@csdl", ""])
def test_unknown_faults_are_refused(fault: str) -> None:
    """A fault or a surface that there is none of is an error."""
    with pytest.raises(UnknownFaultError):
        with_metadata_faults(RIGHT, [fault])
