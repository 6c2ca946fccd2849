"""``dataverse-tck profile init``: a profile to be filled in, as far as an endpoint's metadata can fill it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from dataverse_tck.conformance.call_states import CALL, CAPTURE
from dataverse_tck.jsontypes import Json
from dataverse_tck.profile.signatures import INTEGERS, NUMBERS
from dataverse_tck.reference.requirements.usual_calls import USUAL

if TYPE_CHECKING:
    from dataverse_tck.profile.signatures import Signature
    from dataverse_tck.readings import Parameter

VOICE_CALL = "192440000"  # of msdyn_channel
_HEAD = """\
# What the implementer says of calls, for: dataverse-tck run --level calls --allow-writes --profile FILE
# Parameters come from the metadata of the endpoint. Lines that begin with # are examples of what it does not tell:
# put your own words and values in, and take the # away, also from the [line] above them. A message without after and
# from is sent to a call that has just been offered; supported = false leaves it out, as not claimed.
# "dataverse-tck profile check FILE --endpoint URL" says what does not fit.
format = "dataverse-tck/profile/1"
endpoint = {endpoint}

[implementation]
name = "Name of the implementation"
# version = "1.0"
# kind = "dataverse" # or "emulator", "gateway"

[calls]
allow_live_effects = false # true lets the calls level touch calls there: use synthetic callers
# settle_s = 10 # how long an effect may take to show
{conversation}

# [calls.actors] # users as whom messages are sent; without one, the caller of the run
# agent = "00000000-0000-0000-0000-000000000000" # systemuserid
# supervisor = "00000000-0000-0000-0000-000000000000"

# [calls.settings] # your own words for how the implementation is set up: they stand in the certificate
# recording = "enabled"

# [calls.state_reader] # how the state of a call is read: without it no message can be judged
# message = {reader}
# Each map has every word of your own, and which of the kit's it means; these are all that the kit knows.
# call = {{ property = "CallState", map = {call} }}
# recording = {{ property = "RecordingState", map = {capture} }}
# transcription = {{ property = "TranscriptionState", map = {capture} }}
# participants = {{ property = "ParticipantCount" }} # a whole number

# [fixtures.offer] # how a call is offered: by a row with these columns (values), or by a command (the other three)
# values = {{ msdyn_channel = {channel}, statuscode = 2 }}
# run = ["./place-call.sh"]
# timeout_s = 30
# yields = "conversation" # member of its JSON object on stdout that holds the activityid; the run deletes that row

# [fixtures.hang_up] # ends a call that a run has caused: a command, or message = "CCaaS_EndCall"
# run = ["./hang-up.sh", "{{conversation}}"]

# [fixtures.cleanup] # once at the end, whatever happened
# run = ["./hang-up-all.sh"]

