"""The command line: commands and options, nothing else."""

from __future__ import annotations

import argparse
import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from dataverse_tck import __version__
from dataverse_tck.conformance.requirement import LEVELS
from dataverse_tck.usage import UsageError, let_go_of_stdout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dataverse_tck.profile.profile import Profile
    from dataverse_tck.run.runner import Settings

MOST_WORKERS = 32
WORKERS = 8  # unless told
LONGEST_SETTLE_S = 600.0
SETTLE_S = 10.0  # unless told


def console() -> NoReturn:
    """Run the command line and leave with its exit code, whatever became of stdout or of a request under way."""
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    code = main()
    let_go_of_stdout()
    sys.stderr.flush()
    if any(thread is not threading.main_thread() and not thread.daemon for thread in threading.enumerate()):
        os._exit(code)  # after Ctrl-C: a question to a silent endpoint would keep us for a minute
    sys.exit(code)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code. Nothing that goes wrong is shown as a traceback, or ends in 1."""
    try:
        return _command(list(sys.argv[1:] if argv is None else argv))
    except KeyboardInterrupt:
        return _refuse("Interrupted before anything was examined.")
    except BrokenPipeError:
        return 0  # the reader has seen enough
    except Exception as error:  # noqa: BLE001 - see above
        if _is_expected(error):
            return _refuse(str(error))
        print(f"dataverse-tck: {type(error).__name__}: {error}. Please report it.", file=sys.stderr)
        return 3


def _command(arguments: list[str]) -> int:
    pytest_args: list[str] = []
    if "--" in arguments:
        cut = arguments.index("--")
        arguments, pytest_args = arguments[:cut], arguments[cut + 1 :]
    options = _parser(arguments).parse_args(arguments)
    if pytest_args and options.command != "run":
        raise UsageError(f"'{options.command}' takes no arguments for pytest after '--'; only 'run' does.")
    options.pytest_args = tuple(pytest_args)
    return int(options.do(options))


def _is_expected(error: Exception) -> bool:
    from dataverse_tck.endpoint.embedded import EmulatorError
    from dataverse_tck.webapi.http.errors import WebApiError

    return isinstance(error, UsageError | EmulatorError | WebApiError | OSError)


def _refuse(message: str) -> int:
    print(f"dataverse-tck: {message}", file=sys.stderr)
    return 2


def _parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="dataverse-tck",
        description="Technology compatibility kit for the Conversation table (msdyn_ocliveworkitem) of the Dataverse "
        "Web API.",
        epilog="The token for an endpoint is read from the environment variable DATAVERSE_TOKEN.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_Version, help="version of the kit, revisions of suite and reference")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_run(commands)
    _add_serve(commands, wanted="serve" in arguments)
    _add_others(commands)
    return parser


def _add_run(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    run = commands.add_parser(
        "run",
        help="examine an endpoint and give a verdict",
        description="Examine an endpoint and give a verdict; without --endpoint, the embedded emulator.",
        epilog="Exit codes: 0 conformant, 1 not conformant, 2 could not start, 3 incomplete. "
        "Arguments after '--' go to pytest.",
        allow_abbrev=False,
    )
    run.add_argument("--endpoint", metavar="URL", help="service root, e.g. https://org.example.com/api/data/v9.2")
    run.add_argument(
        "--level", choices=LEVELS, help="how far to go; default: surface, which only reads, for a named endpoint"
    )
    run.add_argument("--allow-writes", action="store_true", help="let the levels data and calls write test rows")
    run.add_argument("--plan", action="store_true", help="say what would be written, and write nothing")
    run.add_argument(
        "--settle", type=_seconds, metavar="SECONDS", help=f"how long an effect may take; default: {SETTLE_S:.0f}"
    )
    run.add_argument(
        "--profile", type=Path, metavar="FILE", help="what the implementer says, and options kept, in TOML"
    )
    run.add_argument("--only", nargs="+", action="extend", default=[], metavar="ID", help="ids or globs to check alone")
    run.add_argument("--output", type=Path, metavar="DIR", help="new or empty; default: reports/<UTC time>-<short id>/")
    run.add_argument("--workers", type=_workers, metavar="N", help=f"scenarios under way at once; default: {WORKERS}")
    run.add_argument("--seed", type=_seed, metavar="N", help="repeat a run's random choices")
    run.add_argument("--allure", action="store_true", help="leave Allure results in DIR/allure")
    run.set_defaults(do=_run)


def _add_serve(commands: argparse._SubParsersAction[argparse.ArgumentParser], *, wanted: bool) -> None:
    serve = commands.add_parser(
        "serve",
        help="serve the embedded emulator alone",
        description="Serve the embedded emulator. The first line on stdout is its service root.",
        allow_abbrev=False,
    )
    serve.set_defaults(do=_serve)
    if wanted:  # its options come with the emulator's model, which a run has no time for
        from dataverse_tck.commands.serve import add_serve_options

        add_serve_options(serve)


def _add_others(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    requirements = commands.add_parser(
        "requirements", help="list what is checked", description="List what is checked.", allow_abbrev=False
    )
    requirements.add_argument("--level", choices=LEVELS, help="only this level")
    requirements.add_argument("--format", choices=("table", "json", "csv"), default="table")
    requirements.set_defaults(do=_requirements)
    doctor = commands.add_parser(
        "doctor",
        help="say whether an endpoint can be examined",
        description="Say whether an endpoint can be examined, and how far. Gives no verdict. Exit 0 ready, 2 not.",
        allow_abbrev=False,
    )
    doctor.add_argument("--endpoint", required=True, metavar="URL")
    doctor.set_defaults(do=_doctor)
    cleanup = commands.add_parser(
        "cleanup",
        help="remove the test rows that a run left behind",
        description="Remove the test rows that a run left behind, as its folder tells.",
        allow_abbrev=False,
    )
    cleanup.add_argument("run", type=Path, metavar="RUN", help="the folder of the run")
    cleanup.add_argument("--endpoint", metavar="URL", help="the same endpoint under another address")
    cleanup.set_defaults(do=_cleanup)
    _add_profile(commands)
    derive = commands.add_parser(
        "derive",
        help="derive facts, schemas and requirements from the reference page",
        description="Derive facts, schemas and requirements from the reference page: markdown source, or, with "
        "--check, the text of the rendered page as well.",
        epilog="Exit codes: 0 written or the same, 1 --check found a difference, 2 the page was refused.",
        allow_abbrev=False,
    )
    derive.add_argument("page", type=Path, metavar="PAGE")
    where = derive.add_mutually_exclusive_group()
    where.add_argument("--output", type=Path, metavar="DIR", help="write there; default: this checkout")
    where.add_argument("--check", action="store_true", help="compare with what is there, write nothing")
    derive.set_defaults(do=_derive)


def _add_profile(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    profile = commands.add_parser(
        "profile",
        help="write or check what an implementer says",
        description="Write a profile to be filled in, or say what is wrong with one.",
        allow_abbrev=False,
    )
    wanted = profile.add_subparsers(dest="what", required=True, metavar="init|check")
    init = wanted.add_parser(
        "init",
        help="write a profile from an endpoint's metadata",
        description="Write a profile that names every message, from the metadata of an endpoint.",
        allow_abbrev=False,
    )
    init.add_argument("--endpoint", required=True, metavar="URL")
    init.add_argument("--output", type=Path, metavar="FILE", help="a new file; default: stdout")
    init.set_defaults(do=_profile_init)
    check = wanted.add_parser(
        "check",
        help="say what is wrong with a profile",
        description="Say everything that is wrong with a profile. Exit codes: 0 nothing, 2 something.",
        allow_abbrev=False,
    )
    check.add_argument("profile", type=Path, metavar="FILE")
    check.add_argument("--endpoint", metavar="URL", help="hold it to the metadata of this endpoint as well")
    check.set_defaults(do=_profile_check)


class _Version(argparse.Action):
    """Reads the reference only when asked."""

    def __init__(self, option_strings: Sequence[str], dest: str, help: str | None = None) -> None:  # noqa: A002
        super().__init__(option_strings, dest, nargs=0, help=help)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from dataverse_tck.conformance.suite import load_suite
        from dataverse_tck.suite_files import suite_sha256

        catalogue = load_suite().catalogue
        print(f"dataverse-tck {__version__}\nsuite {suite_sha256()}\nreference {catalogue.sha256}\n{catalogue.title}")
        parser.exit()


def _workers(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= MOST_WORKERS:
        raise argparse.ArgumentTypeError(f"{text} is not a number of scenarios from 1 to {MOST_WORKERS}")
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


def _run(options: argparse.Namespace) -> int:
    from dataverse_tck.run.runner import run

    return run(_settings(options))


def _settings(options: argparse.Namespace) -> Settings:
    """Return the options of a run: those of the command line, else of its profile, else the usual ones."""
    from dataverse_tck.profile.profile import Profile, load_profile
    from dataverse_tck.run.runner import Settings

    profile = load_profile(options.profile) if options.profile else None
    said = profile or Profile("", "")
    endpoint = options.endpoint or said.endpoint
    level = options.level or said.level or (LEVELS[-1] if endpoint is None else "surface")
    writes = level != "surface"
    if options.allow_writes and not writes:
        raise UsageError(
            "--allow-writes belongs to the data level, and the surface level only reads. "
            "Leave it out, or say --level data."
        )
    allow_writes = options.allow_writes or said.allow_writes
    if endpoint and writes and not allow_writes and not options.plan:
        raise UsageError(
            f"The {level} level writes some hundred test rows, conversations and what they are linked to, into "
            f"{endpoint}, and removes them again. Allow it with --allow-writes, or stay with --level surface."
        )
    if level == "calls":
        profile = _for_calls(profile, endpoint)
    return Settings(
        endpoint=endpoint,
        level=level,
        only=tuple(options.only),
        output=options.output or said.output,
        workers=options.workers or said.workers or WORKERS,
        seed=options.seed,
        allure=options.allure,
        pytest_args=options.pytest_args,
        settle_s=next(seconds for seconds in (options.settle, said.settle_s, SETTLE_S) if seconds is not None),
        plan=options.plan,
        allow_writes=writes and (allow_writes or endpoint is None),
        profile=profile,
    )


def _for_calls(profile: Profile | None, endpoint: str | None) -> Profile:
    """Return the profile of a run that sends messages; the emulator has its own."""
    from dataclasses import replace

    if endpoint is None:
        from dataverse_tck.endpoint.embedded import PROFILE
        from dataverse_tck.profile.profile import load_profile

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


def _serve(options: argparse.Namespace) -> int:
    from dataverse_tck.commands.serve import serve_from_options

    return serve_from_options(options)


def _requirements(options: argparse.Namespace) -> int:
    from dataverse_tck.commands.requirements import print_requirements
    from dataverse_tck.conformance.suite import load_suite

    print_requirements(load_suite().catalogue, options.level, options.format)
    return 0


def _doctor(options: argparse.Namespace) -> int:
    from dataverse_tck.reporting.terminal import errors, out
    from dataverse_tck.webapi.credentials import token_from_environment
    from dataverse_tck.webapi.doctor import diagnose, print_report

    return print_report(diagnose(options.endpoint, token_from_environment()), out(), errors())


def _cleanup(options: argparse.Namespace) -> int:
    from dataverse_tck.commands.cleanup import cleanup

    return cleanup(options.run, options.endpoint)


def _profile_init(options: argparse.Namespace) -> int:
    from dataverse_tck.commands.profile import init

    return init(options.endpoint, options.output)


def _profile_check(options: argparse.Namespace) -> int:
    from dataverse_tck.commands.profile import check

    return check(options.profile, options.endpoint)


def _derive(options: argparse.Namespace) -> int:
    from dataverse_tck.commands.derive import derive

    return derive(options.page, options.output, options.check)


if __name__ == "__main__":
    console()
