"""What is told of addresses, tokens and certificates: whole sentences, ports, and the order of the settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from dataverse_tck.webapi.http.errors import NotAllowed
from dataverse_tck.webapi.http.network import (
    NetworkSettings,
    Origin,
    check_token,
    is_loopback,
    network_settings,
    origin,
)

ENDPOINT = "https://org.example/api/data/v9.2"


@pytest.mark.parametrize(
    ("settings", "hint"),
    [
        (NetworkSettings(loopback=True), "Certificate settings do not apply to loopback: use plain http there."),
        (
            NetworkSettings(loopback=False, ca_bundle="/ca.pem", ca_variable="CURL_CA_BUNDLE"),
            "The authorities are those of CURL_CA_BUNDLE=/ca.pem.",
        ),
        (NetworkSettings(loopback=False), "Name the file of its certificate authority in REQUESTS_CA_BUNDLE."),
    ],
    ids=["loopback", "named", "not named"],
)
def test_the_way_out_of_a_bad_certificate(settings: NetworkSettings, hint: str) -> None:
    """Says what is in force, or what can be set."""
    assert settings.trust_hint == hint


def test_nothing_is_set_unless_it_is_told() -> None:
    """No proxy, no authorities."""
    assert NetworkSettings(loopback=True) == NetworkSettings(True, {}, None, None, None)
    assert network_settings(ENDPOINT) == NetworkSettings(loopback=False)


@pytest.mark.parametrize(
    ("requests_names", "curl_names", "variable"),
    [("a", "b", "REQUESTS_CA_BUNDLE"), ("", "b", "CURL_CA_BUNDLE"), ("a", "", "REQUESTS_CA_BUNDLE"), ("", "", None)],
)
def test_the_first_certificate_setting_counts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, requests_names: str, curl_names: str, variable: str | None
) -> None:
    """As requests itself has it; an empty variable is none, and a folder is as good as a file."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", requests_names and str(tmp_path / requests_names))
    monkeypatch.setenv("CURL_CA_BUNDLE", curl_names and str(tmp_path / curl_names))
    found = network_settings(ENDPOINT)

    named = {"REQUESTS_CA_BUNDLE": tmp_path / "a", "CURL_CA_BUNDLE": tmp_path / "b", None: None}[variable]
    assert (found.ca_variable, found.ca_bundle) == (variable, named and str(named))


def test_a_certificate_file_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the way out."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/ca.pem")
    with pytest.raises(NotAllowed) as told:
        network_settings(ENDPOINT)
    assert str(told.value) == (
        "REQUESTS_CA_BUNDLE names /nowhere/ca.pem, which does not exist. Correct it or unset it."
    )


@pytest.mark.parametrize(
    ("proxy", "shown"),
    [
        ("http://me:hidden@proxy:3128", "http://proxy:3128"),
        ("http://proxy:3128", "http://proxy:3128"),
        ("http://me@proxy:3128/x@y", "http://proxy:3128/x@y"),
    ],
)
def test_a_proxy_is_shown_without_its_user(monkeypatch: pytest.MonkeyPatch, proxy: str, shown: str) -> None:
    """Its password is used and not shown."""
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    found = network_settings(ENDPOINT)

    assert (found.loopback, found.proxy, found.proxies["https"]) == (False, shown, proxy)
    assert "hidden" not in repr(found)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://host", Origin("http", "host", 80)),
        ("https://host", Origin("https", "host", 443)),
        ("https://host:80", Origin("https", "host", 80)),
        ("http://host:/x", Origin("http", "host", 80)),
        ("http://host?x", Origin("http", "host", 80)),
        ("http://host#x", Origin("http", "host", 80)),
        ("http://a-b_c.d~e%41", Origin("http", "a-b_c.d~e%41", 80)),
        ("https://[FE80::1]", Origin("https", "fe80::1", 443)),
    ],
)
def test_ports_are_those_of_the_scheme(url: str, expected: Origin) -> None:
    """Unless one is named."""
    assert origin(url) == expected


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://host:port", "http://host:port is not an address: Port could not be cast to integer value as 'port'."),
        ("ftp://host", "ftp://host is not an http or https address. Write it like https://host/api/data/v9.2."),
        ("http://", "http:// is not an http or https address. Write it like https://host/api/data/v9.2."),
        ("http://a@b", "http://a@b is not an http or https address. Write it like https://host/api/data/v9.2."),
    ],
)
def test_what_is_no_address_is_told(url: str, said: str) -> None:
    """With the address and the way out."""
    with pytest.raises(NotAllowed) as told:
        origin(url)
    assert str(told.value) == said


@pytest.mark.parametrize("host", ["", "Localhost", "localhost.", "::2", "0:0:0:0:0:0:0:1 "])
def test_other_hosts_are_elsewhere(host: str) -> None:
    """Only what is known to be this machine is."""
    assert is_loopback(host) is False


def test_a_token_that_cannot_be_sent_is_told() -> None:
    """What it is, how long, and what to do; the host that it would have gone to."""
    with pytest.raises(NotAllowed) as told:
        check_token("Bearer x", origin("https://h"))
    assert str(told.value) == (
        "DATAVERSE_TOKEN (8 characters) is not a bearer token: it holds a blank, a line break or another sign that"
        ' tokens do not have. Give the token alone, without "Bearer".'
    )
    with pytest.raises(NotAllowed) as told:
        check_token("x", origin("http://h:80"))
    assert str(told.value) == "A token would travel unencrypted to http://h. Use https, or unset DATAVERSE_TOKEN."
