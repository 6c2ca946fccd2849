"""The streaming reader of $metadata, against documents written by hand and against an XML tree."""

from __future__ import annotations

import pytest

from dataverse_tck.readings import Csdl, EntityType, NavigationProperty, Operation, Parameter
from dataverse_tck.webapi.http.errors import Malformed
from dataverse_tck.webapi.metadata.csdl import CsdlReader

DOCUMENT = """<?xml version="1.0" encoding="utf-8"?>
<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">
  <edmx:Reference Uri="http://vocabularies.example/core.xml">
    <edmx:Include Namespace="Org.OData.Core.V1" Alias="Core" />
  </edmx:Reference>
  <edmx:DataServices>
    <Schema Namespace="Microsoft.Dynamics.CRM" Alias="mscrm" xmlns="http://docs.oasis-open.org/odata/ns/edm">
      <EntityType Name="crmbaseentity" Abstract="true" />
      <EntityType Name="activitypointer" BaseType="mscrm.crmbaseentity">
        <Key><PropertyRef Name="activityid" /></Key>
        <Property Name="activityid" Type="Edm.Guid" />
        <NavigationProperty Name="ownerid" Type="mscrm.principal" Nullable="false" />
      </EntityType>
      <EntityType Name="conversation" BaseType="Microsoft.Dynamics.CRM.activitypointer">
        <NavigationProperty Name="regarding_a" Type="mscrm.a" Partner="a_conversations">
          <ReferentialConstraint Property="_regarding_value" ReferencedProperty="aid">
            <Annotation Term="Core.Description" String="Property" />
          </ReferentialConstraint>
          <ReferentialConstraint Property="second" ReferencedProperty="aid2" />
        </NavigationProperty>
        <NavigationProperty Name="notes" Type="Collection(mscrm.note)" Partner="conversation" />
      </EntityType>
      <ComplexType Name="Answer">
        <NavigationProperty Name="inside" Type="mscrm.a" />
      </ComplexType>
      <Action Name="Accept" IsBound="true">
        <Parameter Name="entity" Type="mscrm.conversation" Nullable="false" />
        <Parameter Name="Target" Type="mscrm.crmbaseentity" Nullable="false" />
        <Parameter Name="Names" Type="Collection(Edm.String)" />
        <ReturnType Type="mscrm.AcceptResponse" Nullable="false" />
      </Action>
      <Action Name="Accept" IsBound="true">
        <Parameter Name="entityset" Type="Collection(mscrm.conversation)" />
      </Action>
      <Action Name="Win"><Parameter Name="Status" Type="Edm.Int32" /></Action>
      <Action Name="Orphan" IsBound="true" />
      <Function Name="WhoAmI"><ReturnType Type="Collection(Core.Tag)" /></Function>
      <EntityContainer Name="System">
        <EntitySet Name="conversations" EntityType="mscrm.conversation" />
        <FunctionImport Name="WhoAmI" Function="mscrm.WhoAmI" />
      </EntityContainer>
    </Schema>
    <Schema Namespace="Vendor" Alias="v" xmlns="http://docs.oasis-open.org/odata/ns/edm">
      <EntityType Name="extra" BaseType="v.conversation" />
      <EntityType Name="conversation"><NavigationProperty Name="mine" Type="v.extra" /></EntityType>
      <Function Name="Late" IsBound="false"><Parameter Name="p" Type="mscrm.a" Nullable="true" /></Function>
    </Schema>
  </edmx:DataServices>
</edmx:Edmx>
"""

CRM = "Microsoft.Dynamics.CRM"


def read(document: str | bytes, size: int = 1000) -> Csdl:
    """Read a document in pieces of a size."""
    content = document.encode() if isinstance(document, str) else document
    reader = CsdlReader()
    for start in range(0, len(content), size):
        reader.feed(content[start : start + size])
    return reader.close()


def test_entity_types_declare_their_own_navigation() -> None:
    """Names are local, constraints come in order, complex types and other schemas do not mix in."""
    csdl = read(DOCUMENT)
    assert set(csdl.entity_types) == {"crmbaseentity", "activitypointer", "conversation", "extra"}
    assert csdl.entity_types["conversation"] == EntityType(
        "conversation",
        "activitypointer",
        (
            NavigationProperty(
                name="regarding_a",
                type="a",
                collection=False,
                partner="a_conversations",
                constraints=(("_regarding_value", "aid"), ("second", "aid2")),
            ),
            NavigationProperty("notes", "note", collection=True, partner="conversation", constraints=()),
        ),
    )
    assert set(csdl.navigation("conversation")) == {"regarding_a", "notes", "ownerid"}


