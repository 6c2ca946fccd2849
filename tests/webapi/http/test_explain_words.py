"""Each error of a library has its kind and its sentence: a table of both, without a network."""

from __future__ import annotations

import http.client
import socket
import ssl
from typing import Any

import pytest
import requests
from urllib3 import exceptions as urllib3_errors

from dataverse_tck.webapi.http.errors import Broken, NotAllowed, Unreachable, WebApiError
from dataverse_tck.webapi.http.explain import TRANSPORT_ERRORS, connection_dropped, explain
from dataverse_tck.webapi.http.limits import Limits
from dataverse_tck.webapi.http.network import NetworkSettings

NETWORK = NetworkSettings(loopback=False, proxy="http://proxy:3128")
LIMITS = Limits(connect_s=2.5, read_s=7)
POOL: Any = None
CHECK = "Check the scheme (http, https) and the port."


def told(error: BaseException) -> WebApiError:
    """What an error of an exchange with this address means."""
    return explain(error, "http://h/x?$filter=a?b", NETWORK, LIMITS)


def certificate(words: str) -> ssl.SSLCertVerificationError:
    """A certificate that is not trusted."""
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_message = words
    return error


def refused() -> urllib3_errors.NewConnectionError:
    """A connection that was never made, with what the system said."""
    error = urllib3_errors.NewConnectionError(POOL, "Failed to establish a new connection")
    error.__cause__ = ConnectionRefusedError(111, "Connection refused.")
    return error


@pytest.mark.parametrize(
    ("error", "kind", "sentence"),
    [
        (
            requests.exceptions.InvalidURL("x"),
            NotAllowed,
            "http://h/x is not an address that can be asked. Check its spelling.",
        ),
        (
            urllib3_errors.LocationParseError("x"),
            NotAllowed,
            "http://h/x is not an address that can be asked. Check its spelling.",
        ),
        (
            UnicodeError("label too long"),
            NotAllowed,
            "http://h/x is not an address that can be asked. Check its spelling.",
        ),
        (
            urllib3_errors.ProxyError("cannot connect", OSError(111, "Connection refused")),
            Unreachable,
            (
                "The proxy http://proxy:3128 did not lead to http://h/x: Connection refused."
                " Correct HTTPS_PROXY, or name the host in NO_PROXY."
            ),
        ),
        (
            urllib3_errors.SSLError(certificate("self-signed certificate")),
            Unreachable,
            f"The certificate of http://h/x is not trusted: self-signed certificate. {NETWORK.trust_hint}",
        ),
        (
            urllib3_errors.SSLError("wrong version number"),
            Unreachable,
            f"http://h/x does not speak TLS: wrong version number. {CHECK}",
        ),
        (
            ssl.SSLError(1, "wrong version number"),
            Unreachable,
            f"http://h/x does not speak TLS: wrong version number. {CHECK}",
        ),
        (
            urllib3_errors.NameResolutionError("h", POOL, socket.gaierror(-2, "not known")),
            Unreachable,
            "The host of http://h/x is not known. Check the spelling of the address, and the DNS.",
        ),
        (
            socket.gaierror(-2, "not known"),
            Unreachable,
            "The host of http://h/x is not known. Check the spelling of the address, and the DNS.",
        ),
        (
            refused(),
            Unreachable,
            "Nothing answers at http://h/x: Connection refused. Check the address, and that it is running.",
        ),
        (
            urllib3_errors.ConnectTimeoutError("too slow"),
            Unreachable,
            "http://h/x accepted no connection within 2.5 s. Check the address, the network and the proxy.",
        ),
        (
            urllib3_errors.ReadTimeoutError(POOL, "http://h/x", "too slow"),
            Broken,
            "http://h/x was silent for 7 s. Check what serves it, and try again.",
        ),
        (TimeoutError("too slow"), Broken, "http://h/x was silent for 7 s. Check what serves it, and try again."),
        (
            http.client.IncompleteRead(b"", 5),
            Broken,
            "The answer of http://h/x ended in the middle. Try again; if it stays so, look at what serves it.",
        ),
        (
            ConnectionResetError(104, "reset"),
            Broken,
            "http://h/x closed the connection before its answer was whole. Check the scheme and the port.",
        ),
        (http.client.BadStatusLine("SSH"), Broken, f"What answers at http://h/x does not speak HTTP: SSH. {CHECK}"),
        (
            urllib3_errors.ProtocolError("no HTTP"),
            Broken,
            f"What answers at http://h/x does not speak HTTP: no HTTP. {CHECK}",
        ),
        (
            urllib3_errors.InvalidHeader("two lengths"),
            Broken,
            f"What answers at http://h/x does not speak HTTP: two lengths. {CHECK}",
        ),
        (OSError(5, "Input/output error"), Broken, "The exchange with http://h/x broke: Input/output error."),
    ],
    ids=lambda it: repr(it)[:50] if isinstance(it, BaseException) else "",
)
def test_what_each_error_means(error: BaseException, kind: type[WebApiError], sentence: str) -> None:
    """Its kind and its whole sentence; the address stands there without its query."""
    meaning = told(error)

    assert (type(meaning), str(meaning)) == (kind, sentence)
    assert isinstance(error, TRANSPORT_ERRORS)


