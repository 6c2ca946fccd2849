"""A file of waivers: read, checked, and written."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from dataverse_tck.conformance.requirement import selects
from dataverse_tck.conformance.waivers import Waiver, waivable
from dataverse_tck.jsontypes import Json
from dataverse_tck.profile.problems import breaches
from dataverse_tck.profile.profile import read_toml
from dataverse_tck.usage import UsageError, nearest

if TYPE_CHECKING:
    from dataverse_tck.conformance.requirement import Catalogue

WAIVERS = "waivers.toml"
"""What the copy in the folder of a run is called."""


@dataclass(frozen=True)
class Waivers:
    """The waivers of a run, as they stand in their file."""

    entries: tuple[Waiver, ...]
    sha256: str  # of the bytes of the file
    path: Path = field(compare=False)


def load_waivers(path: Path) -> Waivers:
    """Read a file of waivers in TOML; UsageError with what is wrong with it and the way out."""
    content, document = read_toml(path, "file of waivers")
    document = _with_dates_as_text(document)
    if found := [*breaches(document, "waivers"), *_misfits(document)]:
        more = f" Wrong things beside that: {len(found) - 1}." if found[1:] else ""
        raise UsageError(f"The file of waivers {path} cannot be used: {found[0]}{more}")
    entries = tuple(
        Waiver(it["requirement"], it["reason"], it["owner"], date.fromisoformat(it["expires"]), it.get("link"))
        for it in document.get("waiver", ())
    )
    return Waivers(entries, hashlib.sha256(content).hexdigest(), path)


def expect_known(waivers: Waivers, catalogue: Catalogue) -> None:
    """Raise UsageError for a waiver of what is no requirement, or decides nothing anyway."""
    for one in waivers.entries:
        if waivable(catalogue, one.requirement):
            continue
        known = [it.id for it in catalogue.requirements if it.obligation != "advisory"]
        if selects([one.requirement], catalogue.by_id):
            why = f"{one.requirement} is advisory: it decides nothing, so there is nothing to waive."
        else:
            why = (
                f"{one.requirement} matches no requirement.{nearest(one.requirement, known)} "
                "'dataverse-tck requirements' lists them all."
            )
        raise UsageError(f"The file of waivers {waivers.path} cannot be used: {why}")


def written(entries: Sequence[Waiver]) -> str:
    """Return a file of waivers."""
    return "\n".join(line for one in entries for line in _lines(one))


def _lines(waiver: Waiver) -> Iterator[str]:
    yield "[[waiver]]"
    yield f"requirement = {_text(waiver.requirement)}"
    yield f"reason = {_text(waiver.reason)}"
    yield f"owner = {_text(waiver.owner)}"
    yield f"expires = {waiver.expires.isoformat()}"
    yield from [f"link = {_text(waiver.link)}"] if waiver.link else []
    yield ""


def _text(words: str) -> str:
    """Return a basic string of TOML, which escapes as JSON does, but for DEL."""
    return json.dumps(words, ensure_ascii=False).replace("\x7f", "\\u007f")


def _with_dates_as_text(document: Json) -> Json:
    """Return what TOML said with its dates as JSON has them; a moment stays what it is, and keeps no schema."""
    if isinstance(document, dict):
        return {key: _with_dates_as_text(value) for key, value in document.items()}
    if isinstance(document, list):
        return [_with_dates_as_text(value) for value in document]
    is_day = isinstance(document, date) and not isinstance(document, datetime)
    return document.isoformat() if is_day else document


def _misfits(document: Json) -> Iterator[str]:
    """Complain of what the schema cannot say; of what breaks that, it has complained already."""
    entries = document.get("waiver") if isinstance(document, dict) else None
    rows = [one for one in entries if isinstance(one, dict)] if isinstance(entries, list) else []
    for number, row in enumerate(rows):
        try:
            date.fromisoformat(str(row.get("expires")))
        except ValueError:
            if "expires" in row:
                yield f"waiver[{number}].expires is {row['expires']!s:.40}, which is no day of the calendar."
    for named, times in Counter(str(row.get("requirement")) for row in rows).items():
        if times > 1:
            yield f"{named} stands there {times} times: say once until when."
