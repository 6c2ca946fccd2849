"""``certificate.html``: the certificate of a run on a sheet or two, for who files it away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dataverse_tck import __version__
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.conformance.verdict import Verdict
from dataverse_tck.evidence.reading import EXCHANGES
from dataverse_tck.report.html.templates import environment, own
from dataverse_tck.report.outcomes import NEUTRAL, SYMBOLS
from dataverse_tck.report.sentences import not_checked, verdict_sentence
from dataverse_tck.report.told_run import NO_VERDICT, ToldRun
from dataverse_tck.reporting.certificate import CERTIFICATE, sha256
from dataverse_tck.reporting.harmless import harmless
from dataverse_tck.reporting.wording import counted, reference_link
from dataverse_tck.usage import UsageError

MOST = 20
"""Waivers that stand on the sheet, and parts that are not claimed; a sentence says how many more there are."""

_BRIEF = 80  # characters of a text within a sentence
_IN_FORCE = "in force"


def pieces(run: ToldRun) -> Iterator[bytes]:
    """Yield the page. Raises UsageError for a run that has no certificate."""
    told = run.certificate
    if told["verdict"] == NO_VERDICT:
        raise UsageError(
            f"The run left no {CERTIFICATE}, so there is none to be shown: it was killed, and has no verdict. "
            "Make the page with --format html, or run again."
        )
    yield (
        environment()
        .get_template("certificate.html.jinja")
        .render(
            run=run,
            told=told,
            kit=__version__,
            styles=(own("page.css"), own("certificate.css")),
            name=_name(told),
            head=tuple(_head(run)),
            sentence=verdict_sentence(told),
            not_checked=not_checked(told),
            version=told["endpoint"].get("version"),
            metadata=told["endpoint"].get("metadata"),
            challenge=told.get("challenge"),
            calls=tuple(_calls(told["calls"])),
            controls=[one for one in told["controls"] if one["outcome"] != Outcome.BEYOND],
            waivers=told.get("waivers") or [],
            statements={item["id"]: item["statement"] for item in run.requirements},
            level=_LEVELS[told["level"]],
            allowed=tuple(_allowed(told)),
            validity=tuple(_validity(told)),
            digests=_digests(run),
            most=MOST,
            counted=counted,
            link=reference_link("title"),
            mark=lambda outcome: SYMBOLS.get(outcome, NEUTRAL),
        )
        .encode("utf-8", errors="backslashreplace")
    )


_LEVELS: Mapping[str, str] = {
    "surface": "what it declares was looked up",
    "data": "what it declares was looked up; test rows were made, and what became of them was looked at",
    "calls": "what it declares was looked up; test rows and calls were made, and what became of both was looked at",
}


def _name(told: Mapping[str, Any]) -> str:
    """Return what was examined, by the name that its maker gives it; else by its address."""
    said = (told["profile"] or {}).get("implementation", {})
    named = " ".join(filter(None, (said.get("name"), said.get("version"))))
    return named or str(told["endpoint"]["root"])


def _head(run: ToldRun) -> Iterator[str]:
    """Say what has to be known before anything else is read."""
    told = run.certificate
    if told["verdict"] == Verdict.NOT_CONFORMANT:
        yield "This run certifies nothing: what was examined does not conform to the reference."
    elif told["verdict"] == Verdict.INCOMPLETE:
        yield "This run certifies nothing: it came to no end that would let anybody say conformant."
    if told["interrupted"]:
        yield "The run was interrupted."
    if told["troubles"]:
        yield f"{counted(len(told['troubles']), 'thing')} went wrong inside of the run: {told['troubles'][0]}"
    if sha256(run.folder / EXCHANGES) != told["evidence"]["sha256"]:
        yield f"{EXCHANGES} is not the one that the certificate names: nothing that it says can be verified."
    if number := told["counts"][Outcome.WAIVED]:
        yield f"{counted(number, 'requirement')} {'fails and is' if number == 1 else 'fail and are'} waived: see below."
    silent = sum("message" in one for one in told["not_claimed"])
    if silent and told["calls"]:
        claimed = told["calls"]["claimed"]
        yield f"Of the {claimed + silent} call messages the maker claims {claimed}: the others were not looked at."
    if told["endpoint"]["embedded"]:
        yield "What was examined is the kit's own emulator: this says nothing of any other endpoint."


def _calls(calls: Mapping[str, Any] | None) -> Iterator[str]:
    """Say what the maker declares of calls, and what came of trying it; nothing where no calls were tried."""
    if not calls:
        return
    yield (
        f"Declared: {counted(calls['claimed'], 'message')}, {calls['with_effect']} with what comes of them, "
        f"{calls['with_wrong_state']} with what happens at a wrong moment, {calls['with_counterpart']} with a "
        "counterpart."
    )
    tried = calls["messages"]
    fates = ", ".join(f"{number} {fate}" for fate, number in calls["states"].items() if number)
    yield (
        f"Tried: {counted(len(tried), 'pair')} of message and state: {fates or 'none of them'}. The maker declares "
        f"{sum(one['possible'] for one in tried)} of them possible; in the others the message has to be refused, or do "
        "no harm."
    )


def _allowed(told: Mapping[str, Any]) -> Iterator[str]:
    """Say what a conformant run lets its maker say, and no more."""
    if told["verdict"] != Verdict.CONFORMANT or told["endpoint"]["embedded"]:
        return
    yield f"surface-conformant to the msdyn_ocliveworkitem reference, revision {told['reference']['sha256']}"
    if told["level"] != "surface":
        yield "and what follows from it for rows was demonstrated"
    if told["calls"] and (number := told["calls"]["with_effect"]):
        yield (
            f"and behaviour of {counted(number, 'message')} of calls demonstrated against the maker's own declaration "
            f"{told['profile']['sha256'] if told['profile'] else ''}"
        )


def _validity(told: Mapping[str, Any]) -> Iterator[str]:
    """Say what the certificate holds for, and until when."""
    endpoint = told["endpoint"]
    version, metadata = endpoint.get("version"), endpoint.get("metadata")
    root = harmless(endpoint["root"], _BRIEF)
    of = f", of version {harmless(version, _BRIEF)}" if version else ", which did not say of which version it is"
    digest = f", with declarations of sha256 {metadata}" if metadata else ""
    yield f"It says what was found from {told['started']} to {told['finished']} at {root}{of}{digest}."
    yield "It says nothing of any later time, and nothing of another version, address or set-up."
    ends = sorted(one["expires"] for one in told.get("waivers") or [] if one["state"] == _IN_FORCE)
    if ends:
        yield f"It rests on waivers, the first of which expires on {ends[0]}: then what it covers fails."
    yield "No record can say who really answered, and this page is no signature: the bundle says who signed."
    if str(told["suite"]["version"]).startswith("0."):
        yield (
            f"The suite is of version {told['suite']['version']}: as long as that begins with 0, what it checks may "
            "change, and it cannot certify for others yet."
        )


def _digests(run: ToldRun) -> Iterator[tuple[str, str]]:
    """Yield the digests by which everything can be found again that the certificate rests on."""
    told = run.certificate
    yield CERTIFICATE, sha256(run.folder / CERTIFICATE)
    yield told["evidence"]["file"], told["evidence"]["sha256"]
    yield "the suite", told["suite"]["sha256"]
    yield "the reference", told["reference"]["sha256"]
    if told["profile"]:
        yield f"the maker's profile ({told['profile']['name']})", told["profile"]["sha256"]
