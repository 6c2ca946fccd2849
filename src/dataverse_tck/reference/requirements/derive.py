"""Facts to requirements and exclusions, with the proof that together they account for the whole page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dataverse_tck.conformance.requirement import Exclusion, Requirement
from dataverse_tck.reference.page.blocks import BadPage, Block, Kind, Page, Piece
from dataverse_tck.reference.requirements.calls_level import calls_requirements
from dataverse_tck.reference.requirements.data_level import data_requirements
from dataverse_tck.reference.requirements.surface_level import TRACED_BY_NOUN, TracedItem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dataverse_tck.reference.page.facts import Facts

_LAYOUT = {
    Kind.FRONT_MATTER: ("front-matter", "Describes the page to the system that publishes it."),
    Kind.HEADING: ("heading", "A heading: what it names is defined and counted below it."),
    Kind.ITEM: ("index", "An index entry: repeats a name that is defined and counted under its own heading."),
    Kind.HEADER: ("table-header", "Names the columns of the table below it."),
    Kind.DELIMITER: ("table-header", "Separates the head of a table from its rows."),
    Kind.PROSE: ("prose", "Introduces or describes in prose; defines nothing."),
}
_CROSS_REFERENCE = (
    "cross-reference",
    "Points to the same thing on another page; repeats a fact counted here.",
)
_LINK = ("link", "A link to further reading.")


@dataclass(frozen=True)
class Derivation:
    """What a page asks of an endpoint, and what it does not.

    ``requirements`` are the normative ones, by the noun whose response schema holds them; ``derived`` follow from them,
    those of the calls level last, and ``advisory`` say what is usual.
    """

    requirements: Mapping[str, tuple[Requirement, ...]]
    derived: tuple[Requirement, ...]
    advisory: tuple[Requirement, ...]
    exclusions: tuple[Exclusion, ...]


def derive(page: Page, facts: Facts) -> Derivation:
    """All requirements and exclusions of a page in markdown, in page order.

    Raises BadPage where the page says something that nothing here answers for.
    """
    nouns = {noun: list(traced_of(facts)) for noun, traced_of in TRACED_BY_NOUN.items()}
    traced = [one for found in nouns.values() for one in found]
    accounted_for = {piece for one in traced for piece in one.pieces()}
    traced += _layout(page, accounted_for)
    _account(page, traced)
    exclusions = [one.item for one in traced if isinstance(one.item, Exclusion)]
    calls = tuple(calls_requirements(facts))
    return Derivation(
        {noun: tuple(one.item for one in found if isinstance(one.item, Requirement)) for noun, found in nouns.items()},
        (*data_requirements(facts), *(item for item in calls if item.obligation == "derived")),
        tuple(item for item in calls if item.obligation == "advisory"),
        tuple(sorted(exclusions, key=lambda item: item.line)),
    )


def _account(page: Page, traced: list[TracedItem]) -> None:
    """Every piece of the page is accounted for, nothing else is, and every id stands once."""
    accounted_for = {piece for one in traced for piece in one.pieces()}
    for line, cell, part in sorted(page.pieces() ^ accounted_for):
        raise BadPage(line, f"part {part + 1} of cell {cell + 1} of this line is not accounted for")
    ids: set[str] = set()
    for one in traced:
        if one.item.id in ids:
            raise BadPage(one.item.line, f"{one.item.id} stands on the page for the second time")
        ids.add(one.item.id)


def _layout(page: Page, accounted_for: set[Piece]) -> Iterator[TracedItem]:
    """Exclusions for the lines that define nothing: all but table rows and the headings already accounted for."""
    inside: Block | None = None  # the sub-heading that we are below, if any
    for block in page.blocks:
        if block.kind is Kind.HEADING:
            inside = block if block.level > 2 else None
        if block.kind is Kind.ROW or (block.line, 0, 0) in accounted_for:
            continue
        name, reason = _LAYOUT[block.kind]
        if block.kind is Kind.PROSE and inside:
            name, reason = _LINK if block.section == "see-also" else _CROSS_REFERENCE
        exclusion = Exclusion(f"exclusion/{name}/{block.line}", reason, block.section, block.line)
        yield TracedItem(exclusion, tuple(block.places()))
