"""``dataverse-tck show``: one exchange of a run, as a person reads it."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from dataverse_tck.evidence.reading import EXCHANGES, body, whole_lines
from dataverse_tck.reporting.harmless import harmless
from dataverse_tck.usage import UsageError

_LONGEST = 10**6  # characters of a body


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``show`` to its parser."""
    parser.description = "Show exchanges of a run: what was asked, and what was answered."
    parser.epilog = "Example: dataverse-tck show reports/latest x0012"
    parser.add_argument("run", type=Path, metavar="RUN", help="the folder of the run")
    parser.add_argument("ids", nargs="+", metavar="ID", help="ids of exchanges, such as x0012, as reports name them")
    parser.add_argument(
        "--curl",
        action="store_true",
        help="a command line that asks the same again, token as a variable; what wrote, writes again",
    )
    parser.set_defaults(do=lambda options: show(options.run, options.ids, curl=options.curl))


def show(folder: Path, ids: list[str], *, curl: bool) -> int:
    """Print exchanges in the order of the run. Raises UsageError where one is not there."""
    path = folder / EXCHANGES
    if not path.is_file():
        raise UsageError(f"{folder} holds no {EXCHANGES}. Name the folder of a run, such as reports/latest.")
    try:
        found = {line["id"]: line for line in whole_lines(path, ids)}
    except ValueError as problem:
        raise UsageError(f"{path} cannot be read: {problem}.") from None
    if missing := [one for one in ids if one not in found]:
        raise UsageError(f"{path} has no exchange {missing[0]!r:.80}. They are called x0001, x0002 and so on.")
    for line in found.values():
        print("\n".join(_curl(line) if curl else _told(folder, line)))
    return 0


def _curl(line: Mapping[str, Any]) -> Iterator[str]:
    if "fixture" in line:
        yield harmless(" ".join(line["fixture"]["command"]), _LONGEST)
        return
    if line["request"]["headers"].get("content-type", "").startswith("multipart/"):
        yield f"# {line['id']} is a batch: its parts are exchanges of their own, each of which can be asked again"
        return
    from dataverse_tck.report.html.exhibits import curl

    yield harmless(curl(line["request"]), _LONGEST)


def _told(folder: Path, line: Mapping[str, Any]) -> Iterator[str]:
    purpose = line["for"]
    batch = f", in batch {line['batch']}" if "batch" in line else ""
    yield harmless(f"{line['id']}  made for {purpose.get('scene', purpose['phase'])}{batch}")
    if "fixture" in line:
        yield harmless(json.dumps(line["fixture"], indent=2, ensure_ascii=False), _LONGEST)
        return
    waited = f", of which it waited {line['waited_s']:g} s as asked" if line["waited_s"] else ""
    again = f", asked {line['attempts']} times" if line["attempts"] > 1 else ""
    yield f"       {line['started']}, {line['elapsed_ms']:g} ms{waited}{again}"
    request, answer, error = line["request"], line["response"], line["error"]
    yield ""
    yield harmless(f"> {request['method']} {request['url']}", _LONGEST)
    yield from (harmless(f"> {name}: {value}") for name, value in request["headers"].items())
    if request["body"]:
        yield _pretty(request["body"])
    yield ""
    if error:
        yield harmless(f"< {error['kind']}: {error['reason']}")
    if answer:
        yield f"< {answer['status']}"
        yield from (harmless(f"< {name}: {value}") for name, value in answer["headers"].items())
        try:
            yield _pretty(body(folder, answer).decode("utf-8", errors="backslashreplace"))
        except ValueError as problem:
            yield f"(its body cannot be read: {problem})"
    yield ""


def _pretty(text: str) -> str:
    with suppress(ValueError, RecursionError):
        text = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    return harmless(text, _LONGEST)
