"""Members of a CSDL document that are absent or written in another way, and the words for what is no CSDL."""

from __future__ import annotations

import sys
from xml.sax import SAXException

import pytest

from dataverse_tck.readings import Csdl, EntityType, NavigationProperty, Operation, Parameter
from dataverse_tck.webapi.http.errors import Malformed
from dataverse_tck.webapi.metadata import csdl as csdl_module
from dataverse_tck.webapi.metadata.csdl import CsdlReader

CRM = "Microsoft.Dynamics.CRM"


def read(content: str, schema: str = f'Namespace="{CRM}" Alias="m"') -> Csdl:
    """Read a document whose only schema has this content."""
    return read_whole(f"<Edmx><DataServices><Schema {schema}>{content}</Schema></DataServices></Edmx>")


def read_whole(document: str) -> Csdl:
    """Read a document."""
    reader = CsdlReader()
    reader.feed(document.encode())
    return reader.close()


def navigation(content: str) -> tuple[NavigationProperty, ...]:
    """The navigation properties of an entity type."""
    return read(f'<EntityType Name="e">{content}</EntityType>').entity_types["e"].navigation


def operation(content: str) -> Operation:
    """The only operation of a document."""
    (found,) = read(content).operations
    return found


def plain(**members: object) -> Operation:
    """An action that says nothing but this."""
    usual = {"name": "a", "kind": "Action", "bound_to": None, "to_collection": False, "parameters": (), "returns": None}
    return Operation(**{**usual, **members})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("<EntityType/>", EntityType("", None, ())),
        ('<EntityType Name="e" BaseType=""/>', EntityType("e", None, ())),
        ('<EntityType Name="e" BaseType="m.base"/>', EntityType("e", "base", ())),
        ('<EntityType Name="e" BaseType="base"/>', EntityType("e", "base", ())),
        ('<EntityType Name="e" BaseType="a.b.base"/>', EntityType("e", "base", ())),
    ],
)
def test_an_entity_type(content: str, expected: EntityType) -> None:
    """Its base by its local name; a name that is absent is empty."""
    assert read(content).entity_types == {expected.name: expected}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("<NavigationProperty/>", NavigationProperty("", "", False, None, ())),
        ('<NavigationProperty Name="n"/>', NavigationProperty("n", "", False, None, ())),
        ('<NavigationProperty Type="m.t"/>', NavigationProperty("", "t", False, None, ())),
        ('<NavigationProperty Name="n" Type="t" Partner=""/>', NavigationProperty("n", "t", False, "", ())),
        ('<NavigationProperty Name="n" Type="Collection(m.t)"/>', NavigationProperty("n", "t", True, None, ())),
        ('<NavigationProperty Name="n" Type="Collection(m.t"/>', NavigationProperty("n", "t", False, None, ())),
        ('<NavigationProperty Name="n" Type="m.Collected)"/>', NavigationProperty("n", "Collected)", False, None, ())),
        (
            '<NavigationProperty Name="n"><ReferentialConstraint/></NavigationProperty>',
            NavigationProperty("n", "", False, None, (("", ""),)),
        ),
        (
            (
                '<NavigationProperty Name="n"><ReferentialConstraint Property="p"/>'
                '<ReferentialConstraint ReferencedProperty="r"/></NavigationProperty>'
            ),
            NavigationProperty("n", "", False, None, (("p", ""), ("", "r"))),
        ),
    ],
)
def test_a_navigation_property(content: str, expected: NavigationProperty) -> None:
    """What is absent is empty, a partner is none; a collection begins and ends as one."""
    assert navigation(content) == (expected,)


def test_what_stands_in_the_wrong_place_is_nothing() -> None:
    """A constraint, a parameter or a return type of nothing; a navigation property of no entity type."""
    stray = (
        '<NavigationProperty Name="n"/><ReferentialConstraint Property="p"/><Parameter Name="p"/><ReturnType Type="t"/>'
    )
    csdl = read(f"{stray}<EntityType Name='e'/>{stray}<Action Name='a'/>{stray}<ComplexType>{stray}</ComplexType>")

    assert csdl == Csdl({"e": EntityType("e", None, ())}, (plain(),))
    kept = navigation('<NavigationProperty Name="own"/><ReferentialConstraint Property="p"/>')
    assert kept == (NavigationProperty("own", "", False, None, ()),)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("<Action/>", plain(name="")),
        ('<Function Name="f"/>', plain(name="f", kind="Function")),
        ('<Action Name="a"><ReturnType/></Action>', plain()),
        ('<Action Name="a"><ReturnType Type="m.t"/></Action>', plain(returns=f"{CRM}.t")),
        ('<Action Name="a"><ReturnType Type="Edm.Int32"/></Action>', plain(returns="Edm.Int32")),
        ('<Action Name="a"><ReturnType Type="Plain"/></Action>', plain(returns="Plain")),
        ('<Action Name="a"><ReturnType Type="Collection(m.t)"/></Action>', plain(returns=f"Collection({CRM}.t)")),
        ('<Action Name="a"><ReturnType Type="Collection(t)"/></Action>', plain(returns="Collection(t)")),
    ],
)
def test_an_operation(content: str, expected: Operation) -> None:
    """Its kind, and what it returns with aliases replaced."""
    assert operation(content) == expected


