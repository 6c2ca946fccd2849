"""``run --plan``: what a run would do, said before anything is sent.

Requests and rows are counted from the scenarios alone; what an endpoint adds (required links, paging, slow effects) is
not known before it is asked, so the figures are the least that a run takes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

import pytest

from dataverse_tck.acts import cascades, channels, links, related, shares
from dataverse_tck.acts.calls import checks
from dataverse_tck.conformance.judge import Judgement
from dataverse_tck.conformance.subjects import subjects, table_name
from dataverse_tck.reporting.result import Plan
from dataverse_tck.scenarios.plugin import EXAM, Exam, scripts_of

if TYPE_CHECKING:
    from dataverse_tck.conformance.requirement import Catalogue
    from dataverse_tck.conformance.surfaces.subject import Subject
    from dataverse_tck.scenarios.script_writer import Act, Script

SURFACE_REQUESTS = 12
REQUESTS_A_TABLE = 5  # its definition, columns and links; its key and a look for its rows when they are removed

_CONVERSATION, _GIVEN, _SAME, _ANOTHER = "the conversation", "of the link or table named", "as before", "another kind"

# What each act sends, and the rows that it writes.
_COSTS: Mapping[Callable[..., object], tuple[int, tuple[str, ...]]] = {
    links.make_conversations: (3, (_CONVERSATION, _CONVERSATION)),
    links.make_record: (1, (_GIVEN,)),
    links.make_linked: (4, (_GIVEN, _CONVERSATION)),
    links.make_other: (5, (_SAME, _CONVERSATION)),
    links.make_loose: (2, (_CONVERSATION,)),
    links.make_clock: (4, (_GIVEN, _CONVERSATION)),
    links.make_alien: (2, (_ANOTHER,)),
    links.set_aside: (4, (_GIVEN, _CONVERSATION)),
    links.refused: (0, ()),
    links.names_only_it: (2, ()),
    links.as_it_was: (1, ()),
    cascades.happens: (3, ()),
    cascades.others_as_they_were: (2, ()),
    cascades.make_of_colleague: (3, (_GIVEN,)),
    cascades.make_clock_of_colleague: (4, (_GIVEN, _CONVERSATION)),
    cascades.links_to_owned: (4, ()),
    shares.share_record: (3, ()),
    shares.is_shared_alike: (2, ()),
    shares.opens_up: (2, ()),
    channels.each_alone: (4, ()),
    channels.is_set: (5, ()),
    channels.make_with: (1, (_CONVERSATION,)),
    channels.make_with_unlisted: (1, (_CONVERSATION,)),
    related.make_of_each: (6, (_GIVEN, _GIVEN)),
    checks.make_ready: (7, (_CONVERSATION,)),
    checks.make_another: (9, (_CONVERSATION,)),
    checks.make_unready: (9, (_CONVERSATION, _CONVERSATION)),
    checks.make_done: (9, (_CONVERSATION,)),
    checks.send_and_take_back: (3, ()),
    checks.send_twice: (2, ()),
    checks.as_it_was: (2, ()),
    checks.wrong_state_as_declared: (2, ()),
    checks.twice_as_declared: (2, ()),
}
_OTHERWISE: tuple[int, tuple[str, ...]] = (1, ())


class _Collector:
    """A pytest plug-in object that takes the scripts of the scenarios that would run."""

    def __init__(self, exam: Exam) -> None:
        self._exam = exam
        self.scenarios = 0
        self.scripts: dict[str, Script] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        config.stash[EXAM] = self._exam

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.scenarios = len(session.items)
        self.scripts = scripts_of(session, self._exam.catalogue)


def make_plan(catalogue: Catalogue, level: str, only: tuple[str, ...], pytest_args: tuple[str, ...]) -> Plan:
    """Collect the scenarios of a level and count what they do."""
    from dataverse_tck.scenarios.pytest_session import collect_scenarios

    collector = _Collector(Exam(Judgement({}, {}), catalogue, only))
    collect_scenarios(collector, level=level, extra=pytest_args)
    requests, written = SURFACE_REQUESTS, Counter[str]()
    for script in collector.scripts.values():
        for cost, tables in costs(script, catalogue):
            requests += cost
            written.update(tables)
    requests += written.total() + len(written) * REQUESTS_A_TABLE  # removing them, and knowing their tables
    return Plan(level, collector.scenarios, requests, dict(sorted(written.items())))


def costs(script: Script, catalogue: Catalogue) -> Iterator[tuple[int, list[str]]]:
    """Yield, for each act of a script, the requests that it sends and the tables of the rows that it writes."""
    before: list[str] = []
    for act in script.acts:
        cost, kinds = _COSTS.get(act.do, _OTHERWISE)
        tables = [_table(kind, act, before, catalogue) for kind in kinds]
        before += tables
        yield cost, tables


def _table(kind: str, act: Act, before: list[str], catalogue: Catalogue) -> str:
    if kind == _CONVERSATION:
        return table_name(catalogue)
    links = {item.name: item for item in subjects(catalogue) if item.noun == "relationship"}
    if kind == _ANOTHER:
        column = next(_column(item) for item in links.values() if item.many_to_one and _other_end(item) == before[0])
        taken = {_other_end(item) for item in links.values() if item.many_to_one and _column(item) == column}
        return next(table for table in map(_other_end, links.values()) if table not in taken)
    if kind == _SAME:
        return before[0]
    link = links.get(act.words[0])
    if link is None:
        return act.words[0]
    return _other_end(link)


def _other_end(link: Subject) -> str:
    return str(link.stated[("ReferencedEntity" if link.many_to_one else "ReferencingEntity",)])


def _column(link: Subject) -> str:
    return str(link.stated[("ReferencingAttribute",)])
