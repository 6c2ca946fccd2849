"""Which reports there are: each a function of a run as its folder tells it. A new one is a module, and a line here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module

from dataverse_tck.report.told_run import ToldRun


@dataclass(frozen=True)
class Format:
    """A report: its file in the folder of the run, the module whose ``pieces`` make it, and what it is for."""

    file: str
    module: str
    purpose: str

    def pieces(self, run: ToldRun) -> Iterator[bytes]:
        """Yield the file piece by piece. Its module is imported only now, with the library that it needs."""
        found: Iterator[bytes] = import_module(f"dataverse_tck.report.{self.module}").pieces(run)
        return found


FORMATS: Mapping[str, Format] = {
    "html": Format("report.html", "html.page", "one page for readers, certifiers and engineers"),
    "certificate": Format("certificate.html", "html.certificate", "the certificate on a sheet or two, for files"),
    "badge": Format("badge.svg", "exports.badge", "the verdict as a badge for the page of a project"),
    "md": Format("summary.md", "exports.summary", "the verdict and each failure for a pull request or a job"),
    "xlsx": Format("requirements.xlsx", "exports.workbook", "the traceability matrix as a spreadsheet"),
    "csv": Format("requirements.csv", "exports.table", "the same matrix for whatever reads tables"),
    "har": Format("exchanges.har", "exports.har", "every exchange for the developer tools of a browser (HAR 1.2)"),
    "messages": Format("messages.ndjson", "exports.messages", "the features with results for Cucumber's formatters"),
    "ctrf": Format("ctrf-report.json", "exports.ctrf", "the scenarios for dashboards (Common Test Report Format)"),
    "earl": Format("earl.jsonld", "exports.earl", "an assertion for each requirement (W3C EARL as JSON-LD)"),
}
