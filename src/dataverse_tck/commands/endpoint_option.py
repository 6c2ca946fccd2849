"""The option ``--endpoint``, the same for every command that takes one."""

from __future__ import annotations

import argparse


def add_endpoint(parser: argparse.ArgumentParser, *, purpose: str | None = None, required: bool = False) -> None:
    """Add ``--endpoint URL``; an empty address, such as a secret that is not set, is refused."""
    parser.add_argument("--endpoint", type=_address, required=required, metavar="URL", help=purpose)


def _address(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError(
            f"{text!r} is empty; give a service root, such as https://org.example.com/api/data/v9.2. "
            "Where it comes from a variable or a secret, that is not set"
        )
    return text
