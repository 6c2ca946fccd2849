"""An endpoint whose texts are attacks on whoever shows them: labels, names, messages, headers."""

from __future__ import annotations

import itertools
import json
import re
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

from starlette.responses import Response

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

ATTACKS = (
    "<script>window.hacked=1</script>",
    "</script><script>window.hacked=2</script>",
    '<img src=x onerror="window.hacked=3">',
    "javascript:window.hacked=4",
    '=HYPERLINK("http://127.0.0.1:9/hacked","hacked")',
    '"><svg onload=window.hacked=5>',
    "' autofocus onfocus='window.hacked=6",
    "</pre></details></style></title><h1 id=hacked>hacked</h1>",
    "<!--<script>",
    "]]><meta http-equiv=refresh content='0;url=http://127.0.0.1:9/hacked'>",
    "{{ 7*7 }}{% raw %}${7*7}",
    "a\0b\x01c\x1b[31md\x7fe\x85f",
    "\u202egpj.exe\u202c \u2066hacked\u2069 \u200f\ufeff",
    "\ud800 and \udfff, each alone",
    "\u2028\u2029\ufffe\U000e0001",
)
LONG = "<b>" + "long " * 200_000  # of 1 MB
_WORDS = {"Label", "message", "displayname", "friendlyname"}  # members whose texts are an endpoint's own
_ACTION = re.compile(rb"<Action ")


class Hostile:
    """Stands before the emulator; deterministic, whatever the order: each text is replaced by what its own says."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = str(scope["path"])
        plain = {**scope, "headers": [pair for pair in scope["headers"] if pair[0].lower() != b"accept-encoding"]}
        status, headers, body = 500, [], b""

        async def take(message: Any) -> None:
            nonlocal status, headers, body
            if message["type"] == "http.response.start":
                status, headers = message["status"], list(message["headers"])
            else:
                body += message.get("body", b"")

        if path.endswith("/$batch") or (scope["method"] == "DELETE" and "msdyn_timegroups(" in path):
            message = {"error": {"code": ATTACKS[0], "message": " ".join(ATTACKS)}}
            status, headers = 403, [(b"content-type", b"application/json")]
            body = json.dumps(message).encode()
        elif path.endswith("/OneToManyRelationships"):
            status, headers = 200, [(b"content-type", b"text/html")]
            body = "".join(ATTACKS).encode("utf-8", errors="backslashreplace")
        else:
            await self.app(plain, receive, take)
            body = _spoilt(body) if body[:1] in (b"{", b"[") else _with_actions(body)
        kept = {name.decode(): value.decode("latin-1") for name, value in headers if name.lower() != b"content-length"}
        kept["x-attack"] = ATTACKS[2] + ATTACKS[1]
        await Response(body, status, kept)(scope, receive, send)


def _spoilt(body: bytes) -> bytes:
    """Return a document with attacks in place of its texts, and a little more than was asked for."""
    attacks = itertools.cycle((*ATTACKS, LONG))
    long_left = [1]  # one in an answer is enough

    def next_attack() -> str:
        found = next(attacks)
        if found is LONG:
            long_left[0] -= 1
            return LONG if long_left[0] >= 0 else ATTACKS[0]
        return found

    def changed(value: Any) -> Any:
        if isinstance(value, dict):
            told = {
                key: next_attack() if key in _WORDS and isinstance(one, str) else changed(one)
                for key, one in value.items()
            }
            if "ReferencingEntityNavigationPropertyName" in told:
                told["ReferencingEntityNavigationPropertyName"] = next_attack()
            return told
        return [changed(one) for one in value] if isinstance(value, list) else value

    return json.dumps(changed(json.loads(body))).encode()


def _with_actions(body: bytes) -> bytes:
    """Return $metadata with actions of hostile names."""
    found = _ACTION.search(body)
    if not found:
        return body
    allowed = [text for text in ATTACKS if all(one.isprintable() for one in text)]
    more = "".join(
        f'<Action Name={quoteattr(text)} IsBound="true"><Parameter Name="entity" Type="mscrm.msdyn_ocliveworkitem" '
        'Nullable="false"/></Action>'
        for text in allowed
    )
    return body[: found.start()] + more.encode() + body[found.start() :]
