"""A report that lies in a folder says what the rest of it does, or the folder is refused."""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from dataverse_tck.commands.certification.verify import verify
from dataverse_tck.commands.report import report


def whole(content: bytes) -> bytes:
    """The page, its exchanges compressed by another compressor."""

    def packed(found: re.Match[bytes]) -> bytes:
        inside = gzip.decompress(base64.b64decode(found[2]))
        return found[1] + base64.b64encode(gzip.compress(inside, compresslevel=1)) + found[3]

    return re.sub(rb'(<script type="application/gzip"[^>]*>)([^<]*)(</script>)', packed, content)


def other_status(content: bytes) -> bytes:
    """The page, with another status in its exchanges."""

    def packed(found: re.Match[bytes]) -> bytes:
        document = json.loads(gzip.decompress(base64.b64decode(found[2])))
        document["rows"][0][3] = 204
        return found[1] + base64.b64encode(gzip.compress(json.dumps(document).encode())) + found[3]

    return re.sub(rb'(<script type="application/gzip" id="outlines">)([^<]*)(</script>)', packed, content)


def test_as_they_are_they_verify(copied: Path) -> None:
    """The page that the run left, the workbook made later, and a page of another compressor."""
    page = copied / "report.html"
    page.write_bytes(whole(page.read_bytes()))
    report(copied, "xlsx", None)

    assert verify(copied) == 0


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda content: content.replace(b"not conformant", b"conformant"), id="another verdict"),
        pytest.param(lambda content: content + b"<!-- more -->", id="more"),
        pytest.param(lambda content: content[:-100], id="less"),
        pytest.param(lambda content: b"", id="nothing"),
        pytest.param(other_status, id="another status in what is compressed"),
    ],
)
def test_a_page_that_says_otherwise(
    copied: Path, change: Callable[[bytes], bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    """It is refused, and named."""
    page = copied / "report.html"
    changed = change(page.read_bytes())
    assert changed != page.read_bytes()
    page.write_bytes(changed)

    assert verify(copied) == 1
    assert "REFUSED The report is not the one that the rest of the folder makes.\n  where      report.html" in (
        capsys.readouterr().out
    )


def test_a_workbook_that_says_otherwise(copied: Path) -> None:
    """Also one that is none."""
    (copied / "requirements.xlsx").write_bytes(b"PK\x03\x04 and no more")

    assert verify(copied) == 1


def test_without_a_page_it_verifies(copied: Path) -> None:
    """Nothing rests on it."""
    (copied / "report.html").unlink()

    assert verify(copied) == 0
