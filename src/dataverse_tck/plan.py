"""``run --plan``: what a run would do, said before anything is sent.

Requests and rows are counted from the scenarios alone; what an endpoint adds (required links, paging, slow effects) is
not known before it is asked, so the figures are the least that a run takes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

import pytest

from dataverse_tck.acts import calls, cascades, channels, related, rows, shares
from dataverse_tck.conformance.judge import Judgement
from dataverse_tck.conformance.subjects import subjects, table_name
from dataverse_tck.pytest_plugin import EXAM, Exam, scripts_of
from dataverse_tck.result import Plan

if TYPE_CHECKING:
    from dataverse_tck.conformance.requirement import Catalogue
    from dataverse_tck.conformance.subjects import Subject
    from dataverse_tck.trial import Act, Script

SURFACE_REQUESTS = 12
REQUESTS_A_TABLE = 5  # its definition, columns and links; its key and a look for its rows when they are removed

_CONVERSATION, _GIVEN, _SAME, _ANOTHER = "the conversation", "of the link or table named", "as before", "another kind"

# What each act sends, and the rows that it writes.
_COSTS: Mapping[Callable[..., object], tuple[int, tuple[str, ...]]] = {
    rows.make_conversations: (3, (_CONVERSATION, _CONVERSATION)),
    rows.make_record: (1, (_GIVEN,)),
    rows.make_linked: (4, (_GIVEN, _CONVERSATION)),
    rows.make_other: (5, (_SAME, _CONVERSATION)),
    rows.make_loose: (2, (_CONVERSATION,)),
    rows.make_clock: (4, (_GIVEN, _CONVERSATION)),
    rows.make_alien: (2, (_ANOTHER,)),
    rows.set_aside: (4, (_GIVEN, _CONVERSATION)),
    rows.refused: (0, ()),
    rows.names_only_it: (2, ()),
    rows.as_it_was: (1, ()),
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
    calls.says_wrong_state: (0, ()),
    calls.leaves_effect_open: (0, ()),
    calls.leaves_counterpart_open: (0, ()),
    calls.leaves_wrong_state_open: (0, ()),
    calls.make_ready: (7, (_CONVERSATION,)),
    calls.make_another: (9, (_CONVERSATION,)),
    calls.make_unready: (9, (_CONVERSATION, _CONVERSATION)),
    calls.make_done: (9, (_CONVERSATION,)),
    calls.send_and_take_back: (3, ()),
    calls.send_twice: (2, ()),
    calls.as_it_was: (2, ()),
    calls.other_as_it_was: (2, ()),
    calls.wrong_state_as_declared: (2, ()),
    calls.wrong_state_as_usual: (2, ()),
    calls.twice: (2, ()),
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
    from dataverse_tck.pytest_session import collect_scenarios

    collector = _Collector(Exam(Judgement({}, {}), catalogue, only))
    collect_scenarios(collector, level=level, extra=pytest_args)
    requests, written = SURFACE_REQUESTS, Counter[str]()
    for script in collector.scripts.values():
        if _is_advisory(script):
            continue
        for cost, tables in costs(script, catalogue):
            requests += cost
            written.update(tables)
    requests += written.total() + len(written) * REQUESTS_A_TABLE  # removing them, and knowing their tables
    return Plan(level, collector.scenarios, requests, dict(sorted(written.items())))


def _is_advisory(script: Script) -> bool:
    """Whether a script does something only where the profile is silent: the least that a run takes is nothing."""
    return bool(script.decides) and all(identifier.startswith("advisory/") for identifier in script.decides)


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
