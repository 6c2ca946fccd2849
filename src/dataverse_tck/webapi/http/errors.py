# ruff: noqa: N818 - each name says what happened, and everything here is an error
"""What can go wrong at the door to the network; ``explain`` finds the sentence for what libraries raise.

WebApiError             everything below; its text is one or two sentences for a person
├── NotAllowed          the kit refuses: a foreign redirect, a token over plain http, a bad address
│   └── Redirected      an answer that leads to another origin; ``location`` says where
├── Unreachable         no connection: unknown host, refused, time-out, TLS, proxy
├── Broken              connected, but the exchange broke: time-out, reset, not HTTP, cut off, too large (Refused: an
│                       answer that is none to what was read)
├── Malformed           a whole answer that is not what it should be: no JSON, no CSDL, another shape
├── NotDataverse        a sound answer of something that is not a Dataverse Web API, or not for this caller
├── TableMissing        the endpoint has no such table, or does not show it
├── NotMade             the endpoint does not let a row be made; ``cause`` says why (NotServed: 404)
├── NotObservable       the endpoint shows nowhere what was asked
└── StopReading         raised by a sink that has seen all it needs; ends the reading, is no failure

``exchange`` is the id of the line in ``exchanges.ndjson``, where there is one. HTTP statuses are answers, not
errors: whoever asked decides what a 404 means.
"""

from __future__ import annotations


class WebApiError(Exception):
    """The question could not be asked or its answer could not be read."""

    def __init__(self, message: str, exchange: str | None = None) -> None:
        super().__init__(message)
        self.exchange = exchange


class NotAllowed(WebApiError):
    """The kit refuses to do this."""


class Redirected(NotAllowed):
    """An answer leads away from the endpoint."""

    def __init__(self, message: str, location: str) -> None:
        super().__init__(message)
        self.location = location


class Unreachable(WebApiError):
    """No connection to the endpoint."""


class Broken(WebApiError):
    """The exchange broke after the connection was made."""


class Malformed(WebApiError):
    """An answer arrived whole and is not what it should be."""


class NotDataverse(WebApiError):
    """What answers at this address is no Dataverse Web API that this caller may use."""


class TableMissing(WebApiError):
    """The endpoint has no such table, or does not show it to this caller."""


class NotMade(WebApiError):
    """The endpoint does not let a row be made: a privilege, a plug-in, a required lookup, a missing table."""

    @property
    def cause(self) -> str:
        """Why, in a sentence or two."""
        return str(self)


class NotServed(NotMade):
    """The endpoint declares a table, and answers the creation of its rows as if it were not there (404)."""


class NotObservable(WebApiError):
    """The endpoint shows nowhere what was asked."""


class StopReading(WebApiError):
    """A sink has seen all it needs."""
