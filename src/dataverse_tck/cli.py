"""The command line: which commands there are, and that none of them ends in a traceback."""

from __future__ import annotations

import argparse
import os
import sys
import threading
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from dataverse_tck import __version__
from dataverse_tck.usage import UsageError, let_go_of_stdout, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

# By name, what each is for; its options and what it does stand in a module in ``commands``.
COMMANDS: Mapping[str, str] = {
    "run": "examine an endpoint and give a verdict",
    "certify": "examine an endpoint, and leave a signed bundle",
    "verify": "judge a run again from its folder or bundle",
    "sign": "add a signature to a bundle",
    "keys": "make keys to sign with, or say which key is in a file",
    "show": "show exchanges of a run",
    "explain": "explain a requirement: what it says, and who looks at it",
    "diff": "compare two runs: what fails now and did not, and what may be why",
    "report": "tell a run again from its folder: as a page, or as a spreadsheet",
    "waivers": "write the failures of a run down as accepted, to be edited",
    "serve": "serve the embedded emulator alone",
    "requirements": "list what is checked",
    "doctor": "say whether an endpoint can be examined",
    "cleanup": "remove the test rows that a run left behind",
    "profile": "write or check what an implementer says",
    "derive": "derive facts, schemas and requirements from the reference page",
}
# Modules in a room of their own; every other command has one of its name.
MODULES: Mapping[str, str] = {name: f"certification.{name}" for name in ("certify", "verify", "sign", "keys")}
SHELLS = ("bash", "zsh", "fish", "tcsh", "powershell")


def console() -> NoReturn:
    """Run the command line and leave with its exit code, whatever became of stdout or of a request under way."""
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    if _is_on_ci_server():
        from dataverse_tck.reporting.ci import guard

        guard()
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
        return _refuse("Interrupted: nothing was decided.")
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
    _expect_no_empty(arguments)
    parser = parser_for(arguments)
    options, unknown = parser.parse_known_args(arguments)
    if unknown:
        _refuse_unknown(parser, options.command, unknown[0])
    if pytest_args and options.command != "run":
        raise UsageError(f"'{options.command}' takes no arguments for pytest after '--'; only 'run' does.")
    options.pytest_args = tuple(pytest_args)
    return int(options.do(options))


def _expect_no_empty(arguments: Sequence[str]) -> None:
    """Raise UsageError for an argument without a letter: for a file, it would name the folder one stands in."""
    for before, word in zip(["", *arguments], arguments, strict=False):
        if not word.strip() and before != "--endpoint":  # which says more of it
            of = f"{before} " if before.startswith("--") else ""
            raise UsageError(f"An argument is empty: {of}{word!r}. Where it comes from a variable, that is not set.")


def _refuse_unknown(parser: argparse.ArgumentParser, command: str, word: str) -> NoReturn:
    """Leave with the usage of the command, and what may have been meant."""
    groups = (it for it in parser._actions if isinstance(it, argparse._SubParsersAction))  # noqa: SLF001 - no other way
    own: argparse.ArgumentParser = next(groups).choices[command]
    known = [name for action in own._actions for name in action.option_strings]  # noqa: SLF001
    own.error(f"unrecognized argument {word!r:.200}.{nearest(word, known)}")


def _is_expected(error: Exception) -> bool:
    from dataverse_tck.endpoint.embedded import EmulatorError
    from dataverse_tck.webapi.http.errors import WebApiError

    return isinstance(error, UsageError | EmulatorError | WebApiError | OSError)


def _refuse(message: str) -> int:
    print(f"dataverse-tck: {message}", file=sys.stderr)
    _tell_server(message)
    return 2


def _tell_server(message: str) -> None:
    if _is_on_ci_server():
        from dataverse_tck.reporting.ci import refused

        refused(message)


def _is_on_ci_server() -> bool:
    return "GITHUB_ACTIONS" in os.environ or "TF_BUILD" in os.environ


def parser_for(arguments: Sequence[str]) -> argparse.ArgumentParser:
    """Return the parser of the command line; a command that is not among the arguments has no options yet.

    They come with all that the command imports, and no other command has time for that.
    """
    parser = _Parser(
        prog="dataverse-tck",
        description="Technology compatibility kit for the Conversation table (msdyn_ocliveworkitem) of the Dataverse "
        "Web API.",
        epilog="The token for an endpoint is read from the environment variable DATAVERSE_TOKEN.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_Version, help="version of the kit, revisions of suite and reference")
    parser.add_argument(
        "--completion",
        action=_Completion,
        choices=SHELLS,
        metavar="SHELL",
        help=f"print what a shell needs to complete commands, options and files: {', '.join(SHELLS)}",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, purpose in COMMANDS.items():
        command = commands.add_parser(name, help=purpose, allow_abbrev=False)
        if name in arguments:
            import_module(f"dataverse_tck.commands.{MODULES.get(name, name)}").add_options(command)
    return parser


class _Parser(argparse.ArgumentParser):
    """Tells a CI server too what is wrong with the options."""

    def error(self, message: str) -> NoReturn:
        _tell_server(message)
        super().error(message)


class _Completion(argparse.Action):
    """Knows all commands, which only this needs."""

    def __call__(self, parser: argparse.ArgumentParser, _: object, shell: object, *__: object) -> None:
        import shtab

        whole = parser_for(list(COMMANDS))
        _let_files_be_completed(whole, shtab.FILE)
        print(shtab.complete(whole, str(shell)))
        parser.exit()


def _let_files_be_completed(parser: argparse.ArgumentParser, how: object) -> None:
    for action in parser._actions:  # noqa: SLF001 - no other way
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            for command in action.choices.values():
                _let_files_be_completed(command, how)
        elif action.type is Path:
            action.complete = how  # type: ignore[attr-defined] # shtab's own way to say so


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


if __name__ == "__main__":
    console()
