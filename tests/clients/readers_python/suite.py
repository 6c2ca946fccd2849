"""Readers of JUnit files show of a run what its certificate says. Usage: python suite.py FOLDER."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from junitparser import Failure
from junitparser.xunit2 import JUnitXml


def main(folder: Path) -> None:
    """Read junit.xml with each of them."""
    requirements = json.loads((folder / "certificate.json").read_text("utf-8"))["requirements"]
    failed = {it["id"] for it in requirements if it["outcome"] == "fail"}
    scenarios = {title for it in requirements if it["id"] in failed for title in it["scenarios"]}
    assert failed

    told = JUnitXml.fromfile(str(folder / "junit.xml"))
    cases = [case for suite in told for case in suite]
    broken = [case for case in cases if any(isinstance(one, Failure) for one in case.result)]
    assert told.tests == len(cases)
    assert told.failures == len(broken)
    assert {it.value for case in broken for it in case.properties() if it.name == "scenario"} == scenarios
    assert failed <= {it.value for case in broken for it in case.properties() if it.name == "requirement"}

    with tempfile.TemporaryDirectory() as place:
        page = Path(place) / "junit.html"
        subprocess.run(
            [sys.executable, "-m", "junit2htmlreport", str(folder / "junit.xml"), str(page)],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        text = page.read_text("utf-8")
    assert all(key in text for key in failed)
    print("ok junit.xml")


main(Path(sys.argv[1]))
