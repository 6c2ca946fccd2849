"""``dataverse-tck serve``: its options, and what they make of the emulator."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

from dataverse_tck.emulator.organisation.model import ENGLISH, Binding

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from dataverse_tck.emulator.serving.middleware import Throttle
    from dataverse_tck.emulator.serving.server import Tls

MAX_LATENCY_MS = 60_000
MAX_DELAY = 3_600  # seconds


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``serve`` to its parser."""
    parser.description = "Serve the embedded emulator. The first line on stdout is its service root."
    parser.set_defaults(do=serve_from_options)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=_port, default=0, help="port to listen on (default: 0, any free one)")
    parser.add_argument(
        "--latency",
        type=_latency,
        default=0.0,
        metavar="MS",
        help="milliseconds that each answer is late (default: 0)",
    )
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        dest="faults",
        metavar="ID[@SURFACE|#KIND]",
        help="serve this requirement wrongly, on all surfaces that show it or on one, or let rows or calls break it "
        "in one of the ways there are; may be repeated",
    )
    _add_row_options(parser)
    parser.add_argument(
        "--effect-delay",
        type=_seconds,
        default=0.0,
        metavar="SECONDS",
        help="seconds from the answer of a call's action to its effect (default: 0)",
    )
    parser.add_argument(
        "--user-language",
        type=_language,
        default=ENGLISH,
        metavar="LCID",
        help="language of the user's labels, for example 1033 or 1040 (default: %(default)s)",
    )
    parser.add_argument(
        "--channel",
        choices=("multi", "single"),
        default="multi",
        help="whether msdyn_channel takes several choices or one (default: %(default)s)",
    )
    parser.add_argument(
        "--bind",
        choices=[str(binding) for binding in Binding],
        default=str(Binding.ENTITY),
        help="what the actions of the table are bound to (default: %(default)s)",
    )
    parser.add_argument(
        "--database",
        type=_database,
        metavar="URL",
        help="keep the rows there: sqlite:///FILE (default: in memory, gone with the process)",
    )
    parser.add_argument(
        "--tls",
        action="store_true",
        help="serve https with a certificate made on the spot; its file is named on stderr, to be trusted by clients",
    )
    parser.add_argument("--token", type=_token, metavar="TOKEN", help="answer 401 to all who do not bear this token")
    parser.add_argument(
        "--throttle",
        type=_throttle,
        metavar="N/SECONDS",
        help="answer 429 to more than N requests of one user in so many seconds",
    )


def _add_row_options(parser: argparse.ArgumentParser) -> None:
    """Add the options by which rows come late, in pages, now and then, or not at all."""
    parser.add_argument(
        "--cascade-delay",
        type=_delay,
        action="append",
        default=[],
        dest="cascade_delays",
        metavar="[ACTION=]SECONDS",
        help="seconds after the answer at which cascades change other rows (default: 0, before it); of one action "
        "(delete, assign, share, unshare, reparent) with its name; may be repeated",
    )
    parser.add_argument(
        "--page-size", type=_number, metavar="N", help="page every collection by N, whatever the client prefers"
    )
    parser.add_argument(
        "--throttle-every", type=_number, metavar="N", help="answer 429 to every Nth request, and do not carry it out"
    )
    parser.add_argument(
        "--trouble",
        action="append",
        default=[],
        dest="troubles",
        metavar="KIND:TABLE",
        help="forbidden (403) or plugin (400): rows of the table cannot be created; missing: there is no such table; "
        "unsatisfiable: its rows need one of a table that has none; may be repeated",
    )


