"""Runs the commands of a profile that do what the messages cannot: place a call, accept or hang up on the other side.

A command runs without a shell, in the folder of the run, in a process group of its own. What it leaves running in the
background when it ends in time stays: that may be the caller.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import threading
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING

from dataverse_tck.jsontypes import Json
from dataverse_tck.usage import UsageError

if TYPE_CHECKING:
    from dataverse_tck.evidence.recorder import Recorder
    from dataverse_tck.profile.calls import Fixture

KEPT_BYTES = 64 * 1024  # of each of stdout and stderr
KEPT_WORDS = 1000  # characters of what a command said last, in a reason
CONVERSATION = "{conversation}"
_LINGER_S = 1.0  # for output that is still under way when the command has ended
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class FixtureError(Exception):
    """A command ended, but not with what was asked of it; the text is a sentence."""


@dataclass(frozen=True)
class FixtureResult:
    """What became of a command; ``code`` is None when it was killed at its time-out, below 0 by another signal."""

    name: str
    command: tuple[str, ...]
    code: int | None
    stdout: str  # its first 64 KiB
    stderr: str
    seconds: float

    def document(self) -> dict[str, Json]:
        """What the evidence keeps, before redaction."""
        return {**vars(self), "command": list(self.command), "seconds": round(self.seconds, 3)}


def run(fixture: Fixture, conversation: str | None = None) -> FixtureResult:
    """Run a fixture's command to its end or its time-out; UsageError where it cannot be started."""
    command = command_of(fixture, conversation)
    started = time.monotonic()
    try:
        process = subprocess.Popen(  # noqa: S603 - the user's own command, without a shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise UsageError(f"fixtures.{fixture.name} cannot run {command[0]}: {why}. Mend its run.") from None
    assert process.stdout is not None
    assert process.stderr is not None
    outputs = [_Output(process.stdout), _Output(process.stderr)]
    code: int | None = None
    try:
        code = process.wait(fixture.timeout_s)
    except subprocess.TimeoutExpired:
        _kill(process)
    except BaseException:
        _kill(process)
        raise
    stdout, stderr = (output.text() for output in outputs)
    return FixtureResult(fixture.name, command, code, stdout, stderr, time.monotonic() - started)


def run_and_record(fixture: Fixture, conversation: str | None, recorder: Recorder) -> tuple[FixtureResult, str]:
    """Run a fixture's command and write down what became of it; return that, without secrets, and the id of its line.

    Raises UsageError where it cannot be started, which is written down as well.
    """
    command, started = command_of(fixture, conversation), datetime.now(UTC)
    try:
        result = run(fixture, conversation)
    except UsageError as problem:
        recorder.record_command(started, {"name": fixture.name, "command": list(command), "problem": str(problem)})
        raise
    exchange = recorder.record_command(started, result.document())
    clean = recorder.redaction.text  # a command may print its credentials, and its words go into reasons
    return replace(result, stdout=clean(result.stdout), stderr=clean(result.stderr)), exchange


def ended(result: FixtureResult) -> str:
    """Say how a command ended, with its own last words; nothing where it went well."""
    if result.code == 0:
        return ""
    how = "did not end in time" if result.code is None else f"ended with {result.code}"
    return f"{how}: {result.stderr.strip()[-KEPT_WORDS:] or 'it said nothing'}"


def conversation_of(fixture: Fixture, result: FixtureResult) -> str:
    """Return the conversation's id that the command of ``fixtures.offer`` told; FixtureError where it told none."""
    if said := ended(result):
        raise FixtureError(f"fixtures.{fixture.name} {said}.")
    try:
        told = json.loads(result.stdout)
    except (ValueError, RecursionError):
        told = None
    value = told.get(fixture.yields) if isinstance(told, dict) else None
    if not isinstance(value, str) or not _GUID.fullmatch(value):
        raise FixtureError(
            f"fixtures.{fixture.name} yields no conversation: on stdout a JSON object with an id (GUID) in "
            f"{fixture.yields} was expected, it says {result.stdout.strip()[:100]!r}."
        )
    return value.lower()


def command_of(fixture: Fixture, conversation: str | None) -> tuple[str, ...]:
    """Return the words of a fixture's command; UsageError where it has none, or asks for what there is not."""
    if not fixture.run:
        raise UsageError(f"fixtures.{fixture.name} has no run, so there is no command to run.")
    if conversation is None and any(CONVERSATION in word for word in fixture.run):
        raise UsageError(f"fixtures.{fixture.name} asks for {CONVERSATION}, but there is none when it runs.")
    return tuple(word.replace(CONVERSATION, conversation or "") for word in fixture.run)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a command and all that it has started, unless that left its group."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


class _Output:
    """Reads a pipe to its end, so that nobody waits for room in it, and keeps the beginning."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe
        self._kept = bytearray()
        self._thread = threading.Thread(target=self._drain, daemon=True)
        self._thread.start()

    def _drain(self) -> None:
        with self._pipe:
            while piece := os.read(self._pipe.fileno(), KEPT_BYTES):
                self._kept += piece[: KEPT_BYTES - len(self._kept)]

    def text(self) -> str:
        """What has come so far; a background process may hold the pipe open for ever."""
        self._thread.join(_LINGER_S)
        return bytes(self._kept).decode("utf-8", errors="backslashreplace")
