"""The page of any run: no error, no request, nothing that shuts people out, every link leads somewhere."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.support.page_driver import Show
from tests.support.page_runs import NAMES, TOKEN

# What is folded up or out of sight is laid out as well, so that it is looked at.
UNFOLDED = ".rule, article { content-visibility: visible !important }"
UNFOLD = "for (const one of document.querySelectorAll('details')) one.open = true"
# axe-core takes minutes for tens of thousands of elements, most of which are alike: it looks at two of each shape.
THIN = """() => {
  const shapes = new Map(), seen = new Map();
  const shape = (one) => {
    if (!shapes.has(one)) {
      const inside = new Set([...one.children].map(shape));
      shapes.set(one, `${one.tagName}.${one.getAttribute("class")}:${one.getAttributeNames()}(${[...inside]})`);
    }
    return shapes.get(one);
  };
  const path = (one) => (one ? `${path(one.parentElement)}>${one.tagName}.${one.getAttribute("class")}` : "");
  for (const one of document.querySelectorAll("tr, li, article, .rule, .scenario, .failure, option, div.cell, path")) {
    const key = `${path(one.parentElement)}|${shape(one)}`;
    seen.set(key, (seen.get(key) ?? 0) + 1);
    if (seen.get(key) > 2) one.remove();
  }
}"""
LINKS = "[...document.querySelectorAll('a[href^=\"#\"]')].map((one) => one.getAttribute('href').slice(1))"
IDS = "[...document.querySelectorAll('[id]')].map((one) => one.id)"


@pytest.mark.parametrize("name", NAMES)
def test_nobody_is_shut_out(show: Show, name: str) -> None:
    """axe-core finds nothing serious in all that can be unfolded; in dark, what can differ are colours."""
    from axe_playwright_python.sync_playwright import Axe

    page = show(name, color_scheme="light").page
    page.add_style_tag(content=UNFOLDED)
    page.evaluate("location.hash = 'exchanges'")
    page.wait_for_selector("#exchange-rows tr")
    page.evaluate(UNFOLD)
    page.evaluate(THIN)

    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    page.emulate_media(color_scheme="dark")
    colours = {"resultTypes": ["violations"], "runOnly": {"type": "rule", "values": ["color-contrast"]}}
    found += Axe().run(page, options=colours).response["violations"]

    assert [
        (one["id"], one["impact"], len(one["nodes"]), [node["html"][:200] for node in one["nodes"][:3]])
        for one in found
        if one["impact"] in ("serious", "critical")
    ] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_link_leads_somewhere(show: Show, name: str) -> None:
    """No id stands twice in a page, and every link into it has its end; exchanges are made when they are asked for."""
    page = show(name).page

    ids, links = page.evaluate(IDS), set(page.evaluate(LINKS))

    assert [one for one, number in Counter(ids).items() if number > 1] == []
    assert len(links) > 100
    assert {one for one in links if not one.startswith("exchange/")} - set(ids) == set()
    for link in sorted(one for one in links if one.startswith("exchange/"))[:: max(1, len(links) // 5)]:
        page.evaluate("(link) => { location.hash = link }", link)
        page.wait_for_selector(f"[id='{link}']", state="attached")


@pytest.mark.parametrize("name", NAMES)
def test_clicking_around_asks_for_nothing(show: Show, name: str) -> None:
    """Every part of the page is gone to by its link, and shown; ``show`` expects that nothing was asked for."""
    one = show(name)
    for link in one.page.query_selector_all("nav a"):
        place = str(link.get_attribute("href"))
        link.click()
        one.await_place(place)
        one.page.wait_for_function("(id) => document.activeElement.id === id", arg=place[1:])
        assert one.is_in_sight(place[1:])
    one.page.evaluate(UNFOLD)
    for button in one.page.query_selector_all("[data-copy]")[:3]:
        button.click()
    for name_of_button in ("failed only", "show all"):
        one.page.get_by_role("button", name=name_of_button).click()

    assert one.asked == [one.address()]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_of_the_token_stands_in_the_page(show: Show, name: str) -> None:
    """Neither in what is shown, nor in what can be called up."""
    one = show(name)
    one.page.evaluate("location.hash = 'exchanges'")
    one.page.wait_for_selector("#exchange-rows tr")

    assert TOKEN not in one.run.page.read_text(encoding="utf-8")
    assert TOKEN not in one.page.content()


@pytest.mark.parametrize("name", NAMES)
def test_without_a_script_the_page_tells_all_but_the_exchanges(show: Show, name: str) -> None:
    """Verdict, specification and requirements are there, and no filter that does nothing."""
    one = show(name, java_script_enabled=False)
    page = one.page
    page.goto(one.address())

    assert page.locator("h1").inner_text().startswith(one.run.certificate["verdict"])
    assert page.locator(".requirement-row").count() == len(one.run.requirements())
    assert page.locator(".requirement-row").first.is_visible()
    assert page.locator(".scenario-row").count() > 500
    page.locator(".scenario-row").last.scroll_into_view_if_needed()
    assert page.locator(".scenario-row").last.is_visible()
    assert page.locator("#failures").is_visible()
    assert not page.locator("#filters").is_visible()
    assert not page.locator("#exchange-list").is_visible()
    assert page.locator("noscript p").is_visible()
