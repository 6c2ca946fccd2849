"""The embedded emulator as a child process: started on a free loopback port, ended with the run that started it."""

from __future__ import annotations

import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

READY_WITHIN_S = 60
PROFILE = Path(__file__).parents[1] / "emulator" / "profile.toml"  # what the emulator says of itself


class EmulatorError(Exception):
    """The embedded emulator did not start."""


@dataclass(frozen=True)
class EmulatorProcess:
    """A started emulator; ``errors`` holds its stderr, a file, since nobody reads a pipe while it serves."""

    process: subprocess.Popen[str]
    errors: IO[str]


def launch(*options: str) -> EmulatorProcess:
    """Start the emulator; it ends by itself when its standard input closes, so no orphan outlives a killed run."""
    errors = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - closed by stop
    # -P: a folder of the user's that is called like one of our modules must not be imported instead.
    command = [sys.executable, "-P", "-m", "dataverse_tck.commands.serve", "--until-stdin-closes", *options]
    process = subprocess.Popen(  # noqa: S603 - our own command
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
        start_new_session=True,  # Ctrl-C reaches the run, which then ends the emulator
    )
    return EmulatorProcess(process, errors)


def service_root_of(child: EmulatorProcess) -> str:
    """Wait for the first line on stdout, the service root; raises EmulatorError with what it said instead."""
    lines: queue.Queue[str] = queue.Queue()
    stdout = child.process.stdout
    assert stdout is not None
    threading.Thread(target=lambda: lines.put(stdout.readline()), daemon=True).start()
    try:
        first = lines.get(timeout=READY_WITHIN_S).strip()
    except queue.Empty:
        first = ""
    if not first:
        child.process.kill()
        child.process.wait()
        child.errors.seek(0)
        said = child.errors.read().strip().splitlines()
        raise EmulatorError(f"The embedded emulator did not start: {said[-1] if said else 'it said nothing'}")
    return first


def stop(child: EmulatorProcess) -> None:
    """End the emulator at once: it has nothing to put away, its rows live in memory."""
    process = child.process
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout, child.errors):
        if stream is not None:
            stream.close()


@contextmanager
def emulator(*options: str) -> Iterator[str]:
    """Yield the service root of an embedded emulator."""
    child = launch(*options)
    try:
        yield service_root_of(child)
    finally:
        stop(child)
