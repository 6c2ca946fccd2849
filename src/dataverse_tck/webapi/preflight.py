"""The preflight: is there a Dataverse Web API at the address that the user named?

An ordinary endpoint is known by one request; for the sake of other makers' endpoints, three kinds of answers
prove one: the definition of the table by its key, the service document, ``$metadata``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from dataverse_tck.readings import NAMESPACE
from dataverse_tck.webapi.http.answer import LONGEST_LINE
from dataverse_tck.webapi.http.errors import Malformed, NotAllowed, NotDataverse, Redirected, StopReading
from dataverse_tck.webapi.http.network import UNFILLED, is_loopback, origin
from dataverse_tck.webapi.http.odata import table_path
from dataverse_tck.webapi.http.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable

    from dataverse_tck.evidence.recorder import Recorder
    from dataverse_tck.webapi.http.answer import Answer
    from dataverse_tck.webapi.http.limits import Limits

API_PATH = "/api/data/v9.2"
_VERSIONED = re.compile(r"/api/data/v[0-9.]+$")
_LOGIN = re.compile(r"log-?in|sign-?in|oauth|saml|adfs|/auth", re.IGNORECASE)
_OWN_SETS = frozenset({"EntityDefinitions", "systemusers", "businessunits", "sdkmessages", "msdyn_ocliveworkitems"})
METADATA_HEAD_BYTES = 65536  # bytes of $metadata within which the namespace has to occur
_EDMX = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?Edmx[\s>]")


@dataclass(frozen=True)
class Endpoint:
    """A Dataverse Web API that answered.

    ``first`` is the answer to the question for the table definition: the metadata reader takes it instead of
    asking again.
    """

    session: Session
    first: Answer
    completed_from: str | None = None  # the address as named, when /api/data/v9.2 had to be added


def find_endpoint(
    url: str,
    token: str | None,
    recorder: Recorder,
    table: str = "msdyn_ocliveworkitem",
    limits: Limits | None = None,
    *,
    opened: Callable[[str], Session] | None = None,
) -> Endpoint:
    """Return the endpoint at ``url``, or the one below it at ``/api/data/v9.2`` when that answers.

    Raises NotAllowed (the address itself), Unreachable, Broken, or NotDataverse; each text is a sentence that
    names the address, what was seen and the way out. ``opened`` gives a session for a service root.
    """
    named = normalise_address(url)
    opened = opened or (lambda root: Session(root, token=token, recorder=recorder, limits=limits))
    try:
        return _probe(named, token, opened, table)
    except (NotDataverse, Redirected) as problem:
        if _VERSIONED.search(named):
            raise
        completed = re.sub(r"/api(/data)?$", "", named) + API_PATH
        try:
            found = _probe(completed, token, opened, table)
        except CredentialsRequired:
            raise
        except (NotDataverse, Redirected) as other:
            raise NotDataverse(
                f"{problem} Nor is {completed} one: name the service root, like https://host{API_PATH}.",
                other.exchange,
            ) from problem
        return Endpoint(found.session, found.first, completed_from=named)


class CredentialsRequired(NotDataverse):
    """The address asks who is there, or does not let this caller in (401, 403)."""


def normalise_address(url: str) -> str:
    """Return an address without the trailing slash.

    Raises NotAllowed for an address without scheme or host, or with parts that a service root does not have.
    """
    text = url.strip()
    if re.fullmatch(UNFILLED, text):
        raise NotAllowed(
            f"The endpoint {text!r} is a variable that nobody has filled in. Set it where the job has it from."
        )
    if "://" not in text:
        rest = text.lstrip("/")
        host = re.match(r"\[([^]]*)\]|[^/:]*", rest)
        scheme = "http" if host and is_loopback(host[1] or host[0]) else "https"
        raise NotAllowed(f"The endpoint {text!r} has no scheme. Write {scheme}://{rest or 'host'}.")
    try:
        netloc = urlsplit(text).netloc
    except ValueError as problem:
        raise NotAllowed(f"The endpoint {text!r} cannot be read as an address: {problem}.") from None
    if netloc.rpartition("@")[1]:  # its text is not repeated: it may hold a password
        raise NotAllowed(
            "The endpoint holds a user name or password before the @. Leave them out: the token goes into"
            " DATAVERSE_TOKEN."
        )
    origin(text)
    if re.search(r"[\s\\<>\"]", text):
        raise NotAllowed(f"The endpoint {text!r} holds a character that an address cannot have.")
    for mark, part in (("?", "query"), ("#", "fragment")):
        if mark in text:
            raise NotAllowed(
                f"The endpoint {text} has a {part}, which a service root cannot have."
                f" Leave out everything from the {mark} on."
            )
    return text.rstrip("/")


def _probe(root: str, token: str | None, opened: Callable[[str], Session], table: str) -> Endpoint:
    session = opened(root)
    try:
        return Endpoint(session, _recognised(session, table, token))
    except Redirected as problem:
        session.close()
        if _LOGIN.search(problem.location):
            raise CredentialsRequired(
                f"{root} sends visitors to a login page ({problem.location.partition('?')[0]:.200})."
                " The kit signs in by bearer token: put one that is valid there into DATAVERSE_TOKEN.",
                problem.exchange,
            ) from problem
        raise
    except BaseException:
        session.close()
        raise


def _recognised(session: Session, table: str, token: str | None) -> Answer:
    """Return the answer to the first question, once one of three answers has proved the endpoint."""
    first = session.get(table_path(table))
    if _is_table(first):
        return first
    # A login, a throttle or a web page would only be repeated.
    hopeless = first.status in {401, 429, 503} or first.is_html()
    if not hopeless and (_is_service_document(session.get("")) or read_metadata_head(session)[1]):
        return first
    raise _refused(session, first, token)


def _is_table(answer: Answer) -> bool:
    document = _json(answer)
    return isinstance(document, dict) and "LogicalName" in document


def _is_service_document(answer: Answer) -> bool:
    """Whether it lists entity sets that only Dataverse has; any OData service has a service document."""
    document = _json(answer)
    rows = document.get("value") if isinstance(document, dict) else None
    names = {str(row.get("name")) for row in rows if isinstance(row, dict)} if isinstance(rows, list) else set()
    return bool(names & _OWN_SETS)


def read_metadata_head(session: Session) -> tuple[Answer, bool]:
    """Ask for ``$metadata``, read only its beginning, and say whether it is Dataverse's CSDL."""
    head = bytearray()

    def sink(piece: bytes) -> None:
        head.extend(piece)
        if len(head) >= METADATA_HEAD_BYTES:
            raise StopReading("Its beginning was enough to recognise it.")

    answer = session.stream("$metadata", sink)
    text = bytes(head[:METADATA_HEAD_BYTES]).replace(b"\0", b"")  # without the zero bytes, UTF-16 reads like ASCII
    return answer, answer.status == 200 and bool(_EDMX.search(text)) and NAMESPACE.encode() in text


