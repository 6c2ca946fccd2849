"""``dataverse-tck verify``: judges a run again from its folder, and believes nothing of its certificate."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from rich.markup import escape

from dataverse_tck.evidence.record import RecordError, Refusal
from dataverse_tck.reporting import terminal
from dataverse_tck.usage import UsageError
from dataverse_tck.verify.folder import FolderError
from dataverse_tck.verify.replay import OptionsError

if TYPE_CHECKING:
    from rich.console import Console

SHOWN = 20


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``verify`` to its parser."""
    parser.description = (
        "Judge a run again: the features of this suite against the exchanges in the folder of the run. "
        "Nothing is sent, and nothing that came with the run is executed."
    )
    parser.epilog = "Exit codes: 0 verified, 1 refused, 2 cannot be read."
    parser.add_argument("run", type=Path, metavar="RUN", help="the folder of the run")
    parser.set_defaults(do=lambda options: verify(options.run))


def verify(folder: Path) -> int:
    """Judge a run again and say what does not follow. Raises UsageError for a folder that cannot be read."""
    from dataverse_tck.verify.verification import verified

    try:
        with terminal.busy("judging the run again"):
            result = verified(folder)
    except (FolderError, RecordError, OptionsError) as problem:
        raise UsageError(_plain(str(problem))) from None
    out = terminal.out()
    out.print(f"endpoint   {_escaped(result.root)}")
    out.print(f"level      {_escaped(result.level)}, seed {result.seed}")
    out.print()
    if not result.refusals:
        out.print(f"verified   {_escaped(result.verdict)}, {result.checked} of {result.requirements} checked")
        out.print("           every outcome, control and count follows from the evidence")
        return 0
    _tell(out, result.refusals)
    out.print(f"refused    the certificate says {_escaped(result.verdict)}")
    return 1


def _tell(out: Console, refusals: Sequence[Refusal]) -> None:
    for refusal in islice(refusals, SHOWN):
        out.print(f"REFUSED {_escaped(refusal.what)}")
        out.print(f"  where      {_escaped(refusal.where)}")
        if refusal.expected:
            out.print(f"  expected   {_escaped(refusal.expected)}")
        if refusal.found:
            out.print(f"  found      {_escaped(refusal.found)}")
        out.print()
    if len(refusals) > SHOWN:
        out.print(f"... and {len(refusals) - SHOWN:,} more")


def _escaped(text: str) -> str:
    return escape(_plain(text))


def _plain(text: str) -> str:
    """Return a text of a stranger as a terminal can be trusted with it: what is not to be seen stands as its code."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode("ascii") for one in text)
