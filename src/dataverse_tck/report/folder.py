"""The folder of a run, read for reports: what can be told of it, with a sentence about the rest."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from dataverse_tck.conformance.finding import BROKEN, Outcome
from dataverse_tck.evidence.reading import EXCHANGES, whole_lines
from dataverse_tck.evidence.shapes import no_number, once
from dataverse_tck.report.features import read_features
from dataverse_tck.report.lines import lines_of
from dataverse_tck.report.told_run import NO_VERDICT, Outline, TakenScenario, ToldRun
from dataverse_tck.reporting.certificate import CERTIFICATE, FORMAT
from dataverse_tck.reporting.junit import JUNIT
from dataverse_tck.reporting.telling.decisive import decisive
from dataverse_tck.reporting.wording import counted
from dataverse_tck.suite_files import suite_root, suite_sha256
from dataverse_tck.usage import UsageError

BASELINE = "baseline.json"
"""A copy of the certificate that a run was compared with."""

MOST_CERTIFICATE_BYTES = 10**8
_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?")
_KEPT = 300  # failures and errors whose exchanges are told whole


def read_run(folder: Path, *, is_ours: bool = False) -> ToldRun:
    """Read a run from its folder. Raises UsageError where nothing of a run can be told.

    ``is_ours``: this process has just written it, so that its certificate needs no check.
    """
    if folder.is_file():
        raise UsageError(f"{folder} is a file. Name the folder of a run; a bundle has to be unpacked for this.")
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder. Name the folder of a run, such as reports/latest.")
    missing: list[str] = []
    outlines, options = _outlines(folder / EXCHANGES, missing, is_ours=is_ours)
    told = _certificate(folder, options, missing, is_ours=is_ours)
    baseline = _baseline(folder / BASELINE, missing)
    features = read_features(suite_root()) if told["suite"].get("sha256") == suite_sha256() else ()
    if not features:
        missing.append(
            "The run was made by another version of the suite, so the text of its features is not told: "
            "make the report with that version."
        )
    requests = {one.id: f"{one.method} {one.url}" for one in outlines.values()}
    rests_on = {
        key
        for item in [it for it in told["requirements"] if it["outcome"] in {*BROKEN, Outcome.ERROR}][:_KEPT]
        for key in decisive(item, requests)
    }
    return ToldRun(
        folder=folder.resolve(),
        certificate=told,
        features=features,
        scenarios=_scenarios(folder / JUNIT, missing),
        outlines=tuple(outlines.values()),
        exchanges={line["id"]: line for line in whole_lines(folder / EXCHANGES, rests_on)},
        settle_s=options["settle_s"] if options else None,
        baseline=baseline,
        missing=tuple(missing),
    )


def _certificate(
    folder: Path, options: Mapping[str, Any] | None, missing: list[str], *, is_ours: bool
) -> Mapping[str, Any]:
    path = folder / CERTIFICATE
    if not path.is_file():
        if options is None:
            raise UsageError(f"{folder} holds no run: neither {CERTIFICATE} nor readable lines in {EXCHANGES}.")
        missing.append(f"The run left no {CERTIFICATE}: it was killed, and has no verdict. What it exchanged is told.")
        return _without_certificate(options)
    told = read_certificate(folder, is_ours=is_ours)
    if told["interrupted"]:
        missing.append("The run was interrupted: what had not been looked at by then is not testable.")
    return told


def load_certificate(folder: Path) -> Mapping[str, Any]:
    """Return the certificate of a folder, whatever it says. Raises UsageError where there is no JSON object."""
    if folder.is_file():
        raise UsageError(f"{folder} is a file. Name the folder of a run; a bundle has to be unpacked for this.")
    if not folder.is_dir():
        raise UsageError(f"{folder} is not there. Name the folder of a run: it holds {CERTIFICATE}.")
    if not (folder / CERTIFICATE).is_file():
        raise UsageError(f"{folder} holds no {CERTIFICATE}: a run that was killed leaves none, and has no verdict.")
    return _json_object(folder / CERTIFICATE)


def _json_object(path: Path) -> Mapping[str, Any]:
    if path.stat().st_size > MOST_CERTIFICATE_BYTES:
        raise UsageError(f"{path} is larger than {MOST_CERTIFICATE_BYTES:,} bytes: it is no certificate of a run.")
    try:
        told = json.loads(path.read_bytes(), object_pairs_hook=once, parse_constant=no_number)
    except (OSError, ValueError, RecursionError) as problem:
        raise UsageError(f"{path} cannot be read: {problem}.") from None
    if not isinstance(told, dict):
        raise UsageError(f"{path} is no certificate: it is no JSON object.")
    return told


def read_certificate(folder: Path, *, is_ours: bool = False) -> Mapping[str, Any]:
    """Return the certificate of a run. Raises UsageError for one that is not there, or not as this kit writes them."""
    told = load_certificate(folder)
    return _as_this_kit_writes_them(folder / CERTIFICATE, told, is_ours=is_ours)


def _baseline(path: Path, missing: list[str]) -> Mapping[str, Any] | None:
    """Return the certificate that a run was compared with, None where there was none; it may be anybody's."""
    if not path.is_file():
        return None
    try:
        return _as_this_kit_writes_them(path, _json_object(path), is_ours=False)
    except UsageError as problem:
        said = str(problem).replace(str(path), path.name)  # a report hangs on no folder's name
        missing.append(f"What changed against the baseline is not told: {said}")
        return None


