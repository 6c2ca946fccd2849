"""A page of a run in a browser: what went wrong in it, what it asked for, what can be seen of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.support.page_runs import Run

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

READY = "html[data-ready]"
_VISIBLE = """(sort) => [...document.querySelectorAll(`.${sort}`)]
  .filter((one) => one.checkVisibility({contentVisibilityAuto: false})).map((one) => one.id)"""
_IN_SIGHT = """async (id) => {
  for (let frame = 0; frame < 60; frame += 1) await new Promise(requestAnimationFrame);  // what comes late, has come
  const box = document.getElementById(id).getBoundingClientRect();
  return box.height > 0 && box.top >= 0 && box.top < innerHeight;
}"""


@dataclass
class Shown:
    """A page in a window of its own, with a record of what a good page has nothing of."""

    run: Run
    page: Page
    wrong: list[str] = field(default_factory=list)  # errors of the console and of scripts, dialogs
    asked: list[str] = field(default_factory=list)  # addresses, without what stands behind the #

    def go(self, place: str = "") -> Shown:
        """Open the page at a place, afresh."""
        self.page.goto("about:blank")
        self.page.goto(self.address(place))
        self.page.wait_for_selector(READY, state="attached")
        return self

    def address(self, place: str = "") -> str:
        """Return the address of a place of the page."""
        return self.run.page.as_uri() + place

    @property
    def place(self) -> str:
        """What stands in the address behind the file."""
        return self.page.url.removeprefix(self.run.page.as_uri())

    def requirements(self) -> list[str]:
        """Return the ids of the requirements whose rows are to be seen."""
        return [one.removeprefix("requirement/") for one in self.page.evaluate(_VISIBLE, "requirement-row")]

    def scenarios(self) -> list[str]:
        """Return the anchors of the scenarios whose rows are to be seen."""
        found: list[str] = self.page.evaluate(_VISIBLE, "scenario-row")
        return found

    def is_in_sight(self, identifier: str) -> bool:
        """Whether the beginning of an element stands in the window, and stays there."""
        return bool(self.page.evaluate(_IN_SIGHT, identifier))

    def await_place(self, place: str) -> None:
        """Wait until the address says this, and the page shows it."""
        self.page.wait_for_url(self.address(place))

    def focused(self) -> str:
        """Return the id of what has the focus."""
        return str(self.page.evaluate("document.activeElement.id"))

    def nothing_is_wrong(self) -> None:
        """Expect no error, and no request but the one for the file."""
        assert self.wrong == []
        assert set(self.asked) <= {self.run.page.as_uri(), "about:blank"}


Show = Callable[..., Shown]  # the fixture ``show``


def shown(browser: Browser, run: Run, **options: Any) -> Shown:
    """Open a window for the page of a run; the options are those of a context."""
    context = browser.new_context(**options)
    found = Shown(run, context.new_page())
    page = found.page
    page.set_default_timeout(30_000)
    page.on("console", lambda said: found.wrong.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: found.wrong.append(str(error)))
    page.on("dialog", lambda dialog: (found.wrong.append(dialog.message), dialog.dismiss()))
    context.on("request", lambda request: found.asked.append(request.url.partition("#")[0]))
    return found
