"""Facts to requirements and exclusions, with the proof that together they account for the whole page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dataverse_tck.conformance.requirement import Exclusion, Requirement
from dataverse_tck.reference.page.page import BadPage, Block, Kind, Page, Piece
from dataverse_tck.reference.requirements.calls_level import of_calls
from dataverse_tck.reference.requirements.data_level import derived
from dataverse_tck.reference.requirements.surface_level import NOUNS, Claim

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
    nouns = {noun: list(claims_of(facts)) for noun, claims_of in NOUNS.items()}
    claims = [claim for found in nouns.values() for claim in found]
    claimed = {piece for claim in claims for piece in claim.pieces()}
    claims += _layout(page, claimed)
    _account(page, claims)
    exclusions = [claim.item for claim in claims if isinstance(claim.item, Exclusion)]
    calls = tuple(of_calls(facts))
    return Derivation(
        {
            noun: tuple(claim.item for claim in found if isinstance(claim.item, Requirement))
            for noun, found in nouns.items()
        },
        (*derived(facts), *(item for item in calls if item.obligation == "derived")),
        tuple(item for item in calls if item.obligation == "advisory"),
        tuple(sorted(exclusions, key=lambda item: item.line)),
    )


def _account(page: Page, claims: list[Claim]) -> None:
    """Every piece of the page is claimed, nothing else is, and every id stands once."""
    claimed = {piece for claim in claims for piece in claim.pieces()}
    for line, cell, part in sorted(page.pieces() ^ claimed):
        raise BadPage(line, f"part {part + 1} of cell {cell + 1} of this line is not accounted for")
    ids: set[str] = set()
    for claim in claims:
        if claim.item.id in ids:
            raise BadPage(claim.item.line, f"{claim.item.id} stands on the page for the second time")
        ids.add(claim.item.id)


def _layout(page: Page, claimed: set[Piece]) -> Iterator[Claim]:
    """Exclusions for the lines that define nothing: all but table rows and the headings already claimed."""
    inside: Block | None = None  # the sub-heading that we are below, if any
    for block in page.blocks:
        if block.kind is Kind.HEADING:
            inside = block if block.level > 2 else None
        if block.kind is Kind.ROW or (block.line, 0, 0) in claimed:
            continue
        name, reason = _LAYOUT[block.kind]
        if block.kind is Kind.PROSE and inside:
            name, reason = _LINK if block.section == "see-also" else _CROSS_REFERENCE
        exclusion = Exclusion(f"exclusion/{name}/{block.line}", reason, block.section, block.line)
        yield Claim(exclusion, tuple(block.places()))
