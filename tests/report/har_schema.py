"""HAR 1.2 as a JSON Schema: every member that the format demands, and none that it does not know."""

from __future__ import annotations

from typing import Any

_TEXT = {"type": "string"}
_COUNT = {"type": "integer", "minimum": -1}
_TIME = {"type": "number", "minimum": 0}


def _object(demanded: dict[str, Any], allowed: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {**demanded, **(allowed or {}), "comment": _TEXT},
        "required": list(demanded),
        "patternProperties": {"^_": True},
        "additionalProperties": False,
    }


def _list(of: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": of}


_PAIRS = _list(_object({"name": _TEXT, "value": _TEXT}))
_COOKIES = _list(_object({"name": _TEXT, "value": _TEXT}))
_MESSAGE = {"httpVersion": _TEXT, "cookies": _COOKIES, "headers": _PAIRS, "headersSize": _COUNT, "bodySize": _COUNT}
_REQUEST = _object(
    {"method": _TEXT, "url": {"type": "string", "pattern": "^https?://"}, "queryString": _PAIRS, **_MESSAGE},
    {"postData": _object({"mimeType": _TEXT, "text": _TEXT})},
)
_RESPONSE = _object(
    {
        "status": {"type": "integer", "minimum": 0, "maximum": 999},
        "statusText": _TEXT,
        "content": _object(
            {"size": _COUNT, "mimeType": _TEXT},
            {"compression": _COUNT, "text": _TEXT, "encoding": {"const": "base64"}},
        ),
        "redirectURL": _TEXT,
        **_MESSAGE,
    }
)
_ENTRY = _object(
    {
        "startedDateTime": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"},
        "time": _TIME,
        "request": _REQUEST,
        "response": _RESPONSE,
        "cache": {"const": {}},
        "timings": _object({"send": _TIME, "wait": _TIME, "receive": _TIME}, {"blocked": _TIME}),
    }
)
HAR = _object(
    {
        "log": _object(
            {
                "version": {"const": "1.2"},
                "creator": _object({"name": _TEXT, "version": _TEXT}),
                "entries": _list(_ENTRY),
            },
            {"pages": _list({"type": "object"})},
        )
    }
)
