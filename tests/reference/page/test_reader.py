"""Reading either form of a page: the facts are those that a person reads off the made-up page."""

from __future__ import annotations

import hashlib

import pytest

from dataverse_tck.reference.derived_files import facts_document
from dataverse_tck.reference.page.facts import (
    Choice,
    Columns,
    Facts,
    Lookup,
    Message,
    Option,
    Property,
    Reference,
    Relationship,
    Table,
    Target,
)
from dataverse_tck.reference.page.reader import read_page

_NO_VIEW = "00000000-0000-0000-0000-000000000000"


def _relationship(name: str, line: int, first: int, **values) -> Relationship:
    section = f"BKMK_{name}"
    properties = {prop: Property(value, section, first + offset) for offset, (prop, value) in enumerate(values.items())}
    return Relationship(name, properties, section, line)


def _message(name: str, line: int) -> Message:
    return Message(name, "action", event=False, section="messages", line=line)


EXPECTED = Facts(
    Reference(
        "Enquiry (msdyn_ocliveworkitem) table/entity reference (Example Desk)",
        "b10199252f36eb6b5f47f5d6b456a04d731273e071d3f4acc75522f55cc39b16",
    ),
    Table("msdyn_ocliveworkitem", "Enquiry", "title", 9),
    (_message("desk_Answer", 23), _message("desk_Escalate", 24), _message("RouteEvent", 25)),
    Columns(
        (
            Choice(
                "desk_mood",
                "desk_mood",
                (
                    Option(-1, "None, yet", "BKMK_desk_mood", 51),
                    Option(0, "Calm", "BKMK_desk_mood", 52),
                    Option(700, 'L\'été & "more"', "BKMK_desk_mood", 53),
                ),
                "BKMK_desk_mood",
                43,
            ),
            Choice("urgency", "Urgency", (Option(1, "Calm", "BKMK_Urgency", 63),), "BKMK_Urgency", 55),
        ),
        (
            Lookup(
                "desk_askerid",
                "desk_AskerId",
                tuple(Target(table, "BKMK_desk_AskerId", 41) for table in ("desk_person", "desk_team", "account")),
                "BKMK_desk_AskerId",
                35,
            ),
        ),
    ),
    (
        _relationship(
            "desk_person_enquiries",
            72,
            78,
            ReferencedEntity="desk_person",
            ReferencedAttribute="desk_personid",
            ReferencingAttribute="desk_askerid",
            ReferencingEntityNavigationPropertyName="desk_askerid_person",
            IsHierarchical=None,
            CascadeConfiguration={
                "Archive": "NoCascade",
                "Assign": "Active",
                "Delete": "Restrict",
                "Merge": "Cascade",
                "Reparent": "UserOwned",
                "RollupView": "Cascade",
                "Share": "Cascade",
                "Unshare": "NoCascade",
            },
        ),
        _relationship(
            "desk_Queue_Enquiries",
            85,
            91,
            ReferencedEntity="desk_queue",
            ReferencedAttribute="desk_queueid",
            ReferencingAttribute="desk_queueid",
            ReferencingEntityNavigationPropertyName="desk_QueueId",
            IsHierarchical=None,
            CascadeConfiguration={
                "Archive": "RemoveLink",
                "Assign": "NoCascade",
                "Delete": "RemoveLink",
                "Merge": "NoCascade",
                "Reparent": "NoCascade",
                "RollupView": "NoCascade",
                "Share": "NoCascade",
                "Unshare": "NoCascade",
            },
        ),
    ),
    (
        _relationship(
            "desk_enquiry_note",
            106,
            112,
            ReferencingEntity="desk_note",
            ReferencingAttribute="desk_enquiryid",
            ReferencedEntityNavigationPropertyName="desk_enquiry_note",
            IsCustomizable=True,
            AssociatedMenuConfiguration={
                "AvailableOffline": True,
                "Behavior": "UseCollectionName",
                "Group": "Details",
                "Label": None,
                "MenuId": None,
                "Order": 10000,
                "QueryApi": None,
                "ViewId": _NO_VIEW,
            },
        ),
        _relationship(
            "desk_enquiry_rating",
            118,
            124,
            ReferencingEntity="desk_rating",
            ReferencingAttribute="desk_about",
            ReferencedEntityNavigationPropertyName="desk_Ratings",
            IsCustomizable=False,
            AssociatedMenuConfiguration={
                "AvailableOffline": False,
                "Behavior": "UseLabel",
                "Group": "Marketing",
                "Label": "Ratings",
                "MenuId": None,
                "Order": 1,
                "QueryApi": None,
                "ViewId": "00000000-0000-0000-00aa-000010001002",
            },
        ),
        _relationship(
            "desk_enquiry_trace",
            130,
            136,
            ReferencingEntity="desk_trace",
            ReferencingAttribute="desk_enquiryid",
            ReferencedEntityNavigationPropertyName="desk_enquiry_trace",
            IsCustomizable=True,
            AssociatedMenuConfiguration={
                "AvailableOffline": True,
                "Behavior": "DoNotDisplay",
                "Group": "Details",
                "Label": None,
                "MenuId": None,
                "Order": None,
                "QueryApi": None,
                "ViewId": _NO_VIEW,
            },
        ),
    ),
)


def test_markdown_gives_every_fact_with_its_line_and_section(markdown):
    """The facts of the markdown form are those that were read off it by eye."""
    assert read_page(markdown.encode())[1] == EXPECTED


@pytest.mark.parametrize(
    "saved",
    [
        pytest.param(lambda text: b"\xef\xbb\xbf" + text.encode(), id="byte order mark"),
        pytest.param(lambda text: text.replace("\n", "\r\n").encode(), id="CRLF"),
        pytest.param(lambda text: text.replace("\n", "\r").encode(), id="CR"),
    ],
)
def test_how_the_page_was_saved_makes_no_difference(markdown, saved):
    """Line ends and a byte order mark change neither a fact nor the digest."""
    assert read_page(saved(markdown))[1] == EXPECTED


def test_the_digest_is_that_of_the_published_file(markdown):
    """The digest is what sha256sum says of the page with LF line ends."""
    facts = read_page(markdown.encode())[1]
    assert facts.reference.sha256 == hashlib.sha256(markdown.encode()).hexdigest()


def test_rendered_text_gives_the_same_facts_but_for_what_it_lost(rendered):
    """Values are equal in both forms; the title and the blank label are None, never a guess."""
    facts = read_page(rendered.encode())[1]

    def values(value):
        if isinstance(value, dict):
            return {k: values(v) for k, v in value.items() if k not in ("line", "section", "reference")}
        return [values(item) for item in value] if isinstance(value, list) else value

    expected = values(facts_document(EXPECTED))
    expected["columns"]["choices"][0]["options"][1]["label"] = None
    assert values(facts_document(facts)) == expected
    assert facts.reference.title is None


def test_rendered_lines_are_those_of_the_rendered_text(rendered):
    """A fact of the rendered form points into that form."""
    facts = read_page(rendered.encode())[1]
    lines = rendered.split("\n")
    for message in facts.messages:
        assert lines[message.line - 1].startswith(message.name)
    for relationship in (*facts.many_to_one, *facts.one_to_many):
        assert lines[relationship.line - 1] == relationship.schema_name
        for name, found in relationship.properties.items():
            assert lines[found.line - 1].startswith(f"| {name} |")
