"""What an error of requests, urllib3 or the system means, as an error of ours with a sentence for a person."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Iterator

import requests
from urllib3 import exceptions as urllib3_errors

from dataverse_tck.webapi.http.errors import Broken, NotAllowed, Unreachable, WebApiError
from dataverse_tck.webapi.http.limits import Limits
from dataverse_tck.webapi.http.network import NetworkSettings

TRANSPORT_ERRORS = (
    requests.RequestException,
    urllib3_errors.HTTPError,
    http.client.HTTPException,
    OSError,
    ValueError,
)
"""Everything that requests and urllib3 let through when a connection or an address is bad."""


def connection_dropped(error: BaseException) -> bool:
    """Whether the connection was closed before any answer, as happens to connections kept open too long."""
    causes = tuple(_causes(error))
    fresh = any(isinstance(cause, urllib3_errors.NewConnectionError) for cause in causes)
    return not fresh and any(isinstance(cause, ConnectionError) for cause in causes)


_MEANINGS: tuple[tuple[tuple[type[BaseException], ...], type[WebApiError], str], ...] = (
    (
        (requests.exceptions.InvalidURL, urllib3_errors.LocationParseError, UnicodeError),
        NotAllowed,
        "{url} is not an address that can be asked. Check its spelling.",
    ),
    (
        (urllib3_errors.ProxyError,),
        Unreachable,
        "The proxy {proxy} did not lead to {url}: {root}. Correct HTTPS_PROXY, or name the host in NO_PROXY.",
    ),
    (
        (ssl.SSLCertVerificationError,),
        Unreachable,
        "The certificate of {url} is not trusted: {root}. {trust}",
    ),
    (
        (ssl.SSLError, urllib3_errors.SSLError),
        Unreachable,
        "{url} does not speak TLS: {root}. Check the scheme (http, https) and the port.",
    ),
    (
        (urllib3_errors.NameResolutionError, socket.gaierror),
        Unreachable,
        "The host of {url} is not known. Check the spelling of the address, and the DNS.",
    ),
    (
        (urllib3_errors.NewConnectionError,),
        Unreachable,
        "Nothing answers at {url}: {root}. Check the address, and that it is running.",
    ),
    (
        (urllib3_errors.ConnectTimeoutError,),
        Unreachable,
        "{url} accepted no connection within {connect:g} s. Check the address, the network and the proxy.",
    ),
    (
        (urllib3_errors.ReadTimeoutError, TimeoutError),
        Broken,
        "{url} was silent for {read:g} s. Check what serves it, and try again.",
    ),
    (
        (http.client.IncompleteRead,),
        Broken,
        "The answer of {url} ended in the middle. Try again; if it stays so, look at what serves it.",
    ),
    (
        (ConnectionError,),
        Broken,
        "{url} closed the connection before its answer was whole. Check the scheme and the port.",
    ),
    (
        (http.client.HTTPException, urllib3_errors.ProtocolError, urllib3_errors.InvalidHeader),
        Broken,
        "What answers at {url} does not speak HTTP: {root}. Check the scheme (http, https) and the port.",
    ),
    ((BaseException,), Broken, "The exchange with {url} broke: {root}."),
)
"""The first line of which an error, or anything that it wraps, is an instance says what it means."""


def explain(error: BaseException, url: str, network: NetworkSettings, limits: Limits) -> WebApiError:
    """Return the error that says in words what a failed exchange with ``url`` means."""
    causes = tuple(_causes(error))
    kind, sentence = next(
        (kind, sentence) for kinds, kind, sentence in _MEANINGS if any(isinstance(cause, kinds) for cause in causes)
    )
    return kind(
        sentence.format(
            url=url.partition("?")[0],
            root=_root(causes),
            proxy=network.proxy,
            trust=network.trust_hint,
            connect=limits.connect_s,
            read=limits.read_s,
        )
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and all that it wraps, outermost first; requests and urllib3 nest in four ways."""
    queue: list[object] = [error]
    seen: set[int] = set()
    while queue:
        item = queue.pop(0)
        if not isinstance(item, BaseException) or id(item) in seen:
            continue
        seen.add(id(item))
        yield item
        queue += [getattr(item, "reason", None), item.__cause__, item.__context__, *item.args]


def _root(causes: tuple[BaseException, ...]) -> str:
    """Return the plainest words for the innermost cause, at most 120 characters on one line."""
    for cause in reversed(causes):
        words = getattr(cause, "verify_message", None) or getattr(cause, "strerror", None) or str(cause)
        if isinstance(words, str) and words.strip():
            return " ".join(words.split())[:120].rstrip(".")
    return type(causes[-1]).__name__
