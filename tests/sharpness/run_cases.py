"""Runs of every sort, for those who judge them again: what they meet, what they are told, when they are stopped."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response

from dataverse_tck.emulator.organisation.assemble import create_organisation
from dataverse_tck.emulator.organisation.model import Binding
from dataverse_tck.emulator.serving.app import create_app
from tests.sharpness.gateway import (
    PRINCIPAL_ACCESS,
    SHARED_PRINCIPALS,
    SHARING_TABLE,
    TEAMS,
    USERS,
    Edited,
    Fickle,
    Gateway,
    Idle,
    Lossy,
    OtherStatus,
    answer_of,
    unannotated,
)
from tests.support.emulator_profiles import SAID, claiming, shell, silent, with_commands

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

DATA = ("--level", "data", "--allow-writes", "--settle", "1")
CALLS = ("--level", "calls", "--allow-writes", "--settle", "1", "--profile", "profile.toml")
LINK = "derived/relationship/msdyn_timegroup_msdyn_ocliveworkitems"
HOLD = "derived/message/CCaaS_HoldCall"
PART = ("--only", f"{LINK}/*", "derived/relationship/*/related-row")
DELETING = ("--only", "derived/relationship/*_msdyn_ocliveworkitems/delete*")
HELD = ("--only", f"{HOLD}/*")
LATE = {"delete": 2.5, "assign": 2.5, "share": 2.5, "unshare": 2.5, "reparent": 2.5}


@dataclass(frozen=True)
class Stop:
    """When a run is stopped: once a file has so many lines with these words in them."""

    number: int
    file: str = "exchanges.ndjson"
    lines: int = 1
    words: str = ""


@dataclass(frozen=True)
class Case:
    """One run. ``before``: what stands before the emulator; ``said``: the profile, from its folder and the endpoint."""

    arguments: tuple[str, ...] = DATA
    made: Mapping[str, Any] = field(default_factory=dict)  # for create_organisation
    served: Mapping[str, Any] = field(default_factory=dict)  # for create_app
    before: Callable[[ASGIApp], ASGIApp] = lambda app: app
    said: Callable[[Path, str], str] = lambda folder, root: SAID
    stop: Stop | None = None
    below: str = ""  # what of the address is not told
    code: int | None = None  # what the run has to end with, where that is certain

    @property
    def app(self) -> ASGIApp:
        """What serves it."""
        return self.before(create_app(create_organisation(**self.made), **self.served))


class Answering:
    """Answers in the place of the emulator where ``told`` gives an answer: (method, path, how often it was asked)."""

    def __init__(self, app: ASGIApp, told: Callable[[str, str, int], Response | None]) -> None:
        self.app = app
        self.told = told
        self._asked = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            self._asked += 1
            answer = self.told(scope["method"], scope["path"], self._asked)
            if answer is not None:
                await answer(scope, receive, send)
                return
        await self.app(scope, receive, send)


class Larger:
    """What some paths answer goes through ``enlarge``."""

    def __init__(self, app: ASGIApp, enlarge: Mapping[str, Callable[[bytes], bytes]]) -> None:
        self.app = app
        self.enlarge = enlarge

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        enlarge = next((one for end, one in self.enlarge.items() if str(scope.get("path")).endswith(end)), None)
        if enlarge is None:
            await self.app(scope, receive, send)
            return
        status, headers, body = await answer_of(self.app, scope, receive)
        await Response(enlarge(body) if status == 200 else body, status, headers)(scope, receive, send)


def twelve_megabytes(csdl: bytes) -> bytes:
    """Declare many more tables."""
    at = csdl.index(b"<EntityType ")
    more = "".join(
        f'<EntityType Name="acme_made{number}"><Key><PropertyRef Name="id"/></Key><Property Name="id" Type="Edm.Guid"/>'
        + "".join(f'<Property Name="acme_column{column}" Type="Edm.String" Unicode="false"/>' for column in range(30))
        + "</EntityType>"
        for number in range(5500)
    )
    return csdl[:at] + more.encode() + csdl[at:]


def five_megabytes(attributes: bytes) -> bytes:
    """Declare many more columns."""
    document = json.loads(attributes)
    like = {"AttributeType": "String", "LogicalName": "", "Description": {"LocalizedLabels": [], "Text": "x" * 800}}
    document["value"] += [{**like, "LogicalName": f"acme_column{number}"} for number in range(5500)]
    return json.dumps(document).encode()


class _Torn(Response):
    """Ends before its body does."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"application/json"), (b"content-length", b"1000")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"value": [', "more_body": True})
        raise ConnectionError("torn on purpose")


