"""Requests of all kinds, right and broken: none of them ends in a defect."""

from __future__ import annotations

import json
from urllib.parse import quote

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dataverse_tck.emulator.faults.metadata_faults import with_metadata_faults
from dataverse_tck.emulator.organisation.assemble import create_organisation
from dataverse_tck.emulator.protocol.exchange import Request
from dataverse_tck.emulator.service import Service

ORGANISATION = create_organisation()
SERVICE = Service(ORGANISATION, with_metadata_faults(ORGANISATION, ()))
NAMES = (
    "EntityDefinitions",
    "RelationshipDefinitions",
    "GlobalOptionSetDefinitions",
    "sdkmessages",
    "sdkmessagefilters",
    "customapis",
    "msdyn_ocliveworkitems",
    "Attributes",
    "OptionSet",
    "GlobalOptionSet",
    "ManyToOneRelationships",
    "OneToManyRelationships",
    "ManyToManyRelationships",
    "Keys",
    "WhoAmI",
    "$metadata",
    "$count",
    "$ref",
    "$batch",
    "CustomAPIRequestParameters",
    "Microsoft.Dynamics.CRM.PicklistAttributeMetadata",
    "Microsoft.Dynamics.CRM.LookupAttributeMetadata",
    "Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata",
    "Microsoft.Dynamics.CRM.OptionSetMetadata",
)
PROPERTIES = (
    "name",
    "uniquename",
    "LogicalName",
    "SchemaName",
    "MetadataId",
    "Targets",
    "OptionSet",
    "Attributes",
    "sdkmessageid",
    "sdkmessageid/name",
    "CanCreateAttributes/Value",
    "RequiredLevel/Value",
    "DisplayName",
    "isvisible",
    "versionnumber",
    "createdon",
    "allowed",
    "all",
    "any",
)
KEYS = (
    "LogicalName='account'",
    "Name='msdyn_streamsource'",
    "SchemaName='x'",
    "'a'",
    "",
    "LogicalName='msdyn_ocliveworkitem'",
    "00000000-0000-0000-0000-000000000000",
    "a='b',c='d'",
)
literal = st.one_of(
    st.sampled_from(["null", "true", "'x'", "1", "-1.5", "x'y'", "A.B'c'", "2020-01-01", "''''"]),
    st.text(max_size=5).map(lambda text: "'" + text.replace("'", "''") + "'"),
)
condition = st.recursive(
    st.one_of(
        st.tuples(
            st.sampled_from(PROPERTIES),
            st.sampled_from(["eq", "ne", "gt", "le", "in", "has", "add"]),
            literal,
        ).map(" ".join),
        st.tuples(
            st.sampled_from(["contains", "startswith", "endswith", "length", "x"]),
            st.sampled_from(PROPERTIES),
            literal,
        ).map(lambda call: f"{call[0]}({call[1]},{call[2]})"),
        st.sampled_from(PROPERTIES),
    ),
    lambda inner: st.one_of(
        inner.map(lambda text: f"not ({text})"),
        st.tuples(inner, st.sampled_from([" and ", " or ", " "]), inner).map("".join),
    ),
    max_leaves=6,
)
names = st.lists(st.sampled_from(PROPERTIES), max_size=3).map(",".join)
option = st.one_of(
    condition.map(lambda text: ("$filter", text)),
    names.map(lambda text: ("$select", text)),
    names.map(lambda text: ("$orderby", text)),
    st.tuples(st.sampled_from(PROPERTIES), names).map(lambda pair: ("$expand", f"{pair[0]}($select={pair[1]})")),
    st.tuples(st.sampled_from(["$top", "$count", "$skip", "$apply", "x", ""]), st.text(max_size=4)),
)
segment = st.one_of(
    st.sampled_from(NAMES),
    st.tuples(st.sampled_from(NAMES), st.sampled_from(KEYS)).map(lambda pair: f"{pair[0]}({pair[1]})"),
    st.text(max_size=6),
)
heads = st.one_of(st.sampled_from([*NAMES[:6], f"{NAMES[0]}({KEYS[5]})/Attributes", f"{NAMES[0]}({KEYS[5]})"]), segment)


@settings(max_examples=800, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(
    method=st.sampled_from(["GET", "GET", "GET", "GET", "POST", "PATCH", "DELETE", "PUT"]),
    segments=st.tuples(heads, st.lists(segment, max_size=2)).map(lambda pair: [pair[0], *pair[1]]),
    options=st.lists(option, max_size=3),
    accept=st.sampled_from(["", "application/json", "application/xml", "*/*", ";", "x/y"]),
)
def test_every_request_gets_an_answer(
    method: str, segments: list[str], options: list[tuple[str, str]], accept: str
) -> None:
    """The answer is a document or an OData error that a client can read, never a 500."""
    path = "/" + "/".join(quote(part, safe="$()'=,/") for part in segments)
    query = "&".join(f"{quote(name)}={quote(text)}" for name, text in options)
    answer = SERVICE.dispatch(Request(method, path, query, "http://test", {"accept": accept}))

    assert answer.status in {200, 204, 400, 404, 405, 415, 501}
    if answer.content_type.startswith("application/json"):
        document = json.loads(answer.body)
        if answer.status >= 400:
            assert set(document) == {"error"}
            assert set(document["error"]) == {"code", "message"}
            assert "Traceback" not in document["error"]["message"]
        else:
            assert document["@odata.context"].startswith("http://test/$metadata")


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_is_a_path_and_a_query(path: str, query: str) -> None:
    """Raw text of any kind is answered too."""
    assert SERVICE.dispatch(Request("GET", "/" + path, query, "http://test")).status in {
        200,
        204,
        400,
        404,
        405,
        415,
        501,
    }
