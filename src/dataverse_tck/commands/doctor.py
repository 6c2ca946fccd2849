"""``dataverse-tck doctor``: whether an endpoint can be examined, and how far; no verdict."""

from __future__ import annotations

import argparse

from dataverse_tck.reporting.terminal import errors, out
from dataverse_tck.webapi.credentials import token_from_environment
from dataverse_tck.webapi.doctor import diagnose, print_report


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``doctor`` to its parser."""
    parser.description = "Say whether an endpoint can be examined, and how far. Gives no verdict. Exit 0 ready, 2 not."
    parser.add_argument("--endpoint", required=True, metavar="URL")
    parser.set_defaults(do=doctor)


def doctor(options: argparse.Namespace) -> int:
    """Print what was found at the endpoint; return the exit code."""
    return print_report(diagnose(options.endpoint, token_from_environment()), out(), errors())
