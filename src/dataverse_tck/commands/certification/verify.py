"""``dataverse-tck verify``: judges a run again from its folder, and believes nothing of its certificate."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.markup import escape

from dataverse_tck.evidence.record import Refusal
from dataverse_tck.reporting import terminal
from dataverse_tck.reporting.progress import busy
from dataverse_tck.reporting.wording import counted
from dataverse_tck.usage import UsageError
from dataverse_tck.verify.folder import FolderError
from dataverse_tck.verify.replay import OptionsError

if TYPE_CHECKING:
    from rich.console import Console

SHOWN = 10
LONGEST = 300  # characters of what was expected and found


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``verify`` to its parser."""
    parser.description = (
        "Judge a run again: the features of this suite against the exchanges in the folder of the run. "
        "Nothing is sent, and nothing that came with the run is executed."
    )
    parser.epilog = (
        "Exit codes: 0 verified, whatever the verdict is; 1 refused: something in the folder does not follow from the "
        "rest; 2 cannot be read. Example: dataverse-tck verify reports/latest. docs/verify.md says what it proves."
    )
    parser.add_argument("run", type=Path, metavar="RUN", help="the folder of the run")
    parser.set_defaults(do=lambda options: verify(options.run))


def verify(folder: Path) -> int:
    """Judge a run again and say what does not follow. Raises UsageError for a folder that cannot be read."""
    from dataverse_tck.verify.verification import verified

    try:
        with busy("judging the run again"):
            result = verified(folder)
    except (FolderError, OptionsError) as problem:
        raise UsageError(_plain(str(problem))) from None
    out, told = terminal.out(), result.certificate
    _tell_run(out, told)
    if not result.refusals:
        coverage = told["coverage"]
        out.print(f"verified   {told['verdict']}, {coverage['checked']} of {coverage['requirements']} checked")
        out.print("           every outcome, control and count follows from the evidence; who answered, it cannot tell")
        return 0
    _tell(out, result.refusals)
    number = counted(len(result.refusals), "refusal")
    out.print(f"refused    the certificate claims {_escaped(str(told['verdict']))}: {number}; trust nothing in it")
    return 1


def _tell_run(out: Console, told: Mapping[str, Any]) -> None:
    """Say of which run this is, as its certificate has it."""
    embedded = " (the embedded emulator)" if told["endpoint"]["embedded"] else ""
    out.print(f"endpoint   {_escaped(str(told['endpoint']['root']))}{embedded}")
    out.print(f"level      {_escaped(str(told['level']))}, seed {_escaped(str(told['seed']))}, begun {told['started']}")
    out.print(f"suite      {told['suite']['version']}, sha256 {told['suite']['sha256']}")
    out.print(f"reference  sha256 {_escaped(str(told['reference']['sha256']))}")
    for name, words in (
        ("only", "only"),
        ("exclude", "exclude"),
        ("not_claimed", "not claimed"),
        ("troubles", "troubles"),
    ):
        if told[name]:
            out.print(f"{words:<11}{_escaped(_short(json.dumps(told[name], ensure_ascii=False)))}")
    out.print()


def _tell(out: Console, refusals: Sequence[Refusal]) -> None:
    for refusal in islice(refusals, SHOWN):
        out.print(f"REFUSED {_escaped(refusal.what)}")
        out.print(f"  where      {_escaped(refusal.where)}")
        if refusal.expected:
            out.print(f"  expected   {_escaped(_short(refusal.expected))}")
        if refusal.found:
            out.print(f"  found      {_escaped(_short(refusal.found))}")
        out.print()
    if len(refusals) > SHOWN:
        out.print(f"... and {len(refusals) - SHOWN:,} more\n")


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def _escaped(text: str) -> str:
    return escape(_plain(text))


def _plain(text: str) -> str:
    """Return a text of a stranger as a terminal can be trusted with it: what is not to be seen stands as its code."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode("ascii") for one in text)
