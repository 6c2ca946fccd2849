"""Actions and functions at their paths: bindings, parameters, and what is answered to wrong calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
import requests

from dataverse_tck.emulator.operations.handlers import HANDLERS
from dataverse_tck.emulator.organisation.assemble import create_organisation
from dataverse_tck.emulator.organisation.model import Binding
from dataverse_tck.emulator.organisation.seed_ids import CALLER, seeded
from dataverse_tck.emulator.serving.app import create_app
from dataverse_tck.emulator.serving.server import running

NAMESPACE = "Microsoft.Dynamics.CRM."
NOBODY = "00000000-0000-4000-8000-00000000dead"  # the id of no row
SET = "msdyn_ocliveworkitems"
Post = Callable[..., requests.Response]


@pytest.fixture
def post(root: str, session: requests.Session) -> Post:
    """POST JSON below the service root."""

    def ask(path: str, body: object = None, data: bytes | None = None, **headers: str) -> requests.Response:
        return session.post(f"{root}/{path}", json=body, data=data, headers=headers, timeout=10)

    return ask


def offered(root: str, session: requests.Session) -> str:
    """Make a conversation whose call is offered; returns its id."""
    body = {"subject": "A call", "msdyn_channel": "192370000", "statuscode": 2}
    answer = session.post(f"{root}/{SET}", json=body, timeout=10)
    assert answer.status_code == 204, answer.text
    return answer.headers["OData-EntityId"].rpartition("(")[2].rstrip(")")


@pytest.fixture
def call(root: str, session: requests.Session) -> str:
    """A conversation whose call is offered."""
    return f"{SET}({offered(root, session)})"


def error(answer: requests.Response, status: int) -> str:
    """The message of an error of that status."""
    assert answer.status_code == status, answer.text
    document = answer.json()
    assert set(document) == {"error"}
    assert set(document["error"]) == {"code", "message"}
    message = document["error"]["message"]
    assert isinstance(message, str)
    return message


def test_every_operation_that_is_declared_is_carried_out_and_no_other() -> None:
    """One registry: what ``$metadata`` shows has a handler, and what has a handler is shown."""
    assert {operation.name for operation in create_organisation().operations} == set(HANDLERS)


def test_an_action_without_outputs_answers_204(post: Post, call: str) -> None:
    """There is neither a body nor a content type."""
    answer = post(f"{call}/{NAMESPACE}CCaaS_AcceptCall", {})

    assert (answer.status_code, answer.content) == (204, b"")
    assert "Content-Type" not in answer.headers


def test_an_action_with_outputs_answers_them_with_their_context(post: Post, root: str, call: str) -> None:
    """The outputs are the properties of the declared complex type."""
    assert post(f"{call}/{NAMESPACE}CCaaS_GetCallState", {}).json() == {
        "@odata.context": f"{root}/$metadata#{NAMESPACE}CCaaS_GetCallStateResponse",
        "CallState": "Offered",
        "RecordingState": "not-started",
        "TranscriptionState": "not-started",
        "ParticipantCount": 1,
    }


def test_an_action_needs_no_body(post: Post, call: str) -> None:
    """An empty body stands for no parameters."""
    assert post(f"{call}/{NAMESPACE}CCaaS_AcceptCall").status_code == 204


@pytest.mark.parametrize(
    ("path", "segment"),
    [
        ("NoSuchAction", "NoSuchAction"),
        ("ccaas_acceptcall", "ccaas_acceptcall"),
        ("CCaaS_AcceptCall", "CCaaS_AcceptCall"),
        (f"{NAMESPACE}GrantAccess", f"{NAMESPACE}GrantAccess"),
        (f"{SET}({NOBODY})/{NAMESPACE}GrantAccess", f"{NAMESPACE}GrantAccess"),
        (f"{SET}({NOBODY})/{NAMESPACE}CCaaS_NoSuchMessage", f"{NAMESPACE}CCaaS_NoSuchMessage"),
        (f"{SET}/{NAMESPACE}CCaaS_AcceptCall", f"{NAMESPACE}CCaaS_AcceptCall"),
        (f"accounts({NOBODY})/{NAMESPACE}CCaaS_AcceptCall", f"{NAMESPACE}CCaaS_AcceptCall"),
        ("GrantAccess(Target=1)", "GrantAccess(Target=1)"),
    ],
)
def test_what_is_no_action_there_is_not_found(post: Post, path: str, segment: str) -> None:
    """Unknown, in another case, bound to something else, or without its binding."""
    answer = post(path, {})

    assert error(answer, 404) == f"Resource not found for the segment '{segment}'."
    assert answer.json()["error"]["code"] == "0x80060888"


def test_a_bound_action_needs_its_namespace(post: Post, call: str) -> None:
    """Dataverse has words of its own for that."""
    assert error(post(f"{call}/CCaaS_AcceptCall", {}), 400) == "Request message has unresolved parameters"


def test_an_action_on_a_missing_row_is_not_found(post: Post) -> None:
    """The row is missing, not the action."""
    identifier = uuid4()
    message = error(post(f"{SET}({identifier})/{NAMESPACE}CCaaS_AcceptCall", {}), 404)

    assert message == f"Entity 'msdyn_ocliveworkitem' With Id = {identifier} Does Not Exist"


@pytest.mark.parametrize("method", ["GET", "PATCH", "PUT", "DELETE"])
def test_an_action_is_posted_to(root: str, session: requests.Session, post: Post, call: str, method: str) -> None:
    """Other methods do not run it."""
    answer = session.request(method, f"{root}/{call}/{NAMESPACE}CCaaS_AcceptCall", timeout=10)

    assert error(answer, 405)
    assert answer.headers["Allow"] == "POST"
    assert post(f"{call}/{NAMESPACE}CCaaS_GetCallState", {}).json()["CallState"] == "Offered"


@pytest.mark.parametrize("method", ["PATCH", "PUT", "DELETE"])
def test_a_function_is_got(root: str, session: requests.Session, method: str) -> None:
    """Other methods are not allowed, but for POST, with which it is not found."""
    path = f"{root}/systemusers({CALLER})/{NAMESPACE}RetrievePrincipalAccess(Target=@p1)"
    answer = session.request(method, path, timeout=10)

    assert error(answer, 405)
    assert answer.headers["Allow"] == "GET"
    assert error(session.post(path, json={}, timeout=10), 404).startswith("No HTTP resource was found")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            {"Destination": "+1", "Nothing": 1},
            "'Nothing' in the request payload is not a valid parameter for the operation 'CCaaS_InitiateExternal",
        ),
        ({"destination": "+1"}, "The parameter 'destination' in the request payload is not a valid parameter"),
        ({}, "The missing parameters are: Destination."),
        ({"Destination": None}, "The missing parameters are: Destination."),
        ({"Destination": 5}, "Cannot convert the literal '5' to the expected type 'Edm.String'."),
        ({"Destination": True}, "Cannot convert the literal 'true' to the expected type 'Edm.String'."),
        ({"Destination": ["+1"]}, """Cannot convert the literal '["+1"]' to the expected type 'Edm.String'."""),
        ([], "An object was expected"),
    ],
)
def test_parameters_are_held_to_their_declaration(post: Post, call: str, body: object, said: str) -> None:
    """Unknown, missing and wrongly typed parameters are named, and the action does not run."""
    assert post(f"{call}/{NAMESPACE}CCaaS_AcceptCall", {}).status_code == 204
    answer = post(f"{call}/{NAMESPACE}CCaaS_InitiateExternalTransfer", body)

    assert said in error(answer, 400)
    assert answer.json()["error"]["code"] == "0x80048d19"
    assert post(f"{call}/{NAMESPACE}CCaaS_GetCallState", {}).json()["CallState"] == "Connected"


def test_annotations_among_the_parameters_are_passed_over(post: Post, call: str) -> None:
    """What has an @ in its name is no parameter; optional parameters may be null."""
    body = {"@odata.type": "#x", "Reason@odata.type": "#String", "Reason": None}

    assert post(f"{call}/{NAMESPACE}CCaaS_ExternalCallReject", body).status_code == 204


@pytest.mark.parametrize(
    ("content_type", "data", "status"),
    [("application/json", b"{", 400), ("application/json", b"\xff", 400), ("text/plain", b"{}", 415)],
)
def test_bodies_of_actions_are_json(post: Post, call: str, content_type: str, data: bytes, status: int) -> None:
    """Anything else is refused as it is for rows."""
    path = f"{call}/{NAMESPACE}CCaaS_AcceptCall"

    assert error(post(path, data=data, **{"Content-Type": content_type}), status)


def test_query_options_are_no_parameters_of_an_action(post: Post, call: str) -> None:
    """They are refused."""
    assert error(post(f"{call}/{NAMESPACE}CCaaS_AcceptCall?$select=subject", {}), 400)


ORIGIN = "RetrieveAccessOrigin(ObjectId=@o,LogicalName=@l,PrincipalId=@p)"


def test_functions_take_aliases_and_literals(root: str, session: requests.Session, call: str) -> None:
    """Both spellings of the arguments answer the same."""
    identifier = call.removeprefix(f"{SET}(").removesuffix(")")
    by_alias = {"@o": identifier, "@l": "'msdyn_ocliveworkitem'", "@p": CALLER}
    literal = f"RetrieveAccessOrigin(ObjectId={identifier},LogicalName='msdyn_ocliveworkitem',PrincipalId={CALLER})"

    first = session.get(f"{root}/{ORIGIN}", params=by_alias, timeout=10)
    assert first.status_code == 200, first.text
    assert first.json()["Response"].startswith("PrincipalId is object owner")
    assert session.get(f"{root}/{literal}", timeout=10).json() == first.json()


@pytest.mark.parametrize("quote", ["'", '"'])
def test_a_row_is_an_argument_as_json(root: str, session: requests.Session, call: str, quote: str) -> None:
    """The documented form has single quotes; double ones are JSON as well."""
    target = f"{{'@odata.id':'{call}'}}".replace("'", quote)
    answer = session.get(
        f"{root}/systemusers({CALLER})/{NAMESPACE}RetrievePrincipalAccess(Target=@p1)",
        params={"@p1": target},
        timeout=10,
    )

    assert answer.status_code == 200, answer.text
    assert answer.json()["@odata.context"].endswith(f"#{NAMESPACE}RetrievePrincipalAccessResponse")
    assert "ReadAccess" in answer.json()["AccessRights"]


@pytest.mark.parametrize(
    ("path", "params", "status"),
    [
        ("RetrieveAccessOrigin", {}, 404),
        ("RetrieveAccessOrigin()", {}, 404),
        ("RetrieveAccessOrigin(ObjectId=@o)", {}, 404),
        ("RetrieveAccessOrigin(ObjectId=@o,LogicalName=@l,PrincipalId=@p,More=@m)", {}, 404),
        ("RetrieveAccessOrigin(ObjectId=@o,ObjectId=@o,LogicalName=@l,PrincipalId=@p)", {}, 404),
        ("RetrieveAccessOrigin(ObjectId,LogicalName=@l,PrincipalId=@p)", {}, 404),
        (ORIGIN, {}, 400),
        (ORIGIN, {"@o": NOBODY, "@l": "'account'"}, 400),
        (ORIGIN, {"@o": "'x'", "@l": "'account'", "@p": CALLER}, 400),
        (ORIGIN, {"@o": CALLER, "@l": "account", "@p": CALLER}, 400),
        (ORIGIN, {"@o": CALLER, "@l": "5", "@p": CALLER}, 400),
        (ORIGIN, {"@o": "{", "@l": "'account'", "@p": CALLER}, 400),
        (ORIGIN, {"@o": CALLER, "@l": "'account'", "@p": CALLER, "$select": "Response"}, 400),
        ("RetrieveSharedPrincipalsAndAccess(Target=@t)", {"@t": "5"}, 400),
        ("RetrieveSharedPrincipalsAndAccess(Target=@t)", {"@t": r'{"@odata.id":"\ud800"}'}, 400),
        ("RetrieveSharedPrincipalsAndAccess(Target=@t)", {"@t": "{'a':'" + "[" * 5000}, 400),
        (f"systemusers/{NAMESPACE}RetrievePrincipalAccess(Target=@t)", {"@t": "{}"}, 404),
        (f"systemusers('x')/{NAMESPACE}RetrievePrincipalAccess(Target=@t)", {"@t": "{}"}, 400),
        (f"systemusers(name={CALLER})/{NAMESPACE}RetrievePrincipalAccess(Target=@t)", {"@t": "{}"}, 400),
        (f"nothing({CALLER})/{NAMESPACE}RetrievePrincipalAccess(Target=@t)", {"@t": "{}"}, 404),
    ],
)
def test_wrong_calls_of_functions(
    root: str, session: requests.Session, path: str, params: dict[str, str], status: int
) -> None:
    """By other parameter names there is no such function; wrong values are refused."""
    assert error(session.get(f"{root}/{path}", params=params, timeout=10), status)


def test_who_am_i_is_the_user_that_is_acted_for(root: str, session: requests.Session) -> None:
    """An impersonated caller is told who they are."""
    ada = seeded("systemuser", "ada")
    answer = session.get(f"{root}/WhoAmI", headers={"MSCRMCallerID": ada}, timeout=10).json()
    own = session.get(f"{root}/WhoAmI", timeout=10).json()

    assert (answer["UserId"], own["UserId"]) == (ada, CALLER)
    assert answer["BusinessUnitId"] == own["BusinessUnitId"]
    assert answer["OrganizationId"] == own["OrganizationId"]


def test_who_am_i_tells_the_business_unit_of_the_user(root: str, session: requests.Session, post: Post) -> None:
    """It is that of the user, not of the organisation."""
    unit = post("businessunits", {"name": "Branch"}).headers["OData-EntityId"]
    user = post(
        "systemusers",
        {"domainname": "new@example.com", "lastname": "New", "businessunitid@odata.bind": unit},
    ).headers["OData-EntityId"]
    identifier = user.rpartition("(")[2].rstrip(")")
    answer = session.get(f"{root}/WhoAmI", headers={"MSCRMCallerID": identifier}, timeout=10).json()

    assert (answer["UserId"], answer["BusinessUnitId"]) == (identifier, unit.rpartition("(")[2].rstrip(")"))


def test_other_paths_below_a_row_are_no_calls(root: str, session: requests.Session) -> None:
    """A property of a row is read as before."""
    answer = session.get(f"{root}/systemusers({CALLER})/fullname", timeout=10)

    assert (answer.status_code, answer.json()["value"]) == (200, "Emulator Administrator")


@pytest.fixture(scope="module", params=[Binding.UNBOUND, Binding.COLLECTION])
def elsewhere(request: pytest.FixtureRequest) -> Iterator[tuple[str, str]]:
    """An emulator whose actions are not bound to a row, and what stands before their names."""
    binding: Binding = request.param
    before = "" if binding is Binding.UNBOUND else f"{SET}/{NAMESPACE}"
    with running(create_app(create_organisation(binding=binding))) as root:
        yield root, before


def test_other_bindings_name_the_conversation(elsewhere: tuple[str, str], session: requests.Session) -> None:
    """What is not bound to a row takes its id as a parameter."""
    root, before = elsewhere
    identifier = offered(root, session)

    def do(action: str, **body: Any) -> requests.Response:
        return session.post(f"{root}/{before}{action}", json=body, timeout=10)

    assert do("CCaaS_AcceptCall", ConversationId=identifier.upper()).status_code == 204
    assert do("CCaaS_GetCallState", ConversationId=identifier).json()["CallState"] == "Connected"
    assert "Does Not Exist" in error(do("CCaaS_HoldCall", ConversationId=str(uuid4())), 404)
    assert "expected type 'Edm.Guid'" in error(do("CCaaS_HoldCall", ConversationId="x"), 400)
    assert "ConversationId" in error(do("CCaaS_HoldCall"), 400)
    on_row = f"{root}/{SET}({identifier})/{NAMESPACE}CCaaS_HoldCall"
    assert error(session.post(on_row, json={}, timeout=10), 404)
