"""What an endpoint sends is text, whatever it is."""

from __future__ import annotations

import json

from tests.support.hostile import ATTACKS
from tests.support.page_driver import Show

REFERENCE = "https://learn.microsoft.com/"
OURS = {
    *("html", "head", "meta", "title", "style", "body", "a", "header", "p", "nav", "main", "section", "h1", "h2", "h3"),
    *(
        "h4",
        "h5",
        "span",
        "b",
        "dl",
        "div",
        "dt",
        "dd",
        "small",
        "ul",
        "li",
        "table",
        "tbody",
        "tr",
        "th",
        "td",
        "code",
    ),
    *("details", "summary", "pre", "mark", "button", "form", "label", "input", "select", "option", "output", "article"),
    *("ol", "caption", "thead", "figure", "svg", "path", "text", "tspan", "rect", "figcaption", "noscript", "script"),
    *("br", "defs", "marker", "circle"),
}
KINDS = "[...new Set([...document.querySelectorAll('*')].map((one) => one.localName))]"
HANDLERS = """[...document.querySelectorAll('*')]
  .filter((one) => one.getAttributeNames().some((name) => /^(on|autofocus$|src)/.test(name)))
  .map((one) => one.outerHTML.slice(0, 200))"""
TARGETS = "[...document.querySelectorAll('a')].map((one) => one.getAttribute('href'))"
UNSEEN = r"""[...document.documentElement.textContent.matchAll(
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]/gv)].map(
  (one) => one[0].codePointAt(0).toString(16))"""


def test_no_element_is_made_from_it(show: Show) -> None:
    """No kind of element but those of the page, no handler, no address that does something, nothing carried out."""
    one = show("hostile", "#exchanges")
    page = one.page
    page.wait_for_selector("#exchange-rows tr")
    whole = page.locator("#exchange-rows details")
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")

    assert whole.count() > 0  # what is called up by the script is among what is looked at
    assert set(page.evaluate(KINDS)) <= OURS
    assert page.evaluate(HANDLERS) == []
    assert [href for href in page.evaluate(TARGETS) if not href.startswith(("#", REFERENCE))] == []
    assert page.locator("script").count() == 3
    assert page.locator("h1").count() == 1
    assert page.locator("meta[http-equiv]").count() == 1
    assert page.locator("[id=hacked]").count() == 0
    assert page.evaluate("window.hacked") is None


def test_it_is_shown_as_it_was_sent(show: Show) -> None:
    """What can be printed stands there; what cannot, or turns the text round, stands as its code."""
    page = show("hostile").page
    told = page.locator("#failures").text_content() or ""

    for attack in ATTACKS:
        if attack.isprintable():
            assert attack in told or json.dumps(attack)[1:-1] in told, attack
    for code in (r"\u0001", r"\u001b", r"\u202e", r"\ud800", r"\u2028"):
        assert code in told
    assert page.evaluate(UNSEEN) == []


def test_a_long_text_is_cut_and_told_so(show: Show) -> None:
    """A label of 1 MB neither fills the page nor vanishes."""
    one = show("hostile")
    summary = one.page.locator("[id='failure/column/msdyn_channel/option/192320000/label'] > summary")
    told = summary.inner_text()

    assert "long long" in told
    assert "characters)" in told
    assert len(told) < 2000
    assert one.run.page.stat().st_size < 3_000_000


def test_it_can_be_searched_for_like_anything_else(show: Show) -> None:
    """Also through the address, which may hold anything."""
    one = show("hostile")
    one.page.fill("#filters [name=q]", "<script>window.hacked=1</script>")
    one.page.wait_for_url("**q=*")
    found = one.requirements()
    assert 0 < len(found) < len(one.run.requirements())

    second = show("hostile", one.place)

    assert second.requirements() == found
    for place in ("%", "%E0%A4%A", "<img src=x onerror=window.hacked=7>", "requirements?outcome=</script>", "'\"]"):
        third = show("hostile", f"#{place}")
        assert third.page.evaluate("window.hacked") is None
