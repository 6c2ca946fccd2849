"""What endpoints declare of messages, in which order it is believed, and where a profile contradicts it."""

from __future__ import annotations

import pytest

from dataverse_tck.jsontypes import Json
from dataverse_tck.profile.signatures import Signature, contradictions, signatures
from dataverse_tck.readings import Csdl, EntityType, Operation, Parameter, Reading, State
from tests.support.profiles import calls

NAMESPACE = "Microsoft.Dynamics.CRM"
ID = Parameter("ConversationId", "Edm.Guid", nullable=False)
REASON = Parameter("Reason", "Edm.String", nullable=True)
TYPES = {
    "msdyn_ocliveworkitem": EntityType("msdyn_ocliveworkitem", "activitypointer", ()),
    "activitypointer": EntityType("activitypointer", None, ()),
}
NO_ROWS: Reading[tuple[Json, ...]] = Reading(State.READ, ())
UNREAD: Reading[tuple[Json, ...]] = Reading(State.UNREADABLE, reason="403")
HOLD = "CCaaS_HoldCall"


def action(name: str, *parameters: Parameter, bound: str | None = "msdyn_ocliveworkitem", **more: Json) -> Operation:
    usual = {"kind": "Action", "to_collection": False, "returns": None}
    return Operation(name=name, bound_to=bound, parameters=parameters, **{**usual, **more})


def csdl(*operations: Operation) -> Csdl:
    return Csdl(TYPES, operations)


def row(name: str = HOLD, **cells: Json) -> Reading[tuple[Json, ...]]:
    usual = {"uniquename": name, "isfunction": False, "bindingtype": 1}
    lists: Json = {"CustomAPIRequestParameters": [], "CustomAPIResponseProperties": []}
    return Reading(State.READ, ({**usual, **lists, **cells},))


RIGHT = csdl(
    *(action(name) for name in ("CCaaS_AcceptCall", "CCaaS_UnholdCall", "CCaaS_GetCallState")), action(HOLD, REASON)
)


def test_metadata_is_believed_first() -> None:
    """Binding, parameters, nullability and return type as $metadata has them, whatever customapis says."""
    found = signatures(csdl(action(HOLD, ID, REASON, returns="x.Answer")), row(bindingtype=0), calls())[HOLD]

    assert found == Signature(HOLD, "entity", (ID, REASON), "x.Answer", None, "$metadata")
    assert found.required() == (ID,)


@pytest.mark.parametrize(
    ("operation", "binding", "conversation"),
    [
        (action(HOLD, ID), "entity", None),
        (action(HOLD, bound="activitypointer"), "entity", None),
        (action(HOLD, ID, to_collection=True), "collection", "ConversationId"),
        (action(HOLD, ID, bound=None), "unbound", "ConversationId"),
        (action(HOLD, REASON, bound=None), "unbound", None),
    ],
)
def test_the_binding_says_where_the_conversation_goes(
    operation: Operation, binding: str, conversation: str | None
) -> None:
    """Into the address, or into the parameter that the profile names."""
    found = signatures(csdl(operation), NO_ROWS, calls())[HOLD]

    assert (found.binding, found.conversation) == (binding, conversation)


def test_of_several_actions_the_one_that_the_profile_means_is_taken() -> None:
    """The profile's binding, else the entity's."""
    both = csdl(action(HOLD, ID, bound=None), action(HOLD, REASON))

    assert signatures(both, NO_ROWS, calls((f"messages.{HOLD}.binding", "unbound")))[HOLD].binding == "unbound"
    assert signatures(both, NO_ROWS, calls((f"messages.{HOLD}.binding", ...)))[HOLD].binding == "entity"


@pytest.mark.parametrize("other", [action(HOLD, kind="Function"), action(HOLD, bound="account"), action("CCaaS_Hold")])
def test_what_is_no_such_action_of_the_table_is_not_taken(other: Operation) -> None:
    """A function, the action of another table, another name."""
    assert HOLD not in signatures(csdl(other), NO_ROWS, calls())


