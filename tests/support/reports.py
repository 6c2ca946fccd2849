"""A report as bytes, whichever format it has."""

from __future__ import annotations

from dataverse_tck.report.formats import FORMATS
from dataverse_tck.report.told_run import ToldRun


def made(name: str, run: ToldRun) -> bytes:
    """The whole report of a run in the format of that name."""
    return b"".join(FORMATS[name].pieces(run))
