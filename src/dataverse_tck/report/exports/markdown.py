"""Foreign text in Markdown: shown as it is, and neither markup, nor a link, nor a command to the log of a build."""

from __future__ import annotations

import re

from dataverse_tck.reporting.harmless import LONGEST, harmless

# A list, a rule or a command of GitHub (::error::) at the beginning, names of little pictures (:bug:) anywhere.
_SIGNS = re.compile(r"[\\`*_\[\]<>#|~&$]|^[-+=:]|:(?=[:\w])|(?<=\d)[.)](?= )")
# What sites make links of, or call somebody for, however it is escaped: an address, a mention, the number of an issue.
_CALLS = re.compile(r"[@#]|://|www\.", re.IGNORECASE)
_COMMAND = re.compile(r"##(?=vso\[|\[)")  # Azure Pipelines looks for these anywhere in a line


def prose(text: str, longest: int = LONGEST) -> str:
    """Return a sentence that is no markup; as code where a site would make more of it."""
    shown = _one_line(text, longest)
    return code(shown, longest) if _CALLS.search(shown) else _SIGNS.sub(r"\\\g<0>", shown)


def code(text: str, longest: int = LONGEST) -> str:
    """Return a text as code, in one line."""
    shown = _COMMAND.sub("# #", _one_line(text, longest))
    fence = "`" * (1 + max((len(found) for found in re.findall("`+", shown)), default=0))
    gap = " " if "`" in shown else ""
    return f"{fence}{gap}{shown or ' '}{gap}{fence}"


def cell(text: str) -> str:
    """Return a text for a table: there, a bar ends a cell even within code."""
    shown = prose(text)
    return shown.replace("|", r"\|") if shown.startswith("`") else shown


def _one_line(text: str, longest: int) -> str:
    return " ".join(harmless(text, longest).split())
