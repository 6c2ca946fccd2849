"""Profiles for tests: one that says everything of calls, and parts of it changed."""

from __future__ import annotations

import tomllib
from pathlib import Path

from dataverse_tck.jsontypes import Json
from dataverse_tck.profile.calls import Calls, read_calls
from dataverse_tck.profile.problems import message_names

AGENT = "11111111-2222-4333-8444-55555555555A"
NAMES = message_names()
SUPPORTED = ("CCaaS_AcceptCall", "CCaaS_GetCallState", "CCaaS_HoldCall", "CCaaS_UnholdCall", "CCaaS_EndCall")
WHOLE = f"""
[implementation]
name = "Acme Voice"
version = "4.2"
kind = "gateway"
[calls]
allow_live_effects = true
settle_s = 5
conversation_parameter = "ConversationId"
[calls.actors]
agent = "{AGENT}"
[calls.settings]
recording = "enabled"
wrap_up = true
[calls.state_reader]
message = "CCaaS_GetCallState"
participants = {{ property = "ParticipantCount" }}
[calls.state_reader.call]
property = "CallState"
map = {{ ringing = "Offered", talking = "Connected", on_hold = "Held", ended = "Ended" }}
[fixtures.offer]
run = ["./place-call.sh"]
timeout_s = 7
yields = "conversation"
[fixtures.external_accept]
run = ["./external.sh", "accept", "{{conversation}}"]
[fixtures.hang_up]
message = "CCaaS_EndCall"
[messages.CCaaS_AcceptCall]
supported = true
[messages.CCaaS_GetCallState]
supported = true
to = {{}}
[messages.CCaaS_UnholdCall]
supported = true
[messages.CCaaS_EndCall]
supported = true
source = "vendor-doc"
binding = "unbound"
declared = {{ ConversationId = {{ type = "Edm.Guid", required = true }} }}
[messages.CCaaS_HoldCall]
supported = true
binding = "entity"
actor = "agent"
after = ["CCaaS_AcceptCall", "external_accept"]
from = {{ call = ["Connected"] }}
to = {{ call = "Held", participants = "+1" }}
within_s = 3
parameters = {{ Reason = "lunch" }}
inverse = "CCaaS_UnholdCall"
when_wrong_state = ["refused", "unchanged"]
""" + "".join(f"[messages.{name}]\nsupported = false\n" for name in NAMES if name not in SUPPORTED)


def document(*changes: tuple[str, Json]) -> dict[str, Json]:
    """Return the profile with values put at dotted paths; ``...`` takes the key away."""
    found = tomllib.loads(WHOLE)
    for path, value in changes:
        *parents, last = path.split(".")
        table = found
        for name in parents:
            table = table.setdefault(name, {})
        if value is ...:
            del table[last]
        else:
            table[last] = value
    return found


def calls(*changes: tuple[str, Json]) -> Calls:
    """Return what the profile says of calls."""
    found = read_calls(document(*changes))
    assert found
    return found


def written(folder: Path, text: str) -> Path:
    """Write a profile and return its path."""
    path = folder / "acme.toml"
    path.write_text(text, encoding="utf-8")
    return path