def at(words: str, answer: Callable[[], Response], nth: int = 1, method: str = "") -> Callable[[ASGIApp], ASGIApp]:
    """Answer so every nth request whose path has these words in it."""
    seen = [0]

    def told(asked_by: str, path: str, _: int) -> Response | None:
        if words not in path or (method and asked_by != method):
            return None
        seen[0] += 1
        return answer() if seen[0] % nth == 0 else None

    return lambda app: Answering(app, told)


def error(status: int) -> Callable[[], Response]:
    """Say that something went wrong."""
    return lambda: JSONResponse({"error": {"code": "", "message": "It went wrong."}}, status)


def page() -> Response:
    """Answer with a page of the web."""
    return Response("<!DOCTYPE html><html>Hello</html>", 200, {"content-type": "text/html"})


def dead_after(number: int) -> Callable[[ASGIApp], ASGIApp]:
    """Answer so many requests, and none after them."""
    return lambda app: Answering(app, lambda method, path, asked: torn() if asked > number else None)


def torn() -> Response:
    """Answer with half a body."""
    return _Torn()


def unheard() -> Response:
    """Say yes, and do nothing."""
    return Response(status_code=204)


def _staying(app: ASGIApp) -> ASGIApp:
    """Let nobody remove some rows."""
    return at("msdyn_timegroups(", error(403), 1, "DELETE")(Gateway(app))


def _ungone(app: ASGIApp) -> ASGIApp:
    """Say of some rows that they are removed, and keep them."""
    return at("msdyn_ocvoicemails(", unheard, 3, "DELETE")(Gateway(app))


def nobody(app: ASGIApp) -> ASGIApp:
    """Show neither users nor teams."""
    return Gateway(app, empty=(USERS, TEAMS))


def commands(**others: str) -> Callable[[Path, str], str]:
    """Return a profile with commands for its fixtures."""
    return lambda folder, root: with_commands(folder, root, **others)


def ringing(how: str) -> Callable[[Path, str], str]:
    """Return a profile with a command on the way of one message."""
    return lambda folder, root: with_commands(folder, root, ring=how).replace(
        "[messages.CCaaS_HoldCall]\nsupported = true\nafter = [",
        '[messages.CCaaS_HoldCall]\nsupported = true\nafter = ["ring", ',
    )


def faults(*names: str) -> dict[str, Any]:
    """Return how an endpoint is served that has these faults."""
    return {"faults": names}


def without_scheduling(folder: Path, root: str) -> str:
    """Do not claim a solution."""
    return f'endpoint = "{root}"\n[[not_claimed]]\nsolution = "Scheduling"\ntables = ["msdyn_timegroup"]\n'


def said(text: str) -> Callable[[Path, str], str]:
    """Return a profile that is the same for all."""
    return lambda folder, root: text


YIELDS = '\nyields = "conversation"'
YIELDING = """import json; first = open('placed.txt', 'a+'); at = first.tell(); first.write('x')
print(json.dumps({"conversation": f"11111111-2222-4333-8444-55555555555{0 if at == 0 else 1}"}))"""
SURFACE = ("--level", "surface")
INT, TERM = signal.SIGINT, signal.SIGTERM
LEDGER = "ledger.ndjson"
BOTH = (*CALLS, *HELD)  # on the calls level, of one message

