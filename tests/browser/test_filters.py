"""Search and filters: the rows that are left are those that the evidence names, and the address keeps them."""

from __future__ import annotations

import pytest

from dataverse_tck.report.html.packed import anchor
from tests.support.page_driver import Show, Shown

FAILED = "#specification?outcome=fail"
DISTINCT = """(name) => [...new Set([...document.querySelectorAll('.row')].map((one) => one.dataset[name]))]"""
ROWS = """([name, value]) => [...document.querySelectorAll('.row')]
  .filter((one) => one.dataset[name] === value).map((one) => one.id)"""


def rows(one: Shown) -> list[str]:
    """Return the ids of all rows that are to be seen, those of scenarios first."""
    return [*one.scenarios(), *(f"requirement/{it}" for it in one.requirements())]


def choose(one: Shown, name: str, value: str) -> None:
    """Set a filter."""
    one.page.locator(f"#filters select[name={name}]").select_option(value)


@pytest.mark.parametrize("name", ["right", "five", "everything", "stopped", "hostile"])
def test_failed_only_shows_what_the_certificate_calls_failed(show: Show, name: str) -> None:
    """And of scenarios, those that junit.xml tells as failed; "show all" brings the others back."""
    one = show(name)
    everything = rows(one)

    one.page.click("#failed-only")

    one.await_place(FAILED)
    assert one.requirements() == one.run.requirements(outcome="fail")
    assert sorted(one.scenarios()) == sorted(map(anchor, one.run.scenarios("fail")))

    one.page.get_by_role("button", name="show all").click()

    one.await_place("#specification")
    assert rows(one) == everything
    assert one.requirements() == one.run.requirements()
    assert {*map(anchor, one.run.scenarios())} <= {*one.scenarios()}


def test_each_filter_leaves_what_it_says(show: Show) -> None:
    """Every value that some row has is offered, and leaves the rows that have it; two filters hold together."""
    one = show("five")
    left: dict[str, list[str]] = {}
    for name in ("outcome", "level", "chapter", "obligation"):
        offered = one.page.locator(f"#filters select[name={name}] option").evaluate_all(
            "all => all.map(it => it.value)"
        )
        assert sorted(offered) == sorted(["", *one.page.evaluate(DISTINCT, name)])
        for value in offered[1:]:
            choose(one, name, value)
            assert rows(one) == one.page.evaluate(ROWS, [name, value]), (name, value)
            left[value] = one.requirements()
            if name not in ("chapter", "obligation"):
                assert left[value] == one.run.requirements(**{name: value})
        choose(one, name, "")
    # What the maker declared is derived as well, for who reads the certificate alone.
    assert {*left["derived"], *left["declared"]} == {*one.run.requirements(obligation="derived")}
    assert left["declared"]
    assert not {*left["derived"]} & {*left["declared"]}
    choose(one, "outcome", "fail")
    choose(one, "level", "surface")

    assert one.requirements() == one.run.requirements(outcome="fail", level="surface") != []
    assert len(one.requirements()) < len(one.run.requirements(outcome="fail"))
    shown = len(one.requirements()), len(one.run.requirements())
    assert one.page.locator("#shown").inner_text().startswith(f"{shown[0]} of {shown[1]} requirements")


def test_search_finds_ids_and_words(show: Show) -> None:
    """All words have to be there, in any order and any case."""
    one = show("five")
    one.page.locator("#filters [name=q]").press_sequentially("HOLDCALL message/ccaas")

    one.await_place("#specification?q=HOLDCALL+message%2Fccaas")
    found = one.requirements()
    assert {key for key in one.run.requirements() if "message/CCaaS_HoldCall/" in key} <= set(found)
    assert len(found) < 100

    one.page.fill("#filters [name=q]", "no such word anywhere")

    assert rows(one) == []
    assert one.page.locator("article").filter(visible=True).count() == 0


def test_a_view_is_kept_in_its_address(show: Show) -> None:
    """Who opens the same address sees the same rows, with the same filters set."""
    first = show("five")
    choose(first, "level", "surface")
    choose(first, "obligation", "normative")
    first.page.fill("#filters [name=q]", "hold")
    first.page.wait_for_url("**q=hold*")

    second = show("five", first.place)

    assert rows(second) == rows(first) != []
    assert second.page.locator("#filters select[name=level]").input_value() == "surface"
    assert second.page.locator("#filters [name=q]").input_value() == "hold"


def test_back_and_forward_lead_from_view_to_view(show: Show) -> None:
    """Typing is one view, not one for each letter."""
    one = show("five")
    everything = rows(one)
    one.page.click("#failed-only")
    one.await_place(FAILED)
    failed = rows(one)
    one.page.locator("#filters [name=q]").press_sequentially("hold")
    one.page.wait_for_url("**q=hold*")
    both = rows(one)
    assert len(everything) > len(failed) > len(both) > 0

    one.page.go_back()
    one.await_place(FAILED)
    assert rows(one) == failed
    assert one.page.locator("#filters [name=q]").input_value() == ""
    one.page.go_back()
    one.await_place("")
    assert rows(one) == everything
    one.page.go_forward()
    one.await_place(FAILED)
    assert rows(one) == failed
    one.page.go_forward()
    one.page.wait_for_url("**q=hold*")
    assert rows(one) == both


def test_exchanges_are_searched_and_paged(show: Show) -> None:
    """Their search is kept in the address like the others."""
    one = show("five", "#exchanges")
    told = one.page.locator("#exchange-shown")
    one.page.wait_for_selector("#exchange-rows tr")
    assert told.inner_text().startswith("1 to 100 of ")

    one.page.click("#exchange-after")
    one.await_place("#exchanges?from=100")
    one.page.wait_for_function("document.getElementById('exchange-shown').textContent.startsWith('101 to 200')")
    one.page.fill("#exchange-search", "$metadata")
    one.page.wait_for_function("document.getElementById('exchange-rows').rows.length < 10")

    assert "$metadata" in one.page.locator("#exchange-rows tr").first.inner_text()
    second = show("five", one.place)
    second.page.wait_for_selector("#exchange-rows tr")
    assert second.page.locator("#exchange-rows").inner_text() == one.page.locator("#exchange-rows").inner_text()
