"""What is derived from the made-up page, against what a person writes down for it."""

from __future__ import annotations

from collections import Counter

import pytest

from dataverse_tck.conformance.requirement import load_catalogue
from dataverse_tck.reference.derived_files import REQUIREMENTS, documents, write
from dataverse_tck.reference.page.blocks import BadPage
from dataverse_tck.reference.page.facts import CASCADE_TYPES
from dataverse_tck.reference.page.reader import read_page
from dataverse_tck.reference.requirements import data_level, surface_level
from dataverse_tck.reference.requirements.cascade_effects import table_noun
from dataverse_tck.reference.requirements.derive import derive

TABLE = "table/msdyn_ocliveworkitem/exists"
PERSON = "relationship/desk_person_enquiries"
QUEUE = "relationship/desk_Queue_Enquiries"
ROUTE = "message/RouteEvent"
MOOD = "column/desk_mood/option"
RATING = "relationship/desk_enquiry_rating"


@pytest.fixture(scope="module")
def derivation(markdown):
    """Requirements and exclusions of the made-up page."""
    return derive(*read_page(markdown.encode()))


@pytest.fixture(scope="module")
def requirements(derivation):
    """The requirements by id."""
    return {item.id: item for items in derivation.requirements.values() for item in items}


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


# id: family, node, path, expected, line, blocked by
_FULL = {
    TABLE: ("table-exists", "table/msdyn_ocliveworkitem", "LogicalName", "msdyn_ocliveworkitem", 9, ()),
    "table/msdyn_ocliveworkitem/display-name": (
        *("table-display-name", "table/msdyn_ocliveworkitem", "DisplayName"),
        *("Enquiry", 9, (TABLE,)),
    ),
    f"{ROUTE}/exists": ("message-exists", ROUTE, "name", "RouteEvent", 25, ()),
    f"{ROUTE}/is-action": ("message-is-action", ROUTE, "kind", "action", 25, (f"{ROUTE}/exists",)),
    f"{ROUTE}/not-event": ("message-not-event", ROUTE, "event", False, 25, (f"{ROUTE}/exists",)),
    f"{ROUTE}/on-table": (
        *("message-on-table", ROUTE, "table"),
        *("msdyn_ocliveworkitem", 25, (f"{ROUTE}/exists",)),
    ),
    f"{MOOD}/-1/exists": ("option-exists", f"{MOOD}/-1", "Value", -1, 51, (TABLE,)),
    f"{MOOD}/0/label": ("option-label", f"{MOOD}/0", "Label", "Calm", 52, (f"{MOOD}/0/exists",)),
    "column/desk_askerid/target/account": (
        *("target", "column/desk_askerid", "Targets"),
        *("account", 41, (TABLE,)),
    ),
    f"{PERSON}/exists": ("relationship-exists", PERSON, "SchemaName", "desk_person_enquiries", 72, (TABLE,)),
    f"{PERSON}/ReferencedEntity": (
        *("relationship-end", PERSON, "ReferencedEntity"),
        *("desk_person", 78, (f"{PERSON}/exists", "column/desk_askerid/target/desk_person")),
    ),
    f"{QUEUE}/ReferencedEntity": (  # the page says nothing of the targets of its column
        *("relationship-end", QUEUE, "ReferencedEntity"),
        *("desk_queue", 91, (f"{QUEUE}/exists",)),
    ),
    f"{PERSON}/cascade/Delete": (
        *("cascade", PERSON, "CascadeConfiguration/Delete"),
        *("Restrict", 83, (f"{PERSON}/exists",)),
    ),
    f"{RATING}/IsCustomizable": (
        *("customizable", RATING, "IsCustomizable/Value"),
        *(False, 127, (f"{RATING}/exists",)),
    ),
    f"{RATING}/menu/Order": (
        *("menu", RATING, "AssociatedMenuConfiguration/Order"),
        *(1, 128, (f"{RATING}/exists",)),
    ),
}


@pytest.mark.parametrize("identifier", _FULL)
def test_a_requirement_says_all_that_is_needed(requirements, identifier):
    """One of each kind, in full."""
    found = requirements[identifier]
    path = "/".join(found.path)
    assert (*(found.family, found.node, path, found.expected, found.line, found.blocked_by),) == _FULL[identifier]
    assert type(found.expected) is type(_FULL[identifier][3])
    assert (found.level, found.obligation, found.derived_from) == ("surface", "normative", None)


PERSONS = "column/desk_askerid/target"


def test_derived_counts_follow_the_page(derivation):
    """Options count 2, choice columns 1, targets 1, lookups 2 or 3, relationships 6 or 7, and the other way 2."""
    assert Counter("/".join(item.id.split("/")[1:3]) for item in derivation.derived) == {
        "column/desk_mood": 3 * 2 + 1,
        "column/urgency": 2 + 1,
        "column/desk_askerid": 3 + 2 + 1,
        PERSON: 6 + 1,
        QUEUE: 6,
        "relationship/desk_enquiry_note": 2,
        RATING: 2,
        "relationship/desk_enquiry_trace": 2,
        "message/desk_Answer": 9,
        "message/desk_Escalate": 9,
        ROUTE: 9,
    }
    assert derivation.advisory == ()  # nothing is known of made-up messages