def _as_this_kit_writes_them(path: Path, told: Mapping[str, Any], *, is_ours: bool) -> Mapping[str, Any]:
    if told.get("format") != FORMAT:
        raise UsageError(
            f"{path} has the format {told.get('format')!r:.80}; this version tells {FORMAT!r}. Use the version of "
            "dataverse-tck that wrote it."
        )
    if not is_ours:
        _expect_valid(path, told)
    return told


def _expect_valid(path: Path, told: Mapping[str, Any]) -> None:
    import jsonschema

    schema = json.loads((suite_root() / "schemas" / "outputs" / "certificate.schema.json").read_text(encoding="utf-8"))
    try:
        jsonschema.Draft202012Validator(schema).validate(told)
    except jsonschema.ValidationError as problem:
        where = "/".join(map(str, problem.absolute_path)) or "its members"
        raise UsageError(f"{path} is not as this kit writes certificates: {where}: {problem.message:.200}.") from None


def _without_certificate(options: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what the first line of a run says, in the shape of a certificate."""
    lists = (
        "leftovers",
        "troubles",
        "extensions",
        "exclusions",
        "controls",
        "requirements",
        "surfaces",
        "not_claimed",
        "waivers",
    )
    return {
        **{name: [] for name in lists},
        "format": FORMAT,
        "verdict": NO_VERDICT,
        "level": options["level"],
        "endpoint": {
            "root": options["endpoint"],
            "embedded": options["embedded"],
            "completed_from": None,
            "version": None,
            "metadata": None,
        },
        "suite": options["suite"],
        "reference": None,
        "started": None,
        "finished": None,
        "seed": options["seed"],
        "challenge": options["challenge"],
        "only": options["only"],
        "exclude": options["exclude"],
        "max_fail": options["max_fail"],
        "counts": {},
        "advisory": {},
        "coverage": None,
        "requests": None,
        "rows_written": {},
        "interrupted": True,
        "run": {"workers": options["workers"], "pytest_args": options["pytest_args"]},
        "evidence": None,
        "files": {},
        "profile": None,
        "private_messages": [],
        "calls": None,
    }


def _outlines(path: Path, missing: list[str], *, is_ours: bool) -> tuple[dict[str, Outline], Mapping[str, Any] | None]:
    """Return what is told of every exchange, and the options of the run, as far as its lines can be read."""
    found: dict[str, Outline] = {}
    options: Mapping[str, Any] | None = None
    whole = 0  # lines that could be read
    try:
        for words in lines_of(path, is_ours=is_ours):
            whole += 1
            options = words.get("options", options)
            if "id" in words:
                found[words["id"]] = _outline(words)
    except OSError as problem:
        missing.append(f"{EXCHANGES} cannot be read ({problem.strerror}), so nothing that was exchanged is told.")
    except ValueError as problem:
        missing.append(
            f"{EXCHANGES} is damaged or cut off after {counted(whole, 'line')}, and what follows is not told: "
            f"{problem!s:.200}."
        )
    return found, options


def _outline(words: Mapping[str, Any]) -> Outline:
    purpose = words["for"].get("scene", words["for"]["phase"])
    if "fixture" in words:
        fixture = words["fixture"]
        milliseconds = 1000 * fixture.get("seconds", 0.0)
        return Outline(words["id"], "RUN", " ".join(fixture["command"]), None, milliseconds, purpose, is_part=False)
    request, answer = words["request"], words["response"]
    status = answer["status"] if answer else None
    return Outline(
        words["id"], request["method"], request["url"], status, words["elapsed_ms"], purpose, is_part="batch" in words
    )


def _scenarios(path: Path, missing: list[str]) -> dict[str, TakenScenario]:
    """Return what came of every scenario that was told."""
    try:
        cases = list(ET.parse(path).iter("testcase")) if path.is_file() else []  # noqa: S314 - expat limits entities
    except (ET.ParseError, OSError) as problem:
        cases = []
        missing.append(f"{JUNIT} cannot be read, so outcomes of scenarios are not told: {problem}.")
    found: dict[str, TakenScenario] = {}
    for case in cases:
        said: dict[str, list[str]] = defaultdict(list)
        for item in case.iter("property"):
            said[item.get("name", "")].append(item.get("value", ""))
        if "scenario" in said:
            named = {key: values[-1] for key, values in said.items() if "/" in key}
            found[said["scenario"][-1]] = TakenScenario(
                said.get("outcome", [""])[-1], named, _number(case.get("time")), int(_number(case.get("line")))
            )
    return found


def _number(text: str | None) -> float:
    """Return a number of a file that may be a stranger's; 0 where it is none, or none that counts anything."""
    return float(text) if text and _NUMBER.fullmatch(text) else 0.0
