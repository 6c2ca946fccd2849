"""Addresses, and what the environment says about reaching them: origins, loopback, proxies, certificate authorities."""

from __future__ import annotations

import ipaddress
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from requests.utils import get_environ_proxies, select_proxy

from dataverse_tck.webapi.http.errors import NotAllowed

CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_PORTS = {"http": 80, "https": 443}
# Stricter than urlsplit on purpose: urllib3 reads a backslash or an @ in the authority in another way, and
# would send the token to another host than the one that was compared.
_AUTHORITY = re.compile(r"https?://(?:[\w.~%-]+|\[[0-9A-Fa-f:.]+\])(?::\d*)?(?=[/?#]|$)", re.IGNORECASE)
UNFILLED = r"\$\(.*\)|\$\{.*\}|\$\w+|%\w+%|\{\{.*\}\}"
"""A variable as it stands where CI servers found none of that name."""
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")  # RFC 6750, section 2.1


class Origin(NamedTuple):
    """Scheme, host and port: what a token may be sent to."""

    scheme: str
    host: str
    port: int


@dataclass(frozen=True)
class NetworkSettings:
    """What the environment says about reaching one endpoint; nothing of it is used for loopback."""

    loopback: bool
    proxies: dict[str, str] = field(default_factory=dict, repr=False)  # as requests wants them, passwords included
    proxy: str | None = None  # the one in force, without user name and password
    ca_bundle: str | None = None  # file or folder of certificate authorities
    ca_variable: str | None = None  # where it was named

    @property
    def trust_hint(self) -> str:
        """The way out when a certificate is not trusted."""
        if self.loopback:
            return "Certificate settings do not apply to loopback: use plain http there."
        if self.ca_bundle:
            return f"The authorities are those of {self.ca_variable}={self.ca_bundle}."
        return f"Name the file of its certificate authority in {CA_VARIABLES[0]}."


def origin(url: str) -> Origin:
    """Return the origin of an absolute http(s) URL.

    Raises NotAllowed when it is none: another scheme, no host, a bad port.
    """
    try:
        parts = urlsplit(url)
        scheme, host, port = parts.scheme.lower(), (parts.hostname or "").lower(), parts.port
    except ValueError as problem:
        raise NotAllowed(f"{url} is not an address: {problem}.") from problem
    if scheme not in _PORTS or not host or not _AUTHORITY.match(url):
        raise NotAllowed(f"{url} is not an http or https address. Write it like https://host/api/data/v9.2.")
    return Origin(scheme, host, port or _PORTS[scheme])


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine: localhost, 127.0.0.0/8, ::1."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def network_settings(url: str) -> NetworkSettings:
    """Read proxy and certificate settings for ``url`` from the environment.

    Raises NotAllowed when a certificate setting names nothing that exists.
    """
    if is_loopback(origin(url).host):
        return NetworkSettings(loopback=True)
    proxies = dict(get_environ_proxies(url, no_proxy=None))
    proxy = select_proxy(url, proxies)
    variable = next((name for name in CA_VARIABLES if os.environ.get(name)), None)
    bundle = os.environ[variable] if variable else None
    if bundle and not Path(bundle).exists():
        raise NotAllowed(f"{variable} names {bundle}, which does not exist. Correct it or unset it.")
    return NetworkSettings(
        loopback=False,
        proxies=proxies,
        proxy=re.sub(r"(?<=//)[^/@]*@", "", proxy) if proxy else None,
        ca_bundle=bundle,
        ca_variable=variable,
    )


def check_token(token: str, target: Origin) -> None:
    """Raise NotAllowed when the token cannot be one or would travel in the clear; its text is never shown."""
    if re.fullmatch(UNFILLED, token):
        raise NotAllowed(
            f"DATAVERSE_TOKEN ({len(token)} characters) holds the name of a variable that nobody has filled in. Set it "
            "where the job has it from, or leave DATAVERSE_TOKEN out where no token is needed."
        )
    if not _TOKEN.fullmatch(token):
        raise NotAllowed(
            f"DATAVERSE_TOKEN ({len(token)} characters) is not a bearer token: it holds a blank, a line"
            ' break or another sign that tokens do not have. Give the token alone, without "Bearer".'
        )
    if target.scheme == "http" and not is_loopback(target.host):
        raise NotAllowed(
            f"A token would travel unencrypted to http://{target.host}. Use https, or unset DATAVERSE_TOKEN."
        )
