"""The page: whole, by itself, and only ever text where an endpoint speaks."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

from dataverse_tck.report.folder import read_run
from dataverse_tck.report.html.packed import anchor
from dataverse_tck.report.told_run import ToldRun
from tests.support.poisoned import hostile
from tests.support.reports import Elements, made


def packed(content: bytes, identifier: str) -> Any:
    """What the page carries compressed."""
    block = re.search(rf'<script type="application/gzip" id="{identifier}">([^<]*)</script>', content.decode())
    assert block
    return json.loads(gzip.decompress(base64.b64decode(block[1])))


def test_it_is_the_same_for_the_same_run(content: bytes, copied: Path) -> None:
    """Byte for byte."""
    assert content == made("html", read_run(copied))


def test_it_needs_nothing_else(content: bytes) -> None:
    """Nothing is loaded from anywhere, and the policy in it allows its own script alone."""
    elements = Elements(content)
    policy = next(it["content"] for it in elements.all("meta") if it.get("http-equiv") == "Content-Security-Policy")
    script = content.decode().rpartition("<script>")[2].partition("</script>")[0]

    assert not [it for _, it in elements.found if "src" in it or "srcset" in it or "action" in it]
    assert not elements.all("link")
    assert not re.findall(rb"@import|url\((?!#)", content)
    assert policy
    assert f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" in policy
    assert "default-src 'none'" in policy


def test_every_anchor_stands_once_and_every_link_leads_somewhere(run: ToldRun, content: bytes) -> None:
    """Exchanges have theirs made when they are shown."""
    elements = Elements(content)
    ids = Counter(it["id"] for _, it in elements.found if it.get("id"))
    links = {str(it["href"])[1:] for it in elements.all("a") if str(it["href"]).startswith("#")}
    exchanges = {f"exchange/{one.id}" for one in run.outlines}

    assert {name: number for name, number in ids.items() if number > 1} == {}
    assert links - set(ids) - exchanges == set()


def test_every_requirement_has_its_row_and_every_failure_its_place(run: ToldRun, content: bytes) -> None:
    """With the outcome that the certificate says."""
    elements = Elements(content)
    rows = {it["id"]: it["data-outcome"] for it in elements.all("tr") if "requirement-row" in (it.get("class") or "")}
    failures = [it["id"] for it in elements.all("details") if it.get("class") == "failure"]

    assert rows == {f"requirement/{item['id']}": item["outcome"] for item in run.requirements}
    assert failures == [f"failure/{item['id']}" for item in run.failed]


def test_every_scenario_has_its_row(run: ToldRun, content: bytes) -> None:
    """With the outcome that was told of it."""
    elements = Elements(content)
    rows = {it["id"]: it["data-outcome"] for _, it in elements.found if "scenario-row" in (it.get("class") or "")}

    assert {anchor(title): taken.outcome for title, taken in run.scenarios.items()}.items() <= rows.items()
    assert Counter(rows.values())["beyond this level"] == len(rows) - len(run.scenarios)


def test_a_failure_shows_the_answer_with_the_differing_value_marked(content: bytes) -> None:
    """And what the request was, a line that repeats it, and a text for others."""
    told = content.decode()
    start = told.index('id="failure/column/msdyn_channel/option/192300000/label"')
    failure = told[start : told.index('<details class="failure"', start)]

    assert "<mark>&#34;Channel 192300000&#34;</mark>" in failure
    assert "expected &#34;WhatsApp&#34;, seen &#34;Channel 192300000&#34; in optionset" in failure
    assert "the part about 192300000" in failure
    assert "Authorization: Bearer $DATAVERSE_TOKEN" in failure
    assert "#BKMK_msdyn_channel" in failure
    assert "--only column/msdyn_channel/option/192300000/label" in failure


def test_what_hangs_on_a_failure_is_folded_under_it(run: ToldRun, content: bytes) -> None:
    """A relationship that is missing takes along all that is said of it."""
    told = content.decode()
    start = told.index('id="failure/relationship/msdyn_timegroup_msdyn_ocliveworkitems/exists"')
    hanging = told[told.index('<details class="hanging">', start) :].partition("</details>")[0]
    untested = {item["id"] for item in run.requirements if item["outcome"] == "not testable"}

    assert set(re.findall(r'href="#requirement/([^"]+)"', hanging)) == untested


def test_all_exchanges_are_there_in_outline(run: ToldRun, content: bytes) -> None:
    """And whole those that failures rest on."""
    assert [row[0] for row in packed(content, "outlines")["rows"]] == [one.id for one in run.outlines]
    assert set(packed(content, "whole")) == set(run.exchanges)
    assert run.exchanges


def test_whatever_is_said_is_text(run: ToldRun, content: bytes) -> None:
    """No element is made from it, and what is not to be seen stands as its code."""
    poisoned = made("html", hostile(run))
    kinds = Counter(tag for tag, _ in Elements(poisoned).found)

    assert kinds["script"] == Counter(tag for tag, _ in Elements(content).found)["script"]
    assert kinds["img"] == 0
    assert not re.search("[\u202e\x00\x1b]", poisoned.decode())
    assert "\\u202e\\x00\\x1b[31m" in poisoned.decode()
    assert "onerror=hacked()&gt;" in poisoned.decode()


def test_a_long_text_is_cut_with_its_length_said(run: ToldRun, content: bytes) -> None:
    """A label of 1 MB does not make the page any larger."""
    told = json.loads(json.dumps(run.certificate))
    for item in told["requirements"]:
        if item["outcome"] == "fail":
            item["observed"] = "x" * 10**6
            item["surfaces"] = [{**it, "observed": "x" * 10**6} for it in item["surfaces"]]

    long = made("html", replace(run, certificate=told))

    assert "(1,000,002 characters)" in long.decode()
    assert len(long) < len(content) + 10**5