def test_only_known_messages_are_usual_and_only_some_ask(markdown):
    """Practice speaks of messages by name; one whose name begins with Get is also held to change nothing."""
    page = (
        markdown.replace("desk_Answer", "CCaaS_UnholdCall")
        .replace("desk_Escalate", "desk_GetMood")
        .replace("RouteEvent", "GatherEvent")
    )
    derivation = derive(*read_page(page.encode()))
    by_id = {item.id: item for item in (*derivation.derived, *derivation.advisory)}

    assert [item.id for item in derivation.advisory] == [
        "advisory/message/CCaaS_UnholdCall/effect",
        "advisory/message/CCaaS_UnholdCall/wrong-state",
    ]
    assert by_id["advisory/message/CCaaS_UnholdCall/effect"].expected == {"call": ["Connected"]}
    assert [identifier for identifier in by_id if identifier.endswith("/read-only")] == [
        "derived/message/desk_GetMood/read-only"
    ]


# id: expected, line, blocked by, derived from
_DERIVED = {
    f"{MOOD}/-1/stored": (-1, 51, (), f"{MOOD}/-1/exists"),
    f"{MOOD}/0/named": ("Calm", 52, (f"derived/{MOOD}/0/stored",), f"{MOOD}/0/label"),
    "column/desk_mood/unlisted-refused": ("refused", 51, (), f"{MOOD}/*/exists"),
    f"{PERSONS}/account/accepted": ("account", 41, (), f"{PERSONS}/account"),
    "column/desk_askerid/non-target-refused": ("refused", 41, (), f"{PERSONS}/*"),
    "column/desk_askerid/cleared": (None, 41, (), f"{PERSONS}/*"),
    "column/desk_askerid/replaced": ("one", 41, (), f"{PERSONS}/*"),
    f"{PERSON}/delete": ("Restrict", 83, (f"derived/{PERSONS}/desk_person/accepted",), f"{PERSON}/cascade/Delete"),
    f"{PERSON}/unshare": (
        *("NoCascade", 83, (f"derived/{PERSONS}/desk_person/accepted", f"derived/{PERSON}/share")),
        f"{PERSON}/cascade/Unshare",
    ),
    f"{PERSON}/share-of-new": ("Cascade", 83, (f"derived/{PERSONS}/desk_person/accepted",), f"{PERSON}/cascade/Share"),
    f"{QUEUE}/unshare": ("NoCascade", 96, (), f"{QUEUE}/cascade/Unshare"),  # no target of its column is listed
    f"{QUEUE}/navigation": ("desk_QueueId", 94, (), f"{QUEUE}/ReferencingEntityNavigationPropertyName"),
    f"{RATING}/related-row": ("desk_about", 125, (), f"{RATING}/ReferencingAttribute"),
    f"{RATING}/navigation": (
        *("desk_Ratings", 126, (f"derived/{RATING}/related-row",)),
        f"{RATING}/ReferencedEntityNavigationPropertyName",
    ),
    f"{ROUTE}/callable": ("accepted", 25, (), f"{ROUTE}/exists"),
    f"{ROUTE}/not-by-get": ("not executed", 25, (f"derived/{ROUTE}/callable",), f"{ROUTE}/is-action"),
    f"{ROUTE}/inverse": (
        *("as declared", 25, (f"derived/{ROUTE}/callable", f"derived/{ROUTE}/effect")),
        f"{ROUTE}/is-action",
    ),
}


@pytest.mark.parametrize("identifier", _DERIVED)
def test_a_derived_requirement_says_all_that_is_needed(derivation, identifier):
    """One of each kind, in full."""
    found = next(item for item in derivation.derived if item.id == f"derived/{identifier}")
    assert (found.expected, found.line, found.blocked_by, found.derived_from) == _DERIVED[identifier]
    level = "calls" if identifier.startswith("message/") else "data"
    assert (found.level, found.obligation, found.family) == (level, "derived", "derived")


def test_a_lookup_with_one_target_has_nothing_to_replace_it_with(markdown):
    """Only a lookup with several targets is held to have one record at a time."""
    page = read_page(markdown.replace("desk_person, desk_team, account", "desk_person").encode())
    assert [item.id for item in derive(*page).derived if item.id.endswith("/replaced")] == []


@pytest.mark.parametrize("act", data_level.ACTS)
@pytest.mark.parametrize("value", CASCADE_TYPES)
def test_every_cascade_has_a_sentence(act, value):
    """Whatever word a revision of the page gives to a cascade, there is a sentence for what it does."""
    said = table_noun("Enquiry").cascade_effect(act, value, "desk_queue")
    assert "desk_queue" in said
    assert "enquiry" in said
    assert "{" not in said


def test_statements_are_sentences_for_people(requirements, derivation):
    """Each requirement has its own sentence, without words of the wire."""
    statements = [item.statement for item in (*requirements.values(), *derivation.derived)]
    assert len(set(statements)) == len(statements)
    for statement in statements:
        assert statement[0].isupper()
        assert statement.endswith(".")
        assert not {"JSON", "HTTP", "URL", "const", "None", "True", "False", "null"} & set(statement.split())
    assert requirements["column/desk_mood/option/0/label"].statement == (
        'Mood 0 of an enquiry is called "Calm" in English (desk_mood).'
    )
    assert requirements[f"{QUEUE}/cascade/Delete"].statement == (
        "Deleting a record of desk_queue keeps every enquiry that refers to it, but removes the reference "
        "(desk_Queue_Enquiries, Delete: RemoveLink)."
    )


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
