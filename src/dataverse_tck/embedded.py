"""The embedded emulator as a child process: started on a free loopback port, ended with the run that started it."""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

READY_WITHIN_S = 60


class EmulatorError(Exception):
    """The embedded emulator did not start."""


def launch(*options: str) -> subprocess.Popen[str]:
    """Start the emulator; it ends by itself when its standard input closes, so no orphan outlives a killed run."""
    # -P: a folder of the user's that is called like one of our modules must not be imported instead.
    command = [sys.executable, "-P", "-m", "dataverse_tck.emulator", "--until-stdin-closes", *options]
    return subprocess.Popen(  # noqa: S603 - our own command
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # Ctrl-C reaches the run, which then ends the emulator
    )


def root_of(process: subprocess.Popen[str]) -> str:
    """Wait for the first line on stdout, the service root; raises EmulatorError with what it said instead."""
    lines: queue.Queue[str] = queue.Queue()
    assert process.stdout is not None
    assert process.stderr is not None
    threading.Thread(target=lambda: lines.put(process.stdout.readline()), daemon=True).start()  # type: ignore[union-attr]
    try:
        first = lines.get(timeout=READY_WITHIN_S).strip()
    except queue.Empty:
        first = ""
    if not first:
        stop(process)
        said = process.stderr.read().strip().splitlines()
        raise EmulatorError(f"The embedded emulator did not start: {said[-1] if said else 'it said nothing'}")
    return first


def stop(process: subprocess.Popen[str]) -> None:
    """End the emulator, whatever state it is in."""
    if process.stdin is not None and not process.stdin.closed:
        process.stdin.close()
    process.terminate()
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def emulator(*options: str) -> Iterator[str]:
    """Yield the service root of an embedded emulator."""
    process = launch(*options)
    try:
        yield root_of(process)
    finally:
        stop(process)
