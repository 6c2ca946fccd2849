"""``dataverse-tck report``: a run told again from its folder, in the format that somebody needs."""

from __future__ import annotations

import argparse
from pathlib import Path

from dataverse_tck.report.formats import FORMATS
from dataverse_tck.usage import UsageError


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``report`` to its parser."""
    parser.description = (
        "Make a report of a run from its folder. Nothing is sent, and nothing is judged again: verify does that."
    )
    made = "; ".join(f"{name}: {it.file}, {it.purpose}" for name, it in FORMATS.items())
    parser.epilog = (
        f"{made}. Exit codes: 0 made, 2 where the folder holds nothing that can be told. "
        "Example: dataverse-tck report reports/latest --format xlsx. docs/reading-a-report.md leads through the page."
    )
    parser.add_argument("run", type=Path, metavar="RUN", help="the folder of the run")
    parser.add_argument("--format", choices=FORMATS, default="html", help="default: html")
    parser.add_argument("--output", type=Path, metavar="FILE", help="default: beside the evidence, in RUN")
    parser.set_defaults(do=lambda options: report(options.run, options.format, options.output))


def report(folder: Path, name: str, output: Path | None) -> int:
    """Make a report, say where it is and what it could not tell. Raises UsageError."""
    from dataverse_tck.report.folder import read_run
    from dataverse_tck.report.write import write

    made = FORMATS[name]
    path = output or folder / made.file
    _expect_free(path, folder, made.file)
    run = read_run(folder)
    try:
        write(path, made.pieces(run))
    except OSError as problem:
        raise UsageError(f"{path} cannot be written ({problem.strerror}). Name another file with --output.") from None
    for sentence in run.missing:
        print(f"note       {sentence}")
    print(f"report     {path}")
    return 0


def _expect_free(path: Path, folder: Path, name: str) -> None:
    """Raise UsageError where a report would stand in the way of something: only a report is written over."""
    if folder.resolve() in path.resolve().parents and path.resolve() != folder.resolve() / name:
        raise UsageError(
            f"{path} is inside the folder of the run, where nothing else may stand: leave --output out, or name a file "
            "elsewhere."
        )
    if path.exists() and path.suffix != Path(name).suffix:
        raise UsageError(f"{path} is there already and is no {name}: it stays as it is. Name another file.")
