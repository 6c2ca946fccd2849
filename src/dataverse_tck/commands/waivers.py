"""``dataverse-tck waivers``: writes the failures of a run down as waivers, for people to edit."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from dataverse_tck.commands.common_options import expect_new, hand_out
from dataverse_tck.conformance.finding import BROKEN, Outcome
from dataverse_tck.conformance.waivers import Standing, Waiver
from dataverse_tck.profile.waivers_file import written
from dataverse_tck.reporting.wording import as_json, counted

USUAL = timedelta(days=30)
_LONGEST = 1000  # characters of a reason


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what can be done with waivers, and the options of it, to the parser of ``waivers``."""
    parser.description = "Write the failures of a run down as waivers, each with an owner and an end."
    wanted = parser.add_subparsers(dest="what", required=True, metavar="init")
    add = wanted.add_parser(
        "init",
        help="write a file of waivers from a run",
        description="Write a waiver for each failure of a run; what was waived there keeps its waiver. "
        "Edit the reasons: they say what was seen, and not why it is accepted.",
        epilog="Example: dataverse-tck waivers init reports/latest --owner 'the channel team' --output waivers.toml",
        allow_abbrev=False,
    )
    add.add_argument("run", type=Path, metavar="RUN", help="the folder of the run")
    add.add_argument("--owner", required=True, type=_owner, metavar="TEXT", help="who is to mend what fails")
    add.add_argument(
        "--expires",
        type=_day,
        metavar="DATE",
        help=f"the last day on which they count, such as 2027-01-31; default: in {USUAL.days} days",
    )
    add.add_argument("--output", type=Path, metavar="FILE", help="a new file; default: stdout")
    add.set_defaults(do=lambda options: init(options.run, options.owner, options.expires, options.output))


def init(run: Path, owner: str, expires: date | None, output: Path | None) -> int:
    """Write the waivers of what fails in a run to ``output``, or to stdout; return the exit code. Raises UsageError."""
    from dataverse_tck.report.folder import read_certificate

    expect_new(output)
    told = read_certificate(run)
    entries = list(_waivers(told, owner, expires or datetime.now(UTC).date() + USUAL))
    text = written(entries) or "# Nothing fails: there is nothing to waive.\n"
    more = ": say in each why it is accepted" if entries else ": nothing fails"
    hand_out(text, output, f"{output} waives {counted(len(entries), 'failure')}{more}.")
    return 0


def _waivers(told: Mapping[str, Any], owner: str, expires: date) -> Iterator[Waiver]:
    """Yield a waiver for each failure that decides: the one that it had while that counts, else a new one."""
    for row in told["requirements"]:
        if row["outcome"] not in BROKEN or row["obligation"] == "advisory":
            continue
        had = row.get("waiver")
        if row["outcome"] == Outcome.WAIVED and had and had["state"] == Standing.IN_FORCE:
            yield Waiver(row["id"], had["reason"], had["owner"], date.fromisoformat(had["expires"]), had["link"])
        else:
            yield Waiver(row["id"], _reason(told, row), owner, expires)


def _reason(told: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    from dataverse_tck.reporting.telling.failure import observed

    seen = "; ".join(f"{what} in {surface}" for what, surface in observed(row)) if row["surfaces"] else row["reason"]
    seen = f"{as_json(row['expected'])} is expected, and seen is {seen}" if row["surfaces"] else seen
    text = f"Seen on {told['started'][:10]}: {' '.join(seen.split())}"
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def _owner(text: str) -> str:
    if not text.strip() or len(text) > 200 or not text.isprintable():
        raise argparse.ArgumentTypeError(
            f"{text!r:.80} names nobody: say who is to mend it, in a line of up to 200 letters"
        )
    return text


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r:.80} is no day; write it as 2027-01-31") from None
    if day < datetime.now(UTC).date():
        raise argparse.ArgumentTypeError(f"{text} is past: what has expired waives nothing")
    return day
