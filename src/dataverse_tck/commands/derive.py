"""``dataverse-tck derive PAGE``: derive and write, or derive and compare."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import dataverse_tck
from dataverse_tck.reference.compare import differences, differences_of_rendered
from dataverse_tck.reference.derived_files import documents, facts_document, write
from dataverse_tck.reference.page.blocks import BadPage
from dataverse_tck.reference.page.reader import read_page
from dataverse_tck.reference.requirements.derive import derive as derivation_of
from dataverse_tck.suite_files import suite_root

if TYPE_CHECKING:
    from dataverse_tck.reference.page.blocks import Page
    from dataverse_tck.reference.page.facts import Facts


class _Refused(Exception):  # noqa: N818 - no error of the kit but a sentence for its user
    """Bad input or usage."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``derive`` to its parser."""
    parser.description = (
        "Derive facts, schemas and requirements from the reference page: markdown source, or, with --check, the text "
        "of the rendered page as well."
    )
    parser.epilog = "Exit codes: 0 written or the same, 1 --check found a difference, 2 the page was refused."
    parser.add_argument("page", type=Path, metavar="PAGE")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--output", type=Path, metavar="DIR", help="write there; default: this checkout")
    where.add_argument("--check", action="store_true", help="compare with what is there, write nothing")
    parser.set_defaults(do=lambda options: derive(options.page, options.output, options.check))


def derive(page: Path, output: Path | None, check: bool) -> int:  # noqa: FBT001 - as the command line gives it
    """Derive the files of the suite from ``page`` and print what happened; returns the exit code.

    Writes below ``output`` or, in a checkout, into the suite; with ``check`` it compares with the suite and
    writes nothing. 0: done, or no difference; 1: there are differences; 2: bad input or usage.
    """
    if check and output:
        return _refuse("--check writes nothing and --output says where to write; leave one of them out.")
    try:
        read, facts = read_page(_content(page))
        if check:
            return _check_rendered(page, facts) if read.rendered else _check(page, read, facts)
        return _write(page, read, facts, output)
    except BadPage as error:
        where = f"{page}, line {error.line}" if error.line else f"{page}"
        return _refuse(f"{where}: {error}.")
    except _Refused as refusal:
        return _refuse(str(refusal))


def _refuse(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 2


def _content(path: Path) -> bytes:
    try:
        if path.is_file() or not path.exists():
            return path.read_bytes()
    except OSError as error:
        raise _Refused(f"{path} cannot be read: {error.strerror}.") from None
    raise _Refused(f"{path} is not a file; name the reference page itself.")


def _write(path: Path, page: Page, facts: Facts, output: Path | None) -> int:
    if page.rendered:
        raise _Refused(
            f"{path} is the rendered text of the page, which has lost its title, its anchors and some "
            "labels: derive from the markdown source, or compare this one with --check."
        )
    root = output or suite_root()
    if not output and root.is_relative_to(Path(dataverse_tck.__file__).parent):
        raise _Refused("The suite is part of the installed kit and stays as it is; say --output DIR.")
    derivation = derivation_of(page, facts)
    found = documents(facts, derivation)
    try:
        write(root, found)
    except OSError as error:
        where = error.filename or root
        raise _Refused(f"{where} cannot be written: {error.strerror}. Nothing was changed.") from None
    count = sum(map(len, derivation.requirements.values()))
    sys.stdout.write(
        f"{count} requirements, {len(derivation.derived)} derived from them, {len(derivation.advisory)} advisory, and "
        f"{len(derivation.exclusions)} exclusions of {facts.reference.title} "
        f"(SHA-256 {facts.reference.sha256}): {len(found)} files written below {root}.\n"
    )
    return 0


def _check(path: Path, page: Page, facts: Facts) -> int:
    return _tell(path, differences(suite_root(), documents(facts, derivation_of(page, facts))))


def _check_rendered(path: Path, facts: Facts) -> int:
    lost, told = differences_of_rendered(suite_root(), facts_document(facts))
    sys.stdout.write(f"{path} is the rendered text of the page. It has lost, so these were not compared:\n")
    for name in ("the title", "the anchors of the sections", "the SHA-256 of the source", *lost):
        sys.stdout.write(f"  {name}\n")
    return _tell(path, told)


def _tell(path: Path, told: list[str]) -> int:
    summary = f"Differences between {path} and the suite: {len(told)}."
    if not told:
        summary = f"The suite agrees with {path}."
    sys.stdout.write("\n".join([*told, summary]) + "\n")
    return 1 if told else 0