def test_operations_keep_their_bindings_and_parameters() -> None:
    """Overloads stay apart, the binding parameter is taken out, aliases become namespaces."""
    csdl = read(DOCUMENT)
    assert csdl.operations == (
        Operation(
            name="Accept",
            kind="Action",
            bound_to="conversation",
            to_collection=False,
            parameters=(
                Parameter("Target", f"{CRM}.crmbaseentity", nullable=False),
                Parameter("Names", "Collection(Edm.String)", nullable=True),
            ),
            returns=f"{CRM}.AcceptResponse",
        ),
        Operation("Accept", "Action", "conversation", to_collection=True, parameters=(), returns=None),
        Operation(
            "Win",
            "Action",
            None,
            to_collection=False,
            parameters=(Parameter("Status", "Edm.Int32", nullable=True),),
            returns=None,
        ),
        Operation("Orphan", "Action", None, to_collection=False, parameters=(), returns=None),
        Operation(
            "WhoAmI",
            "Function",
            None,
            to_collection=False,
            parameters=(),
            returns="Collection(Org.OData.Core.V1.Tag)",
        ),
        Operation(
            "Late",
            "Function",
            None,
            to_collection=False,
            parameters=(Parameter("p", f"{CRM}.a", nullable=True),),
            returns=None,
        ),
    )


def test_the_namespace_of_the_platform_wins() -> None:
    """A type of the same local name in another schema does not hide it, whichever comes first."""
    schemas = (
        DOCUMENT.index('    <Schema Namespace="Microsoft'),
        DOCUMENT.index('    <Schema Namespace="Vendor'),
    )
    end = DOCUMENT.index("  </edmx:DataServices>")
    platform, vendor = DOCUMENT[schemas[0] : schemas[1]], DOCUMENT[schemas[1] : end]
    turned = DOCUMENT[: schemas[0]] + vendor + platform + DOCUMENT[end:]
    assert read(turned).entity_types == read(DOCUMENT).entity_types


@pytest.mark.parametrize("size", [1, 7, 64, 10**6])
def test_the_pieces_do_not_matter(size: int) -> None:
    """Cut anywhere, the document says the same."""
    assert read(DOCUMENT, size) == read(DOCUMENT)


def test_prefixes_and_encodings_do_not_matter() -> None:
    """A prefix on the elements of the schema, UTF-16, and the full namespace in place of the alias."""
    expected = read(DOCUMENT)
    prefixed = DOCUMENT.replace('xmlns="http', 'xmlns:edm="http')
    for element in (
        *("Schema", "EntityType", "NavigationProperty", "ReferentialConstraint"),
        *("Action", "Function", "Parameter", "ReturnType"),
    ):
        prefixed = prefixed.replace(f"<{element} ", f"<edm:{element} ").replace(f"</{element}>", f"</edm:{element}>")
    assert read(prefixed) == expected
    assert read(DOCUMENT.replace("utf-8", "utf-16").encode("utf-16")) == expected
    assert read(DOCUMENT.replace('"mscrm.', f'"{CRM}.').replace("(mscrm.", f"({CRM}.")) == expected


@pytest.mark.parametrize(
    "document",
    [
        "",
        " ",
        "{}",
        "<edmx:Edmx",
        DOCUMENT[: len(DOCUMENT) // 2],
        DOCUMENT.rstrip()[:-1],
        DOCUMENT + "<more/>",
        DOCUMENT.replace("</Schema>", "</Scheme>", 1),
        DOCUMENT.replace("Nullable", "Nullable=1 x"),
        b"\xff\xfe\xfa<Edmx/>",
    ],
)
def test_what_is_not_well_formed_is_malformed(document: str | bytes) -> None:
    """Cut off, mixed up, another format: always Malformed, with the place."""
    with pytest.raises(Malformed, match=r"not well-formed XML|holds no Schema"):
        read(document)


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ("<html><body/></html>", "root element is <html>"),
        ("<feed/>", "root element is <feed>"),
        ("<edmx:Edmx xmlns:edmx='x'><edmx:DataServices/></edmx:Edmx>", "holds no Schema"),
    ],
)
def test_what_is_no_csdl_is_malformed(document: str, words: str) -> None:
    """Well-formed XML of another kind."""
    with pytest.raises(Malformed, match=words):
        read(document)


@pytest.mark.parametrize(
    "prologue",
    [
        '<!DOCTYPE x [<!ENTITY a "b">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        "<!DOCTYPE x>",
    ],
)
def test_documents_with_a_dtd_are_refused(prologue: str) -> None:
    """Neither expanded nor fetched."""
    with pytest.raises(Malformed, match="DTD or an entity"):
        read(DOCUMENT.replace("<edmx:Edmx", prologue + "<edmx:Edmx", 1))


@pytest.mark.parametrize(
    "encoding", ["nonsense", "x" * 300, "rot13", "euc-jp", "utf-32", "utf-7", "idna", "undefined", "punycode"]
)
def test_an_encoding_that_cannot_be_read_is_malformed(encoding: str) -> None:
    """However the library tells it."""
    document = f'<?xml version="1.0" encoding="{encoding}"?><edmx:Edmx xmlns:edmx="x"><Schema/></edmx:Edmx>'
    with pytest.raises(Malformed, match=r"^\$metadata is not well-formed XML: .*\.$"):
        read(document)
