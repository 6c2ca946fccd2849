"""Run ``dataverse-tck run`` with the given arguments and print, as one JSON line, where its seconds went.

start: from the start of the process to the first question; requests: finding, reading and judging the endpoint;
checks: the pytest session, of which perform: the acts of scenarios that write, and tell: the rest; clean: removing
rows, as far as that lasts longer; reports: what is left, to the exit. processor, processor of children: seconds of this
process and of the emulator; memory: the most that this process had, in MiB.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

BORN = float(os.environ["BORN"])  # time.time() of the parent just before it started us


def timed(function: Callable[..., Any], spent: dict[str, float], name: str) -> Callable[..., Any]:
    """Add the time a function takes to ``spent`` and note when it was first called."""

    def wrapper(*arguments: Any, **keywords: Any) -> Any:
        begun = time.time()
        spent.setdefault(f"{name} begun", begun)
        try:
            return function(*arguments, **keywords)
        finally:
            spent[name] = spent.get(name, 0) + time.time() - begun

    return wrapper


def main() -> None:
    """Run, then print the split; the exit code is the run's."""
    from dataverse_tck import cli
    from dataverse_tck.acting import acting_session
    from dataverse_tck.acting.rounds import Rounds
    from dataverse_tck.endpoint import survey
    from dataverse_tck.scenarios import pytest_session

    spent: dict[str, float] = {}
    survey.survey = timed(survey.survey, spent, "requests")
    pytest_session.run_scenarios = timed(pytest_session.run_scenarios, spent, "checks")
    Rounds.perform_all = timed(Rounds.perform_all, spent, "perform")  # type: ignore[method-assign]
    acting_session.clean_up = timed(acting_session.clean_up, spent, "clean")
    code = cli.main(["run", *sys.argv[1:]])
    split = {
        "start": spent["requests begun"] - BORN,
        "requests": spent["requests"],
        "checks": spent["checks"],
        "clean": spent.get("clean", 0.0),
    }
    split["clean"] = max(0.0, spent.get("clean begun", 0.0) + split["clean"] - spent["checks begun"] - spent["checks"])
    split["reports"] = time.time() - BORN - sum(split.values())
    split["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    split["perform"] = spent.get("perform", 0.0)
    split["tell"] = split["checks"] - split["perform"]
    for name, who in (("processor", resource.RUSAGE_SELF), ("processor of children", resource.RUSAGE_CHILDREN)):
        used = resource.getrusage(who)
        split[name] = used.ru_utime + used.ru_stime
    print(json.dumps({name: round(value, 3) for name, value in split.items()}))
    sys.exit(code)


if __name__ == "__main__":
    main()
