"""Which reports there are: each a function of a run as its folder tells it. A new one is a module, and a line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module

from dataverse_tck.report.told_run import ToldRun


@dataclass(frozen=True)
class Format:
    """A report: its file in the folder of the run, the module whose ``content`` makes it, and what it is for."""

    file: str
    module: str
    purpose: str

    @property
    def content(self) -> Callable[[ToldRun], bytes]:
        """What makes the bytes of the file; imported when it is asked for, with the library that it needs."""
        found: Callable[[ToldRun], bytes] = import_module(f"dataverse_tck.report.{self.module}").content
        return found


FORMATS: Mapping[str, Format] = {
    "html": Format("report.html", "html.page", "one page for readers, certifiers and engineers"),
    "xlsx": Format("requirements.xlsx", "workbook", "the traceability matrix as a spreadsheet"),
}
