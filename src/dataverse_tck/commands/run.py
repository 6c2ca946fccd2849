"""``dataverse-tck run``: its options, what they and the profile settle, and the run itself."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from dataverse_tck.commands.common_options import add_endpoint, challenge_text
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.conformance.requirement import LEVELS
from dataverse_tck.conformance.verdict import CONTRACT, EXIT_CODES, GATES, NO_WORSE, Verdict
from dataverse_tck.endpoint.embedded import PROFILE, launch, stop
from dataverse_tck.profile.profile import Profile, load_profile
from dataverse_tck.profile.waivers_file import load_waivers
from dataverse_tck.settings import AUTO, SETTLE_S, Settings, seed_of
from dataverse_tck.usage import UsageError
from dataverse_tck.webapi.http.limits import MOST_AT_ONCE

LONGEST_SETTLE_S = 600.0
_NOT_PASSED = (Outcome.FAIL, Outcome.ERROR, Outcome.NOT_TESTABLE, Outcome.NOT_OBSERVABLE)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``run`` to its parser."""
    parser.description = "Examine an endpoint and give a verdict; without --endpoint, the embedded emulator."
    parser.epilog = (
        f"Exit codes. 2: the run could not start. {_contract()} A failure that a waiver in force covers is no failure "
        "here; a stale waiver makes a run incomplete. docs/verdicts.md says more. Arguments after '--' go to pytest."
    )
    add_options_of_a_run(parser)
    parser.add_argument(
        "--only",
        nargs="+",
        action="extend",
        default=[],
        metavar="ID",
        help="ids or globs to check alone; @FILE: those that stand in a file, one a line",
    )
    parser.add_argument(
        "--exclude",
        nargs="+",
        action="extend",
        default=[],
        metavar="ID",
        help="ids or globs to leave out, with all that their scenarios decide; @FILE as for --only",
    )
    parser.add_argument(
        "--max-fail",
        type=_number,
        metavar="N",
        help="end after N scenarios that failed; where these are of what is declared, nothing is written",
    )
    parser.add_argument(
        "--rerun-failed",
        type=Path,
        metavar="RUN",
        help="check alone what failed in a run, or could not be checked there, at its level unless another is said",
    )
    parser.add_argument(
        "--gate",
        choices=GATES,
        default=GATES[0],
        help="what exit code 0 means: the verdict is conformant (default), all that was selected was checked and "
        "passed, or nothing is worse than in --baseline",
    )
    parser.add_argument(
        "--baseline",
        type=Path,
        metavar="RUN",
        help="say what has changed since a run; --gate no-worse holds it to that",
    )
    parser.set_defaults(do=run)


def add_options_of_a_run(parser: argparse.ArgumentParser) -> None:
    """Add the options that leave nothing out: those that ``run`` and ``certify`` share."""
    add_endpoint(parser, purpose="service root, e.g. https://org.example.com/api/data/v9.2")
    parser.add_argument(
        "--level",
        choices=LEVELS,
        help="how far to go; default: surface, which only reads, for a named endpoint, and calls for the emulator",
    )
    parser.add_argument("--allow-writes", action="store_true", help="let the levels data and calls write test rows")
    parser.add_argument(
        "--settle", type=_seconds, metavar="SECONDS", help=f"how long an effect may take; default: {SETTLE_S:.0f}"
    )
    parser.add_argument(
        "--profile", type=Path, metavar="FILE", help="what the implementer says, and options kept, in TOML"
    )
    parser.add_argument(
        "--output", type=Path, metavar="DIR", help="new or empty; default: reports/<UTC time>-<short id>/"
    )
    parser.add_argument(
        "--workers",
        type=_workers,
        metavar="N",
        help=f"requests under way at once, 1 to {MOST_AT_ONCE}; default: {AUTO}, as many as the endpoint bears",
    )
    asked = parser.add_mutually_exclusive_group()
    asked.add_argument("--seed", type=_seed, metavar="N", help="repeat a run's random choices")
    asked.add_argument(
        "--challenge",
        type=challenge_text,
        metavar="TEXT",
        help="what a certifier asked for: the seed follows from it, and with that the ids and names of all rows",
    )
    parser.add_argument(
        "--waivers",
        type=Path,
        metavar="FILE",
        help="failures that are accepted, each with an owner and an end, in TOML",
    )
    parser.add_argument("--allure", action="store_true", help="leave Allure results in DIR/allure")
    parser.add_argument("--plan", action="store_true", help="say what would be written, and write nothing")


def _contract() -> str:
    told = {
        gate: "; ".join(f"{code}: {meaning}" for code, meaning in codes.items()) for gate, codes in CONTRACT.items()
    }
    return " ".join(f"With --gate {gate} {codes}." for gate, codes in told.items())


def run(options: argparse.Namespace) -> int:
    """Carry the run out, or say its plan; return the exit code."""
    if options.gate == NO_WORSE and not options.baseline:
        raise UsageError("--gate no-worse compares with a run before: name its folder with --baseline RUN.")
    if options.rerun_failed and (code := _nothing_to_rerun(options.rerun_failed, options.gate)) is not None:
        return code
    settings = settings_of(options)
    if options.plan:
        from dataverse_tck.commands.plan import tell_plan

        if settings.baseline is not None:
            _told(settings.baseline)

        return tell_plan(settings)
    return carried_out(settings)


def carried_out(settings: Settings) -> int:
    """Carry a run out; return the exit code."""
    # The emulator comes first: it starts up while this process imports and reads its own files.
    child = launch() if settings.embedded else None
    try:
        from dataverse_tck.run.runner import run as carry_out

        return carry_out(settings, child)
    finally:
        if child is not None:
            stop(child)


