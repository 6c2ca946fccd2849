"""Bodies of batches: written as the service wants them, read as anybody may write them."""

from __future__ import annotations

import pytest

from dataverse_tck.webapi.http.multipart import Part, read, written

ANSWER = (
    "--batchresponse_1\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n"
    "HTTP/1.1 204 No Content\r\nOData-Version: 4.0\r\nOData-EntityId: http://x/ts(1)\r\n\r\n\r\n"
    "--batchresponse_1\r\nContent-Type: application/http\r\nContent-ID: 2\r\n\r\n"
    'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{"name":"\u017b\u00f3\u0142w"}\r\n'
    "--batchresponse_1\r\nContent-Type: application/http\r\n\r\n"
    'HTTP/1.1 404 Not Found\r\n\r\n{"error":{"code":"0x1","message":"no"}}\r\n'
    "--batchresponse_1--\r\n"
).encode()
TYPE = "multipart/mixed; boundary=batchresponse_1"


def test_requests_are_written_with_all_that_they_carry() -> None:
    """Each in a part of its own, with CR LF everywhere, the last line too."""
    parts = [
        Part("POST", "http://x/ts", {"Content-Type": "application/json", "If-Match": "*"}, '{"a":"\u00e9"}'.encode()),
        Part("GET", "http://x/ts(1)?$select=a", {"Accept": "application/json"}),
    ]

    assert written(parts, "b1").decode() == (
        "--b1\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n"
        'POST http://x/ts HTTP/1.1\r\nContent-Type: application/json\r\nIf-Match: *\r\n\r\n{"a":"\u00e9"}\r\n'
        "--b1\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n"
        "GET http://x/ts(1)?$select=a HTTP/1.1\r\nAccept: application/json\r\n\r\n\r\n"
        "--b1--\r\n"
    )


@pytest.mark.parametrize("content_type", [TYPE, 'Multipart/Mixed; charset=utf-8; boundary="batchresponse_1"'])
@pytest.mark.parametrize("end", ["\r\n", "\n"], ids=["CR LF", "LF"])
def test_answers_are_read_in_their_order(content_type: str, end: str) -> None:
    """Status, headers in any case, and the bytes as they came; without a body there is none."""
    made, found, missing = read(ANSWER.replace(b"\r\n", end.encode()), content_type)

    assert (made.status, made.headers["odata-entityid"], made.content.strip()) == (204, "http://x/ts(1)", b"")
    assert (found.status, found.headers["CONTENT-TYPE"]) == (200, "application/json")
    assert found.content.decode() == '{"name":"\u017b\u00f3\u0142w"}'
    assert (missing.status, missing.content) == (404, b'{"error":{"code":"0x1","message":"no"}}')


@pytest.mark.parametrize(
    ("content", "content_type", "said"),
    [
        (b"{}", "application/json", "it is application/json, not multipart/mixed"),
        (b"{}", "", "it is of no kind, not multipart/mixed"),
        (b"nothing", TYPE, "it has no parts"),
        (ANSWER.replace(b"HTTP/1.1 200 OK", b"OK"), TYPE, "without a status line"),
        (ANSWER.replace(b"HTTP/1.1 204 No Content", b""), TYPE, "without a status line"),
    ],
)
def test_what_is_no_answer_of_a_batch_is_told(content: bytes, content_type: str, said: str) -> None:
    """A web page, nothing at all, a part that is no answer."""
    with pytest.raises(ValueError, match=said):
        read(content, content_type)
