"""The traceability matrix: a row for each requirement, as every sort of spreadsheet shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dataverse_tck.reporting.wording import as_json, reference_link

LONGEST = 32_000  # characters; a cell takes 32,767

COLUMNS = (
    ("outcome", 14),
    ("requirement", 60),
    ("statement", 70),
    ("level", 9),
    ("obligation", 11),
    ("expected", 26),
    ("observed", 26),
    ("surface", 18),
    ("reason", 50),
    ("follows from", 40),
    ("scenarios", 60),
    ("exchanges", 20),
    ("reference", 40),
    ("line", 7),
)
"""Names, with how many characters wide they are shown."""


def row(item: Mapping[str, Any]) -> Sequence[object]:
    """Return the cells of a requirement, in the order of the columns."""
    return (
        item["outcome"],
        item["id"],
        item["statement"],
        item["level"],
        item["obligation"],
        as_json(item["expected"]),
        "" if item["observed"] is None else as_json(item["observed"]),
        item["surface"],
        item["reason"],
        item["derived_from"],
        "\n".join(item["scenarios"]),
        " ".join(item["exchanges"]),
        reference_link(item["section"]),
        item["line"],
    )
