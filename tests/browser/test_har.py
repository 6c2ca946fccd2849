"""The HAR of a run is one: the browser answers from it what the endpoint had answered, and asks nobody."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dataverse_tck.report.folder import read_run
from tests.support.page_runs import Run
from tests.support.reports import made

if TYPE_CHECKING:
    from playwright.sync_api import Browser

MOST = 40  # exchanges of a sort that are asked again
SEND = """async ([address, body]) => {
  const answer = await fetch(address, {method: "POST", headers: {"Content-Type": "application/json"}, body});
  return [answer.status, await answer.text()];
}"""


def asked_once(har: Path, method: str) -> list[dict[str, Any]]:
    """Return entries of a method that are the only ones of their address and body, and were answered."""
    entries = json.loads(har.read_bytes())["log"]["entries"]
    times = Counter((one["request"]["method"], one["request"]["url"]) for one in entries)
    found = [one for one in entries if one["request"]["method"] == method and one["response"]["status"] >= 200]
    return [one for one in found if times[method, one["request"]["url"]] == 1][:MOST]


@pytest.mark.parametrize("name", ["five", "right"])
def test_a_browser_answers_from_it(browser: Browser, run_of: Callable[[str], Run], name: str, tmp_path: Path) -> None:
    """Readings and deeds, with status and body; what is not in it cannot be had."""
    har = tmp_path / "exchanges.har"
    har.write_bytes(made("har", read_run(run_of(name).out)))
    read, sent = asked_once(har, "GET"), asked_once(har, "POST")
    context = browser.new_context()
    context.route_from_har(har, not_found="abort")
    page = context.new_page()

    assert len(read) > 10
    for entry in read:
        answer = page.goto(entry["request"]["url"])
        assert answer is not None
        assert answer.status == entry["response"]["status"]
        assert answer.body().decode() == entry["response"]["content"].get("text", "")
    assert sent
    for entry in sent:
        body = entry["request"].get("postData", {}).get("text")
        status, text = page.evaluate(SEND, [entry["request"]["url"], body])
        assert (status, text) == (entry["response"]["status"], entry["response"]["content"].get("text", ""))
    with pytest.raises(Exception, match="ERR_FAILED"):
        page.goto(f"{read[0]['request']['url']}/nobody-asked-this")
    context.close()
