"""A run in which whatever an endpoint, or a forger, can say is an attack on whoever shows it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dataverse_tck.report.told_run import ToldRun

HOSTILE = "</script><script>hacked()</script><img src=x onerror=hacked()>\u202e\x00\x1b[31m'\"=cmd()\ud800"


def hostile(run: ToldRun, text: str = HOSTILE) -> ToldRun:
    """A run in which whatever an endpoint, or a forger, can say says the worst."""

    def poisoned(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: poisoned(one, name) for name, one in value.items()}
        if isinstance(value, list):
            return [poisoned(one, key) for one in value]
        fixed = ("outcome", "level", "obligation", "id", "verdict", "started", "finished", "sha256")
        return text if isinstance(value, str) and key not in fixed else value

    told = poisoned(run.certificate)
    told["requirements"] = [{**item, "observed": text} for item in told["requirements"]]
    lines = {key: {**poisoned(line), "id": key} for key, line in run.exchanges.items()}
    outlines = tuple(replace(one, url=text, purpose=text) for one in run.outlines)
    return replace(run, certificate=told, exchanges=lines, outlines=outlines)
