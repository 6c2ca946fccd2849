"""``dataverse-tck verify``: judges a run again from its folder or bundle, and believes nothing of its certificate."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dataverse_tck.commands.certification.telling import escaped, plain, short, tell_refusals
from dataverse_tck.commands.common_options import challenge_text
from dataverse_tck.conformance.waivers import Standing
from dataverse_tck.reporting import terminal
from dataverse_tck.reporting.progress import busy
from dataverse_tck.reporting.wording import beside, counted
from dataverse_tck.usage import UsageError
from dataverse_tck.verify.folder import FolderError
from dataverse_tck.verify.replay import OptionsError

if TYPE_CHECKING:
    from rich.console import Console

    from dataverse_tck.bundle.keys import NamedKey
    from dataverse_tck.bundle.policy import Policy
    from dataverse_tck.bundle.verified import VerifiedBundle


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``verify`` to its parser."""
    parser.description = (
        "Judge a run again: the features of this suite against the exchanges in the folder of the run, or in its "
        "bundle. Nothing is sent, and nothing that came with the run is executed."
    )
    parser.epilog = (
        "Exit codes: 0 verified, whatever the verdict is, and every clause of the policy holds; 1 refused: something "
        "does not follow from the rest, somebody else has signed, or a clause does not hold; 2 cannot be read. "
        "Example: dataverse-tck verify reports/latest. docs/verify.md says what it proves."
    )
    parser.add_argument("run", type=Path, metavar="RUN", help="the folder of the run, or its certificate.zip")
    parser.add_argument(
        "--key",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="a public key that has to have signed the bundle; all of them have, and nobody else; may be said again",
    )
    parser.add_argument("--policy", type=Path, metavar="FILE", help="what you accept of a run, in TOML")
    parser.add_argument(
        "--challenge", type=challenge_text, metavar="TEXT", help="the text for which the run has to be made"
    )
    parser.set_defaults(do=lambda options: verify(options.run, options.key, options.policy, options.challenge))


def verify(path: Path, keys: Sequence[Path] = (), policy: Path | None = None, challenge: str | None = None) -> int:
    """Judge a run again and say what does not follow. Raises UsageError for a run that cannot be read."""
    from dataverse_tck.bundle.archive import BundleError
    from dataverse_tck.bundle.keys import read_public
    from dataverse_tck.bundle.policy import load_policy
    from dataverse_tck.bundle.verified import VerifiedBundle, verified_bundle, verified_folder

    if not path.exists():
        raise UsageError(f"{path} is not there. Name the folder of a run, or its certificate.zip.")
    is_bundle = path.is_file()
    if keys and not is_bundle:
        raise UsageError(f"--key is for a bundle, and {path} is none: nobody signs a folder. Name its certificate.zip.")
    accepted = load_policy(policy) if policy else None
    named = [read_public(key) for key in keys]
    named += accepted.signed_by or () if accepted and is_bundle else ()
    try:
        with busy("judging the run again"):
            if is_bundle:
                found = verified_bundle(path, named)
            else:
                judged = verified_folder(path)
                found = VerifiedBundle(judged.refusals, judged.certificate)
    except (BundleError, FolderError, OptionsError) as problem:
        raise UsageError(plain(str(problem))) from None
    out = terminal.out()
    return _told(out, found, named if is_bundle else None, accepted, challenge)


def _told(
    out: Console,
    found: VerifiedBundle,
    named: Sequence[NamedKey] | None,
    policy: Policy | None,
    challenge: str | None,
) -> int:
    """Say what came of it, and return the exit code; ``named`` None: it is about a folder."""
    told = found.certificate
    if told is not None:
        _tell_run(out, told)
    if found.refusals or told is None:
        tell_refusals(out, found.refusals)
        number = counted(len(found.refusals), "refusal")
        if told is None:
            out.print(f"refused    the bundle does not verify: {number}")
        else:
            claims = escaped(str(told["verdict"]))
            out.print(f"refused    the certificate claims {claims}: {number}; trust nothing in it")
        return 1
    coverage = told["coverage"]
    end = " (the run was interrupted)" if told["interrupted"] else ""
    checked = f"{coverage['checked']} of {coverage['requirements']} checked"
    out.print(f"verified   {told['verdict']}, {checked}{beside(told['counts'])}{end}")
    out.print("           every outcome, control and count follows from the evidence; who answered, it cannot tell")
    if named is not None:
        _tell_signers(out, found, named)
    return _held(out, found, policy, challenge, is_bundle=named is not None)


