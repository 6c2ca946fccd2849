"""How long a data run takes on endpoints whose effects are late, or never come.

Usage: python benchmarks/patience.py [--strict]. The kit runs beside the endpoint on the same machine. With --strict the
exit code is 1 when a goal is missed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from dataverse_tck.emulator.organisation.assemble import create_organisation
from dataverse_tck.emulator.ownership.cascade_reach import Action
from dataverse_tck.emulator.serving.app import create_app
from dataverse_tck.emulator.serving.server import running

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.sharpness.gateway import Idle

if TYPE_CHECKING:
    from starlette.types import ASGIApp

GOAL_S = 60.0


def endpoints() -> dict[str, tuple[ASGIApp, float, str]]:
    """Return endpoints by name, each with the seconds that a run may take and the verdict that it has to come to."""
    organisation = create_organisation()
    late = create_app(organisation, cascade_delays=dict.fromkeys(Action, 1.5))
    return {
        "all is prompt": (create_app(organisation), GOAL_S, "conformant"),
        "every cascade 1.5 s late": (late, GOAL_S, "conformant"),
        "links are ignored": (Idle(create_app(organisation), b"@odata.bind"), GOAL_S, "not conformant"),
        "updates are ignored": (Idle(create_app(organisation)), GOAL_S, "not conformant"),
    }


def run(root: str) -> tuple[float, dict[str, object]]:
    """Run the data level; return its seconds and its certificate."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, "run")
        command = [sys.executable, "-m", "dataverse_tck", "run", "--endpoint", root, "--level", "data"]
        begun = time.monotonic()
        done = subprocess.run(
            [*command, "--allow-writes", "--output", str(output)],
            capture_output=True,
            text=True,
            check=False,
            cwd=folder,
        )
        wall = time.monotonic() - begun
        if done.returncode not in (0, 1, 3):
            raise SystemExit(f"{' '.join(command)} ended with {done.returncode}: {done.stdout}{done.stderr}")
        return wall, json.loads((output / "certificate.json").read_text(encoding="utf-8"))


def main() -> None:
    """Print, for each endpoint, how long the run took, how long it waited and what it said."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--strict", action="store_true")
    chosen, missed = options.parse_args(), 0
    for name, (app, goal, verdict) in endpoints().items():
        with running(app) as root:
            wall, told = run(root)
        requests, word = told["requests"], told["verdict"]
        assert isinstance(requests, dict)
        print(f"{name:<28} {wall:5.1f} s (at most {goal:.0f}), {requests['settled_s']:.0f} s of waits, {word}")
        missed += wall > goal or word != verdict
    if chosen.strict and missed:
        sys.exit(1)


if __name__ == "__main__":
    main()