def serve_from_options(options: argparse.Namespace, *, until_stdin_closes: bool = False) -> int:
    """Serve as the options say; returns the exit code, 2 for what cannot be served."""
    from dataverse_tck.emulator.faults.errors import UnknownFaultError
    from dataverse_tck.emulator.organisation.assemble import create_organisation
    from dataverse_tck.emulator.protocol.errors import CannotOpenDatabaseError
    from dataverse_tck.emulator.serving.app import create_app
    from dataverse_tck.emulator.serving.server import CannotListenError, listen, serve

    organisation = create_organisation(
        user_language=options.user_language,
        multi_select_channel=options.channel == "multi",
        binding=Binding(options.bind),
    )
    try:
        app: ASGIApp = create_app(
            organisation,
            faults=options.faults,
            latency_ms=options.latency,
            effect_delay=options.effect_delay,
            database=options.database,
            cascade_delays=dict(pair for pairs in options.cascade_delays for pair in pairs),
            page_size=options.page_size,
            throttle_every=options.throttle_every,
            troubles=options.troubles,
        )
        listening = listen(options.host, options.port)
    except (UnknownFaultError, CannotListenError, CannotOpenDatabaseError) as error:
        print(error, file=sys.stderr)
        return 2
    if options.token is not None or options.throttle is not None:
        from dataverse_tck.emulator.serving.middleware import guarded

        app = guarded(app, token=options.token, throttle=options.throttle)
    with _certificate(options) as tls:
        return serve(app, listening, tls=tls, until_stdin_closes=until_stdin_closes)


@contextmanager
def _certificate(options: argparse.Namespace) -> Iterator[Tls | None]:
    """Yield a certificate when TLS is asked for, and say where it is before the service root is announced."""
    if not options.tls:
        yield None
        return
    from dataverse_tck.emulator.serving.tls import temporary_certificate

    with temporary_certificate(options.host) as tls:
        print(f"certificate: {tls.certificate}", file=sys.stderr, flush=True)
        yield tls


class _Parser(argparse.ArgumentParser):
    """A parser whose complaint is one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def main(arguments: list[str] | None = None) -> int:
    """Run the emulator alone, as a run starts it: ``python -P -m dataverse_tck.commands.serve``."""
    parser = _Parser(
        prog="dataverse-tck serve",
        description="A local Dataverse for the Conversation table.",
        allow_abbrev=False,
    )
    add_options(parser)
    parser.add_argument("--until-stdin-closes", action="store_true", help="end when standard input is closed")
    options = parser.parse_args(arguments)
    try:
        return serve_from_options(options, until_stdin_closes=options.until_stdin_closes)
    except KeyboardInterrupt:  # before it listened
        return 0


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port; give a number from 0 to 65535")
    return int(text)


def _latency(text: str) -> float:
    try:
        milliseconds = float(text)
    except ValueError:
        milliseconds = -1
    if not 0 <= milliseconds <= MAX_LATENCY_MS:
        raise argparse.ArgumentTypeError(f"{text!r} is no latency; give milliseconds from 0 to {MAX_LATENCY_MS}")
    return milliseconds


def _seconds(text: str, given: str | None = None) -> float:
    """Read a delay; ``given`` is what the person wrote, where that is more than the number."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1
    if not 0 <= seconds <= MAX_DELAY:
        raise argparse.ArgumentTypeError(f"{given or text!r} is no delay; give seconds from 0 to {MAX_DELAY}")
    return seconds


def _delay(text: str) -> list[tuple[str, float]]:
    from dataverse_tck.emulator.ownership.cascade_reach import Action

    name, equals, seconds = text.rpartition("=")
    if equals and name not in tuple(Action):
        raise argparse.ArgumentTypeError(f"{name!r} is no action that cascades; there are: {', '.join(Action)}")
    return [(action.value, _seconds(seconds, given=text)) for action in Action if not equals or action == name]


def _number(text: str) -> int:
    if re.fullmatch(r"[1-9]\d{0,8}", text, re.ASCII) is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no number; give a whole one from 1 on")
    return int(text)


def _language(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= 0xFFFFF:
        raise argparse.ArgumentTypeError(f"{text!r} is no language; give its LCID, such as 1033 or 1040")
    return int(text)


def _database(text: str) -> str:
    if not text.startswith("sqlite:///"):
        raise argparse.ArgumentTypeError(f"{text!r} is no database; give sqlite:///FILE")
    return text


def _token(text: str) -> str:
    if not text.isascii() or not text.isprintable() or not text.strip() or " " in text:
        raise argparse.ArgumentTypeError("a token has to be of visible ASCII characters without blanks")
    return text


def _throttle(text: str) -> Throttle:
    match = re.fullmatch(r"([1-9]\d{0,8})/([1-9]\d{0,8})", text, re.ASCII)
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no limit; give requests/seconds, such as 6000/300")
    from dataverse_tck.emulator.serving.middleware import Throttle

    return Throttle(int(match[1]), int(match[2]))


if __name__ == "__main__":
    sys.exit(main())