class Wrapper(Exception):  # noqa: N818 - wraps another one
    """Something that wraps an error."""

    reason: object = None


def wrapped(way: str, inner: BaseException) -> BaseException:
    """An error that wraps another in one of four ways."""
    outer = Wrapper("outside", inner) if way == "args" else Wrapper("outside")
    if way == "reason":
        outer.reason = inner
    elif way == "cause":
        outer.__cause__ = inner
    elif way == "context":
        outer.__context__ = inner
    return outer


@pytest.mark.parametrize("way", ["reason", "cause", "context", "args"])
def test_what_is_wrapped_counts(way: str) -> None:
    """However it is wrapped, how deep, and in a circle too; the innermost words are told."""
    inner = ConnectionResetError(104, "reset by peer")
    assert "closed the connection" in str(told(wrapped(way, wrapped(way, inner))))
    plain = ValueError("inside")
    assert str(told(wrapped(way, plain))) == "The exchange with http://h/x broke: inside."
    plain.__context__ = wrapped(way, plain)
    assert str(told(plain)).startswith("The exchange with http://h/x broke: ")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ValueError("a" * 121), "a" * 120),
        (ValueError("two\n  lines\tand a tab."), "two lines and a tab"),
        (ValueError(" "), "ValueError"),
        (ValueError(), "ValueError"),
        (OSError(5, "of the system"), "of the system"),
        (certificate("of the certificate"), None),
    ],
    ids=["long", "lines", "blank", "no words", "system", "certificate"],
)
def test_the_plainest_words_are_told(error: BaseException, words: str | None) -> None:
    """At most 120 characters on one line; without words the name of the error."""
    said = f"The exchange with http://h/x broke: {words}." if words else "is not trusted: of the certificate. "
    assert said in str(told(error))


@pytest.mark.parametrize(
    ("error", "dropped"),
    [
        (ConnectionResetError(104, "reset"), True),
        (http.client.RemoteDisconnected("closed"), True),
        (urllib3_errors.ProtocolError("aborted", ConnectionAbortedError("closed")), True),
        (urllib3_errors.NewConnectionError(POOL, "refused"), False),
        (wrapped("cause", wrapped("args", ConnectionRefusedError("refused"))), True),
        (urllib3_errors.ReadTimeoutError(POOL, "http://h/x", "too slow"), False),
        (ValueError("x"), False),
    ],
    ids=lambda it: repr(it)[:50] if isinstance(it, BaseException) else "",
)
def test_a_connection_that_was_kept_too_long(error: BaseException, *, dropped: bool) -> None:
    """It was closed before any answer; one that was never made was not."""
    assert connection_dropped(error) is dropped


def test_a_new_connection_that_is_refused_was_not_kept() -> None:
    """Though the system says so with a ConnectionError."""
    assert connection_dropped(refused()) is False
