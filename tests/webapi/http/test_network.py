"""Origins, loopback, proxy and certificate settings, tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dataverse_tck.webapi.http.errors import NotAllowed
from dataverse_tck.webapi.http.network import Origin, check_token, is_loopback, network_settings, origin

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://Org.crm.Dynamics.com/api", Origin("https", "org.crm.dynamics.com", 443)),
        ("HTTP://host:8080", Origin("http", "host", 8080)),
        ("http://[::1]:5000/x", Origin("http", "::1", 5000)),
        ("https://host:443/", Origin("https", "host", 443)),
    ],
)
def test_an_origin_is_scheme_host_and_port(url: str, expected: Origin) -> None:
    """Case does not count and the default port is filled in."""
    assert origin(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "host",
        "ftp://host",
        "http://",
        "https:///api",
        "http://host:port",
        "http://host:99999",
        "http://[::1",
        "http://a\\@b",
        "http://a@b",
        " http://a",
        "http://a b",
        "http://a\tb",
    ],
)
def test_other_addresses_are_refused(url: str) -> None:
    """What is no http or https address gets a sentence, never a ValueError."""
    with pytest.raises(NotAllowed, match="is not an"):
        origin(url)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.8.9.10", True),
        ("::1", True),
        ("localhost", True),
        ("128.0.0.1", False),
        ("localhost.example", False),
        ("127.0.0.1.example", False),
        ("0.0.0.0", False),
    ],
)
def test_loopback_is_this_machine_only(host: str, *, expected: bool) -> None:
    """127.0.0.0/8, ::1 and localhost, and no name that only looks like them."""
    assert is_loopback(host) is expected


def test_a_named_endpoint_uses_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Proxy and certificate settings count; the password of the proxy is not shown."""
    bundle = tmp_path / "ca.pem"
    bundle.touch()
    monkeypatch.setenv("HTTPS_PROXY", "http://me:secret@proxy.example:3128")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    found = network_settings("https://org.example/api/data/v9.2")
    assert found.proxy == "http://proxy.example:3128"
    assert found.proxies["https"] == "http://me:secret@proxy.example:3128"
    assert (found.ca_variable, found.ca_bundle) == ("REQUESTS_CA_BUNDLE", str(bundle))
    assert "secret" not in repr(found)


def test_no_proxy_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host in NO_PROXY is reached directly."""
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", ".example")
    found = network_settings("https://org.example/api")
    assert found.proxy is None
    assert found.proxies == {}


@pytest.mark.parametrize("host", ["127.0.0.1:5000", "localhost:5000", "[::1]:5000"])
def test_loopback_uses_nothing_of_the_environment(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a proxy nor a certificate setting, not even a wrong one, reaches loopback."""
    monkeypatch.setenv("ALL_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere")
    found = network_settings(f"http://{host}/api")
    assert found.loopback
    assert (found.proxies, found.proxy, found.ca_bundle) == ({}, None, None)


def test_a_missing_certificate_file_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable and the path stand in the sentence."""
    monkeypatch.setenv("CURL_CA_BUNDLE", "/nowhere/ca.pem")
    with pytest.raises(NotAllowed, match=r"CURL_CA_BUNDLE names /nowhere/ca\.pem, which does not exist"):
        network_settings("https://org.example")


@pytest.mark.parametrize("token", ["eyJ0eXAi.payload.sign-ature_~+/==", "dummy", "1"])
@pytest.mark.parametrize("url", ["https://org.example", "http://127.0.0.1:1", "http://localhost"])
def test_tokens_travel_over_tls_or_loopback(token: str, url: str) -> None:
    """Every sign that a bearer token may have is accepted."""
    check_token(token, origin(url))


def test_a_token_does_not_travel_in_the_clear() -> None:
    """Plain http to another machine is refused, with the way out."""
    with pytest.raises(NotAllowed, match=r"unencrypted to http://org\.example.*https"):
        check_token("dummy", origin("http://org.example"))


@pytest.mark.parametrize("token", ["Bearer abc", "abc\n", "abc def", 'a"b', "ключ", "a\r\nX-Evil: 1"])
def test_what_is_no_token_is_refused_without_being_shown(token: str) -> None:
    """The sentence tells the length, never the text."""
    with pytest.raises(NotAllowed, match=f"{len(token)} characters") as caught:
        check_token(token, origin("https://org.example"))
    assert token not in str(caught.value)
