"""The profile: what an implementer says, once and in a file, of an implementation and of its runs."""

from __future__ import annotations

import hashlib
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dataverse_tck.jsontypes import Json
from dataverse_tck.profile.calls import Calls, read_calls
from dataverse_tck.profile.problems import problems
from dataverse_tck.usage import UsageError


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
    implementation: Mapping[str, str] = field(default_factory=dict)  # name, version, kind
    path: Path | None = field(default=None, compare=False)  # where it was read from, as it was named
    calls: Calls | None = None  # None: it does not speak of calls


def load_profile(path: Path) -> Profile:
    """Read a profile in TOML; UsageError with the key, the value seen and the way out where something is wrong."""
    content, document = read_toml(path)
    if found := problems(document):
        more = f" There are {len(found) - 1} more: dataverse-tck profile check {path}" if found[1:] else ""
        raise UsageError(f"The profile {path} cannot be used: {found[0]}{more}")
    principals = document.get("principals", {})
    return Profile(
        name=path.name,
        path=path,
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
        implementation=document.get("implementation", {}),
        calls=read_calls(document),
    )


def read_toml(path: Path, kind: str = "profile") -> tuple[bytes, Json]:
    """Return the bytes of a profile, or another kind of file, and what they say; UsageError where it is no TOML."""
    try:
        content = path.read_bytes()
        document = tomllib.loads(content.decode("utf-8"), parse_float=_finite)
    except OSError as error:
        raise UsageError(f"The {kind} {path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise UsageError(f"The {kind} {path} is not in UTF-8. Save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"The {kind} {path} is no TOML: {error}.") from None
    return content, document


def _finite(text: str) -> float | str:
    """Return a number, or the word itself for TOML's nan and inf, which no limit holds."""
    return float(text) if math.isfinite(float(text)) else text
