"""``dataverse-tck explain``: what a requirement says, where it comes from, and what looks at it."""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Iterator

from dataverse_tck.conformance.requirement import Catalogue, Requirement
from dataverse_tck.conformance.suite import load_suite
from dataverse_tck.conformance.surfaces.surface import SHOWS
from dataverse_tck.reporting.wording import as_json, reference_link
from dataverse_tck.usage import UsageError, nearest

_OBLIGATIONS = {
    "normative": "the reference states it",
    "derived": "it follows from what the reference states",
    "advisory": "telephony systems agree on it; tried only where the maker is silent, never part of the verdict",
}
_WIDTH = 108


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``explain`` to its parser."""
    parser.description = "Explain a requirement: what it says, where it comes from, what it hangs on, who looks at it."
    parser.epilog = "Example: dataverse-tck explain column/msdyn_channel/option/192300000/label"
    parser.add_argument("id", metavar="ID", help="of a requirement, as 'dataverse-tck requirements' lists them")
    parser.set_defaults(do=lambda options: explain(options.id))


def explain(identifier: str) -> int:
    """Print what there is to know of a requirement. Raises UsageError where there is none of that name."""
    catalogue = load_suite().catalogue
    item = catalogue.by_id.get(identifier)
    if item is None:
        raise UsageError(
            f"There is no requirement {identifier!r:.200}.{nearest(identifier, catalogue.by_id)} "
            "'dataverse-tck requirements' lists them all."
        )
    print(item.id)
    for label, text in _facts(item, catalogue):
        is_copied = label in ("check alone", "reference", "scenario")
        lines = [text] if is_copied else textwrap.wrap(text, _WIDTH, break_long_words=False, break_on_hyphens=False)
        print(f"  {label:<13} " + f"\n{' ' * 16}".join(lines))
    return 0


def _facts(item: Requirement, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    yield "says", item.statement
    yield "expected", as_json(item.expected)
    yield "reference", f"{reference_link(item.section)} ({item.section}, line {item.line} of the page's source)"
    yield "obligation", f"{item.obligation}: {_OBLIGATIONS[item.obligation]}"
    yield "level", f"{item.level}: a run looks at it with --level {item.level} or above"
    if item.derived_from:
        yield "follows from", item.derived_from
    if surfaces := SHOWS.get(item.family):
        yield "shown by", f"{', '.join(surfaces)}: each that can be read has to say it"
    for blocker in item.blocked_by:
        yield "hangs on", f"{blocker}: while that does not pass, this is not testable"
    hanging = [other.id for other in catalogue.requirements if item.id in other.blocked_by]
    if hanging:
        more = f" and {len(hanging) - 3} more" if hanging[3:] else ""
        yield "carries", f"{', '.join(hanging[:3])}{more}"
    for title in _scenarios(item, catalogue):
        yield "scenario", title
    yield "check alone", f"dataverse-tck run --endpoint URL --level {item.level} --only {item.id}"
    yield "leave out", f"{_left_out(item)}; run --exclude {item.id} leaves it unchecked, and the verdict incomplete"


def _left_out(item: Requirement) -> str:
    """Return how a profile says that the implementation does not offer it."""
    words = item.id.removeprefix("derived/").removeprefix("advisory/").split("/")
    if words[0] == "message":
        return f"a profile says [messages.{words[1]}] supported = false: then it is not claimed"
    if words[0] == "relationship" or words[2:3] == ["target"]:
        return "a profile names the other table under [[not_claimed]]: then it is not claimed"
    return "nothing leaves it out: every implementation has to offer it"


def _scenarios(item: Requirement, catalogue: Catalogue) -> list[str]:
    """Return the titles of the scenarios that look at it."""
    from dataverse_tck.commands.plan import scenarios_of
    from dataverse_tck.settings import Settings

    return scenarios_of(catalogue, Settings(level=item.level, only=(item.id,)))
