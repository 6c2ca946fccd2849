"""One run verified: its digests, its record, and the certificate that follows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from dataverse_tck import __version__
from dataverse_tck.evidence.purpose import Phase
from dataverse_tck.evidence.reading import EXCHANGES
from dataverse_tck.evidence.record import Record, Refusal
from dataverse_tck.evidence.shapes import is_count, is_seconds
from dataverse_tck.evidence.sorted_lines import RecordError
from dataverse_tck.profile.waivers_file import WAIVERS
from dataverse_tck.reporting.certificate import FORMAT, certificate
from dataverse_tck.reporting.result import RunResult
from dataverse_tck.run.evidence import usual
from dataverse_tck.settings import seed_of
from dataverse_tck.suite_files import suite_sha256
from dataverse_tck.usage import UsageError
from dataverse_tck.verify.compare import PARTIAL, TAKEN, differences
from dataverse_tck.verify.folder import FolderError, check_size, read_certificate, unread_bodies, wrong_digests
from dataverse_tck.verify.made_reports import made_otherwise
from dataverse_tck.verify.replay import OptionsError, replayed, settings_of
from dataverse_tck.webapi.http.errors import WebApiError

_ROUNDED_S = 0.001  # of each line
_CLOCK = timedelta(seconds=2)  # by which the clock of a machine may be set while it is used
_BEFORE_FIRST = timedelta(minutes=10)  # in which the first exchange has to follow
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z", re.ASCII)

_MISSHAPEN = (KeyError, TypeError, ValueError, AttributeError, RecursionError)


@dataclass(frozen=True)
class Verification:
    """What came of verifying a run: what it says of itself, and what of that is refused."""

    certificate: Mapping[str, Any]
    refusals: tuple[Refusal, ...]


def verified(folder: Path) -> Verification:
    """Judge a run again. Raises FolderError, RecordError or OptionsError for one that cannot be read."""
    check_size(folder)
    told = read_certificate(folder)
    suite = expect_own(told, folder)
    try:
        return _verified(folder, told, suite)
    except _MISSHAPEN as problem:
        raise misshapen(folder, problem) from None


def misshapen(folder: Path, problem: Exception) -> FolderError:
    """Return what is said of a certificate that is not as this kit writes them."""
    said = f"it lacks {problem}" if isinstance(problem, KeyError) else "a member of it is of another type"
    said = str(problem) if isinstance(problem, ValueError) else said
    return FolderError(f"The certificate of {folder} is not as this kit writes them: {said[:200]}.")


def expect_own(told: Mapping[str, Any], folder: Path) -> Mapping[str, str]:
    """Return the suite that made a run, which has to be this one. Raises FolderError."""
    suite = {"version": __version__, "sha256": suite_sha256()}
    try:
        if told["format"] != FORMAT:
            raise FolderError(f"The certificate has the format {told['format']!r:.80}; this kit verifies {FORMAT!r}.")
        if told["suite"] != suite:
            raise FolderError(
                f"The run was made by version {told['suite']['version']!s:.40} of the suite (sha256 "
                f"{told['suite']['sha256']!s:.64}), which alone can verify it; this is {__version__} "
                f"({suite['sha256']})."
            )
    except _MISSHAPEN as problem:
        raise misshapen(folder, problem) from None
    return suite


def _verified(folder: Path, told: Mapping[str, Any], suite: Mapping[str, str]) -> Verification:
    _check_taken(told)
    refusals = list(wrong_digests(folder, told["files"]))
    damaged = {refusal.where for refusal in refusals}
    try:
        found = _record_refusals(folder, told, suite)
    except RecordError as problem:
        found = (
            [] if EXCHANGES in damaged else [Refusal("The record is not that of a run.", EXCHANGES, "", str(problem))]
        )
    refusals += (one for one in found if one.where not in damaged)  # of a file that is told already
    refusals += [] if refusals else made_otherwise(folder)
    return Verification(told, tuple(refusals))


def _record_refusals(folder: Path, told: Mapping[str, Any], suite: Mapping[str, str]) -> Sequence[Refusal]:
    record = Record(folder)
    if record.options is None or record.end is None:
        raise RecordError("it does not say what the run was told, or how it ended: it is not whole")
    if record.options["suite"] != suite:
        return [Refusal("The record is of another suite.", "options", str(suite), str(record.options["suite"]))]
    astray = [*_other_options(told, record.options), *_other_moments(told, record)]
    return astray or _judged_again(folder, told, record)


def _other_options(told: Mapping[str, Any], options: Mapping[str, Any]) -> Iterator[Refusal]:
    """Tell what the record says of its options and the certificate says otherwise: all else would only follow."""
    profile = told["profile"]
    pairs = {
        "embedded": told["endpoint"]["embedded"],
        "level": told["level"],
        "only": told["only"],
        "exclude": told["exclude"],
        "max_fail": told["max_fail"],
        "profile": None if profile is None else profile["sha256"],
        "pytest_args": told["run"]["pytest_args"],
        "seed": told["seed"],
        "challenge": told["challenge"],
        "waivers": told["files"].get(WAIVERS),
        "workers": told["run"]["workers"],
    }
    if (challenge := options["challenge"]) is not None and options["seed"] != (follows := seed_of(challenge)):
        yield Refusal(
            "The seed does not follow from the challenge: one of both was chosen, or changed.",
            "options.seed",
            f"{follows}, of the challenge {challenge}",
            str(options["seed"]),
        )
    for name, expected in pairs.items():
        if options[name] != expected:
            yield Refusal(
                "The record says another thing of its options than the certificate.",
                f"options.{name}",
                json.dumps(expected),
                json.dumps(options[name]),
            )
    for kind, expected in usual().items() if "usual" in options else ():
        if (found := options["usual"][kind]) != expected:
            where = f"options.usual.{kind}"
            yield Refusal("What lines leave out is something else.", where, json.dumps(expected), json.dumps(found))


def _other_moments(told: Mapping[str, Any], record: Record) -> Iterator[Refusal]:
    """Tell where a run did not begin and end around what it exchanged: age and waivers hang on when it began."""
    began, ended = (datetime.fromisoformat(told[name]) for name in ("started", "finished"))
    first, last = (datetime.fromisoformat(moment) for moment in record.moments or (told["started"], told["finished"]))
    what = "The run did not begin and end around what it exchanged."
    if not -_CLOCK <= first - began <= _BEFORE_FIRST:
        yield Refusal(what, "started", f"up to {_BEFORE_FIRST} before {first.isoformat()}", told["started"])
    if ended < last - _CLOCK:
        yield Refusal(what, "finished", f"after {last.isoformat()}", told["finished"])


def _judged_again(folder: Path, told: Mapping[str, Any], record: Record) -> Sequence[Refusal]:
    """Return what of a run does not follow, the cause first: what follows from that is not told."""
    assert record.options is not None and record.end is not None  # noqa: PT018 - one fact
    profile = told["profile"] or {}
    try:
        settings = settings_of(folder, record.options, profile.get("name"))
        result, reports = replayed(record, settings, root=record.options["endpoint"], started=told["started"])
    except OptionsError:
        raise
    except Exception as problem:  # noqa: BLE001 - whatever a stranger's answers do to the kit
        return record.refusals or [_broken_off(problem)]
    is_partial = record.end["interrupted"] and not record.end["performed"]
    left_over = [] if is_partial else list(record.left_over())
    causes = [one for one in record.refusals if one.where != Phase.CLEAN_UP]
    return (
        causes
        or [*left_over, *record.refusals]  # other rows to remove follow from what nobody asks for
        or list(record.batches_astray(result.surveyed.root))
        or _against_certificate(told, record, result, TAKEN | PARTIAL if is_partial else TAKEN)
        or reports
    )


def _broken_off(problem: Exception) -> Refusal:
    if isinstance(problem, UsageError | WebApiError):
        return Refusal("The run cannot have gone on as it did.", "record", "", str(problem))
    return Refusal("The kit breaks on this record.", "record", "", repr(problem))


def _against_certificate(
    told: Mapping[str, Any], record: Record, result: RunResult, taken: frozenset[str]
) -> Sequence[Refusal]:
    """Return what of a certificate does not follow from what the run comes to."""
    assert record.end is not None
    follows = json.loads(json.dumps(certificate(result)))  # as it would stand in its file
    unread = () if record.end["interrupted"] else unread_bodies(record.folder, record.bodies)
    found = [*unread, *differences(told, follows, taken)]
    waited_s, most_off = told["requests"]["waited_s"], _ROUNDED_S * (record.waits + 1)
    if not record.end["interrupted"] and abs(waited_s - record.waited_s) > most_off:
        what = "The certificate says what does not follow."
        found.append(Refusal(what, "requests.waited_s", f"{record.waited_s:.3f}", f"{waited_s}"))
    return found


def _check_taken(told: Mapping[str, Any]) -> None:
    """Raise ValueError where what only the certificate tells is not what it could be."""
    run, requests = told["run"], told["requests"]
    times = (requests["waited_s"], requests["settled_s"])
    texts = (told["started"], told["finished"])
    if not all(isinstance(text, str) and _MOMENT.fullmatch(text) for text in texts):
        raise ValueError(f"it began {texts[0]!r:.40} and ended {texts[1]!r:.40}")
    if not all(map(is_seconds, times)):
        raise ValueError(f"it waited {times[0]!r:.40} s and {times[1]!r:.40} s")
    if not isinstance(run["python"], str) or not (run["at_once"] is None or is_count(run["at_once"])):
        raise ValueError(f"it ran on {run['python']!r:.40}, {run['at_once']!r:.40} requests at once")
    if not isinstance(told["files"], dict) or not all(isinstance(one, str) for one in told["files"].values()):
        raise ValueError("its files are no digests by name")
