"""What several commands take: ``--endpoint``, and the text of a challenge."""

from __future__ import annotations

import argparse


def add_endpoint(parser: argparse.ArgumentParser, *, purpose: str | None = None, required: bool = False) -> None:
    """Add ``--endpoint URL``; an empty address, such as a secret that is not set, is refused."""
    parser.add_argument("--endpoint", type=_address, required=required, metavar="URL", help=purpose)


def challenge_text(text: str) -> str:
    """Return a challenge; raises ArgumentTypeError for a text that would not be the same everywhere."""
    if not 8 <= len(text) <= 200 or not text.isprintable() or text != text.strip():
        raise argparse.ArgumentTypeError(
            f"a challenge has 8 to 200 letters, digits and signs, none of them hidden, and no blank at an end; "
            f"{text!r:.60} has {len(text)}"
        )
    return text


def _address(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError(
            f"{text!r} is empty; give a service root, such as https://org.example.com/api/data/v9.2. "
            "Where it comes from a variable or a secret, that is not set"
        )
    return text
