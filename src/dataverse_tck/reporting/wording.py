"""Small phrases that all reports share."""

from __future__ import annotations

import json
import re
import shlex
import textwrap
from collections.abc import Iterable, Mapping

from rich.markup import escape

from dataverse_tck.jsontypes import Json
from dataverse_tck.reporting.harmless import harmless

LONG = 300  # characters of a reason that stay in one line, for who searches it
WIDTH = 160
MOST = 4000  # characters of one text on a terminal
MANY = 20  # ids that are told by what they begin with, where that says all

_ADDRESS = re.compile(r"(https?://[^/\s]+)/[^\s]*?(?=[:.,;]*(?:\s|$))")
PAGE = "https://learn.microsoft.com/dynamics365/customer-service/develop/reference/entities/msdyn_ocliveworkitem"


def reference_link(section: str) -> str:
    """Return the address of a section of the reference page; of the page, where the section has none of its own."""
    return f"{PAGE}#{section}" if section.startswith("BKMK_") else PAGE


def repeat_line(
    identifier: str, level: str, *, root: str | None, settle_s: float | None, seed: int, profile: str | None
) -> str:
    """Return the command line that repeats one requirement alone; ``root`` is None for the embedded emulator."""
    words = [] if root is None else ["--endpoint", root]
    if level != "surface":
        words += ["--level", level, *([] if root is None else ["--allow-writes"])]
        words += [] if settle_s is None else ["--settle", f"{settle_s:g}"]
        words += ["--seed", str(seed), *(["--profile", profile] if profile and root is not None else [])]
    return shlex.join(["dataverse-tck", "run", *words, "--only", identifier])


def shown(text: str) -> str:
    """Return foreign text for a terminal: no markup, no codes, and no more than a screen of it."""
    return escape(harmless(text, MOST))


def counted(number: int, noun: str) -> str:
    """Return ``1 row``, ``2 rows``: a number with the noun in its number."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def beside(counts: Mapping[str, int]) -> str:
    """Return what has to be said beside a verdict: ``, 2 waived, 14 not claimed``; nothing where there is neither."""
    told = (f", {counts[kind]:,} {kind}" for kind in ("waived", "not claimed") if counts.get(kind))
    return "".join(told)


def as_json(value: Json) -> str:
    """Return a value as the metadata writes it, letters of all languages kept."""
    return json.dumps(value, ensure_ascii=False)


def lines(text: str) -> str:
    """Return a reason to be read on a terminal: a long one broken into lines, each indented but the first."""
    if len(text) <= LONG:
        return text
    broken = textwrap.wrap(text, WIDTH, break_long_words=False, break_on_hyphens=False)
    return "\n    ".join(broken)


def anywhere(reason: str) -> str:
    """Return a reason without the ends of addresses: one cause breaks many requests, each of another address."""
    return _ADDRESS.sub(r"\1/...", reason)


def in_few_lines(ids: Iterable[str], of: Iterable[str]) -> list[str]:
    """Return ids as ``braced`` does, but where many are all that there are below a word: as ``--only`` takes them.

    ``of`` are all ids that there are: ``derived/message/*`` stands for those of them that begin so.
    """
    left, every = list(ids), list(of)
    lines = []
    for depth in (1, 2):
        for head in dict.fromkeys("/".join(identifier.split("/")[:depth]) + "/" for identifier in left):
            below = {identifier for identifier in every if identifier.startswith(head)}
            if len(below) > MANY and below.issubset(left):
                lines.append(f"{head}*")
                left = [identifier for identifier in left if identifier not in below]
    return [*lines, *braced(left)]


def braced(ids: Iterable[str]) -> list[str]:
    """Return all ids in few lines, those of one subject in one, as a shell has it: ``message/X/{exists,on-table}``."""
    grouped: dict[str, list[str]] = {}
    for identifier in ids:
        subject, _, aspect = identifier.rpartition("/")
        grouped.setdefault(subject, []).append(aspect)
    return [
        f"{subject}/{aspects[0] if len(aspects) == 1 else '{' + ','.join(aspects) + '}'}"
        for subject, aspects in grouped.items()
    ]