def _json(answer: Answer) -> object:
    try:
        return answer.json() if answer.status == 200 else None
    except Malformed:
        return None


def _refused(session: Session, first: Answer, token: str | None) -> NotDataverse:
    """Return the error that says what was seen instead of a Dataverse Web API."""
    where, kind = session.root, NotDataverse
    if first.status == 401:
        kind = CredentialsRequired
        sentence = (
            f"{where} refuses the token in DATAVERSE_TOKEN (401). It may have expired, or be meant"
            " for another organisation: get a new one."
            if token
            else f"{where} asks for credentials (401). Put a bearer token into the environment variable"
            " DATAVERSE_TOKEN."
        )
    elif first.status == 403:
        kind = CredentialsRequired
        sentence = (
            f"{where} does not let this caller in: {first.summary(LONGEST_LINE)}. Give its user a role that may read"
            " table definitions, or put another token into DATAVERSE_TOKEN."
        )
    elif first.status in {429, 503}:
        sentence = f"{where} is too busy to answer: {first.summary(LONGEST_LINE)}. Try again later."
    else:
        hint = " Check the address." if _VERSIONED.search(where) else ""
        sentence = f"{where} is not a Dataverse Web API: asked for a table definition, it answers {_seen(first)}.{hint}"
    return kind(session.recorder.redaction.text(sentence), first.exchange)


def _seen(answer: Answer) -> str:
    """Describe an answer that proves nothing: its status and what kind of thing its body is."""
    status = f"{answer.status} with"
    if answer.is_html():
        return f"{status} an HTML page"
    if not answer.content.strip():
        return f"{answer.status} and nothing else" if answer.status != 200 else f"{status} an empty body"
    if answer.content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        return f"{status} an XML document"
    try:
        document = answer.json()
    except Malformed:
        begins = " ".join(answer.content[:40].decode("utf-8", "backslashreplace").split())
        return f"{status} something that begins with {begins!r}"
    if isinstance(document, dict) and "error" not in document:
        names = ", ".join(sorted(map(str, document))[:4]) or "none"
        return f"{status} JSON of another kind (members: {names})"
    return answer.summary(LONGEST_LINE) if isinstance(document, dict) else f"{status} JSON of another kind"
