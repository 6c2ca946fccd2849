"""``dataverse-tck profile``: write a profile to be filled in, and say what is wrong with one."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from dataverse_tck.commands.common_options import add_endpoint, expect_new, hand_out
from dataverse_tck.conformance.suite import load_suite
from dataverse_tck.evidence.recorder import Recorder
from dataverse_tck.profile.actors import absent_actors
from dataverse_tck.profile.calls import Calls, Message
from dataverse_tck.profile.coverage import Fate, messages_by_state
from dataverse_tck.profile.left_open import left_open
from dataverse_tck.profile.missteps import misrouted
from dataverse_tck.profile.not_claimed import not_claimed_ids
from dataverse_tck.profile.offer_values import misfits
from dataverse_tck.profile.problems import message_names, problems
from dataverse_tck.profile.profile import load_profile, read_toml
from dataverse_tck.profile.signatures import TABLE, contradictions, signatures
from dataverse_tck.profile.skeleton import skeleton
from dataverse_tck.run.trial import expect_triable, tell_trial
from dataverse_tck.usage import UsageError
from dataverse_tck.webapi.credentials import secrets_of, token_from_environment
from dataverse_tck.webapi.http.errors import WebApiError
from dataverse_tck.webapi.metadata.custom_apis import read_custom_apis
from dataverse_tck.webapi.metadata.reader import read_csdl
from dataverse_tck.webapi.preflight import find_endpoint
from dataverse_tck.webapi.rows.tables import Tables

if TYPE_CHECKING:
    from dataverse_tck.webapi.http.session import Session


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what can be done with a profile, and the options of each, to the parser of ``profile``."""
    parser.description = "Write a profile to be filled in, or say what is wrong with one."
    wanted = parser.add_subparsers(dest="what", required=True, metavar="init|check")
    add = wanted.add_parser(
        "init",
        help="write a profile from an endpoint's metadata",
        description="Write a profile that names every message, from the metadata of an endpoint.",
        allow_abbrev=False,
    )
    add_endpoint(add, required=True)
    add.add_argument("--output", type=Path, metavar="FILE", help="a new file; default: stdout")
    add.set_defaults(do=lambda options: init(options.endpoint, options.output))
    add = wanted.add_parser(
        "check",
        help="say what is wrong with a profile",
        description="Say everything that is wrong with a profile. Exit codes: 0 nothing, 2 something.",
        allow_abbrev=False,
    )
    add.add_argument("profile", type=Path, metavar="FILE")
    add_endpoint(add, purpose="hold it to the metadata of this endpoint as well")
    add.add_argument(
        "--try",
        action="store_true",
        dest="trial",
        help="have one call offered there, read its state, end and remove it; needs allow_live_effects",
    )
    add.set_defaults(do=lambda options: check(options.profile, options.endpoint, trial=options.trial))


def init(endpoint: str, output: Path | None) -> int:
    """Write a skeleton from the metadata of ``endpoint`` to ``output``, or to stdout; return the exit code."""
    expect_new(output)
    names = message_names()
    with _asking(endpoint) as session:
        root, csdl, custom_apis = session.root, read_csdl(session), read_custom_apis(session, names)
        several_channels = _has_several_channels(session)
    if csdl.content is None and custom_apis.content is None:
        raise UsageError(f"Neither $metadata nor customapis can be read: {csdl.reason} {custom_apis.reason}")
    all_of_them = Calls(messages={name: Message(name, supported=True) for name in names})
    found = signatures(csdl.content, custom_apis, all_of_them)
    text = skeleton(root, names, found, several_channels=several_channels)
    said = f"{output} names {len(names)} messages, {len(found)} of them found in the metadata of {root}."
    hand_out(text, output, said)
    return 0


def _has_several_channels(session: Session) -> bool:
    """Whether a conversation can have several channels, as the reference has it: unless its column says otherwise."""
    try:
        return Tables(session).of(TABLE).columns["msdyn_channel"].kind != "Picklist"
    except (WebApiError, KeyError):
        return True