CASES: dict[str, Case] = {
    # levels and workers
    "surface": Case(SURFACE, code=0),
    "data with one worker": Case((*DATA, "--workers", "1"), code=0),
    "data with 8 workers": Case((*DATA, "--workers", "8"), code=0),
    "data with 32 workers": Case((*DATA, "--workers", "32"), code=0),
    "calls": Case(CALLS, code=0),
    "calls with one worker": Case((*CALLS, "--workers", "1"), code=0),
    "calls with 32 workers": Case((*CALLS, "--workers", "32"), code=0),
    # what is slow or in the way, and right
    "throttled": Case(CALLS, served={"throttle_every": 97}),
    "throttled often": Case((*DATA, *PART), served={"throttle_every": 11}),
    "cascades late": Case((*DATA, "--settle", "6"), served={"cascade_delays": dict.fromkeys(LATE, 1.5)}),
    "effects late": Case((*BOTH, "--settle", "6"), served={"effect_delay": 1.5}),
    "cascades after the deadline": Case((*DATA, "--settle", "2"), served={"cascade_delays": LATE}),
    "shares after the deadline": Case((*DATA, "--settle", "2"), served={"cascade_delays": {"share": 2.5}}),
    "cascades far after the deadline": Case(
        (*DATA, "--settle", "0.5"), served={"cascade_delays": dict.fromkeys(LATE, 4)}
    ),
    "effects after the deadline": Case(
        BOTH, served={"effect_delay": 1.3}, said=said(SAID.replace("settle_s = 10", "settle_s = 1"))
    ),
    "pages of three": Case(CALLS, served={"page_size": 3}),
    "bound to the collection": Case(CALLS, made={"binding": Binding.COLLECTION}),
    "bound to nothing": Case(CALLS, made={"binding": Binding.UNBOUND}),
    "a single choice": Case(DATA, made={"multi_select_channel": False}),
    "an Italian user": Case(DATA, made={"user_language": 1040}),
    "200 for what is done": Case(DATA, before=partial(OtherStatus, statuses={204: 200})),
    "409 for what is wrong": Case(CALLS, before=partial(OtherStatus, statuses={400: 409})),
    "nothing said of lookups": Case(DATA, before=partial(Edited, edit=unannotated)),
    "a long address": Case(SURFACE, below="/api/data/v9.2", code=0),
    "a long address, data": Case((*DATA, *PART), below="/api/data/v9.2"),
    "large metadata": Case(
        (*DATA, *PART), before=partial(Larger, enlarge={"/$metadata": twelve_megabytes, "/Attributes": five_megabytes})
    ),
    "slow": Case((*DATA, *PART), served={"latency_ms": 40}),
    # wrong
    "a wrong row": Case(DATA, served=faults(f"{LINK}/navigation#record"), code=1),
    "several wrong rows": Case(
        DATA, served=faults(f"{LINK}/delete", f"{LINK}/share#others", "derived/column/regardingobjectid/cleared")
    ),
    "others deleted": Case(DATA, served=faults(f"{LINK}/delete-of-others")),
    "others assigned and unshared": Case(
        DATA, served=faults(f"{LINK}/assign-of-others", f"{LINK}/unshare-of-others", f"{LINK}/delete#others")
    ),
    "a wrong call": Case(CALLS, served=faults(f"{HOLD}/effect#missing"), code=1),
    "a call that reaches all": Case(CALLS, served=faults(f"{HOLD}/effect#everywhere")),
    "two calls that reach all": Case(
        CALLS, served=faults(f"{HOLD}/effect#everywhere", "derived/message/CCaaS_AcceptCall/effect#everywhere")
    ),
    "a call that deletes": Case(CALLS, served=faults("derived/message/CCaaS_EndCall/effect#deletes")),
    "a late call": Case(CALLS, served=faults(f"{HOLD}/effect#late")),
    "503 for a call": Case(BOTH, served=faults(f"{HOLD}/callable#503")),
    "wrong in some states": Case(CALLS, served=faults(f"{HOLD}/wrong-state#accepted-in-Held", f"{LINK}/reference")),
    "wrong metadata": Case(
        DATA, served=faults("column/msdyn_channel/option/192300000/label@optionset", f"{LINK}/share#rights")
    ),
    "wrong on all levels": Case(
        CALLS, served=faults("message/CCaaS_HoldCall/exists", f"{LINK}/unshare", f"{HOLD}/unknown-parameter#accepted")
    ),
    "links ignored": Case(DATA, before=partial(Idle, meant=b"odata.bind")),
    "updates ignored": Case(DATA, before=Idle),
    "losing writes": Case(DATA, before=Lossy),
    "fickle": Case(DATA, before=Fickle),
    "rows that nobody can make": Case(DATA, served={"troubles": ("plugin:msdyn_ocvoicemail",)}),
    "a table that is missing": Case(DATA, served={"troubles": ("missing:bookableresource",)}),
    "an offer refused": Case(CALLS, served={"troubles": ("plugin:msdyn_ocliveworkitem",)}),
    # broken, or closed
    "no batches": Case(DATA, before=at("/$batch", error(404))),
    "some batches fail": Case(DATA, before=at("/$batch", error(500), 3)),
    "some batches are torn": Case(DATA, before=at("/$batch", torn, 4)),
    "some changes fail": Case(DATA, before=lambda app: at("msdyn_", error(500), 29, "PATCH")(Idle(app, b"\0"))),
    "some readings are torn": Case(DATA, before=lambda app: at("msdyn_", torn, 37, "GET")(Idle(app, b"\0"))),
    "a surface is broken": Case(SURFACE, before=at("/$metadata", error(500))),
    "a surface is torn": Case(SURFACE, before=at("/Attributes", torn)),
    "a surface is no JSON": Case(DATA, before=at("/ManyToOneRelationships", page)),
    "metadata is torn": Case((*DATA, *PART), before=at("/$metadata", torn)),
    "no sharing table": Case(DATA, before=partial(Gateway, closed=(SHARING_TABLE,))),
    "no sharing to be seen": Case(
        DATA, before=partial(Gateway, closed=(SHARING_TABLE, SHARED_PRINCIPALS, PRINCIPAL_ACCESS))
    ),
    "nobody to share with": Case(DATA, before=nobody),
    "nobody else": Case(DATA, before=partial(Gateway, impersonation=False)),
    "rows that stay": Case((*DATA, *PART), before=_staying),
    "rows said to be gone": Case(
        (*DATA, "--only", "*/related-row"),
        before=_ungone,
    ),
    **{
        f"dead after {number}": Case((*DATA, "--workers", "2", *DELETING), before=dead_after(number), code=3)
        for number in (25, 30, 35, 40, 45, 50, 60, 80, 120)
    },
    # told to do less
    "some requirements": Case((*DATA, *PART), code=3),
    "some scenarios": Case((*DATA, "--", "-k", "channel or voicemail"), code=3),
    "some scenarios of the surface": Case((*SURFACE, "--", "-k", "WhatsApp"), code=3),
    "some calls": Case(BOTH, code=3),
    "a solution that is not claimed": Case((*DATA, "--profile", "profile.toml"), said=without_scheduling),
    "six messages": Case(CALLS, said=said(claiming("AcceptCall", "EndCall", "HoldCall", "UnholdCall", "GetCallState"))),
    "a silent profile": Case(CALLS, said=said(silent().replace("settle_s = 10", "settle_s = 1"))),
    # commands
    "commands": Case(BOTH, said=commands()),
    "commands with 32 workers": Case((*BOTH, "--workers", "32"), said=commands()),
    "a command that fails": Case(BOTH, said=commands(offer=shell("import sys; sys.exit('the line is dead')") + YIELDS)),
    "a command that never ends": Case(
        BOTH, said=commands(offer=shell("import time; time.sleep(60)") + f"{YIELDS}\ntimeout_s = 0.5")
    ),
    "a command that says nothing": Case(BOTH, said=commands(offer=shell("pass") + YIELDS)),
    "a command that yields two calls": Case(BOTH, said=commands(offer=shell(YIELDING) + YIELDS)),
    "commands for nothing": Case((*CALLS, "--", "-k", "WhatsApp"), said=commands(), code=3),
    "no such command": Case(BOTH, said=commands(offer=f'run = ["./no-such-command"]{YIELDS}')),
    "no such command to end calls": Case(BOTH, said=commands(hang_up='run = ["./no-such-command"]')),
    "a command on the way fails": Case(BOTH, said=ringing(shell("import sys; sys.exit('nobody is there')"))),
    "a command fails now and then": Case(BOTH, said=ringing(shell("import os, sys; sys.exit(os.getpid() % 2)"))),
    # stopped
    "stopped at once": Case(SURFACE, served={"latency_ms": 300}, stop=Stop(INT)),
    "stopped in the survey": Case(DATA, served={"latency_ms": 300}, stop=Stop(TERM, lines=4)),
    "stopped after the survey": Case((*DATA, *PART), served={"latency_ms": 50}, stop=Stop(INT, words='"readings"')),
    "stopped at the first row": Case(DATA, served={"latency_ms": 5}, stop=Stop(INT, LEDGER, 3)),
    "stopped while scenarios are performed": Case(DATA, served={"latency_ms": 5}, stop=Stop(TERM, LEDGER, 300)),
    "stopped late": Case(DATA, served={"latency_ms": 5}, stop=Stop(INT, LEDGER, 640)),
    "stopped while rows are removed": Case(DATA, served={"latency_ms": 5}, stop=Stop(TERM, words='"clean-up"')),
    "stopped while scenarios are told": Case(DATA, stop=Stop(INT, words='"clean-up"')),
    "stopped when rows are gone": Case((*DATA, *PART), served={"latency_ms": 5}, stop=Stop(INT, LEDGER, 5, '"gone"')),
    "stopped while it waits": Case(
        (*DATA, "--settle", "4"), served={"cascade_delays": LATE}, stop=Stop(INT, LEDGER, 500)
    ),
    "stopped in the second round": Case(DATA, served=faults(f"{LINK}/delete"), stop=Stop(INT, words="(again)")),
    "stopped with a part": Case((*DATA, "--", "-k", "channel"), served={"latency_ms": 20}, stop=Stop(INT, LEDGER, 2)),
    "calls stopped while told": Case(CALLS, stop=Stop(TERM, words='"clean-up"')),
    "calls stopped": Case(CALLS, served={"latency_ms": 5}, stop=Stop(TERM, LEDGER, 200)),
    "commands stopped": Case(BOTH, said=commands(), stop=Stop(INT, words='"fixture"', lines=5)),
}


def await_lines(process: subprocess.Popen[str], folder: Path, stop: Stop) -> None:
    """Wait until a run has come so far, or has ended."""
    path, deadline = folder / stop.file, time.monotonic() + 120
    while not path.is_file() and process.poll() is None:
        time.sleep(0.002)
    with path.open("rb") as file:
        seen = 0
        while seen < stop.lines and process.poll() is None and time.monotonic() < deadline:
            if line := file.readline():
                seen += stop.words.encode() in line
            else:
                time.sleep(0.002)


def command(case: Case, folder: Path, root: str) -> list[str]:
    """Return the command line of a run."""
    if "--profile" in case.arguments:
        (folder / "profile.toml").write_text(case.said(folder, root), encoding="utf-8")
    first = [sys.executable, "-m", "dataverse_tck", "run", "--endpoint", root.removesuffix(case.below or "\n")]
    return [*first, "--output", "out", "--seed", "7", *case.arguments]
