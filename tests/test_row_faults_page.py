"""docs/row-faults.md tells every fault of rows, and no other."""

from __future__ import annotations

import re
from collections import defaultdict

from dataverse_tck.emulator.faults.row_faults import known_row_faults
from dataverse_tck.emulator.organisation.customer_service import CHANNELS, MANY_TO_ONE
from dataverse_tck.emulator.organisation.engagement import ONE_TO_MANY
from dataverse_tck.suite_files import suite_root

PAGE = (suite_root() / "docs" / "row-faults.md").read_text(encoding="utf-8")
ROUTABLE = "msdyn_routableobjectid"
ROUTES = [item.schema_name for item in MANY_TO_ONE if item.referencing_attribute == ROUTABLE]
REGARDING = [item.schema_name for item in MANY_TO_ONE if item.referencing_attribute != ROUTABLE]
RELATED = [item.schema_name for item in ONE_TO_MANY]
PLACEHOLDERS = {
    "value": [str(option.value) for option in CHANNELS],
    "column": ["regardingobjectid", ROUTABLE],
    "table": [item.referenced_entity for item in MANY_TO_ONE],
    "sort": ["neighbour", "gap", "shorter", "longer", "other-choice", "beyond-32-bits"],
    "action": ["delete", "assign", "share", "unshare"],
    "R": REGARDING,
    "V": ROUTES,
    "S": RELATED,
    "T": [item.schema_name for item in ONE_TO_MANY if item.referencing_entity != "msdyn_ocvoicemail"],
    "R or V": [*REGARDING, *ROUTES],
    "R or V or S": [*REGARDING, *ROUTES, *RELATED],
}


def table_rows() -> list[tuple[str, list[str], str]]:
    """Id, kinds and what happens, of each row of the table; an empty id is that of the row above."""
    table = PAGE[PAGE.index("| id | kind |") :].split("\n\n")[0].splitlines()[2:]
    found: list[tuple[str, list[str], str]] = []
    for line in table:
        first, kinds, happens = (cell.strip() for cell in line.strip("|").split("|"))
        found.append((first.strip("`") or found[-1][0], re.findall(r"`([^`]+)`", kinds), happens))
    return found


def ids_of(pattern: str) -> list[str]:
    """The ids of faults that a pattern of the page stands for."""
    parts = re.split(r"<([^>]+)>", pattern)
    regex = "".join(f"({'|'.join(PLACEHOLDERS[part])})" if at % 2 else re.escape(part) for at, part in enumerate(parts))
    return [name for name in known_row_faults() if re.fullmatch(f"derived/{regex}", name)]


def test_the_page_tells_each_kind_of_each_fault() -> None:
    """Each id has the kinds that the page gives it, in that order: a plain id stands for the first."""
    told: defaultdict[str, list[str]] = defaultdict(list)
    for pattern, kinds, _ in table_rows():
        for identifier in ids_of(pattern):
            told[identifier] += kinds

    assert told == {identifier: [*kinds] for identifier, kinds in known_row_faults().items()}


def test_each_row_of_the_page_is_of_a_fault_and_says_what_it_does() -> None:
    """No row stands for nothing, and none fell out of the table."""
    rows = table_rows()

    assert [pattern for pattern, kinds, happens in rows if not ids_of(pattern) or not kinds or not happens] == []
    assert len(rows) + 2 == sum(line.startswith("|") for line in PAGE.splitlines())