def check(path: Path, endpoint: str | None, *, trial: bool = False) -> int:
    """Say every problem of a profile on stderr, also against the metadata of ``endpoint``; return the exit code.

    ``trial``: where there is none, one call is offered there and looked at.
    """
    found = problems(read_toml(path)[1])
    told = f"{path} is a profile. It does not speak of calls.\n"
    if not found:
        profile = load_profile(path)
        not_claimed_ids(profile, load_suite().catalogue)  # refuses a table that nobody speaks of
        if trial:
            expect_triable(profile, endpoint)
        if profile.calls:
            told = _complete(path, profile.calls)
            found = [*misrouted(profile.calls), *(_contradicted(endpoint, profile.calls) if endpoint else ())]
    if found:
        sys.stderr.write("".join(f"{path}: {sentence}\n" for sentence in found))
        return 2
    sys.stdout.write(told)
    return tell_trial(profile, endpoint) if trial and endpoint else 0


def _contradicted(endpoint: str, calls: Calls) -> Iterator[str]:
    """Say what the endpoint declares otherwise than the profile: of messages, of what offers a call, of users."""
    with _asking(endpoint) as session:
        csdl, custom_apis = read_csdl(session), read_custom_apis(session, tuple(calls.messages))
        yield from contradictions(csdl.content, custom_apis, calls)
        tables, offer = Tables(session), calls.fixtures.get("offer")
        if offer and offer.values is not None:
            try:
                yield from misfits(offer.values, tables.of(TABLE), tables)
            except WebApiError as problem:
                yield f"fixtures.offer.values cannot be held to the columns of {TABLE}: {problem}"
        yield from absent_actors(calls.actors, session, tables)


def _complete(path: Path, calls: Calls) -> str:
    supported = calls.supported()

    def count(member: str) -> int:
        return sum(getattr(message, member) not in (None, ()) for message in supported)

    live = "" if calls.allow_live_effects else " It does not allow live effects, so no call is touched."
    notes = "".join([*left_open(calls), *_notes(calls)])
    what = "can be used, and leaves open what is said below" if notes or live else "is a complete profile"
    return (
        f"{path} {what}: {len(calls.messages)} messages, {len(supported)} supported, "
        f"{count('to')} with an effect, {count('inverse')} with an inverse, "
        f"{count('when_wrong_state')} with what happens in the wrong state.{live}\n{_pairs(calls)}{notes}"
    )


def _pairs(calls: Calls) -> str:
    """Say in how many pairs of message and state a run can try what is declared."""
    pairs = messages_by_state(calls, ())
    if calls.state_reader is None or not pairs:
        return ""
    fates, possible = Counter(one.fate for one in pairs), sum(one.possible for one in pairs)
    rest = "".join(f", {fates[fate]} {fate}" for fate in (Fate.UNREACHED, Fate.UNDECLARED) if fates[fate])
    return (
        f"Of {len(pairs)} pairs of message and state, {possible} of them declared possible, a run can try at most "
        f"{fates[Fate.NOT_RUN]}{rest}.\n"
    )


def _notes(calls: Calls) -> Iterator[str]:
    """What is allowed, and yet will leave a run incomplete, a line each."""
    if calls.state_reader is None:
        yield "Nothing tells the state of a call, so no message can be judged: write [calls.state_reader].\n"
    if bare := [message.name for message in calls.supported() if not message.begins and message.to is None]:
        yield (
            f"{len(bare)} supported messages have neither from nor to, and are sent to a call that has just been "
            f"offered: {', '.join(bare)}. Fill them in, or say supported = false.\n"
        )
    for fixture in calls.fixtures.values():
        if fixture.run and shutil.which(fixture.run[0]) is None:
            yield (
                f"fixtures.{fixture.name} runs {fixture.run[0]}, which cannot be run from here: put it into the folder "
                "from which you start the run, or write its whole path.\n"
            )


def _asking(endpoint: str) -> Session:
    """Return a session with the endpoint, to be closed."""
    token = token_from_environment()
    return find_endpoint(endpoint, token, Recorder(None, secrets_of(token))).session
