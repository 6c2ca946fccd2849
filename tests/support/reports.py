"""A report as bytes, whichever format it has, and what elements stand in a page."""

from __future__ import annotations

from html.parser import HTMLParser

from dataverse_tck.report.formats import FORMATS
from dataverse_tck.report.told_run import ToldRun


def made(name: str, run: ToldRun) -> bytes:
    """The whole report of a run in the format of that name."""
    return b"".join(FORMATS[name].pieces(run))


class Elements(HTMLParser):
    """The elements of a page."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of all elements of that name."""
        return [attributes for name, attributes in self.found if name == tag]
