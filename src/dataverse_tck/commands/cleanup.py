"""``dataverse-tck cleanup``: removes what a killed run left, and nothing that its ledger does not name."""

from __future__ import annotations

import argparse
from pathlib import Path
from urllib.parse import urlsplit

from dataverse_tck.acting.acting_session import LEDGER
from dataverse_tck.commands.common_options import add_endpoint
from dataverse_tck.evidence.recorder import Recorder
from dataverse_tck.reporting import terminal
from dataverse_tck.reporting.progress import progress
from dataverse_tck.usage import UsageError
from dataverse_tck.webapi.credentials import secrets_of, token_from_environment
from dataverse_tck.webapi.http.batches import MOST_PARTS, Batches
from dataverse_tck.webapi.http.errors import Unreachable
from dataverse_tck.webapi.http.network import is_loopback
from dataverse_tck.webapi.preflight import find_endpoint
from dataverse_tck.webapi.rows.cleanup import clean_up
from dataverse_tck.webapi.rows.ledger import Ledger, read_ledger
from dataverse_tck.webapi.rows.principals import organization

EXCHANGES = "cleanup.ndjson"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``cleanup`` to its parser."""
    parser.description = "Remove the test rows that a run left behind, as its folder tells."
    parser.add_argument("run", type=Path, metavar="RUN", help="the folder of the run")
    add_endpoint(parser, purpose="the same endpoint under another address")
    parser.set_defaults(do=lambda options: cleanup(options.run, options.endpoint))


def cleanup(folder: Path, endpoint: str | None) -> int:
    """Remove the test rows of a run; 0: all are gone, 3: some remain. ``endpoint``: its address now.

    Raises UsageError for a folder that is no run's, and WebApiError when the endpoint cannot be reached.
    """
    path = folder / LEDGER
    if not path.is_file():
        raise UsageError(
            f"{folder} holds no {LEDGER}: it is not the folder of a run that wrote rows. Runs leave theirs in reports/."
        )
    contents = read_ledger(path)
    pending = [entry for entry in contents.entries if not entry.gone]
    out = terminal.out()
    if not pending:
        out.print(f"nothing to do   all {len(contents.entries)} rows that the run planned are gone")
        return 0
    root = endpoint or str(contents.header["root"])
    token = token_from_environment()
    with Recorder(folder / EXCHANGES, secrets_of(token)) as recorder:
        try:
            found = find_endpoint(root, token, recorder)
        except Unreachable as problem:
            hint = (
                " If the run examined the embedded emulator, its rows ended with it."
                if endpoint is None and is_loopback(urlsplit(root).hostname or "")
                else ""
            )
            raise UsageError(f"{problem}{hint}") from problem
        here = organization(found.session)
        if (wrote_to := contents.header.get("organization", here)) != here:
            found.session.close()
            raise UsageError(
                f"{root} is the organisation {here}, but the run wrote to {wrote_to}. Nothing was deleted: "
                "name the address of that one with --endpoint."
            )
        with found.session as session, Ledger(path, contents.header) as ledger, progress() as tick:
            left = clean_up(
                session,
                pending,
                ledger=ledger,
                on_progress=lambda done, total: tick("rows removed", done, total),
                batches=Batches(session, MOST_PARTS),
            )
    out.print(f"removed         {len(pending) - len(left)} of {len(pending)} rows from {root}")
    for one in left:
        out.print(f"left behind     {one.path}: {one.reason}", markup=False)
    return 3 if left else 0
