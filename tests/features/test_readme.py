"""What features/README.md tells analysts is what the reference, the features and the kit say."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from pytest_bdd.feature import get_features

import dataverse_tck.emulator
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.conformance.requirement import Catalogue
from dataverse_tck.conformance.suite import load_suite
from dataverse_tck.conformance.verdict import Verdict
from dataverse_tck.scenarios.plugin import MARKERS
from dataverse_tck.suite_files import suite_root, tags_of

FOLDER = suite_root() / "features"
TEXT = (FOLDER / "README.md").read_text(encoding="utf-8")
VOICEMAIL = "msdyn_ocliveworkitem_msdyn_ocvoicemail_msdyn_routableobjectid"
# An outcome that is neither a verdict of its own nor an obstacle to one.
HARMLESS = {Outcome.PASS, Outcome.WAIVED, Outcome.NOT_APPLICABLE, Outcome.NOT_CLAIMED, Outcome.BEYOND}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_suite().catalogue


def rows(first: str) -> list[list[str]]:
    """Return the rows of the table whose first column has this heading."""
    _, _, after = TEXT.partition(f"\n| {first} |")
    assert after, f"there is no table that begins with {first!r}"
    lines = after.partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def exact(cell: str) -> str:
    """Return the exact name in a cell."""
    return re.findall(r"`([^`]+)`", cell)[0]


def test_what_becomes_of_conversations_is_what_the_reference_says(catalogue: Catalogue) -> None:
    """For all six kinds of record and the voicemail, every act; and what is tried has a requirement of its own."""
    table = {exact(row[1]): (exact(row[2]), exact(row[3]), row[4]) for row in rows("what happens to the record")}
    acts = {item.path[-1] for item in catalogue.requirements if item.family == "cascade"}
    links = {item.node.split("/")[1] for item in catalogue.requirements if item.family == "cascade"}

    assert set(table) == acts
    assert len(links) == 7
    for act, (about, routed, checked) in table.items():
        for link in links:
            expected = catalogue.by_id[f"relationship/{link}/cascade/{act}"].expected
            assert (routed if link == VOICEMAIL else about) == expected, (link, act)
            tried = f"derived/relationship/{link}/{act.lower()}" in catalogue.by_id
            assert checked == ("looked up and tried" if tried else "looked up only"), (link, act)


def told(states: Mapping[str, Any]) -> str:
    """Return what a profile says of states in the words of the table."""
    named = {region: [said] if isinstance(said, str) else said for region, said in states.items()}
    return "; ".join(f"{region} {', '.join(said)}" for region, said in named.items())


def result(message: Mapping[str, Any]) -> str:
    """Return what a message brings, and where it brings something else."""
    rows = [f"from {told(row['in'])}: {told(row['to'])}" for row in message.get("states", ())]
    plain = [told(message["to"]) or "nothing changes"] if "to" in message else []
    return "; but ".join([*plain, *rows])


def test_the_messages_are_told_as_their_maker_and_the_catalogue_tell_them(catalogue: Catalogue) -> None:
    """All 18: what for, as in the catalogue; when, result and counterpart as the emulator declares them."""
    path = Path(dataverse_tck.emulator.__file__).with_name("profile.toml")
    declared = tomllib.loads(path.read_text(encoding="utf-8"))["messages"]
    (feature,) = get_features([str(FOLDER / "messages" / "catalogue.feature")])
    purposes = {
        row["message"]: row["what it is for"]
        for template in feature.scenarios.values()
        for examples in template.examples
        for row in examples.as_contexts()
    }
    listed = {item.node.split("/")[1] for item in catalogue.requirements if item.family == "message-exists"}
    wanted = {
        name: [
            purposes[name],
            told(message["from"]),
            result(message),
            f"`{message['inverse']}`" if "inverse" in message else "none",
        ]
        for name, message in declared.items()
    }

    assert {exact(row[0]): row[1:] for row in rows("message | what it is for")} == wanted
    assert set(wanted) == listed == set(purposes)
    assert f"{len(listed)} messages" in TEXT


def test_what_is_usual_is_what_practice_tries(catalogue: Catalogue) -> None:
    """Message by message, what is advisory: the result, the counterpart, and a wrong moment."""
    usual: dict[str, dict[str, Any]] = {}
    for item in catalogue.requirements:
        if item.obligation == "advisory":
            usual.setdefault(item.node.split("/")[2], {})[item.path[0]] = item.expected
    wanted = {
        name: [
            told(said["effect"]) if "effect" in said else "systems differ",
            f"`{said['inverse']['after']}`" if "inverse" in said else "none",
            told(said["wrong-state"]["in"]),
            ", or ".join(said["wrong-state"]["is"]).replace("unchanged", "nothing changes"),
        ]
        for name, said in usual.items()
    }

    assert {exact(row[0]): row[1:] for row in rows("message | usual result")} == wanted
    assert f"these {len(wanted)} messages" in TEXT


def test_a_usual_counterpart_comes_to_its_own_usual_result(catalogue: Catalogue) -> None:
    """So the table need not say what is usual after it."""
    for item in catalogue.requirements:
        if fnmatchcase(item.id, "advisory/message/*/inverse"):
            back = {region: said for region, said in item.expected.items() if region != "after"}
            assert back == catalogue.by_id[f"advisory/message/{item.expected['after']}/effect"].expected, item.id


def test_what_is_not_checked_is_told_with_its_reasons() -> None:
    """Every reason of an exclusion, and how often it is given."""
    reasons = Counter(item.reason for item in load_suite().catalogue.exclusions)
    table = rows("lines and cells of layout") + rows("lines and cells with content")

    assert sorted((row[1], int(row[0])) for row in table) == sorted(reasons.items())
    assert f"{reasons.total()} lines and cells of the reference" in TEXT


def test_every_section_is_told_with_its_features(catalogue: Catalogue) -> None:
    """Section by section: the features whose scenarios are tagged with it, no more and no fewer."""
    table = {
        exact(row[0]): set(re.findall(r"\]\(([\w/-]+)\.feature\)", row[1])) for row in rows("section of the reference")
    }
    found: dict[str, set[str]] = {item.section: set() for item in catalogue.requirements}
    for path in sorted(FOLDER.rglob("*.feature")):
        (feature,) = get_features([str(path)])
        for template in feature.scenarios.values():
            contexts = [row for examples in template.examples for row in examples.as_contexts()] or [{}]
            for tag in set().union(*(tags_of(template, row) for row in contexts)):
                if tag.startswith("reference:"):
                    found[tag.partition(":")[2]].add(path.relative_to(FOLDER).with_suffix("").as_posix())

    for section, features in found.items():
        matching = [pattern for pattern in table if fnmatchcase(section, pattern)]
        assert [table[pattern] for pattern in matching] == [features], section
    assert set().union(*table.values()) == {
        path.relative_to(FOLDER).with_suffix("").as_posix() for path in FOLDER.rglob("*.feature")
    }


def test_every_tag_verdict_and_outcome_is_told() -> None:
    """Also which outcomes keep a run from a verdict."""
    _, _, incomplete = TEXT.partition("What makes a run **incomplete**")
    named = set(re.findall(r"\(\*([\w ]+)\*\)", incomplete.partition("A requirement whose")[0]))

    assert {exact(row[0]).lstrip("@") for heading in ("level", "obligation") for row in rows(heading)} == set(MARKERS)
    assert [row[0] for row in rows("verdict")] == [
        str(word) for word in (Verdict.CONFORMANT, Verdict.NOT_CONFORMANT, Verdict.INCOMPLETE)
    ]
    assert named == {str(outcome) for outcome in set(Outcome) - HARMLESS - {Outcome.FAIL}}


def test_every_folder_and_every_link_is_there() -> None:
    """Nobody is led astray, and no folder is left out."""
    targets = re.findall(r"\]\(([^)#]+)\)", TEXT)

    assert [target for target in targets if not (FOLDER / target).exists()] == []
    assert {exact(row[0]).strip("/") for row in rows("folder")} == {
        path.name for path in FOLDER.iterdir() if path.is_dir()
    }
