"""A failure is opened, copied and led to, with a mouse, by its address, and with the keyboard alone."""

from __future__ import annotations

import shlex

import pytest

from dataverse_tck.report.html.packed import anchor
from tests.support.page_driver import Show, Shown
from tests.support.page_runs import TOKEN

FOLDED = ".failure:not([open])"
FOCUS = "[document.activeElement.tagName, document.activeElement.closest('.failure, form, nav')?.id ?? '']"


def pressed_until(one: Shown, tag: str, within: str) -> None:
    """Press Tab until something of that kind has the focus."""
    for _ in range(400):
        one.page.keyboard.press("Tab")
        if one.page.evaluate(FOCUS) == [tag, within]:
            return
    raise AssertionError(f"Tab does not lead to {tag} within {within}")


def test_the_decisive_failures_stand_open_and_tell_what_hangs_on_them(show: Show) -> None:
    """All failures of the certificate, in its order; those that hang on one are named below it."""
    one = show("five")
    failed = [f"failure/{key}" for key in one.run.requirements(outcome="fail")]

    assert len(failed) == 5
    assert one.page.locator(".failure").evaluate_all("all => all.map(it => it.id)") == failed
    assert one.page.locator(".failure[open] > summary").filter(visible=True).count() == 5
    hanging = one.page.locator("[id='failure/message/CCaaS_HoldCall/exists'] .hanging")
    hanging.locator("summary").click()
    told = hanging.locator("a").evaluate_all("all => all.map(it => it.textContent)")
    assert {"message/CCaaS_HoldCall/is-action"} <= set(told) <= set(one.run.requirements(outcome="not testable"))


def test_a_failure_is_opened_among_many(show: Show) -> None:
    """Of many, the first ones stand open; the others open when they are asked for."""
    one = show("everything")
    folded = one.page.locator(FOLDED)
    number = folded.count()
    assert number == len(one.run.requirements(outcome="fail")) - 10

    folded.first.locator("> summary").click()

    assert folded.count() == number - 1


@pytest.mark.parametrize("may", [True, False], ids=["clipboard", "selection"])
def test_what_is_copied_is_what_is_shown(show: Show, may: bool) -> None:  # noqa: FBT001
    """The line for curl names the variable of the token, not the token; where no clipboard is given, by a selection."""
    one = show("five", permissions=["clipboard-read", "clipboard-write"])
    if not may:
        one.page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')) }")
    place = one.page.locator("[id='failure/column/msdyn_channel/option/192300000/label'] .curl").first
    line = place.locator("code").text_content()

    place.get_by_role("button").click()

    place.get_by_text("copied").wait_for()
    copied = one.page.evaluate("navigator.clipboard.readText()")
    assert copied == line
    assert "$DATAVERSE_TOKEN" in copied
    assert TOKEN not in copied
    assert shlex.split(copied)[:3] == ["curl", "-i", "-X"]
    assert f"'{one.run.certificate['endpoint']['root']}" in copied


def test_the_text_for_an_issue_is_copied_whole(show: Show) -> None:
    """Folded up or not."""
    one = show("five", permissions=["clipboard-read", "clipboard-write"])
    issue = one.page.locator(".issue").first
    issue.locator("summary").click()

    issue.get_by_role("button").click()

    issue.get_by_text("copied").wait_for()
    assert one.page.evaluate("navigator.clipboard.readText()") == issue.locator("pre").text_content()


@pytest.mark.parametrize("sort", ["requirement", "scenario", "exchange", "failure"])
def test_an_address_leads_to_its_place(show: Show, sort: str) -> None:
    """It is open, has the focus and stands in the window, whichever it is."""
    run = show("five").run
    failed = run.certificate["requirements"]
    item = next(it for it in failed if it["outcome"] == "fail" and it["level"] == "data")
    place = {
        "requirement": f"requirement/{item['id']}",
        "scenario": anchor(item["scenarios"][0]),
        "exchange": f"exchange/{item['exchanges'][-1]}",
        "failure": f"failure/{item['id']}",
    }[sort]

    one = show("five", f"#{place}")

    focused = "document.activeElement.parentElement.id" if sort == "failure" else "document.activeElement.id"
    one.page.wait_for_function(f"(id) => {focused} === id", arg=place)
    assert one.is_in_sight(place)
    details = one.page.locator(f"[id='{place}']")
    if sort == "failure":
        assert details.get_attribute("open") is not None
    if sort in ("requirement", "exchange"):
        assert details.locator("details").first.get_attribute("open") is not None
        assert details.locator("details > :not(summary)").first.is_visible()


def test_an_address_leads_to_a_row_that_was_filtered_out(show: Show) -> None:
    """From a view that hides it, a link shows it all the same."""
    one = show("five", "#requirements?outcome=fail")
    hidden = one.run.requirements(outcome="not testable")[0]

    one.page.evaluate("(id) => { location.hash = `requirement/${id}` }", hidden)

    one.page.wait_for_function("(id) => document.activeElement.id === id", arg=f"requirement/{hidden}")
    assert one.is_in_sight(f"requirement/{hidden}")


def test_the_keyboard_is_enough(show: Show) -> None:
    """Tab reaches the way past everything first, then failures, which Enter folds, and the filters."""
    one = show("five")
    one.page.keyboard.press("Tab")
    assert one.page.evaluate("document.activeElement.className") == "skip"
    assert one.page.locator(".skip").bounding_box()["x"] >= 0  # type: ignore[index]
    one.page.keyboard.press("Enter")
    one.page.wait_for_function("document.activeElement.id === 'verdict'")

    first = one.page.locator(".failure").first
    pressed_until(one, "SUMMARY", str(first.get_attribute("id")))
    one.page.keyboard.press("Enter")
    assert first.get_attribute("open") is None
    one.page.keyboard.press("Enter")
    assert first.get_attribute("open") is not None

    pressed_until(one, "INPUT", "filters")
    one.page.keyboard.type("hold")
    one.page.wait_for_url("**q=hold*")
    assert one.page.evaluate(FOCUS) == ["INPUT", "filters"]
    one.page.keyboard.press("Tab")
    one.page.keyboard.press("f")  # chooses "fail"
    one.page.wait_for_url("**outcome=fail*")
    assert one.requirements() == [key for key in one.run.requirements(outcome="fail") if "HoldCall" in key]