@pytest.mark.parametrize(
    ("bound", "binds"), [("true", True), ("1", True), ("false", False), ("0", False), ("True", False), ("", False)]
)
@pytest.mark.parametrize("kind", ["Action", "Function"])
def test_an_operation_is_bound_where_it_says_so(kind: str, bound: str, *, binds: bool) -> None:
    """As XML writes a boolean; then its first parameter is what it is bound to."""
    parameter = '<Parameter Name="p" Type="m.t"/><Parameter Name="q" Type="m.u"/>'
    found = operation(f'<{kind} Name="a" IsBound="{bound}">{parameter}</{kind}>')

    assert found.bound_to == ("t" if binds else None)
    assert [item.name for item in found.parameters] == (["q"] if binds else ["p", "q"])
    assert not found.to_collection


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("<Parameter/>", Parameter("", "", True)),
        ('<Parameter Name="p"/>', Parameter("p", "", True)),
        ('<Parameter Type="m.t"/>', Parameter("", f"{CRM}.t", True)),
        ('<Parameter Name="p" Type="t" Nullable="true"/>', Parameter("p", "t", True)),
        ('<Parameter Name="p" Type="t" Nullable="1"/>', Parameter("p", "t", True)),
        ('<Parameter Name="p" Type="t" Nullable="false"/>', Parameter("p", "t", False)),
        ('<Parameter Name="p" Type="t" Nullable="0"/>', Parameter("p", "t", False)),
    ],
)
def test_a_parameter(content: str, expected: Parameter) -> None:
    """Nullable unless it says otherwise (OData CSDL 4.0, 12.4.3)."""
    assert operation(f'<Action Name="a">{content}</Action>').parameters == (expected,)


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ('Namespace="N" Alias="x"', "N.t"),
        ('Namespace="N"', "x.t"),
        ('Alias="x"', ".t"),
    ],
)
def test_an_alias_stands_for_its_namespace(schema: str, expected: str) -> None:
    """Where it is declared; a namespace that is absent is empty."""
    (found,) = read('<Action Name="a"><ReturnType Type="x.t"/></Action>', schema).operations

    assert found.returns == expected


def test_an_alias_may_be_declared_after_its_use_and_elsewhere() -> None:
    """By an Include as well; one without an alias declares none."""
    reader = CsdlReader()
    reader.feed(
        b'<Edmx><Reference><Include Namespace="A.B" Alias="ab"/><Include Namespace="C"/>'
        b'<Include Alias="none"/></Reference>'
        b'<Schema Namespace="N"><Function Name="f" IsBound="true"><Parameter Name="p" Type="Collection(ab.t)"/>'
        b'<Parameter Name="q" Type="late.t"/><Parameter Name="r" Type="none.t"/></Function></Schema>'
        b'<Schema Namespace="L" Alias="late"/></Edmx>'
    )
    (found,) = reader.close().operations

    assert (found.bound_to, found.to_collection) == ("t", True)
    assert [item.type for item in found.parameters] == ["L.t", ".t"]


def test_the_first_of_two_types_of_other_namespaces_is_kept() -> None:
    """The platform's own would win; these are as good as one another."""
    reader = CsdlReader()
    for namespace, base in (("A", "a"), ("B", "b")):
        opened = "<Edmx>" if namespace == "A" else ""
        reader.feed(
            f'{opened}<Schema Namespace="{namespace}"><EntityType Name="e" BaseType="{base}"/></Schema>'.encode()
        )
    reader.feed(b"</Edmx>")

    assert reader.close().entity_types["e"].base == "a"


def test_types_are_kept_once() -> None:
    """A document names few types many times: they are the same text in memory."""
    one, two = navigation('<NavigationProperty Name="n" Type="m.kept"/><NavigationProperty Name="o" Type="m.kept"/>')

    assert one.type is two.type is sys.intern("kept")


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ("<a/>", "$metadata is not CSDL: its root element is <a>, not <edmx:Edmx>."),
        (f"<{'y' * 81}/>", f"$metadata is not CSDL: its root element is <{'y' * 80}>, not <edmx:Edmx>."),
        ("<p:a xmlns:p='x'/>", "$metadata is not CSDL: its root element is <p:a>, not <edmx:Edmx>."),
        ("<Edmx><Edmx/></Edmx>", "$metadata is not CSDL: it holds no Schema."),
        ("<Edmx>\n  </b>", "$metadata is not well-formed XML: mismatched tag (line 2, column 4)."),
        ("<Edmx>", "$metadata is not well-formed XML: no element found (line 1, column 6)."),
        (
            "<!DOCTYPE x><Edmx/>",
            "$metadata declares a DTD or an entity, which CSDL never needs; it is not read.",
        ),
        (
            '<?xml version="1.0" encoding="nonsense"?><Edmx/>',
            "$metadata is not well-formed XML: unknown encoding: nonsense.",
        ),
    ],
)
def test_what_is_no_csdl_is_told_in_full(document: str, said: str) -> None:
    """With the place, or the root element, at most 80 characters of it."""
    with pytest.raises(Malformed) as told:
        read_whole(document)

    assert str(told.value) == said


@pytest.mark.parametrize("problem", [SAXException("odd"), LookupError("odd"), ValueError("odd")])
def test_what_the_library_says_otherwise_is_told_too(problem: Exception) -> None:
    """Without a place."""
    assert str(csdl_module._malformed(problem)) == "$metadata is not well-formed XML: odd."
