"""What Allure shows beside the scenarios: what was run against what, and sorts of results told apart by their messages.

A pattern holds for a whole message, and is read by Java, JavaScript and Python alike.
"""

from __future__ import annotations

from collections.abc import Iterator

from allure_commons.model2 import Status

from dataverse_tck import __version__
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.conformance.verdict import coverage, split_advisory
from dataverse_tck.jsontypes import Json
from dataverse_tck.report.allure.telling import ADVICE, BROKE, INTERRUPTED, OURS, STALE, UNTOLD
from dataverse_tck.reporting.harmless import harmless
from dataverse_tck.reporting.result import RunResult
from dataverse_tck.suite_files import suite_sha256

_SKIPS = {
    Outcome.NOT_TESTABLE: "something else kept it from being decided",
    Outcome.NOT_OBSERVABLE: "no surface shows it",
    Outcome.NOT_APPLICABLE: "there is nothing here that it is about",
    Outcome.NOT_CLAIMED: "the profile leaves it out",
    Outcome.DESELECTED: "the run was told to leave it out",
    Outcome.BEYOND: "it belongs to a higher level",
}
_REST = r"[\s\S]*"  # also the ends of lines, which a dot leaves out
_WHOLE_RUN = (INTERRUPTED, BROKE, STALE, UNTOLD)


def categories() -> list[Json]:
    """Return the sorts of results, each of which one message alone belongs to."""
    return [
        _category("Contradiction: the endpoint breaks a requirement", Status.FAILED, "FAIL (?!control/)"),
        _category("Control: it did not pass, so what it guards proves nothing", Status.FAILED, "FAIL control/"),
        _category("Broken exchange: the endpoint or the network", Status.BROKEN, "Error: "),
        _category("Not the endpoint: the kit or the suite broke", Status.BROKEN, f"{OURS}: "),
        _category("Waived: it fails, and that was accepted", Status.SKIPPED, "WAIVED "),
        *(
            _category(f"{str(outcome).capitalize()}: {why}", Status.SKIPPED, f"{str(outcome).capitalize()}: ")
            for outcome, why in _SKIPS.items()
        ),
        _category(ADVICE, Status.SKIPPED, ADVICE),
        {
            "name": "The run as a whole is not complete",
            "matchedStatuses": [Status.FAILED, Status.BROKEN, Status.SKIPPED],
            "messageRegex": f"({'|'.join(_WHOLE_RUN)}): {_REST}",
        },
    ]


def _category(name: str, status: str, begins: str) -> Json:
    return {"name": name, "matchedStatuses": [status], "messageRegex": f"{begins}{_REST}"}


def environment(result: RunResult) -> Iterator[str]:
    """Yield the lines of a properties file as Java reads it, in Latin-1: everything else as its code."""
    judged, _ = split_advisory(result.findings, result.catalogue)
    checked, total = coverage(judged)
    facts = {
        "Verdict": result.verdict,
        "Checked": f"{checked} of {total} requirements",
        "Endpoint": f"{result.surveyed.root}{' (the embedded emulator)' if result.settings.embedded else ''}",
        "Level": result.settings.level,
        "Seed": result.settings.seed,
        "Started": result.started,
        "Finished": result.finished,
        "Kit": f"dataverse-tck {__version__}",
        "Suite.sha256": suite_sha256(),
        "Reference.sha256": result.catalogue.sha256,
    }
    for name, value in facts.items():
        yield f"{name} = {_escaped(harmless(value))}\n"


def _escaped(text: str) -> str:
    escaped = "".join(_letter(one) for one in text)
    return f"\\{escaped}" if escaped.startswith(" ") else escaped


def _letter(one: str) -> str:
    """Return a character as a value may have it; beyond 16 bits it has two codes."""
    if one == "\\":
        return "\\\\"
    if " " <= one <= "~":
        return one
    codes = one.encode("utf-16-be")
    return "".join(f"\\u{codes[at]:02x}{codes[at + 1]:02x}" for at in range(0, len(codes), 2))
