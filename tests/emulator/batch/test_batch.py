"""Batches: what is read from multipart, what is one transaction, and what goes on after a failure."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
import requests

from dataverse_tck.emulator.organisation.seed_ids import seeded

Ask = Callable[..., requests.Response]
JSON_TYPE = "Content-Type: application/json"


def message(method: str, url: str, body: object = None, *headers: str) -> str:
    """An HTTP message as it stands in a part."""
    text = "" if body is None else json.dumps(body, indent=1)
    lines = [f"{method} {url} HTTP/1.1", *([JSON_TYPE] if text else []), *headers, "", text]
    return "\r\n".join(lines)


def part(text: str, identifier: object = None) -> str:
    """A part that holds one message."""
    head = "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n"
    return head + ("" if identifier is None else f"Content-ID: {identifier}\r\n") + "\r\n" + text


def body_of(parts: Sequence[str], boundary: str = "batch_1") -> str:
    """A multipart body."""
    return "".join(f"--{boundary}\r\n{text}\r\n" for text in parts) + f"--{boundary}--\r\n"


def change_set(*messages: str) -> str:
    """A part that is a change set; its messages get the Content-IDs 1, 2, ..."""
    parts = [part(text, number) for number, text in enumerate(messages, 1)]
    return "Content-Type: multipart/mixed; boundary=changeset_1\r\n\r\n" + body_of(parts, "changeset_1")


@dataclass(frozen=True)
class Answered:
    """One answer of a batch."""

    status: int
    headers: dict[str, str]
    text: str
    identifier: str | None
    in_change_set: bool = False

    @property
    def json(self) -> Any:
        return json.loads(self.text)


def read(text: str, content_type: str, *, in_change_set: bool = False) -> list[Answered]:
    """The answers in a multipart body, read without the code under test."""
    boundary = content_type.partition("boundary=")[2]
    kind = "changesetresponse" if in_change_set else "batchresponse"
    assert re.fullmatch(kind + r"_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", boundary)
    first, *parts, last = text.split(f"--{boundary}")
    assert (first, last) == ("", "--\r\n")
    found = []
    for raw in parts:
        head, _, content = raw.removeprefix("\r\n").removesuffix("\r\n").partition("\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.split("\r\n"))
        if headers["Content-Type"].startswith("multipart/mixed"):
            assert not in_change_set
            found += read(content, headers["Content-Type"], in_change_set=True)
            continue
        assert (headers["Content-Type"], headers["Content-Transfer-Encoding"]) == ("application/http", "binary")
        top, _, text_of_it = content.partition("\r\n\r\n")
        status, *lines = top.split("\r\n")
        match = re.fullmatch(r"HTTP/1\.1 (\d{3}) [A-Z][-A-Za-z ]+", status)
        assert match
        inner = dict(line.split(": ", 1) for line in lines)
        assert inner["OData-Version"] == "4.0"
        found.append(Answered(int(match[1]), inner, text_of_it, headers.get("Content-ID"), in_change_set))
    return found


@pytest.fixture
def send(root: str, session: requests.Session) -> Ask:
    """POST a raw body to $batch."""

    def ask(body: str | bytes, content_type: str = "multipart/mixed;boundary=batch_1", **headers: str) -> Any:
        data = body.encode() if isinstance(body, str) else body
        headers = {"Content-Type": content_type, **headers}
        return session.post(f"{root}/$batch", data=data, headers=headers, timeout=30)

    return ask


@pytest.fixture
def batch(send: Ask) -> Callable[..., list[Answered]]:
    """Send parts; returns the answers after a look at the status of the whole."""

    def ask(*parts: str, status: int = 200, **headers: str) -> list[Answered]:
        answer = send(body_of(parts), **headers)
        assert answer.status_code == status, answer.text
        assert answer.headers["OData-Version"] == "4.0"
        return read(answer.text, answer.headers["Content-Type"])

    return ask


@pytest.fixture
def count(root: str, session: requests.Session) -> Callable[[str], int]:
    """How many accounts have that name."""

    def ask(name: str) -> int:
        answer = session.get(f"{root}/accounts", params={"$filter": f"name eq '{name}'"}, timeout=10)
        assert answer.status_code == 200, answer.text
        return len(answer.json()["value"])

    return ask


def name() -> str:
    """A name that no other row has."""
    return f"Account {uuid4()}"


@pytest.mark.parametrize("prefix", ["", "/api/data/v9.2/", "https://elsewhere.example/api/data/v9.2/"])
def test_urls_in_parts_are_relative_or_absolute(batch: Ask, root: str, prefix: str) -> None:
    """All three spellings lead to the service that was asked; creates answer with their URL twice."""
    created, listed, who = batch(
        part(message("POST", f"{prefix}accounts", {"name": name()})),
        part(message("GET", f"{prefix}systemusers?$select=fullname&$filter=fullname eq 'Ada Lovelace'")),
        part(message("GET", f"{prefix}WhoAmI")),
    )

    assert (created.status, created.text, created.identifier) == (204, "", None)
    assert re.fullmatch(re.escape(root) + r"/accounts\([0-9a-f-]{36}\)", created.headers["OData-EntityId"])
    assert created.headers["Location"] == created.headers["OData-EntityId"]
    assert "Content-Type" not in created.headers
    assert [row["fullname"] for row in listed.json["value"]] == ["Ada Lovelace"]
    assert listed.headers["Content-Type"] == "application/json; odata.metadata=minimal; odata.streaming=true"
    assert who.json["@odata.context"].startswith(root)


def test_a_change_set_is_kept_together(batch: Ask, count: Callable[[str], int]) -> None:
    """Its answers stand in a multipart of their own, each with its Content-ID."""
    wanted = name()
    create = message("POST", "accounts", {"name": wanted})
    answers = batch(change_set(create, create), part(message("GET", "WhoAmI")))

    assert [(item.status, item.identifier, item.in_change_set) for item in answers] == [
        (204, "1", True),
        (204, "2", True),
        (200, None, False),
    ]
    assert count(wanted) == 2


def test_a_change_set_that_fails_leaves_nothing(batch: Ask, count: Callable[[str], int]) -> None:
    """Only the failing request is answered, and what was done before it is undone."""
    wanted = name()
    create = message("POST", "accounts", {"name": wanted})
    broken = message("POST", "accounts", {"nothing": 1})
    (answer,) = batch(change_set(create, broken, create), status=400)

    assert (answer.status, answer.identifier, answer.in_change_set) == (400, "2", True)
    assert set(answer.json["error"]) == {"code", "message"}
    assert answer.headers["REQ_ID"]
    assert count(wanted) == 0


def test_actions_take_part_in_change_sets(batch: Ask, root: str, session: requests.Session) -> None:
    """The state of a call is undone with the rows."""
    voice = {"subject": "A call", "msdyn_channel": "192370000", "statuscode": 2}
    accept = "Microsoft.Dynamics.CRM.CCaaS_AcceptCall"
    created = session.post(f"{root}/msdyn_ocliveworkitems", json=voice, timeout=10).headers["OData-EntityId"]
    call = created.removeprefix(root + "/")
    batch(change_set(message("POST", f"{call}/{accept}", {}), message("POST", "accounts", {"nothing": 1})), status=400)
    state = f"{created}/Microsoft.Dynamics.CRM.CCaaS_GetCallState"

    assert session.post(state, json={}, timeout=10).json()["CallState"] == "Offered"
    made, accepted, told = batch(
        change_set(
            message("POST", "msdyn_ocliveworkitems", voice),
            message("POST", f"$1/{accept}", {}),
            message("POST", "$1/Microsoft.Dynamics.CRM.CCaaS_GetCallState", {}),
        )
    )
    assert (made.status, accepted.status) == (204, 204)
    assert told.json["CallState"] == "Connected"


def test_the_batch_ends_with_the_first_failure(batch: Ask, count: Callable[[str], int]) -> None:
    """It has the status of the failure; what was done before in other requests stays."""
    wanted = name()
    create = part(message("POST", "accounts", {"name": wanted}))
    missing = part(message("DELETE", f"accounts({uuid4()})"))
    answers = batch(create, missing, create, status=404)

    assert [item.status for item in answers] == [204, 404]
    assert count(wanted) == 1


@pytest.mark.parametrize("prefer", ["odata.continue-on-error", "return=minimal, odata.continue-on-error=true"])
def test_it_goes_on_after_failures_when_asked_to(batch: Ask, count: Callable[[str], int], prefer: str) -> None:
    """Each request has an answer, and the batch itself is fine."""
    wanted = name()
    create = message("POST", "accounts", {"name": wanted})
    missing = message("DELETE", f"accounts({uuid4()})")
    answers = batch(part(missing), change_set(create, missing), part(create), Prefer=prefer)

    assert [item.status for item in answers] == [404, 404, 204]
    assert count(wanted) == 1


def test_references_stand_for_rows_of_the_change_set(batch: Ask, root: str, session: requests.Session) -> None:
    """In a URL, in a bind, in a link and in front of a property; also for a row that was sent back."""
    wanted = name()
    answers = batch(
        change_set(
            message("POST", "contacts", {"lastname": "One"}),
            message(
                "POST", "accounts", {"name": "x", "primarycontactid@odata.bind": "$1"}, "Prefer: return=representation"
            ),
            message("PUT", "$2/name", {"value": wanted}),
            message("PATCH", "$1", {"lastname": "Two", "description": "$2"}),
            message("PUT", "/$4/parentcustomerid_account/$ref", {"@odata.id": "$2"}),
        )
    )

    assert [item.status for item in answers] == [204, 201, 204, 204, 204]
    account = answers[1].json["accountid"]
    row = session.get(f"{root}/accounts({account})", timeout=10).json()
    assert row["name"] == wanted
    contact = answers[0].headers["OData-EntityId"]
    assert row["_primarycontactid_value"] in contact
    other = session.get(contact, timeout=10).json()
    assert (other["lastname"], other["description"], other["_parentcustomerid_value"]) == ("Two", "$2", account)


@pytest.mark.parametrize(
    ("method", "url", "body"),
    [
        ("POST", "contacts", {"lastname": "x", "parentcustomerid_account@odata.bind": "$2"}),
        ("PATCH", "$2", {"name": "x"}),
        ("PUT", "$1/name", {"value": "x"}),
    ],
)
def test_a_reference_has_to_be_there_before(batch: Ask, method: str, url: str, body: object) -> None:
    """A Content-ID of a later request, or of itself, is refused."""
    later = message("POST", "accounts", {"name": "x"})
    (answer,) = batch(change_set(message(method, url, body), later), status=400)

    reference = "$2" if "$2" in url + json.dumps(body) else "$1"
    assert (
        answer.json["error"]["message"] == f"Content-ID Reference: '{reference}' does not exist in the batch context."
    )


def test_references_end_with_their_change_set(batch: Ask) -> None:
    """The next one does not know them."""
    one = change_set(message("POST", "accounts", {"name": "x"}))
    answers = batch(one, change_set(message("PATCH", "$1", {"name": "y"})), status=400)

    assert [item.status for item in answers] == [204, 400]


def test_parts_have_headers_of_their_own(batch: Ask) -> None:
    """Prefer and If-Match belong to their part."""
    created, refused = batch(
        part(message("POST", "accounts?$select=name", {"name": "é"}, "Prefer: return=representation")),
        part(message("PATCH", f"accounts({uuid4()})", {"name": "x"}, "If-Match: *")),
        status=404,
    )

    assert (created.status, created.headers["Preference-Applied"]) == (201, "return=representation")
    assert created.json["name"] == "é"
    assert refused.status == 404


def test_the_caller_of_the_batch_is_the_caller_of_its_parts(batch: Ask, root: str, session: requests.Session) -> None:
    """Impersonation holds for single requests and for change sets."""
    ada = seeded("systemuser", "ada")
    create = message("POST", "accounts", {"name": "x"})
    who, single, together = batch(part(message("GET", "WhoAmI")), part(create), change_set(create), MSCRMCallerID=ada)

    assert who.json["UserId"] == ada
    for made in (single, together):
        assert session.get(made.headers["OData-EntityId"], timeout=10).json()["_createdby_value"] == ada


def test_metadata_can_stand_in_a_batch(batch: Ask) -> None:
    """A batch reads whatever can be got."""
    (answer,) = batch(part(message("GET", "EntityDefinitions(LogicalName='account')?$select=EntitySetName")))

    assert answer.json["EntitySetName"] == "accounts"


def test_a_single_part_keeps_its_content_id(batch: Ask) -> None:
    """It comes back with the answer."""
    (answer,) = batch(part(message("GET", "WhoAmI"), 7))

    assert answer.identifier == "7"


def test_an_empty_batch_is_answered_by_an_empty_one(batch: Ask) -> None:
    """Nothing was asked."""
    assert batch() == []


def test_preamble_epilogue_and_quotes_are_fine(send: Ask) -> None:
    """What stands before the first and after the last boundary is nothing; the boundary may be quoted."""
    text = f"hello\r\n{body_of([part(message('GET', 'WhoAmI'))])}good bye"
    answer = send(text, 'Multipart/Mixed; charset=utf-8; boundary="batch_1"')

    assert answer.status_code == 200


@pytest.mark.parametrize("ending", ["", "\r\n", "\r\n\r\n"])
def test_a_request_without_body_may_end_early(send: Ask, ending: str) -> None:
    """Clients differ in the empty lines after the headers."""
    head = "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n"
    answer = send(body_of([f"{head}GET WhoAmI HTTP/1.1\r\nAccept: application/json{ending}"]))

    (item,) = read(answer.text, answer.headers["Content-Type"])
    assert item.status == 200


GOOD = part(message("GET", "WhoAmI"))


@pytest.mark.parametrize(
    "body",
    [
        "",
        "nothing",
        "--batch_1--",  # the last line does not end
        body_of([GOOD]).removesuffix("\r\n"),
        body_of([GOOD]).replace("\r\n", "\n"),
        body_of([GOOD]).replace("--batch_1--\r\n", ""),
        body_of([GOOD]).replace("batch_1", "batch_2"),
        body_of(["Content-Type: application/http\r\nno header\r\n\r\n" + message("GET", "WhoAmI")]),
        body_of(["Content-Type: application/http\r\n\r\nWhoAmI"]),
        body_of(["Content-Type: application/http\r\n\r\nGET WhoAmI"]),
        body_of(["Content-Type: application/http\r\n\r\nget WhoAmI HTTP/1.1\r\n"]),
        body_of(["Content-Type: application/http\r\n\r\nGET WhoAmI HTTP/1.1\nAccept: */*\r\n"]),
        body_of(["Content-Type: application/http\r\n\r\nGET WhoAmI HTTP/1.1\r\nAccept: */*\nHost: x\r\n"]),
        body_of(["Content-Type: multipart/mixed; boundary=changeset_1\r\n\r\n--changeset_1--"]).replace(
            "--\r\n--", "----"
        ),
    ],
)
def test_a_broken_body_is_not_readable(send: Ask, body: str) -> None:
    """Lines end in CR LF, the last one too; parts are whole."""
    answer = send(body)

    assert answer.status_code == 400
    assert answer.json()["error"] == {"code": "0x80048d19", "message": "Stream was not readable."}


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ([change_set(message("GET", "WhoAmI"))], "GET"),
        (
            ["Content-Type: multipart/mixed; boundary=c\r\n\r\n" + body_of([GOOD.replace("GET", "POST")], "c")],
            "Content-ID",
        ),
        (
            [
                change_set(message("DELETE", "accounts(1)")).replace(
                    "--changeset_1--",
                    "--changeset_1\r\n" + part(message("DELETE", "accounts(1)"), 1) + "\r\n--changeset_1--",
                )
            ],
            "'1' was found more than once",
        ),
        (["Content-Type: multipart/mixed\r\n\r\n"], "boundary"),
        (["Content-Type: application/json\r\n\r\n{}"], "application/http"),
        (["\r\nGET WhoAmI HTTP/1.1\r\n"], "application/http"),
        ([GOOD] * 1001, "1000"),
        ([change_set(*[message("DELETE", "accounts(1)")] * 1001)], "1000"),
    ],
)
def test_a_batch_that_is_not_allowed_is_refused_as_a_whole(send: Ask, parts: list[str], said: str) -> None:
    """Nothing of it is done."""
    answer = send(body_of(parts))

    assert answer.status_code == 400
    assert said in answer.json()["error"]["message"]


@pytest.mark.parametrize("content_type", ["application/json", "multipart/mixed", "multipart/mixed; boundary=", "x"])
def test_the_content_type_names_the_boundary(send: Ask, content_type: str) -> None:
    """Otherwise there is nothing to read."""
    answer = send(body_of([GOOD]), content_type)

    assert answer.status_code == 400
    assert answer.json()["error"]["message"].startswith("The batch request must have")


def test_a_batch_is_posted(root: str, session: requests.Session) -> None:
    """It cannot be read."""
    answer = session.get(f"{root}/$batch", timeout=10)

    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


def test_a_batch_holds_no_batch(batch: Ask) -> None:
    """The part is refused, not the whole."""
    (answer,) = batch(part(message("POST", "$batch", {})), status=400)

    assert answer.status == 400


def test_urls_in_a_batch_may_be_long_but_not_endless(batch: Ask) -> None:
    """65,536 characters are fine, more are not."""
    filters = "systemusers?$select=fullname&$filter=fullname eq 'Ada Lovelace'"
    padded = filters + " " * (65_536 - len(filters))
    fine, refused = batch(part(message("GET", padded)), part(message("GET", padded + " ")), status=414)

    assert (fine.status, refused.status) == (200, 414)


def test_a_thousand_requests_are_fine(batch: Ask) -> None:
    """As many as are allowed."""
    assert len(batch(*[GOOD] * 1000)) == 1000
