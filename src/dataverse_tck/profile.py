"""The profile: what an implementer says, once and in a file, of an implementation and of its runs."""

from __future__ import annotations

import fnmatch
import hashlib
import json
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dataverse_tck.suite_files import suite_root
from dataverse_tck.usage import UsageError, nearest

if TYPE_CHECKING:
    from jsonschema import ValidationError

    from dataverse_tck.conformance.requirement import Catalogue

Json = Any

_ENDS = (("ReferencedEntity",), ("ReferencingEntity",))


@dataclass(frozen=True)
class NotClaimed:
    """Tables that the implementation does not offer, by what people call them together."""

    solution: str
    tables: tuple[str, ...]  # LogicalNames
    reason: str = ""


@dataclass(frozen=True)
class Profile:
    """A profile as it stands in its file; None where it leaves the choice to the command line."""

    name: str  # of the file, without its folder
    sha256: str  # of its bytes
    endpoint: str | None = None
    level: str | None = None
    allow_writes: bool = False
    settle_s: float | None = None
    output: Path | None = None
    workers: int | None = None
    users: tuple[str, ...] = ()  # systemuserids of second principals, in the order in which they are tried
    teams: tuple[str, ...] = ()
    not_claimed: tuple[NotClaimed, ...] = ()


def load_profile(path: Path) -> Profile:
    """Read a profile in TOML; UsageError with the key, the value seen and the way out where something is wrong."""
    try:
        content = path.read_bytes()
        document = tomllib.loads(content.decode("utf-8"), parse_float=_finite)
    except OSError as error:
        raise UsageError(f"The profile {path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise UsageError(f"The profile {path} is not in UTF-8. Save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"The profile {path} is no TOML: {error}.") from None
    if problem := _problem(document):
        raise UsageError(f"The profile {path} cannot be used: {problem}")
    principals = document.get("principals", {})
    return Profile(
        name=path.name,
        sha256=hashlib.sha256(content).hexdigest(),
        endpoint=document.get("endpoint"),
        level=document.get("level"),
        allow_writes=document.get("allow_writes", False),
        settle_s=document.get("settle_s"),
        output=Path(document["output"]) if "output" in document else None,
        workers=document.get("workers"),
        users=tuple(item.lower() for item in principals.get("users", ())),
        teams=tuple(item.lower() for item in principals.get("teams", ())),
        not_claimed=tuple(
            NotClaimed(item["solution"], tuple(item["tables"]), item.get("reason", ""))
            for item in document.get("not_claimed", ())
        ),
    )


def _finite(text: str) -> float | str:
    """Return a number, or the word itself for TOML's nan and inf, which no limit holds."""
    return float(text) if math.isfinite(float(text)) else text


def _problem(document: Json) -> str:
    """Return what is wrong with a profile, nothing when it keeps its schema."""
    from jsonschema import Draft202012Validator  # only a run with a profile has to wait for it
    from jsonschema.exceptions import best_match

    schema = json.loads((suite_root() / "schemas" / "outputs" / "profile.schema.json").read_text(encoding="utf-8"))
    error = best_match(Draft202012Validator(schema).iter_errors(document))
    return _told(error) if error else ""


def _told(error: ValidationError) -> str:
    where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.absolute_path).lstrip(".")
    schema: Json = error.schema
    seen: Json = error.instance
    if error.validator == "additionalProperties":
        known = list(schema["properties"])
        unknown = next(key for key in seen if key not in known)
        inside = f" in {where}" if where else ""
        hint = nearest(unknown, known) or f" Known are {', '.join(known)}."
        return f"nobody knows the key {unknown}{inside}.{hint}"
    if error.validator == "required":
        missing = next(key for key in schema["required"] if key not in seen)
        return f"{where} lacks {missing}, which takes {schema['properties'][missing]['description']}."
    return f"{where} is {json.dumps(seen, ensure_ascii=False, default=str)}, but takes {schema['description']}."


def not_claimed_ids(profile: Profile | None, catalogue: Catalogue) -> Mapping[str, str]:
    """Return, by id, why each requirement about a table that the profile does not claim is not claimed.

    These are the targets of that name, the relationships that lead there with all their members, and what derives from
    none but them. UsageError where the reference speaks of no such table.
    """
    why = {
        table: f"the profile does not claim {group.solution}{f': {group.reason}' if group.reason else ''}"
        for group in (profile.not_claimed if profile else ())
        for table in group.tables
    }
    normative = [item for item in catalogue.requirements if item.derived_from is None]
    leads_to = {item.node: str(item.expected) for item in normative if item.path in _ENDS}
    about = {item.id: str(item.expected) for item in normative if item.family == "target"}
    about |= {item.id: leads_to[item.node] for item in normative if item.node in leads_to}
    known = set(about.values())
    for table in why:
        if table not in known:
            raise UsageError(
                f"The profile does not claim the table {table}, but no requirement speaks of a link to it."
                f"{nearest(table, known)}"
            )
    found = {identifier: why[table] for identifier, table in about.items() if table in why}
    for item in catalogue.requirements:
        sources = fnmatch.filter(about, item.derived_from) if item.derived_from else []
        if sources and all(source in found for source in sources):
            found[item.id] = found[sources[0]]
    return found
