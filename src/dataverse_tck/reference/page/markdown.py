"""Reads the markdown source of a reference page into blocks: markdown-it-py parses, this keeps the lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from dataverse_tck.reference.page.blocks import BadPage, Block, Kind, Page, single_cell, with_sections

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

_PARSER = MarkdownIt("commonmark").enable("table")
_CONTAINERS = {
    *("heading_open", "paragraph_open", "blockquote_open", "bullet_list_open", "list_item_open"),
    *("table_open", "thead_open", "tbody_open", "tr_open", "th_open", "td_open"),
}
_BAR = re.compile(r"(?<!\\)\|")
_BR = re.compile(r"<br\s*/?>", re.IGNORECASE)
_ANCHOR = re.compile(r'<a name="([^"]+)">')
_CELLS = {"th_open", "td_open"}
_BREAKS = {"softbreak", "hardbreak"}
_SILENT = {"strong_open", "strong_close", "em_open", "em_close", "link_open", "link_close"}


def is_markdown(lines: list[str]) -> bool:
    """Whether these are lines of the source: only it has ``#`` headings and front matter."""
    return lines[0] == "---" or any(re.match(r"#{1,6} ", line) for line in lines)


def read_markdown(lines: list[str]) -> Page:
    """Read the source; raises BadPage for any construct that a reference page does not have."""
    front = _front_matter(lines)
    source = "\n".join([""] * front + lines[front:])
    blocks = [
        *(Block(Kind.FRONT_MATTER, number, single_cell(line)) for number, line in _numbered(lines[:front])),
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
    text = _text(token, opener.type)
    if opener.type in _CELLS:
        if any(mark in text for mark in ("*", "`", "](")):
            raise BadPage(line, "a cell has markup that is not closed")
        cells.append(tuple(part.strip() for part in text.split("\n")))
    elif opener.type == "heading_open":
        if not opener.markup.startswith("#"):
            raise BadPage(line, "a reference page has no underlined headings")
        yield Block(Kind.HEADING, line, single_cell(text), level=len(opener.markup), anchor=_anchor(token))
    else:
        kind = Kind.ITEM if openers[-2:][0].type == "list_item_open" else Kind.PROSE
        links = _whole_links(token)
        for offset, part in enumerate(text.split("\n")):
            yield Block(kind, line + offset, single_cell(part), link=links.get(offset))


def _text(token: Token, within: str) -> str:
    """What a reader sees, with a newline at each break."""
    text = ""
    for child in token.children or []:
        if child.type in ("text", "code_inline"):
            text += child.content
        elif child.type in _BREAKS or (within in _CELLS and _BR.fullmatch(child.content)):
            text += "\n"
        elif within == "heading_open" and (_ANCHOR.fullmatch(child.content) or child.content == "</a>"):
            continue
        elif child.type not in _SILENT:
            raise BadPage(_line(token), f"a reference page has no {child.content or child.type} here")
    return text


def _anchor(token: Token) -> str | None:
    found = (_ANCHOR.fullmatch(child.content) for child in token.children or [])
    return next((anchor[1] for anchor in found if anchor), None)


def _whole_links(token: Token) -> dict[int, str]:
    """The targets of links, by 0-based line of the text, where the link is all that stands in the line."""
    links: dict[int, str] = {}
    more: set[int] = set()  # lines with anything else
    line, linked = 0, False
    for child in token.children or []:
        if child.type in _BREAKS:
            line += 1
        elif child.type == "link_open":
            linked = True
            more |= {line} & links.keys()
            links[line] = str(child.attrs["href"])
        elif child.type == "link_close":
            linked = False
        elif child.content.strip() and not linked:
            more.add(line)
    return {line: href for line, href in links.items() if line not in more}


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
        yield Block(Kind.DELIMITER, line + 1, single_cell(lines[line]))
