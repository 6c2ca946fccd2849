"""What several commands share: ``--endpoint``, the text of a challenge, and a text that goes into a new file."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from dataverse_tck.usage import UsageError


def add_endpoint(parser: argparse.ArgumentParser, *, purpose: str | None = None, required: bool = False) -> None:
    """Add ``--endpoint URL``; an empty address, such as a secret that is not set, is refused."""
    parser.add_argument("--endpoint", type=_address, required=required, metavar="URL", help=purpose)


def expect_new(output: Path | None) -> None:
    """Raise UsageError for a file that is there: what people may have edited stays as it is."""
    if output and output.exists():
        raise UsageError(f"{output} is there already and stays as it is; name another file.")


def hand_out(text: str, output: Path | None, said: str) -> None:
    """Write a text into a new file and say so, or print it where none is named. Raises UsageError."""
    if output is None:
        sys.stdout.write(text)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{output} cannot be written: {error.strerror}.") from None
    print(said)


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