@pytest.mark.parametrize("metadata", [None, csdl()], ids=["unreadable", "without it"])
def test_custom_apis_come_second(metadata: Csdl | None) -> None:
    """Their numbers for bindings and types stand for the same as in $metadata."""
    rows = row(
        bindingtype=2,
        CustomAPIRequestParameters=[
            {"uniquename": "ConversationId", "type": 12, "isoptional": False},
            {"uniquename": "Tags", "type": 11, "isoptional": True},
            {"uniquename": "Who", "type": 5, "isoptional": True},
        ],
        CustomAPIResponseProperties=[{"uniquename": "Done", "type": 0}],
    )
    found = signatures(metadata, rows, calls())[HOLD]

    assert found.parameters == (
        ID,
        Parameter("Tags", "Collection(Edm.String)", nullable=True),
        Parameter("Who", f"{NAMESPACE}.crmbaseentity", nullable=True),
    )
    assert (found.binding, found.conversation, found.source) == ("collection", "ConversationId", "customapis")
    assert found.returns == f"{NAMESPACE}.CCaaS_HoldCallResponse"
    assert HOLD not in signatures(metadata, row(isfunction=True), calls())


def test_the_profile_comes_last_and_only_for_vendors_documents() -> None:
    """What is declared there alone; a message that nobody declares has no signature."""
    found = signatures(csdl(), UNREAD, calls())

    assert found == {
        "CCaaS_EndCall": Signature("CCaaS_EndCall", "unbound", (ID,), None, "ConversationId", "profile"),
    }


def test_a_profile_that_agrees_contradicts_nothing() -> None:
    """Neither with $metadata nor with customapis beside it."""
    answers = row("CCaaS_GetCallState", CustomAPIResponseProperties=[{"uniquename": "CallState", "type": 10}])

    assert contradictions(RIGHT, NO_ROWS, calls()) == ()
    assert (
        contradictions(RIGHT, answers, calls(("calls.state_reader.participants", ...), (f"messages.{HOLD}.to", {})))
        == ()
    )


def metadata_with(changed: Operation) -> Csdl:
    return csdl(*(item for item in RIGHT.operations if item.name != changed.name), changed)


NUMBER = Parameter("Number", "Edm.Int32", nullable=False)
DEFECTS: dict[str, tuple[Csdl | None, Reading[tuple[Json, ...]], tuple[tuple[str, Json], ...]]] = {
    "messages.CCaaS_EndPhoneCall is supported, but $metadata and customapis have no such action": (
        RIGHT,
        NO_ROWS,
        (("messages.CCaaS_EndPhoneCall.supported", True),),
    ),
    "messages.CCaaS_StopTranscription is supported, but $metadata has no such action: say supported = false": (
        RIGHT,
        UNREAD,
        (("messages.CCaaS_StopTranscription.supported", True),),
    ),
    "messages.CCaaS_AcceptCall is supported, but no metadata can be read": (None, UNREAD, ()),
    'messages.CCaaS_EndCall has source = "vendor-doc", but $metadata declares it': (
        metadata_with(action("CCaaS_EndCall")),
        NO_ROWS,
        (),
    ),
    "messages.CCaaS_HoldCall.binding is collection, but by $metadata it is entity.": (
        RIGHT,
        NO_ROWS,
        ((f"messages.{HOLD}.binding", "collection"),),
    ),
    "messages.CCaaS_HoldCall.parameters has Reson, which $metadata does not declare. Did you mean Reason?": (
        RIGHT,
        NO_ROWS,
        ((f"messages.{HOLD}.parameters", {"Reson": "x"}),),
    ),
    "messages.CCaaS_HoldCall.parameters.Reason is 7, but $metadata declares Edm.String.": (
        RIGHT,
        NO_ROWS,
        ((f"messages.{HOLD}.parameters", {"Reason": 7}),),
    ),
    "messages.CCaaS_HoldCall.parameters lacks Number (Edm.Int32), which $metadata requires.": (
        metadata_with(action(HOLD, REASON, NUMBER)),
        NO_ROWS,
        (),
    ),
    "1 message not bound to one conversation cannot be told which one is meant (CCaaS_AcceptCall): "
    "calls.conversation_parameter is ConversationId, but they have no such parameter; write under [calls] which "
    "parameter takes it; no Edm.Guid is required by all of them.": (
        metadata_with(action("CCaaS_AcceptCall", bound=None)),
        NO_ROWS,
        (),
    ),
    "2 messages not bound to one conversation cannot be told which one is meant (CCaaS_AcceptCall, CCaaS_EndCall): "
    'calls.conversation_parameter is missing; write conversation_parameter = "ConversationId" under [calls], the '
    "Edm.Guid that all of them need.": (
        metadata_with(action("CCaaS_AcceptCall", ID, bound=None)),
        NO_ROWS,
        (("calls.conversation_parameter", ...),),
    ),
    "calls.state_reader.call.property is CallState, but by customapis CCaaS_GetCallState answers State.": (
        RIGHT,
        row("CCaaS_GetCallState", CustomAPIResponseProperties=[{"uniquename": "State", "type": 10}]),
        (),
    ),
}


