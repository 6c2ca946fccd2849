"""``dataverse-tck sign``: one signature more on a bundle that verifies."""

from __future__ import annotations

import argparse
from pathlib import Path

from dataverse_tck.commands.certification.telling import plain, tell_refusals
from dataverse_tck.reporting import terminal
from dataverse_tck.reporting.progress import busy
from dataverse_tck.reporting.wording import beside
from dataverse_tck.usage import UsageError
from dataverse_tck.verify.folder import FolderError
from dataverse_tck.verify.replay import OptionsError


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``sign`` to its parser."""
    parser.description = "Verify a bundle, and add a signature to it: that you stand by what it holds."
    parser.epilog = (
        "Exit codes: 0 signed, 1 refused: something in the bundle does not follow from the rest, 2 cannot be read, or "
        "the key has signed already. Example: dataverse-tck sign certificate.zip --key certifier.key"
    )
    parser.add_argument("bundle", type=Path, metavar="BUNDLE", help="the certificate.zip of a run")
    parser.add_argument("--key", type=Path, required=True, metavar="FILE", help="the private key to sign with")
    parser.set_defaults(do=lambda options: sign(options.bundle, options.key))


def sign(bundle: Path, key: Path) -> int:
    """Add a signature to a bundle; return the exit code. Raises UsageError."""
    from dataverse_tck.bundle.archive import BundleError
    from dataverse_tck.bundle.envelope import signed_too
    from dataverse_tck.bundle.keys import read_signer
    from dataverse_tck.bundle.making import with_envelope
    from dataverse_tck.bundle.verified import verified_bundle

    if not bundle.is_file():
        raise UsageError(
            f"{bundle} is no bundle. Name the certificate.zip that 'dataverse-tck certify' left in a folder."
        )
    signer = read_signer(key)
    key_id = signer.public_key.keyid
    try:
        with busy("judging the run again"):
            found = verified_bundle(bundle)
    except (BundleError, FolderError, OptionsError) as problem:
        raise UsageError(plain(str(problem))) from None
    out = terminal.out()
    if found.refusals or found.envelope is None:
        tell_refusals(out, found.refusals)
        out.print("refused    the bundle does not verify, and is not signed")
        return 1
    if key_id in found.signers:
        raise UsageError(f"The key {key_id} has signed {bundle} already, and signs once.")
    told = found.certificate or {}
    out.print(f"verified   {told['verdict']}{beside(told['counts'])}, level {told['level']}, begun {told['started']}")
    for signer_id in found.signers:
        out.print(f"before     {signer_id}")
    with_envelope(bundle, signed_too(found.envelope, signer))
    out.print(f"signed     {bundle} by {key_id}", markup=False)
    return 0
