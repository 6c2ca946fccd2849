"""``dataverse-tck certify``: a run that leaves nothing out, and its folder as one signed file."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dataverse_tck.commands.certification.telling import plain
from dataverse_tck.conformance.verdict import EXIT_CODES, GATES, Verdict
from dataverse_tck.reporting import terminal
from dataverse_tck.reporting.progress import busy
from dataverse_tck.reporting.wording import beside
from dataverse_tck.usage import UsageError
from dataverse_tck.verify.folder import ARCHIVE, FolderError
from dataverse_tck.verify.replay import OptionsError

if TYPE_CHECKING:
    from securesystemslib.signer import CryptoSigner

    from dataverse_tck.bundle.manual import Said

# What ``run`` takes beside these, and would leave something out, or decide by something else than the verdict.
_OF_RUN_ALONE: Mapping[str, Any] = {
    "only": [],
    "exclude": [],
    "max_fail": None,
    "rerun_failed": None,
    "gate": GATES[0],
    "baseline": None,
}
_OWN = frozenset({"command", "do", "key", "statements", "run", "pytest_args", *_OF_RUN_ALONE})


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``certify`` to its parser."""
    from dataverse_tck.commands.run import add_options_of_a_run

    parser.description = (
        f"Examine an endpoint with nothing left out, and make {ARCHIVE} of the folder of the run: one file, signed, "
        "that anybody can verify."
    )
    parser.epilog = (
        "Exit codes: 0 conformant, 1 not conformant, 2 could not start, or no bundle could be made; 3 incomplete. "
        "Example: dataverse-tck certify --endpoint URL --key acme.key. docs/for-certifiers.md says what comes of it."
    )
    parser.add_argument("--key", type=Path, required=True, metavar="FILE", help="the private key to sign with")
    parser.add_argument(
        "--statements", type=Path, metavar="FILE", help="manual statements about what a run cannot look at, in TOML"
    )
    parser.add_argument("--run", type=Path, metavar="RUN", help="bundle this run, which has to verify, and make none")
    add_options_of_a_run(parser)
    parser.set_defaults(do=lambda options: certify(options, parser), **_OF_RUN_ALONE)


def certify(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    """Make a run, or take one, and its bundle; return the exit code of the verdict. Raises UsageError."""
    from dataverse_tck.bundle.keys import read_signer
    from dataverse_tck.bundle.manual import load_statements

    signer = read_signer(options.key)
    statements = load_statements(options.statements) if options.statements else ()
    if options.run is None:
        return _run(options, signer, statements)
    for name, value in vars(options).items():
        if name not in _OWN and value != parser.get_default(name):
            word = f"--{name.replace('_', '-')}"
            raise UsageError(f"--run bundles a run that is there, and {word} is for a new one: leave one of them out.")
    certificate = _taken(options.run)
    coverage = certificate["coverage"]
    checked = f"{coverage['checked']} of {coverage['requirements']} checked"
    print(f"verified   {certificate['verdict']}, {checked}{beside(certificate['counts'])}")
    _bundle(options.run, certificate, signer, statements)
    return EXIT_CODES[Verdict(certificate["verdict"])]


def _run(options: argparse.Namespace, signer: CryptoSigner, statements: Sequence[Said]) -> int:
    from dataverse_tck.commands.run import carried_out, settings_of
    from dataverse_tck.report.folder import read_certificate
    from dataverse_tck.run.folder import point_latest, run_folder

    settings = settings_of(options)
    if options.plan:
        from dataverse_tck.commands.plan import tell_plan

        return tell_plan(settings)
    _expect_known(statements)
    was_there = settings.output is not None and settings.output.is_dir()
    folder = run_folder(settings.output)
    try:
        code = carried_out(replace(settings, output=folder))
    except BaseException:
        if not was_there and not any(folder.iterdir()):
            folder.rmdir()  # of a run that could not start
        raise
    if settings.output is None:
        point_latest(folder)
    certificate = read_certificate(folder, is_ours=True)
    if certificate["interrupted"]:
        print("bundle     none: the run was interrupted, and is not whole")
        return code
    _bundle(folder, certificate, signer, statements)
    return code


def _expect_known(statements: Sequence[Said]) -> None:
    """Raise UsageError for a statement about nothing that is called so, before a run is made for it."""
    from dataverse_tck.conformance.requirement import selects
    from dataverse_tck.conformance.suite import load_suite
    from dataverse_tck.usage import nearest

    known = load_suite().catalogue.by_id
    for one in statements:
        if not selects([one.requirement], known):
            raise UsageError(
                f"The statement about {one.requirement} cannot be taken: no requirement is called so."
                f"{nearest(one.requirement, known)}"
            )


def _taken(folder: Path) -> Mapping[str, Any]:
    """Return the certificate of a run that is there already. Raises UsageError for one that cannot be bundled."""
    from dataverse_tck.verify.verification import verified

    if (folder / ARCHIVE).exists():
        raise UsageError(
            f"{folder / ARCHIVE} is there already and stays as it is: 'dataverse-tck sign' adds a signature to it."
        )
    try:
        with busy("judging the run again"):
            found = verified(folder)
    except (FolderError, OptionsError) as problem:
        raise UsageError(plain(str(problem))) from None
    told = found.certificate
    if found.refusals:
        first = found.refusals[0]
        raise UsageError(
            plain(f"{folder} does not verify and is not bundled: {first.what} ({first.where}) 'dataverse-tck verify' ")
            + "says more."
        )
    if told["interrupted"]:
        raise UsageError(f"The run in {folder} was interrupted: it is not whole. Bundle one that came to its end.")
    left_out = {"--only": told["only"], "--exclude": told["exclude"], "--max-fail": told["max_fail"]}
    left_out["arguments for pytest"] = told["run"]["pytest_args"]
    for name, value in left_out.items():
        if value:
            raise UsageError(f"The run in {folder} left something out ({name}). Bundle one that was made without.")
    return told


def _bundle(folder: Path, certificate: Mapping[str, Any], signer: CryptoSigner, statements: Sequence[Said]) -> None:
    from dataverse_tck.bundle.making import leave_pages, make

    leave_pages(folder)
    path = make(folder, certificate, signer, statements)
    said = f"bundle     {path}, {path.stat().st_size:,} bytes, signed by {signer.public_key.keyid}"
    with terminal.forgiving():
        terminal.out().print(said, markup=False)