def settings_of(options: argparse.Namespace) -> Settings:
    """Return the settings of a run: what the command line says, else its profile, else what is usual."""
    profile = load_profile(options.profile) if options.profile else None
    said = profile or Profile("", "")
    endpoint = options.endpoint or said.endpoint
    if endpoint is None and (name := said.implementation.get("name")):
        raise UsageError(
            f"The profile {said.name} speaks for {name}, but no endpoint is named, and the embedded emulator gets no "
            "certificate in that name. Say --endpoint URL, or leave [implementation] out of the profile."
        )
    before = _told(options.rerun_failed) if options.rerun_failed else None
    level = options.level or said.level or _usual_level(endpoint, before)
    return Settings(
        endpoint=endpoint,
        level=level,
        only=(*_ids("--only", options.only), *_not_passed(before)),
        exclude=tuple(_ids("--exclude", options.exclude)),
        max_fail=options.max_fail,
        gate=options.gate,
        baseline=options.baseline,
        waivers=load_waivers(options.waivers) if options.waivers else None,
        output=options.output or said.output,
        workers=None if options.workers == AUTO else options.workers or said.workers,
        allure=options.allure,
        pytest_args=options.pytest_args,
        settle_s=_first(options.settle, said.settle_s, SETTLE_S),
        allow_writes=_may_write(options, said, endpoint, level),
        profile=_for_calls(profile, endpoint) if level == LEVELS[-1] else profile,
        **_seeded(options),
    )


def _seeded(options: argparse.Namespace) -> dict[str, Any]:
    """Return the seed where somebody says it, or what it follows from."""
    if options.challenge is not None:
        return {"challenge": options.challenge, "seed": seed_of(options.challenge)}
    return {} if options.seed is None else {"seed": options.seed}


def _ids(option: str, words: Sequence[str]) -> Iterator[str]:
    """Yield ids and globs, those of ``@FILE`` from their file: one a line, comments behind #."""
    for word in words:
        if not word.startswith("@"):
            yield word
            continue
        try:
            lines = Path(word[1:]).read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as problem:
            raise UsageError(
                f"{option} {word} cannot be read ({problem}). Name a text file with an id a line."
            ) from None
        ids = [line.partition("#")[0].strip() for line in lines]
        if not any(ids):
            raise UsageError(f"{option} {word} names no requirement: the file holds no id.")
        yield from filter(None, ids)


def _not_passed(told: Mapping[str, Any] | None) -> Sequence[str]:
    """Return what failed in a run or could not be checked there; advisory findings are left alone."""
    rows = told["requirements"] if told else ()
    return [row["id"] for row in rows if row["outcome"] in _NOT_PASSED and row["obligation"] != "advisory"]


def _usual_level(endpoint: str | None, before: Mapping[str, Any] | None) -> str:
    """Return how far to go where nobody says: as far as the run before, where there is one."""
    if before is not None:
        return str(before["level"])
    return LEVELS[-1] if endpoint is None else LEVELS[0]


@cache
def _told(folder: Path) -> Mapping[str, Any]:
    from dataverse_tck.report.folder import read_certificate  # only here: what reads folders takes time to import

    return read_certificate(folder)


def _nothing_to_rerun(folder: Path, gate: str) -> int | None:
    """Say that nothing failed in a run, and return what it had ended with; None where there is something to do."""
    told = _told(folder)
    if _not_passed(told):
        return None
    print(f"Nothing failed in {folder}, and all that it selected was checked: there is nothing to run again.")
    return 0 if gate != GATES[0] else EXIT_CODES[Verdict(told["verdict"])]


def _first(*seconds: float | None) -> float:
    return next(item for item in seconds if item is not None)


def _may_write(options: argparse.Namespace, said: Profile, endpoint: str | None, level: str) -> bool:
    """Whether rows may be written; UsageError where the level writes and nobody has allowed it.

    Who allows it for a level that only reads, as one job of several may, has allowed nothing.
    """
    if level == LEVELS[0]:
        return False
    if endpoint is None:
        return True
    allowed = bool(options.allow_writes or said.allow_writes)
    if not allowed and not options.plan:
        raise UsageError(
            f"The {level} level writes some hundred test rows, conversations and what they are linked to, into "
            f"{endpoint}, and removes them again. Allow it with --allow-writes, or stay with --level surface."
        )
    return allowed


def _for_calls(profile: Profile | None, endpoint: str | None) -> Profile:
    """Return the profile of a run that sends messages; the emulator has its own."""
    if endpoint is None:
        own = load_profile(PROFILE)
        return own if profile is None else replace(profile, calls=profile.calls or own.calls)
    if profile is None or profile.calls is None:
        raise UsageError(
            "The calls level needs a profile that says what the 18 messages do, as the reference does not: write one "
            f"with 'dataverse-tck profile init --endpoint {endpoint} --output profile.toml', fill it in, name it with "
            "--profile."
        )
    if not profile.calls.allow_live_effects:
        raise UsageError(
            f"The calls level places, holds, records and ends calls at {endpoint}. Where that may be done, say "
            f"allow_live_effects = true under [calls] in {profile.name}; else stay with --level data."
        )
    return profile


def _workers(text: str) -> int | str:
    if text == AUTO:
        return text
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= MOST_AT_ONCE:
        raise argparse.ArgumentTypeError(f"{text} is neither {AUTO} nor a number of requests from 1 to {MOST_AT_ONCE}")
    return int(text)


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 10**6:
        raise argparse.ArgumentTypeError(f"{text} is not a number of scenarios, 1 or more")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1
    if not 0 <= seconds <= LONGEST_SETTLE_S:
        raise argparse.ArgumentTypeError(f"{text} is not a number of seconds from 0 to {LONGEST_SETTLE_S:.0f}")
    return seconds


def _seed(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text} is not a whole number from 0 on")
    return int(text)