def _tell_signers(out: Console, found: VerifiedBundle, named: Sequence[NamedKey]) -> None:
    """Say who signed, as far as that is known, and what was stated by hand."""
    names = {key.id: key.name for key in reversed(named)}
    for key_id in found.signers:
        out.print(f"signed     {key_id} ({escaped(names[key_id])})" if named else f"signed     {key_id}")
    if not named:
        out.print("           no key was named, so this does not say who signed: name those you trust with --key")
    for one in found.statements:
        number = counted(len(one["requirements"]), "requirement")
        out.print(f"stated     {escaped(short(one['requirement']))}: {number}, by {escaped(short(one['by']))}")
        out.print(f"           {escaped(short(one['reason']))}")
        out.print(f"           evidence {escaped(short(one['evidence']['name']))}, sha256 {one['evidence']['sha256']}")


def _held(out: Console, found: VerifiedBundle, policy: Policy | None, challenge: str | None, *, is_bundle: bool) -> int:
    """Say what of a policy and a challenge holds, and return the exit code."""
    from dataverse_tck.bundle.policy import Seen, challenged, clauses, utc_now

    assert found.certificate is not None
    seen = Seen(found.certificate, utc_now(), found.signers if is_bundle else None, found.statements)
    came = list(clauses(policy, seen)) if policy else []
    came += [challenged(challenge, found.certificate)] if challenge is not None else []
    for clause in came:
        word = "holds" if clause.holds else "does not hold"
        out.print(f"{word:<15}{clause.name}: {escaped(short(clause.figure))}")
    if failed := [clause.name for clause in came if not clause.holds]:
        out.print(
            f"refused    {len(failed)} of {len(came)} {'clause' if len(came) == 1 else 'clauses'} "
            f"{'does' if len(failed) == 1 else 'do'} not hold: {', '.join(failed)}"
        )
        return 1
    if policy:
        out.print("accepted   every clause of the policy holds")
    return 0


def _tell_run(out: Console, told: Mapping[str, Any]) -> None:
    """Say of which run this is, as its certificate has it."""
    embedded = " (the embedded emulator)" if told["endpoint"]["embedded"] else ""
    out.print(f"endpoint   {escaped(str(told['endpoint']['root']))}{embedded}")
    out.print(f"level      {escaped(str(told['level']))}, seed {escaped(str(told['seed']))}, begun {told['started']}")
    out.print(f"suite      {told['suite']['version']}, sha256 {told['suite']['sha256']}")
    out.print(f"reference  sha256 {escaped(str(told['reference']['sha256']))}")
    for name, words in (
        ("only", "only"),
        ("exclude", "exclude"),
        ("troubles", "troubles"),
    ):
        if told[name]:
            out.print(f"{words:<11}{escaped(short(json.dumps(told[name], ensure_ascii=False)))}")
    for one in _rows(told, "not_claimed"):
        what = one.get("message") or f"{one.get('solution')} ({', '.join(map(str, _list(one.get('tables'))))})"
        because = f": {one['reason']}" if one.get("reason") else ""
        out.print(f"not claimed  {escaped(short(f'{what}{because}'))}")
    if told.get("challenge") is not None:
        out.print(f"challenge  {escaped(short(str(told['challenge'])))}")
    for one in _rows(told, "waivers"):
        out.print(f"waiver     {escaped(short(_waiver(one)))}")
    out.print()


def _rows(told: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """Return the objects of a list of a certificate, which may be refused for what it is."""
    return [one for one in _list(told.get(name)) if isinstance(one, dict)]


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _waiver(one: Mapping[str, Any]) -> str:
    """Say what had become of a waiver, and whether it would count today."""
    today = datetime.now(UTC).date().isoformat()
    is_over = one.get("state") != Standing.EXPIRED and str(one.get("expires")) < today
    since = ": it has expired since then" if is_over else ""
    covers = counted(len(_list(one.get("covers"))), "failure")
    who = f"{one.get('owner')}, until {one.get('expires')}"
    return f"{one.get('requirement')} ({who}), {one.get('state')}, {covers}{since}"
