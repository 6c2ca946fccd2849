"""What never leaves the process: secrets, wherever they stand, and headers not known to be harmless."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from dataverse_tck.evidence.redacted_stream import RedactedStream, Replacement

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MASK = "[redacted]"

# Allow-lists: a header that is not named here is not kept, so a new kind of credential cannot slip through.
REQUEST_HEADERS = frozenset(
    {
        "accept",
        "accept-encoding",
        "callerobjectid",
        "consistency",
        "content-type",
        "if-match",
        "if-none-match",
        "mscrmcallerid",
        "odata-maxversion",
        "odata-version",
        "prefer",
        "user-agent",
    }
)
RESPONSE_HEADERS = frozenset(
    {
        "allow",
        "cache-control",
        "content-encoding",
        "content-length",
        "content-type",
        "date",
        "etag",
        "location",
        "odata-entityid",
        "odata-version",
        "preference-applied",
        "req_id",
        "retry-after",
        "server",
        "strict-transport-security",
        "transfer-encoding",
        "www-authenticate",
        "x-ms-dop-hint",
        "x-ms-ratelimit-burst-remaining-xrm-requests",
        "x-ms-ratelimit-time-remaining-xrm-requests",
        "x-ms-service-request-id",
    }
)

SHORT, WORD = 8, 16
"""A shorter secret, or a word of fewer letters, also occurs by chance: it is masked only where it stands alone."""

_USERINFO = re.compile(r"(?<=://)[^/?#@\s\"'<>]+@")
_USERINFO_BYTES = 1024
"""More before the @ of a URL is not taken for user and password: bodies are redacted while they arrive."""

_USERINFO_IN_BODIES = Replacement(
    pattern=re.compile(rb"://[^/?#@\s\"'<>]{1,%d}@" % _USERINFO_BYTES),
    by=f"://{MASK}@".encode(),
    reach=len("://@") + _USERINFO_BYTES,
    signs=(b"://",),
)


class Redaction:
    """Replaces secrets in text and bytes, in every spelling in which a server may echo them."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        known = [secret for secret in secrets if secret]
        # Longest first, so that no spelling is halved by a shorter one.
        spellings = sorted(
            {form for secret in known if not _occurs_by_chance(secret) for form in _spellings(secret)},
            key=len,
            reverse=True,
        )
        short = sorted({form for secret in known if _occurs_by_chance(secret) for form in _spellings(secret)})
        # Without a secret the pattern must match nothing: "(?!)" never does.
        pattern = "|".join([*map(re.escape, spellings), *map(_alone, short)]) or "(?!)"
        self._text = re.compile(pattern)
        signs = tuple(form.encode() for form in [*spellings, *short])
        secret = Replacement(
            pattern=re.compile(pattern.encode()),
            by=MASK.encode(),
            reach=max(map(len, signs), default=0) + 1,  # a short one looks at what follows it
            signs=signs,
            beginnings=tuple(form.encode() for form in spellings),
        )
        self._replacements = (secret, _USERINFO_IN_BODIES) if signs else (_USERINFO_IN_BODIES,)

    def text(self, text: str) -> str:
        """Return the text without secrets and without user names and passwords in URLs."""
        return _USERINFO.sub(f"{MASK}@", self._text.sub(MASK, text))

    def content(self, content: bytes) -> bytes:
        """Return the bytes of a body without the same; the same object when there is none."""
        for replacement in self._replacements:
            content = replacement.whole(content)
        return content

    def stream(self) -> RedactedStream:
        """Return what does this to a body while it arrives."""
        return RedactedStream(self._replacements)

    def headers(self, headers: Mapping[str, str], allowed: frozenset[str]) -> dict[str, str]:
        """Return the allowed headers under lower-case names, their values without secrets."""
        return {name.lower(): self.text(value) for name, value in headers.items() if name.lower() in allowed}


def _occurs_by_chance(secret: str) -> bool:
    return len(secret) < (WORD if secret.isalpha() else SHORT)


def _alone(form: str) -> str:
    """Return the pattern of a short secret where it stands as one: borne, a whole value, or a whole line."""
    word = re.escape(form)
    borne = rf"(?<=[Bb]earer ){word}(?![\w.~+/-])"
    value = rf"(?<=[\"'=]){word}(?=[\"'&;,\s]|$)"
    return rf"{borne}|{value}|(?m:^){word}(?m:$)"


def _spellings(secret: str) -> set[str]:
    percent = quote(secret, safe="")
    lower = re.sub(r"%[0-9A-F]{2}", lambda found: found[0].lower(), percent)
    escaped = json.dumps(secret)[1:-1]
    return {secret, percent, lower, escaped, escaped.replace("/", r"\/"), html.escape(secret)}
