"""Commands of a profile: run without a shell, watched, ended at their time-out, told as they were."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from dataverse_tck.profile import fixture_commands
from dataverse_tck.profile.calls import Fixture
from dataverse_tck.profile.fixture_commands import (
    KEPT_BYTES,
    KEPT_WORDS,
    FixtureError,
    FixtureResult,
    conversation_of,
    ended,
    run,
)
from dataverse_tck.usage import UsageError

ID = "11111111-2222-4333-8444-55555555555A"


def python(code: str, *arguments: str, timeout_s: float = 30, yields: str | None = None) -> Fixture:
    return Fixture("offer", run=(sys.executable, "-c", code, *arguments), timeout_s=timeout_s, yields=yields)


def test_a_command_is_told_as_it_was() -> None:
    """Its code, both outputs and how long it took; bytes that are no text stay readable."""
    code = "import sys; print('out'); sys.stderr.buffer.write(b'err\\xff'); sys.exit(3)"

    found = run(python(code))

    assert (found.name, found.code, found.stdout, found.stderr) == ("offer", 3, "out\n", "err\\xff")
    assert found.seconds > 0
    document = found.document()
    assert document["command"] == [sys.executable, "-c", code]
    assert set(document) == {"name", "command", "code", "stdout", "stderr", "seconds"}


def test_no_shell_reads_the_words() -> None:
    """What a shell would expand arrives as it stands, with the conversation in its place."""
    found = run(python("import sys; print(sys.argv[1:])", "$HOME; ls", "id={conversation}", ""), ID)

    assert found.stdout == f"{['$HOME; ls', f'id={ID}', '']}\n"
    assert found.command[3:] == ("$HOME; ls", f"id={ID}", "")


def test_a_command_reads_nothing() -> None:
    """It must not wait for the keyboard of whoever started the run."""
    keyboard, fingers = os.pipe()
    before = os.dup(0)
    os.dup2(keyboard, 0)
    try:
        os.write(fingers, b"typed")
        os.close(fingers)
        assert run(python("import sys; print(repr(sys.stdin.read()))")).stdout == "''\n"
    finally:
        os.dup2(before, 0)
        os.close(before)
        os.close(keyboard)


def test_output_that_is_under_way_when_the_command_ends_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other side of a pipe may speak on for a moment."""
    monkeypatch.setattr(fixture_commands, "_LINGER_S", 60)
    code = "import subprocess; subprocess.Popen(['sh', '-c', 'sleep 0.5; echo late'])"

    assert run(python(code)).stdout == "late\n"


def test_long_output_is_cut_and_blocks_nobody() -> None:
    """Both outputs are read to their end and kept up to 64 KiB."""
    code = "import sys; sys.stdout.write('o' * 3_000_000); sys.stderr.write('e' * 3_000_000)"

    found = run(python(code))

    assert (found.code, found.stdout, found.stderr) == (0, "o" * KEPT_BYTES, "e" * KEPT_BYTES)


def test_a_command_and_its_children_end_at_the_time_out(tmp_path: Path) -> None:
    """All of the process group is killed, and what was said before is kept."""
    told = tmp_path / "child"
    code = (
        "import subprocess, sys, time; child = subprocess.Popen(['sleep', '600']);"
        f"open({str(told)!r}, 'w').write(str(child.pid)); print('begun', flush=True); time.sleep(600)"
    )

    found = run(python(code, timeout_s=2))

    assert (found.code, found.stdout) == (None, "begun\n")
    assert gone(int(told.read_text()))


def gone(pid: int) -> bool:
    """Whether a process has ended, or will within seconds: nobody may be there to collect it."""
    for _ in range(200):
        try:
            state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


def test_what_goes_on_in_the_background_stays() -> None:
    """A command may leave the synthetic caller behind; the run does not wait for it."""
    code = "import subprocess; print(subprocess.Popen(['sleep', '600']).pid)"

    found = run(python(code, timeout_s=20))

    assert found.code == 0
    caller = int(found.stdout)
    os.kill(caller, signal.SIGKILL)  # fails where nobody is there any more
    assert gone(caller)


def test_a_command_ended_by_a_signal_says_which() -> None:
    """Below 0, as for any process."""
    assert run(python("import os; os.kill(os.getpid(), 15)")).code == -15


@pytest.mark.parametrize(
    ("fixture", "words"),
    [
        (Fixture("hang_up", run=("./no-such-command",)), "fixtures.hang_up cannot run ./no-such-command: No such file"),
        (Fixture("hang_up", run=("/",)), "cannot run /: Permission denied"),
        (Fixture("hang_up", run=("a\0b",)), "embedded null byte"),
        (Fixture("hang_up", message="CCaaS_EndCall"), "has no run"),
        (Fixture("hang_up", run=("true", "{conversation}")), "but there is none when it runs"),
    ],
)
def test_what_cannot_be_started_is_refused(fixture: Fixture, words: str) -> None:
    """In a sentence, with the name of the fixture."""
    with pytest.raises(UsageError, match=words):
        run(fixture)


def result(stdout: str, code: int | None = 0, stderr: str = "") -> FixtureResult:
    return FixtureResult("offer", ("x",), code, stdout, stderr, 0.1)


OFFER = Fixture("offer", run=("x",), yields="conversation")


def test_an_offer_yields_its_conversation() -> None:
    """The member that the profile names, in lower case."""
    assert conversation_of(OFFER, result(f'{{"conversation": "{ID}", "more": 1}}\n')) == ID.lower()


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (result("", code=2, stderr="no line\n"), "ended with 2: no line."),
        (result("", code=None), "did not end in time: it said nothing."),
        (result("done"), "it says 'done'"),
        (result("[]"), "a JSON object"),
        (result('{"conversation": "me"}'), "an id"),
        (result('{"conversation": 7}'), "an id"),
        (result(f'{{"other": "{ID}"}}'), "in conversation was expected"),
    ],
)
def test_an_offer_that_yields_none_says_why(told: FixtureResult, words: str) -> None:
    """What was expected and what came."""
    with pytest.raises(FixtureError, match=words):
        conversation_of(OFFER, told)


def test_the_last_words_of_a_command_are_told_at_some_length() -> None:
    """A dialler says the cause at its end, after a page of others."""
    last = "the cause " + "x" * (KEPT_WORDS - 10)

    assert ended(FixtureResult("offer", ("dial",), 1, "", f"others {last}", 0.1)) == f"ended with 1: {last}"
