"""``dataverse-tck requirements``: what is checked, for people and for programs."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from dataclasses import asdict

from rich.console import Console
from rich.table import Table
from rich.text import Text

from dataverse_tck.conformance.requirement import LEVELS, Catalogue
from dataverse_tck.conformance.suite import load_suite

COLUMNS = (
    "id",
    "level",
    "obligation",
    "statement",
    "expected",
    "section",
    "line",
    "blocked_by",
    "derived_from",
)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``requirements`` to its parser."""
    parser.description = "List what is checked."
    parser.add_argument("--level", choices=LEVELS, help="only this level")
    parser.add_argument("--format", choices=("table", "json", "csv"), default="table")
    parser.set_defaults(do=requirements)


def requirements(options: argparse.Namespace) -> int:
    """Print what is checked; return the exit code."""
    print_requirements(load_suite().catalogue, options.level, options.format)
    return 0


def print_requirements(catalogue: Catalogue, level: str | None, form: str) -> None:
    """Print the requirements of a level (or of all) as ``table``, ``json`` or ``csv`` on stdout."""
    chosen = catalogue.requirements if level is None else catalogue.of(level)
    rows = [{name: asdict(item)[name] for name in COLUMNS} for item in chosen]
    if form == "json":
        json.dump(rows, sys.stdout, indent=1, ensure_ascii=False)
        print()
    elif form == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(COLUMNS)
        for row in rows:
            writer.writerow(
                [value if isinstance(value, str) else json.dumps(value, ensure_ascii=False) for value in row.values()]
            )
    else:
        if not sys.stdout.isatty():
            print("\n".join(f"{item.id}\t{item.statement}" for item in chosen))
            return
        console = Console()
        table = Table("id", "statement", "line", box=None, pad_edge=False)
        for item in chosen:
            table.add_row(Text(item.id, overflow="fold"), Text(item.statement), str(item.line))
        console.print(table)
        console.print(f"\n{len(chosen)} requirements, {len(catalogue.exclusions)} exclusions; {catalogue.title}")
