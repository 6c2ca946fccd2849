"""What is derived from the made-up page, against what a person writes down for it."""

from __future__ import annotations

from collections import Counter

import pytest

from dataverse_tck.conformance.requirement import load_catalogue
from dataverse_tck.reference.derived_files import REQUIREMENTS, documents, write
from dataverse_tck.reference.page.blocks import BadPage
from dataverse_tck.reference.page.reader import read_page
from dataverse_tck.reference.requirements import surface_level
from dataverse_tck.reference.requirements.derive import derive
from tests.support.made_up_page import PERSON, QUEUE, RATING, ROUTE


def test_counts_follow_the_page(derivation):
    """Each kind of statement makes as many requirements as the page has of it."""
    assert {noun: len(items) for noun, items in derivation.requirements.items()} == {
        "table": 2,
        "messages": 3 * 4,
        "options": 4 * 2,
        "targets": 3,
        "many-to-one": 2 * (1 + 4 + 8),
        "one-to-many": 3 * (1 + 3 + 1 + 8),
    }
    assert Counter(item.id.split("/")[1] for item in derivation.exclusions) == {
        "front-matter": 8 - 1,
        "prose": 3 + 2 + 3,
        "heading": 4 + 3 + 2 + 1,
        "index": 3 + 2 + 3,
        "cross-reference": 3 + 2 + 3,
        "table-header": 2 * (1 + 3 + 2 + 3),
        "message": 3,
        "relationship": 2,
        "link": 2,
    }


def test_derived_counts_follow_the_page(derivation):
    """Options count 2, choice columns 13, targets 1, lookups 5 or 7, relationships 12 and more, the other way 5.

    One that shares: 3 more, of new, closed and others'. All lead in one direction: 1 more."""
    assert Counter("/".join(item.id.split("/")[1:3]) for item in derivation.derived) == {
        "column/desk_mood": 3 * 2 + 1 + 6 * 2,
        "column/urgency": 2 + 1 + 6 * 2,
        "column/desk_askerid": 3 + 5 + 2,
        PERSON: 7 + 5 + 1 + 2 + 1,
        QUEUE: 7 + 5 + 1,
        "relationship/desk_enquiry_note": 5,
        RATING: 5,
        "relationship/desk_enquiry_trace": 5,
        "message/desk_Answer": 9,
        "message/desk_Escalate": 9,
        ROUTE: 9,
    }
    assert derivation.advisory == ()  # nothing is known of made-up messages


def test_sections_are_anchors_or_slugs(requirements, derivation):
    """A requirement of a section with an anchor names the anchor, the others name the heading."""
    sections = {item.section for item in (*requirements.values(), *derivation.exclusions)}
    assert sections == {
        "title",
        "messages",
        "customized-columnsattributes",
        "BKMK_desk_AskerId",
        "BKMK_desk_mood",
        "BKMK_Urgency",
        "many-to-one-relationships",
        "BKMK_desk_person_enquiries",
        "BKMK_desk_Queue_Enquiries",
        "one-to-many-relationships",
        "BKMK_desk_enquiry_note",
        "BKMK_desk_enquiry_rating",
        "BKMK_desk_enquiry_trace",
        "see-also",
    }
    assert requirements[f"{RATING}/menu/Group"].section == "BKMK_desk_enquiry_rating"


def test_a_line_that_nothing_answers_for_stops_the_derivation(markdown, monkeypatch):
    """Without the requirements of the targets, their row is named: the proof of completeness can fail."""
    monkeypatch.setitem(surface_level.TRACED_BY_NOUN, "targets", lambda facts: iter(()))
    with pytest.raises(BadPage, match="not accounted for") as caught:
        derive(*read_page(markdown.encode()))
    assert caught.value.line == 41


def test_a_single_member_that_nothing_answers_for_stops_the_derivation(markdown, monkeypatch):
    """The proof goes down to the entries of a cell."""

    def without_share(facts, whole=surface_level.TRACED_BY_NOUN["many-to-one"]):
        return (one for one in whole(facts) if not one.item.id.endswith("enquiries/cascade/Share"))

    monkeypatch.setitem(surface_level.TRACED_BY_NOUN, "many-to-one", without_share)
    with pytest.raises(BadPage, match=r"part 7 of cell 2 .* not accounted for") as caught:
        derive(*read_page(markdown.encode()))
    assert caught.value.line == 83


def test_two_requirements_of_one_name_stop_the_derivation(markdown, monkeypatch):
    """An id names one requirement."""
    twice = [*surface_level.TRACED_BY_NOUN["targets"](read_page(markdown.encode())[1])] * 2
    monkeypatch.setitem(surface_level.TRACED_BY_NOUN, "targets", lambda facts: iter(twice))
    with pytest.raises(BadPage, match="target/desk_person stands on the page for the second time"):
        derive(*read_page(markdown.encode()))


def test_the_running_kit_loads_what_was_written(markdown, derivation, tmp_path):
    """The catalogue read from the file is the derivation, in page order."""
    _, facts = read_page(markdown.encode())
    write(tmp_path, documents(facts, derivation))
    catalogue = load_catalogue(tmp_path / REQUIREMENTS)
    assert (catalogue.title, catalogue.sha256) == (facts.reference.title, facts.reference.sha256)
    assert set(catalogue.of("surface")) == {item for items in derivation.requirements.values() for item in items}
    assert catalogue.of("data") + catalogue.of("calls") == derivation.derived
    assert catalogue.requirements == catalogue.of("surface") + catalogue.of("data") + catalogue.of("calls")
    assert catalogue.exclusions == derivation.exclusions
    for items in (catalogue.of("surface"), catalogue.exclusions):
        assert [item.line for item in items] == sorted(item.line for item in items)