# Of each message: after, the messages and fixtures that bring an offered call to where it is possible; from, all states
# in which it is possible, of which after leads to one; to, what it brings, {{ }} for nothing; inverse, the message that
# leads back when it is sent right after; when_wrong_state, "refused", "unchanged" (it says yes, does nothing) or both.
"""

_UNKNOWN_EFFECT = "{ } # systems differ: put in what it brings"
_ACCEPT = "CCaaS_AcceptCall"
_BEFORE = {
    **{usual.inverse: name for name, usual in USUAL.items() if usual.inverse},
    "CCaaS_PauseRecordingAndTranscription": "CCaaS_StartRecordingAndTranscription",
}


def skeleton(
    endpoint: str, names: tuple[str, ...], found: Mapping[str, Signature], *, several_channels: bool = True
) -> str:
    """Return a profile in TOML that names all messages: those ``found`` in the metadata are supported, no others.

    ``several_channels``: a conversation can have more than one, which are then written as text.
    """
    parameter = _conversation(found)
    reader = next((name for name in names if name in found and name.rpartition("_")[2].startswith("Get")), "")
    head = _HEAD.format(
        endpoint=_text(endpoint),
        channel=_text(VOICE_CALL) if several_channels else VOICE_CALL,
        conversation=f"{'' if parameter else '# '}conversation_parameter = {_text(parameter or 'ConversationId')}"
        " # takes the conversation's id where a message is not bound to one",
        reader=_text(reader),
        call=_table({f"my-{word.lower()}": word for word in CALL}),
        capture=_table({f"my-{word}": word for word in CAPTURE}),
    )
    told = (_message(name, found.get(name), parameter, reads=name == reader) for name in names)
    return "\n".join([head, *("\n".join(lines) + "\n" for lines in told)])


def _conversation(found: Mapping[str, Signature]) -> str | None:
    """The parameter that takes the conversation: the id that most messages need that are not bound to one."""
    loose = [signature for signature in found.values() if signature.binding != "entity"]
    counted = Counter(item.name for one in loose for item in one.required() if item.type == "Edm.Guid")
    return next((name for name, _ in counted.most_common(1)), None)


def _message(name: str, signature: Signature | None, conversation: str | None, *, reads: bool) -> Iterator[str]:
    yield f"[messages.{_key(name)}]"
    if signature is None:
        yield 'supported = false # not in the metadata; if it is there all the same: true, source = "vendor-doc",'
        yield '#   binding, and its parameters: declared.NAME = { type = "Edm.String", required = true }'
        yield '# reason = "Why it is not offered."'
        return
    usual = USUAL.get(name)
    yield "supported = true"
    yield f"binding = {_text(signature.binding)} # by {signature.source}"
    for parameter in signature.parameters:
        if signature.binding == "entity" or parameter.name != conversation:
            yield _parameter(parameter)
    if signature.returns:
        yield f"# It answers {signature.returns}."
    yield '# actor = "agent"'
    route, begins = _route(name)
    yield f"# after = {json.dumps(route)}"
    yield f"# from = {_table({'call': CALL} if reads else begins)}"
    if reads:
        yield "# to = { }"
        return
    yield f"# to = {_table(usual.effect) if usual and usual.effect else _UNKNOWN_EFFECT}"
    if usual and usual.inverse:
        yield f"# inverse = {_text(usual.inverse)}"
    yield '# when_wrong_state = ["refused"]'


def _route(name: str) -> tuple[list[str], Mapping[str, Json]]:
    """The messages that usually bring an offered call to where ``name`` is possible, and the state there."""
    if "Accept" in name:
        return [], {"call": ["Offered"]}
    before = _BEFORE.get(name)
    if before is None:
        return [_ACCEPT], {"call": ["Connected"]}
    usual = USUAL[before].effect or {}
    return [*_route(before)[0], before], usual


def _parameter(parameter: Parameter) -> str:
    need = "may be left out" if parameter.nullable else "required"
    line = f"parameters.{_key(parameter.name)} = {_placeholder(parameter.type)} # {parameter.type}, {need}"
    return f"# {line}" if parameter.nullable else line


def _placeholder(declared: str) -> str:
    """A value of the right type, in TOML."""
    if declared.startswith("Collection("):
        return "[]"
    if declared in INTEGERS:
        return "0"
    if declared in NUMBERS:
        return "0.0"
    known = {
        "Edm.Boolean": "false",
        "Edm.Guid": '"00000000-0000-0000-0000-000000000000"',
        "Edm.Date": '"2026-01-01"',
        "Edm.DateTimeOffset": '"2026-01-01T00:00:00Z"',
    }
    return known.get(declared, '"text"' if declared.startswith("Edm.") else f'{{ "@odata.type" = {_text(declared)} }}')


def _table(values: Mapping[str, Json]) -> str:
    return "{ " + ", ".join(f"{key} = {json.dumps(value)}" for key, value in values.items()) + " }"


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _text(name)


def _text(value: str) -> str:
    """A basic string of TOML: JSON's escapes are among its own."""
    return json.dumps(value)
