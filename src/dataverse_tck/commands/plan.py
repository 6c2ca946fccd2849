"""``run --plan``: what a run would do, said before anything is sent.

Requests and rows are counted from the scenarios alone; what an endpoint adds (required links, paging, slow effects) is
not known before it is asked, so the figures are the least that a run takes.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from dataverse_tck.acts.cost import RowOf, cost_of
from dataverse_tck.conformance.judge import Judgement
from dataverse_tck.conformance.subjects import subjects, table_name
from dataverse_tck.conformance.suite import load_suite
from dataverse_tck.reporting import terminal
from dataverse_tck.reporting.result import Plan
from dataverse_tck.scenarios.context import CONTEXT, Context
from dataverse_tck.scenarios.pytest_session import collect_scenarios
from dataverse_tck.scenarios.rehearsal import rendered, scripts_of, title_of
from dataverse_tck.webapi.http.batches import MOST_PARTS
from dataverse_tck.webapi.http.limits import PARALLEL_REQUESTS

if TYPE_CHECKING:
    from dataverse_tck.acting.script import Act, Script
    from dataverse_tck.conformance.requirement import Catalogue
    from dataverse_tck.conformance.surfaces.subject import Subject
    from dataverse_tck.settings import Settings

SURFACE_REQUESTS = 14
REQUESTS_A_TABLE = 5  # its definition, columns and links; its key and a look for its rows when they are removed


class _Collector:
    """A pytest plug-in object that takes the scripts of the scenarios that would run."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.titles: list[str] = []
        self.scripts: dict[str, Script] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        config.stash[CONTEXT] = self._context

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.titles = [title_of(item, scenario) for item in session.items if (scenario := rendered(item))]
        self.scripts = scripts_of(session, self._context.catalogue)


def tell_plan(settings: Settings) -> int:
    """Print what the run would do, at least; return the exit code."""
    catalogue = load_suite().catalogue
    root = settings.endpoint or "the embedded emulator"
    plan = make_plan(catalogue, settings.resolved(catalogue, datetime.now(UTC).date()))
    terminal.plan(terminal.out(), plan, root=root, workers=settings.workers or PARALLEL_REQUESTS)
    return 0


def make_plan(catalogue: Catalogue, settings: Settings) -> Plan:
    """Collect the scenarios of a run and count what they do."""
    scenarios, scripts = planned(catalogue, settings)
    requests, parts, written = SURFACE_REQUESTS, 0, Counter[str]()
    for script in scripts.values():
        if _is_advisory(script):
            continue
        for at, (cost, tables) in enumerate(costs(script, catalogue)):
            if at < script.given:
                parts += cost
            else:
                requests += cost
            written.update(tables)
    parts += written.total() + len(written) * REQUESTS_A_TABLE  # removing them, and knowing their tables
    requests += math.ceil(parts / MOST_PARTS)
    return Plan(settings.level, scenarios, requests, parts, dict(sorted(written.items())))


def planned(catalogue: Catalogue, settings: Settings) -> tuple[int, Mapping[str, Script]]:
    """Return how many scenarios would run, and the scripts of those that write, by title."""
    collector = _Collector(Context(Judgement({}, {}), catalogue, settings.only, exclude=settings.exclude))
    collect_scenarios(collector, settings)
    return len(collector.titles), collector.scripts


def scenarios_of(catalogue: Catalogue, settings: Settings) -> list[str]:
    """Return the titles of the scenarios that would run."""
    collector = _Collector(Context(Judgement({}, {}), catalogue, settings.only, exclude=settings.exclude))
    collect_scenarios(collector, settings)
    return collector.titles


def _is_advisory(script: Script) -> bool:
    """Whether a script does something only where the profile is silent: the least that a run takes is nothing."""
    return bool(script.decides) and all(identifier.startswith("advisory/") for identifier in script.decides)


def costs(script: Script, catalogue: Catalogue) -> Iterator[tuple[int, list[str]]]:
    """Yield, for each act of a script, the requests that it sends and the tables of the rows that it writes."""
    before: list[str] = []
    for act in script.acts:
        cost = cost_of(act.do)
        tables = [_table(kind, act, before, catalogue) for kind in cost.rows]
        before += tables
        yield cost.requests, tables


def _table(kind: RowOf, act: Act, before: list[str], catalogue: Catalogue) -> str:
    if kind is RowOf.CONVERSATION:
        return table_name(catalogue)
    links = {item.name: item for item in subjects(catalogue) if item.noun == "relationship"}
    if kind is RowOf.ANOTHER_KIND:
        column = next(_column(item) for item in links.values() if item.many_to_one and _other_end(item) == before[0])
        taken = {_other_end(item) for item in links.values() if item.many_to_one and _column(item) == column}
        return next(table for table in map(_other_end, links.values()) if table not in taken)
    if kind is RowOf.AS_BEFORE:
        return before[0]
    link = links.get(act.words[0])
    if link is None:
        return act.words[0]
    return _other_end(link)


def _other_end(link: Subject) -> str:
    return str(link.stated[("ReferencedEntity" if link.many_to_one else "ReferencingEntity",)])


def _column(link: Subject) -> str:
    return str(link.stated[("ReferencingAttribute",)])
