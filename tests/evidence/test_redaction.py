"""Secrets are found in every spelling; harmless text stays."""

from __future__ import annotations

import html
import json
from urllib.parse import quote

import pytest

from dataverse_tck.evidence.redaction import REQUEST_HEADERS, RESPONSE_HEADERS, Redaction

TOKEN = "eyJ0/x+y==.a'b&c"


@pytest.mark.parametrize(
    "echo",
    [
        f"Bearer {TOKEN}",
        f"https://host/?token={quote(TOKEN, safe='')}&x=1",
        f"https://host/?token={quote(TOKEN, safe='').lower()}".replace("eyj0", "eyJ0"),
        json.dumps({"seen": TOKEN}),
        json.dumps({"seen": TOKEN}).replace("/", r"\/"),
        f"<p>{html.escape(TOKEN)}</p>",
    ],
)
def test_a_secret_is_replaced_in_every_spelling(echo: str) -> None:
    """Plain, percent-encoded, JSON-escaped and HTML-escaped echoes are all masked."""
    redaction = Redaction([TOKEN])
    for clean in (redaction.text(echo), redaction.content(echo.encode()).decode()):
        assert "[redacted]" in clean
        assert "eyJ0" not in clean


def test_text_without_a_secret_is_untouched() -> None:
    """Nothing is masked when there is no secret, nor when the secret does not occur."""
    for redaction in (Redaction(), Redaction([""]), Redaction(["other"])):
        assert redaction.text("nothing to hide") == "nothing to hide"
        assert redaction.content(b"\xff\x00") == b"\xff\x00"


def test_names_and_passwords_in_urls_are_masked() -> None:
    """The user information of a URL goes, the rest of the URL stays."""
    seen, clean = "see https://me:pass@host/a@b", "see https://[redacted]@host/a@b"
    assert Redaction().text(seen) == clean
    assert Redaction().content(seen.encode()) == clean.encode()


def test_a_secret_that_reaches_beyond_the_user_of_a_url_is_masked_whole() -> None:
    """Secrets go first."""
    for clean in (
        Redaction(["s3cr3t@x"]).text("https://me:s3cr3t@x/"),
        Redaction(["s3cr3t@x"]).content(b"https://me:s3cr3t@x/").decode(),
    ):
        assert clean == "https://me:[redacted]/"


def test_a_user_of_any_length_is_masked_in_a_line_and_one_of_1024_bytes_in_a_body() -> None:
    """Bodies are redacted while they arrive, and cannot be held back for ever."""
    for length, masked in ((1024, True), (1025, False)):
        seen = f"https://{'u' * length}@host"
        assert Redaction().text(seen) == "https://[redacted]@host"
        assert Redaction().content(seen.encode()) == (b"https://[redacted]@host" if masked else seen.encode())


def test_only_listed_headers_are_kept() -> None:
    """Credentials are in no list, and names come out in lower case."""
    headers = {"Authorization": "Bearer t", "Cookie": "a", "Accept": "application/json", "X-New-Secret": "s"}
    assert Redaction().headers(headers, REQUEST_HEADERS) == {"accept": "application/json"}
    served = {"Set-Cookie": "a", "REQ_ID": "7", "Location": f"/?t={TOKEN}"}
    assert Redaction([TOKEN]).headers(served, RESPONSE_HEADERS) == {
        "req_id": "7",
        "location": "/?t=[redacted]",
    }
    forbidden = {"authorization", "proxy-authorization", "cookie", "set-cookie"}
    assert not forbidden & (REQUEST_HEADERS | RESPONSE_HEADERS)


@pytest.mark.parametrize("token", ["any", "1", "abc123", "password"])
def test_a_short_token_leaves_other_words_alone(token: str) -> None:
    """A token that is an ordinary word is masked where it stands as a token, not wherever its letters occur."""
    redaction = Redaction([token])

    for text in (
        "OneToManyRelationship 192310000",
        f"x{token}y",
        f"{token}Relationship",
        f"says nothing of {token} kind",
    ):
        assert redaction.text(text) == text
        assert redaction.content(text.encode()) == text.encode()


@pytest.mark.parametrize("token", ["any", "1", "abc123"])
@pytest.mark.parametrize(
    "echo", ["Bearer {}", '{{"token": "{}"}}', "https://host/?token={}&x=", "{}", "first\n{}\nlast"]
)
def test_a_short_token_is_masked_where_it_stands_as_one(token: str, echo: str) -> None:
    """Borne, as a whole value, as a whole line."""
    clean = Redaction([token]).text(echo.format(token))

    assert clean == echo.format("[redacted]")
    assert Redaction([token]).content(echo.format(token).encode()) == clean.encode()


def test_a_short_token_that_is_no_word_is_masked_everywhere() -> None:
    """Eight characters with a digit or a sign do not occur by chance."""
    assert Redaction(["s3cr3t-x"]).text("xs3cr3t-xy") == "x[redacted]y"
