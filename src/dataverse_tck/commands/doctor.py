"""``dataverse-tck doctor``: whether an endpoint can be examined, and how far; no verdict."""

from __future__ import annotations

import argparse

from rich.console import Console

from dataverse_tck.commands.common_options import add_endpoint
from dataverse_tck.reporting.terminal import errors, out
from dataverse_tck.webapi.credentials import token_from_environment
from dataverse_tck.webapi.doctor import Diagnosis, diagnose


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``doctor`` to its parser."""
    parser.description = "Say whether an endpoint can be examined, and how far. Gives no verdict. Exit 0 ready, 2 not."
    add_endpoint(parser, required=True)
    parser.set_defaults(do=doctor)


def doctor(options: argparse.Namespace) -> int:
    """Print what was found at the endpoint; return the exit code."""
    return print_report(diagnose(options.endpoint, token_from_environment()), out(), errors())


def print_report(found: Diagnosis, console: Console, errors: Console | None = None) -> int:
    """Print what was found, one fact a line, and return the exit code: 0 ready, 2 not.

    What a person has to act on goes to ``errors``, by default the same place.
    """

    def line(name: str, value: str | None) -> None:
        console.print(f"{name:<14}{value or '-'}", markup=False, highlight=False, soft_wrap=True)

    line("endpoint", found.root or found.named)
    if found.completed_from:
        line("", f"completed from {found.completed_from}")
    line("reachable", "yes" if found.reachable else "no")
    line("token", "set (DATAVERSE_TOKEN)" if found.token else "not set (DATAVERSE_TOKEN)")
    line("proxy", found.proxy or "none")
    line("certificates", found.authorities or "the authorities that come with certifi")
    if found.root:
        line("version", found.version)
        line("user", found.user)
        for number, (name, state) in enumerate(found.surfaces.items()):
            line("" if number else "surfaces", f"{name}: {state}")
        line("sharing", found.sharing)
        line("levels", ", ".join(found.levels) or "none")
    line("ready", "yes" if found.ready else "no")
    if found.problem:
        (errors or console).print(found.problem, markup=False, highlight=False, soft_wrap=True)
    return 0 if found.ready else 2
