"""How much of the proofs a test run keeps: PROVE (whole, endure) and PROVE_SEED in the environment say which."""

from __future__ import annotations

import os
from pathlib import Path
from xml.etree import ElementTree as ET

ENDURE = os.environ.get("PROVE") == "endure"
WHOLE = os.environ.get("PROVE") == "whole" or ENDURE
SEED = int(os.environ.get("PROVE_SEED", "20261121"))


def failed_scenarios(path: Path) -> set[str]:
    """Return the titles of the scenarios that failed, as JUnit readers see them."""
    titles = set()
    for case in ET.parse(path).iter("testcase"):
        if case.find("failure") is not None:
            titles |= {item.get("value") or "" for item in case.iter("property") if item.get("name") == "scenario"}
    return titles