@pytest.mark.parametrize("words", DEFECTS)
def test_a_contradiction_is_told_in_a_sentence(words: str) -> None:
    """What the profile says, what the metadata says, and which of both."""
    metadata, rows, changes = DEFECTS[words]

    found = contradictions(metadata, rows, calls(*changes))

    assert any(words in sentence for sentence in found), found


@pytest.mark.parametrize(
    ("declared", "right", "wrong"),
    [
        ("Edm.Boolean", True, 1),
        ("Edm.Int32", 1, True),
        ("Edm.Int32", 1, 1.5),
        ("Edm.Decimal", 1.5, "1.5"),
        ("Edm.Double", 2, False),
        ("Edm.Guid", "x", 1),
        ("Collection(Edm.String)", ["a"], ["a", 1]),
        ("Collection(Edm.Int32)", [], "a"),
    ],
)
def test_a_value_is_held_to_its_type(declared: str, right: Json, wrong: Json) -> None:
    """True is no number, 1.5 no whole one, and a list needs members of its type."""
    metadata = metadata_with(action(HOLD, Parameter("X", declared, nullable=True)))

    assert contradictions(metadata, NO_ROWS, calls((f"messages.{HOLD}.parameters", {"X": right}))) == ()
    assert contradictions(metadata, NO_ROWS, calls((f"messages.{HOLD}.parameters", {"X": wrong}))) != ()


def test_an_entity_is_taken_as_it_comes() -> None:
    """The kit does not know its type."""
    metadata = metadata_with(action(HOLD, Parameter("X", f"{NAMESPACE}.account", nullable=False)))

    assert contradictions(metadata, NO_ROWS, calls((f"messages.{HOLD}.parameters", {"X": {"accountid": "1"}}))) == ()


def test_one_parameter_that_is_missing_is_told_once() -> None:
    """However many messages need it; of what else they need, each tells itself."""
    names = ("CCaaS_AcceptCall", "CCaaS_UnholdCall", "CCaaS_GetCallState")
    metadata = csdl(
        *(action(name, ID, bound=None) for name in names),
        action(HOLD, NUMBER, ID, REASON, bound="msdyn_ocliveworkitem", to_collection=True),
    )
    first, *others = contradictions(
        metadata,
        NO_ROWS,
        calls(("calls.conversation_parameter", "Conversation"), (f"messages.{HOLD}.binding", "collection")),
    )

    assert first.startswith("5 messages not bound to one conversation cannot be told which one is meant (CCaaS_")
    assert 'is Conversation, but they have no such parameter; write conversation_parameter = "ConversationId"' in first
    assert others == [f"messages.{HOLD}.parameters lacks Number (Edm.Int32), which $metadata requires."]
