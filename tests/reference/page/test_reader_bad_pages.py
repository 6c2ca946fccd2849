"""What is no whole and known page is refused at its line; made-up pages only, so these run everywhere."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataverse_tck.reference.page.blocks import BadPage
from dataverse_tck.reference.page.reader import read_page
from dataverse_tck.reference.requirements.derive import derive


def _refusal(text: str | bytes) -> tuple[int | None, str]:
    """The line and the sentence with which a page is refused."""
    with pytest.raises(BadPage) as caught:
        derive(*read_page(text if isinstance(text, bytes) else text.encode()))
    return caught.value.line, str(caught.value)


def test_a_page_that_is_cut_off_at_any_line_is_refused(markdown):
    """The first n lines are never a page, with or without the end of the last one."""
    lines = markdown.split("\n")
    end = next(n for n, line in enumerate(lines, 1) if "Web API Reference" in line)
    for n in range(1, end):
        _refusal("\n".join(lines[:n]) + "\n")
        _refusal("\n".join(lines[:n]))


def test_a_page_that_is_cut_off_inside_a_line_is_refused(markdown):
    """No cut passes: not one of a sample of places, nor any inside the last section up to its end."""
    end = markdown.rindex(")") + 1
    for n in (*range(1, end, 61), *range(markdown.index("### See also"), end)):
        _refusal(markdown[:n])


def test_rendered_text_that_is_cut_off_at_any_line_is_refused(rendered):
    """The same holds for the rendered form."""
    lines = rendered.split("\n")
    for n in range(1, len(lines)):
        with pytest.raises(BadPage):
            read_page("\n".join(lines[:n]).encode())


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [
        (b"", None, "empty"),
        (b"\xef\xbb\xbf \r\n\n", None, "empty"),
        (b"Bread\nMilk\n", 2, "no reference page"),
        (b"# Bread\n\n- Milk\n", 1, "no reference page"),
        (b"<html>\n<body>404</body></html>", 2, "no reference page"),
        (b"---\ntitle: x\n", 1, "front matter is not closed"),
        ("# Größe\n".encode("latin-1"), 1, "not UTF-8"),
        (b"one\ntwo\n\xff\n", 3, "not UTF-8"),
    ],
)
def test_what_is_no_page_is_refused(content, line, says):
    """Nothing, other texts and other encodings are told apart in a sentence."""
    found, sentence = _refusal(content)
    assert (found, says in sentence) == (line, True), sentence


# The line to change (its start), what it becomes (None: it is gone), the line and words of the refusal.
_CHANGES = {
    "another table": (
        "# Enquiry (msdyn_",
        "# Account (account) table/entity reference (X)",
        9,
        "the table account",
    ),
    "another table below": (
        "These operations",
        "All for the Enquiry (account) table.",
        18,
        "the table account",
    ),
    "another name below": ("These op", "All for the Query (msdyn_ocliveworkitem) table.", 18, '"Query" here'),
    "no table named below": ("These operations", "These operations exist.", 16, "does not name the table"),
    "title": ("# Enquiry (msdyn_", "# Enquiry", 9, "no such title"),
    "title level": (
        "# Enquiry (msdyn_",
        "## Enquiry (msdyn_ocliveworkitem) table/entity reference",
        9,
        "title",
    ),
    "unknown section": ("## One-to-Many", "## Many-to-Many relationships", 145, 'no section "One-to-Many'),
    "additional section": ("### See also", "## Keys\n\n### See also", 142, '"Keys" stands where "See also"'),
    "section level": ("## Messages", "### Messages", 16, '"Messages" is known to begin'),
    "text in between": ("|Value|Label|", "By the way.\n\n|Value|Label|", 49, "a table with the columns"),
    "text after a table": ("|1|**Calm**|", "|1|**Calm**|\n\nBy the way.", 65, "By the way"),
    "text right below a table": ("|1|**Calm**|", "|1|**Calm**|\nBy the way.", 64, "no row at all"),
    "code": ("Somebody asks", "```\ncode\n```", 11, "no fence"),
    "HTML": ("Somebody asks", "<div>", 11, "no html block"),
    "HTML in a text": ("Somebody asks", "Somebody <b>asks</b>", 11, "<b>"),
    "image": ("Somebody asks", "![picture](x.png)", 11, "picture"),
    "numbered list": ("Somebody asks", "1. one", 11, "ordered list"),
    "rule": ("Somebody asks", "***", 11, "no hr"),
    "underlined heading": ("Somebody asks", "Somebody\n===", 11, "underlined"),
    "link definition": ("Somebody asks", "[hidden]: /statement", 11, "no part of any text"),
    "message header": (
        "| Name <br />",
        "| Name <br />Is Event? |Operation |SDK for .NET |",
        21,
        "Web API Operation",
    ),
    "option header": ("|Value|Label|", "|Value|Colour|", 49, "Value, Label"),
    "option twice": ("|0|**Calm**|", "|-1|**Calm**|", 52, "line 51"),
    "option value": ("|0|**Calm**|", "|0x7|**Calm**|", 52, "no whole number"),
    "option label": ("|0|**Calm**|", "|0||", 52, "no label"),
    "option value with a zero": ("|0|**Calm**|", "|07|**Calm**|", 52, "no whole number"),
    "open markup": ("|0|**Calm**|", "|0|**Calm*|", 52, "not closed"),
    "open link": ("|0|**Calm**|", "|0|**[Calm](x**|", 52, "not closed"),
    "options of another": ("#### desk_mood Ch", "#### desk_moods Choices/Options", 47, "desk_moods"),
    "column property": ("|Targets|", "|Targets|account|\n|RequiredLevel|None|", 42, "RequiredLevel"),
    "column other property": ("|Targets|", "|MaxLength|100|", 41, "MaxLength"),
    "target twice": ("|Targets|", "|Targets|account, desk_team, account|", 41, "account is listed twice"),
    "target name": ("|Targets|", "|Targets|desk team|", 41, "desk team"),
    "no targets": ("|Targets|", "|Targets||", 41, '""'),
    "no rows": ("|Targets|", None, 39, "no rows"),
    "column cross-reference": (
        "Changes from [Urg",
        "Changes from [Hurry (X)](/x)",
        57,
        "Changes from Urgency",
    ),
    "listed, absent": (
        "- [Urgency]",
        "- [Urgency](#BKMK_Urgency)\n- [Speed](#BKMK_Speed)",
        34,
        '"Speed" is listed',
    ),
    "present, not listed": ("- [Urgency]", None, 54, '"Urgency" is not in the list'),
    "listed twice": ("- [Urgency]", "- [Urgency](#BKMK_Urgency)\n- [Urgency](#BKMK_Urgency)", 34, "line 33"),
    "link elsewhere": ("- [Urgency]", "- [Urgency](#BKMK_urgent)", 33, "does not link"),
    "no link": ("- [Urgency]", "- Urgency", 33, "does not link"),
    "relationship property": ("|IsHierarchical||", "|IsLoved||", 82, "IsLoved"),
    "property of the other kind": ("|IsHierarchical||", "|IsCustomizable|`True`|", 82, "IsCustomizable"),
    "hierarchical": ("|IsHierarchical||", "|IsHierarchical|`True`|", 82, "only a blank cell"),
    "property missing": ("|IsHierarchical||", None, 72, "lacks IsHierarchical"),
    "property twice": ("|IsHierarchical||", "|IsHierarchical||\n|IsHierarchical||", 83, "stands twice"),
    "relationship end": ("|ReferencedEntity|", "|ReferencedEntity|`desk_team`|", 74, "desk_team"),
    "end name": ("|ReferencedAttribute|", "|ReferencedAttribute|`desk personid`|", 79, "desk personid"),
    "cross-reference": (
        "One-To-Many Relationship: [desk_person",
        "See elsewhere.",
        74,
        "One-To-Many Relationship: ...",
    ),
    "extra link": ("[All tables]", "[All tables](/x) and more  ", 144, "no link"),
    "two links": ("[All tables]", "[All tables](/x)[Some](/y)  ", 144, "no link"),
    "end missing": ("[Example Web API", None, 144, "cut off"),
    "text after the end": (
        "[Example Web API",
        "[Example Web API Reference](/x)\n\n- more",
        147,
        "after the last",
    ),
}


@pytest.mark.parametrize("change", _CHANGES)
def test_what_is_not_known_stops_at_its_line(markdown, change):
    """One changed line is refused, at the line that a person would look at."""
    start, becomes, line, says = _CHANGES[change]
    lines = markdown.split("\n")
    at = next(n for n, text in enumerate(lines) if text.startswith(start))
    lines[at : at + 1] = [] if becomes is None else [becomes]
    found, sentence = _refusal("\n".join(lines))
    assert (found, says in sentence) == (line, True), f"line {found}: {sentence}"


def test_a_relationship_in_both_sections_is_refused(markdown):
    """One SchemaName names one relationship: the second is refused at its heading."""
    assert _refusal(markdown.replace("desk_enquiry_note", "desk_person_enquiries")) == (
        106,
        '"desk_person_enquiries" stands here for the second time, after line 72',
    )


def test_columns_that_differ_only_in_case_are_refused(markdown):
    """Two SchemaNames that make one LogicalName would make one column of two."""
    assert _refusal(markdown.replace("desk_mood", "URGENCY")) == (
        55,
        '"urgency" stands here for the second time, after line 43',
    )


# A stretch of the page, what it becomes, and words of the refusal; the line is that of the stretch.
_CELLS = {
    "desk_Answer`<br />Event: False": ("desk_Answer`<br />Event: True", "Event: True"),
    "Escalate`<br />Event: False": ("Escalate`", '"Event: False" is known'),
    "**desk_Answer action**": ("**desk_Answer function**", "desk_Answer function"),
    "**desk_Escalate action**": ("**desk_Ask action**", "desk_Ask action"),
    "`RouteEvent`": ("`Route Event`", "a name is expected"),
    "`desk_Escalate`<br />Event: False |**desk_Escalate": (
        "`desk_Answer`<br />Event: False |**desk_Answer",
        "after line 23",
    ),
    "action** |[How to]": ("action** |more|[How to]", "4 cells"),
    "|**RouteEvent action** |": ("|", "2 cells"),
    "|**RouteEvent action** |[How to](/elsewhere/net)|": ("|RouteEvent act", "cut off"),
}
_CASCADE = {
    "Archive: `NoCascade`": ("Archive: `Maybe`", "Maybe"),
    "Assign: `Active`<br />": ("", "lacks Assign"),
    "Delete: `Restrict`": ("Destroy: `Restrict`", "Destroy"),
    "Merge: `Cascade`": ("Merge: `Cascade`<br />Merge: `Cascade`", "Merge stands twice"),
    "Share: `Cascade`": ("Share `Cascade`", "Share Cascade"),
    "Unshare: `NoCascade`": ("Unshare: ", "Unshare"),
}
_MENU = {
    "AvailableOffline: False": ("AvailableOffline: Sometimes", "Sometimes"),
    "Behavior: `UseLabel`": ("Behavior: `UseIcon`", "UseIcon"),
    "Group: `Marketing`": ("Group: `Wherever`", "Wherever"),
    "Label: Ratings<br />": ("", "lacks Label"),
    "MenuId: null<br />Order: 1<": ("MenuId: <br />Order: 1<", "MenuId"),
    "Order: 1<": ("Order: first<", "first"),
    "QueryApi: null<br />ViewId: `00000000-0000-0000-00aa": (
        "QueryApi: <br />ViewId: `00000000-0000-0000-00aa",
        "Q",
    ),
    "00aa-000010001002`": ("00aa-00001000100`", "ViewId"),
    "IsCustomizable|`False`": ("IsCustomizable|`Perhaps`", "Perhaps"),
}


@pytest.mark.parametrize("old", [*_CELLS, *_CASCADE, *_MENU])
def test_cells_and_members_that_are_not_known_stop_at_their_line(markdown, old):
    """A missing, additional, repeated or strange cell or member is refused at its row."""
    new, says = {**_CELLS, **_CASCADE, **_MENU}[old]
    assert markdown.count(old) >= 1
    line = markdown[: markdown.index(old)].count("\n") + 1
    found, sentence = _refusal(markdown.replace(old, new, 1))
    assert (found, says in sentence) == (line, True), f"line {found}: {sentence}"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("| 700 | L'été", "| 700 | 7 | L'été", "3 cells"),
        ("| Value | Label |\n|---|---|", "| Value | Label |", "cut off"),
        ("|---|---|---|", "|---|---|", "names 3 columns and has 2"),
        ("RouteEvent action | How to |", "RouteEvent function | How to |", "function"),
        ("RouteEventEvent: False", "RouteEventEvent: True", "Event: True"),
        ("See also", "Keys\nSee also", "Keys"),
        ("- desk_enquiry_trace\n", "", "not in the list"),
        ("(msdyn_ocliveworkitem) table", "(account) table", "the table account"),
        ("RollupView: CascadeShare", "RollupView: ACascadeShare", "ACascade"),
        ("| Targets |", "| Aims |", "Aims"),
    ],
)
def test_rendered_text_that_is_not_known_is_refused(rendered, old, new, says):
    """The rendered form is read as strictly."""
    assert old in rendered
    with pytest.raises(BadPage, match=re.escape(says)) as caught:
        read_page(rendered.replace(old, new, 1).encode())
    assert caught.value.line


@settings(deadline=None, derandomize=True)
@given(data=st.data())
def test_a_damaged_page_is_read_or_refused(markdown, rendered, data):
    """Whatever happens to a line, there is a reading or a refusal with a line, and no other error."""
    lines = data.draw(st.sampled_from([markdown, rendered])).split("\n")
    at = data.draw(st.integers(0, len(lines) - 1))
    to = data.draw(st.integers(0, len(lines) - 1))
    cut = data.draw(st.integers(0, len(lines[at])))
    added = data.draw(st.text(alphabet="|`*<>[]()#:-_ \t\\&ab1", max_size=6))
    lines[at : at + 1] = data.draw(
        st.sampled_from(
            [[], [lines[at]] * 2, [lines[at][:cut] + added + lines[at][cut:]], [lines[at][:cut]], [lines[to]]]
        )
    )
    line = 1
    try:
        page, facts = read_page("\n".join(lines).encode())
        if not page.rendered:
            derive(page, facts)
    except BadPage as refusal:
        line = refusal.line
    assert 1 <= line <= len("\n".join(lines).split("\n"))
