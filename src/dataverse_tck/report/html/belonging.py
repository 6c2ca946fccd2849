"""Where a requirement belongs: to which chapter, and to whom: the reference, or the maker who declared it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from dataverse_tck.report.told_run import ToldRun


def requirement_rows(run: ToldRun, declared: Collection[str]) -> Iterator[tuple[Mapping[str, Any], str, str]]:
    """Yield each requirement with the chapter that it belongs to, and with who says it."""
    about = {item["id"].split("/")[1] for item in run.requirements if item["id"].endswith("/ReferencedEntity")}
    for item in run.requirements:
        yield item, _chapter(item, about), "declared" if item["id"] in declared else item["obligation"]


def declared_by_the_maker(run: ToldRun) -> frozenset[str]:
    """Return the requirements that rest on what the maker declared: those that only such scenarios look at."""
    obligations = {
        case.title: scenario.obligation
        for feature in run.features
        for rule in feature.rules
        for scenario in rule.scenarios
        for table in scenario.examples
        for case in table.cases
    }
    return frozenset(
        it["id"]
        for it in run.requirements
        if it["obligation"] == "derived"
        and it["scenarios"]
        and {obligations.get(one) for one in it["scenarios"]} == {"declared"}
    )


def _chapter(item: Mapping[str, Any], about: set[str]) -> str:
    if item["scenarios"]:
        return str(item["scenarios"][0]).split("/")[1]
    words = item["id"].removeprefix("derived/").removeprefix("advisory/").split("/")
    known = {"message": "messages", "table": "conversation", "column": "conversation"}
    return known.get(words[0]) or ("about" if words[1:2] and words[1] in about else "related")
