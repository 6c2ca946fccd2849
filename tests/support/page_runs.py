"""Runs whose pages are looked at in a browser: right, wrong in some places, wrong everywhere, stopped, hostile."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from dataverse_tck.emulator.faults.metadata_faults import known_metadata_faults
from dataverse_tck.emulator.organisation.assemble import create_organisation
from dataverse_tck.emulator.serving.app import create_app
from dataverse_tck.emulator.serving.server import running
from tests.support.emulator_profiles import SAID
from tests.support.hostile import Hostile

if TYPE_CHECKING:
    from starlette.types import ASGIApp

TOKEN = "a-token-that-no-page-may-hold"
FIVE = (
    "column/msdyn_channel/option/192300000/label@optionset",
    "message/CCaaS_HoldCall/exists",  # on which hangs what else is said of it
    "derived/relationship/msdyn_timegroup_msdyn_ocliveworkitems/reference",
    "relationship/msdyn_bookingrule_msdyn_ocliveworkitems/cascade/RollupView",
    "derived/message/CCaaS_AcceptCall/unknown-parameter",
)
# Where a thing is missing, or cannot be told from another, nothing more is asked of it: these would hide the rest.
_HIDING = ("/exists", "/ReferencedEntity", "/ReferencingEntity", "/ReferencingAttribute")
EVERYTHING = tuple(
    fault
    for fault in known_metadata_faults()
    if not fault.endswith(_HIDING) and not fault.startswith("table/") and "/target/" not in fault
)
ROWS_BEFORE_IT_IS_STOPPED = 60
LONGEST_S = 300
NAMES = ("right", "five", "everything", "stopped", "hostile")


@dataclass
class Run:
    """A run that has ended, with its page."""

    folder: Path
    out: Path = field(init=False)
    said: str = ""

    def __post_init__(self) -> None:
        self.out = self.folder / "out"

    @property
    def page(self) -> Path:
        """The file of the page."""
        return self.out / "report.html"

    @cached_property
    def certificate(self) -> dict[str, Any]:
        """What was found."""
        found: dict[str, Any] = json.loads((self.out / "certificate.json").read_bytes())
        return found

    def requirements(self, **wanted: str) -> list[str]:
        """Return the ids of the requirements with these members, in their order."""
        return [
            item["id"]
            for item in self.certificate["requirements"]
            if all(item[name] == value for name, value in wanted.items())
        ]

    def scenarios(self, outcome: str | None = None) -> list[str]:
        """Return the titles of the scenarios that had an outcome, or of all that were told."""
        found = []
        for case in ET.parse(self.out / "junit.xml").iter("testcase"):
            said = {item.get("name"): item.get("value", "") for item in case.iter("property")}
            if "scenario" in said and outcome in (None, said["outcome"]):
                found.append(str(said["scenario"]))
        return found


@contextmanager
def _started(run: Run, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Start a run in a folder of its own, and wait for its end behind the block."""
    run.folder.mkdir(parents=True)
    (run.folder / "profile.toml").write_text(SAID.replace("settle_s = 10", "settle_s = 1"), encoding="utf-8")
    command = [sys.executable, "-m", "dataverse_tck", "run", "--output", "out", "--seed", "7", *arguments]
    with (run.folder / "said.txt").open("w+", encoding="utf-8") as said:
        process = subprocess.Popen(command, cwd=run.folder, stdout=said, stderr=subprocess.STDOUT, text=True)
        try:
            yield process
            process.wait(LONGEST_S)
        finally:
            process.kill()
            process.wait()
            said.seek(0)
            run.said = said.read()
    assert run.page.is_file(), run.said


def _endpoint(stack: ExitStack, app: ASGIApp) -> tuple[str, str]:
    return "--endpoint", stack.enter_context(running(app))


def _emulator(*faults: str) -> ASGIApp:
    return create_app(create_organisation(), faults=faults)


_DATA = ("--level", "data", "--allow-writes", "--settle", "1")
_CALLS = ("--level", "calls", "--allow-writes", "--profile", "profile.toml")


def right(folder: Path) -> Run:
    """Run against the embedded emulator, which does everything right."""
    run = Run(folder)
    with _started(run):
        return run


def five(folder: Path) -> Run:
    """Run against five faults, of all levels."""
    run = Run(folder)
    with ExitStack() as stack:
        stack.enter_context(_started(run, *_endpoint(stack, _emulator(*FIVE)), *_CALLS))
    return run


def everything(folder: Path) -> Run:
    """Run where everything that can be declared is declared wrongly."""
    run = Run(folder)
    with ExitStack() as stack:
        stack.enter_context(_started(run, *_endpoint(stack, _emulator(*EVERYTHING)), "--level", "surface"))
    return run


def stopped(folder: Path) -> Run:
    """Run, and be interrupted once some rows are written."""
    run = Run(folder)
    ledger = run.out / "ledger.ndjson"
    with _started(run, "--level", "data") as process:
        deadline = time.monotonic() + LONGEST_S
        while process.poll() is None and time.monotonic() < deadline:
            if ledger.is_file() and ledger.read_bytes().count(b"\n") >= ROWS_BEFORE_IT_IS_STOPPED:
                process.send_signal(signal.SIGINT)
                break
            time.sleep(0.01)
    return run


def hostile(folder: Path) -> Run:
    """Run where every text of the endpoint's own is an attack."""
    run = Run(folder)
    only = ("column/*", "relationship/*", "message/*", "derived/relationship/msdyn_timegroup_*")
    with ExitStack() as stack:
        stack.enter_context(_started(run, *_endpoint(stack, Hostile(_emulator())), *_DATA, "--only", *only))
    return run


MADE = {"right": right, "five": five, "everything": everything, "stopped": stopped, "hostile": hostile}
