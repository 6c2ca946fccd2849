"""The last lines on the terminal: the verdict, what it rests on, what was spent, and what became of the test rows."""

from __future__ import annotations

import shlex
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.conformance.verdict import CONTRACT, Verdict, counts, coverage, split_advisory
from dataverse_tck.conformance.waivers import Standing
from dataverse_tck.profile.coverage import Fate
from dataverse_tck.reporting.wording import anywhere, counted, shown

if TYPE_CHECKING:
    from rich.console import Console

    from dataverse_tck.profile.calls import Calls
    from dataverse_tck.profile.coverage import Tried
    from dataverse_tck.profile.profile import Profile
    from dataverse_tck.reporting.result import RunResult

LEFTOVERS = 20  # reasons told; the certificate has them all
_STYLES = {
    Verdict.CONFORMANT: "bold green",
    Verdict.NOT_CONFORMANT: "bold red",
    Verdict.INCOMPLETE: "bold yellow",
}


def print_summary(console: Console, result: RunResult) -> None:
    """Print the verdict with its counts, what the profile leaves out, costs, rows and the folder of the files."""
    _print_verdict(console, result)
    if result.settings.calls and result.settings.level == "calls":
        for line in _calls(result.settings.calls, result.acted.tried):
            console.print(line)
    most, failed = result.settings.max_fail, sum(one.tag in ("failure", "error") for one in result.told)
    if most and failed >= most:
        console.print(f"ended        after {counted(most, 'scenario')} that failed, as it was told to")
    if result.settings.gate == "checked":
        console.print(f"gate         checked: {CONTRACT['checked'][result.exit_code('checked')]}")
    for message in result.surveyed.private:
        console.print(
            f"private      {shown(message)}: the platform hides it from $metadata, so its absence there says nothing"
        )
    for line in _waivers(result):
        console.print(line)
    if result.settings.challenge:
        console.print(_challenge(result))
    if result.settings.profile:
        for line in _left_out(result.settings.profile, result.settings.level):
            console.print(line)
    console.print(
        f"{counted(result.scenario_count, 'scenario')}, {_spent(result)}, "
        f"{counted(len(result.surveyed.extensions), 'extension')} listed, not judged"
    )
    _print_rows(console, result)
    console.print(f"results    {shown(str(result.folder))}")


def _print_verdict(console: Console, result: RunResult) -> None:
    judged, advisory = split_advisory(result.findings, result.catalogue)
    checked, total = coverage(judged)
    told = {name: number for name, number in counts(judged).items() if number and name != Outcome.BEYOND}
    tallies = ", ".join(f"{number} {name}" for name, number in told.items())
    console.print(
        f"\n[{_STYLES[result.verdict]}]{result.verdict}[/]   {checked} of {total} checked: {tallies}"
        f"{' (the run was interrupted)' if result.interrupted else ''}"
    )
    usual = counts(advisory)
    if usual["pass"] or usual["fail"]:
        console.print(f"advisory     {usual['pass']} as usual, {usual['fail']} not: no part of the verdict")


def _calls(calls: Calls, tried: Sequence[Tried]) -> Iterator[str]:
    """Say on what the verdict about calls rests: what is declared of the messages, and where they were tried."""
    said = calls.declared()
    yield (
        f"calls        {counted(said['claimed'], 'message')} claimed: {said['with_effect']} with a declared effect, "
        f"{said['with_wrong_state']} with what happens in a wrong state, {said['with_counterpart']} with a counterpart"
    )
    fates = Counter(one.fate for one in tried)
    told = ", ".join(f"{fates[fate]} {fate}" for fate in Fate if fates[fate])
    possible = sum(one.possible for one in tried)
    yield f"             of {len(tried)} pairs of message and state, {possible} of them declared possible: {told}"


def _waivers(result: RunResult) -> Iterator[str]:
    """Yield a line for each waiver: what it covers, and whether somebody has to act on it."""
    for one in result.waivers:
        waiver, covers = one.waiver, counted(len(one.covers), "failure")
        what = shown(f"{waiver.requirement} ({waiver.owner}, until {waiver.expires})")
        match one.standing:
            case Standing.IN_FORCE:
                soon = " [yellow]ends soon[/]" if one.ends_soon else ""
                yield f"waived       {covers} of {what}{soon}"
            case Standing.STALE:
                yield f"[yellow]STALE[/] waiver {what}: nothing of it fails; the run is incomplete until it is removed"
            case Standing.UNUSED:
                yield f"unused       waiver {what}: nothing of it was seen failing, and not all was decided"
            case Standing.EXPIRED:
                again = "counts again" if len(one.covers) == 1 else "count again"
                fails = f"{covers} of it {again}" if one.covers else "nothing of it fails: remove it"
                yield f"[yellow]EXPIRED[/] waiver {what}: {fails}"


def _challenge(result: RunResult) -> str:
    if result.settings.level == "surface":
        return "challenge    shows nothing at the level surface: no row is written, so nothing follows from the seed"
    return f"challenge    {shown(result.settings.challenge or '')}: seed, ids and names of all rows follow from it"


def _left_out(profile: Profile, level: str) -> Iterator[str]:
    """Yield a line for what the profile does not claim, and for what it does not declare of a message."""
    for group in profile.not_claimed:
        reason = f": {group.reason}" if group.reason else ""
        yield f"not claimed  {shown(group.solution)} ({', '.join(group.tables)}){shown(reason)}"
    if not profile.calls:
        return
    for message in profile.calls.not_claimed():
        reason = f": {message.reason}" if message.reason else ""
        yield f"not claimed  {message.name}{shown(reason)}"
    for message in profile.calls.supported() if level == "calls" else ():
        if silent := message.silent_of():
            yield f"not declared {message.name}: {' and '.join(silent)}"


def _spent(result: RunResult) -> str:
    waits = ((result.waited_s, "waited as asked by the endpoint"), (result.acted.settled_s, "waited for effects"))
    told = [f"{seconds:.1f} s {why} (all scenarios together)" for seconds, why in waits if seconds]
    batched = f" ({result.parts:,} more in batches)" if result.parts else ""
    return ", ".join([f"{counted(result.requests, 'request')}{batched}", *told])


def _print_rows(console: Console, result: RunResult) -> None:
    """Say what became of the test rows; what is left behind does not change the verdict, but somebody has to act."""
    written = sum(result.acted.rows_written.values())
    if not result.acted.leftovers:
        if written:
            console.print(f"{counted(written, 'test row')} (named {result.settings.mark}) written and removed")
        return
    left = len(result.acted.leftovers)
    of = (
        f" of {counted(written, 'test row')}" if left <= written else " test rows, some of which may not have been made"
    )
    console.print(f"[yellow]LEFT BEHIND[/] {left:,}{of}")
    grouped: dict[str, list[str]] = defaultdict(list)
    for one in result.acted.leftovers:
        grouped[anywhere(one.reason).replace(one.path, "it")].append(one.path)
    for reason, paths in list(grouped.items())[:LEFTOVERS]:
        console.print(f"  {shown(paths[0])}{f' and {len(paths) - 1:,} more' if paths[1:] else ''}: {shown(reason)}")
    if len(grouped) > LEFTOVERS:
        console.print("  ... and others: see certificate.json")
    console.print(f"  remove     {shown(shlex.join(['dataverse-tck', 'cleanup', str(result.folder)]))}")
