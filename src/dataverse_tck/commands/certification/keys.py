"""``dataverse-tck keys``: makes a key to sign with, and says which key is in a file or signed a bundle."""

from __future__ import annotations

import argparse
import zipfile
from collections.abc import Sequence
from pathlib import Path

from dataverse_tck.usage import UsageError


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what can be done with keys, and the options of each, to the parser of ``keys``."""
    parser.description = "Make a key to sign bundles with, or say which key is in a file."
    wanted = parser.add_subparsers(dest="what", required=True, metavar="new|show")
    add = wanted.add_parser(
        "new",
        help="write a new pair of keys",
        description="Write NAME.key, which signs and stays with you, and NAME.pub, which others verify with. "
        "The private key is not encrypted: who can read the file can sign with it.",
        allow_abbrev=False,
    )
    add.add_argument("name", type=Path, metavar="NAME")
    add.set_defaults(do=lambda options: new(options.name))
    add = wanted.add_parser(
        "show",
        help="print the ids of keys",
        description="Print the id of each key: the public key itself, as 64 hexadecimal digits. Of a bundle, the ids "
        "beside its signatures, which are not verified here.",
        allow_abbrev=False,
    )
    add.add_argument("files", type=Path, nargs="+", metavar="FILE", help="a .pub, a .key, or a bundle")
    add.set_defaults(do=lambda options: show(options.files))


def new(name: Path) -> int:
    """Write a new pair of keys; return the exit code. Raises UsageError."""
    from dataverse_tck.bundle.keys import new_key

    private, public, key_id = new_key(name)
    print(f"private    {private} (not encrypted: keep it where nobody else reads it)")
    print(f"public     {public} (for those who verify)")
    print(f"key        {key_id}")
    return 0


def show(files: Sequence[Path]) -> int:
    """Print the ids of keys, each with the file that it is from; return the exit code. Raises UsageError."""
    from dataverse_tck.bundle.archive import BundleError
    from dataverse_tck.bundle.keys import read_id
    from dataverse_tck.bundle.verified import signers_of

    for path in files:
        try:
            ids = signers_of(path) if zipfile.is_zipfile(path) else (read_id(path),)
        except BundleError as problem:
            raise UsageError(str(problem)) from None
        for key_id in ids:
            print(f"{key_id}  {path}")
    return 0
