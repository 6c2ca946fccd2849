"""Reads the markdown source of a reference page into blocks: markdown-it-py parses, this keeps the lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from dataverse_tck.reference.page import BadPage, Block, Kind, Page, one, with_sections

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

_PARSER = MarkdownIt("commonmark").enable("table")
_CONTAINERS = {
    *("heading_open", "paragraph_open", "blockquote_open", "bullet_list_open", "list_item_open"),
    *("table_open", "thead_open", "tbody_open", "tr_open", "th_open", "td_open"),
}
_BAR = re.compile(r"(?<!\\)\|")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_ANCHOR = re.compile(r'<a name="([^"]+)">')
_PLAIN = {"strong_open", "strong_close", "em_open", "em_close"}


def is_markdown(lines: list[str]) -> bool:
    """Whether these are lines of the source: only it has ``#`` headings and front matter."""
    return lines[0] == "---" or any(re.match(r"#{1,6} ", line) for line in lines)


def read_markdown(lines: list[str]) -> Page:
    """Read the source; raises BadPage for any construct that a reference page does not have."""
    front = _front_matter(lines)
    source = "\n".join([""] * front + lines[front:])
    blocks = [
        *(Block(Kind.FRONT_MATTER, number, one(line)) for number, line in _numbered(lines[:front])),
        *_blocks(_PARSER.parse(source), lines),
    ]
    covered = {block.line for block in blocks}
    for number, _ in _numbered(lines):
        if number not in covered:  # a link definition, say: the parser takes it in without a word
            raise BadPage(number, "this line is no part of any text, list or table")
    return Page(rendered=False, blocks=with_sections(blocks))


def _numbered(lines: list[str]) -> Iterator[tuple[int, str]]:
    return ((number, line) for number, line in enumerate(lines, 1) if line.strip())


def _front_matter(lines: list[str]) -> int:
    """How many lines the front matter takes, its two fences included."""
    if lines[0] != "---":
        return 0
    try:
        return lines.index("---", 1) + 1
    except ValueError:
        raise BadPage(1, "the front matter is not closed: the page is cut off") from None


def _blocks(tokens: list[Token], lines: list[str]) -> Iterator[Block]:
    openers: list[Token] = []
    cells: list[tuple[str, ...]] = []
    for token in tokens:
        if token.nesting < 0:
            opener = openers.pop()
            if token.type == "tr_close":
                yield from _row(opener, cells, lines, head=openers[-1].type == "thead_open")
                cells = []
        elif token.type == "inline":
            yield from _inline(token, openers, cells)
        elif token.type in _CONTAINERS:
            openers.append(token)
        else:
            name = token.type.removesuffix("_open").replace("_", " ")
            raise BadPage(_line(token), f"a reference page has no {name}")


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 0


def _inline(token: Token, openers: list[Token], cells: list[tuple[str, ...]]) -> Iterator[Block]:
    """Blocks of one stretch of text; the text of a table cell is put into ``cells`` instead."""
    opener, line = openers[-1], _line(token)
    text, anchor, links = _read(token, opener.type)
    if opener.type in ("th_open", "td_open"):
        if "**" in text or "`" in text:
            raise BadPage(line, "a cell has markup that is not closed")
        cells.append(tuple(part.strip() for part in text.split("\n")))
    elif opener.type == "heading_open":
        if not opener.markup.startswith("#"):
            raise BadPage(line, "a reference page has no underlined headings")
        yield Block(Kind.HEADING, line, one(text), level=len(opener.markup), anchor=anchor)
    else:
        kind = Kind.ITEM if openers[-2:][0].type == "list_item_open" else Kind.PROSE
        for offset, part in enumerate(text.split("\n")):
            yield Block(kind, line + offset, one(part), link=links.get(offset))


def _read(token: Token, within: str) -> tuple[str, str | None, dict[int, str]]:
    """The plain text with a newline at each break, the anchor, and which of its lines are one whole link."""
    text, anchor = [""], None
    links: dict[int, str] = {}
    outside: set[int] = set()  # lines with text that is in no link
    linked = False
    for child in token.children or []:
        row = len(text) - 1
        if child.type in ("text", "code_inline"):
            text[-1] += child.content
            if child.content.strip() and not linked:
                outside.add(row)
        elif child.type in ("softbreak", "hardbreak"):
            text.append("")
        elif child.type == "link_open":
            linked = True
            outside |= {row} & links.keys()  # a second link
            links[row] = str(child.attrs["href"])
        elif child.type == "link_close":
            linked = False
        elif child.type == "html_inline" and within != "paragraph_open":
            if within != "heading_open" and _BREAK.fullmatch(child.content):
                text.append("")
            elif within == "heading_open" and (found := _ANCHOR.fullmatch(child.content)):
                anchor = found[1]
            elif within != "heading_open" or child.content != "</a>":
                raise BadPage(_line(token), f"a reference page has no {child.content} here")
        elif child.type not in _PLAIN:
            shown = child.content or child.type
            raise BadPage(_line(token), f"a reference page has no {shown} here")
    return "\n".join(text), anchor, {row: href for row, href in links.items() if row not in outside}


def _row(row: Token, cells: list[tuple[str, ...]], lines: list[str], *, head: bool) -> Iterator[Block]:
    """The blocks of a table line; markdown drops surplus cells, so they are counted in the source."""
    line = _line(row)
    raw = lines[line - 1].strip()
    if len(raw) < 2 or raw[0] != "|" or raw[-1] != "|":
        raise BadPage(line, "a table row does not begin and end with |: it is cut off, or no row at all")
    written = len(_BAR.findall(raw)) - 1
    if written != len(cells):
        raise BadPage(line, f"this row has {written} cells, its table {len(cells)}")
    yield Block(Kind.HEADER if head else Kind.ROW, line, tuple(cells))
    if head:
        yield Block(Kind.DELIMITER, line + 1, one(lines[line]))
