"""What the surface run costs: whole, split, late, in copies, and with many step definitions.

Usage: python benchmarks/surface.py [ROUNDS]. Medians of interleaved rounds. The slopes are processor time, since a
scenario against a read endpoint waits for nothing: so they hold on a busy machine too.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dataverse_tck.endpoint.embedded import emulator

HERE = Path(__file__).parent
OUTLINE = """@surface @normative @reference:BKMK_msdyn_channel
Feature: Copies
  Rule: Copies
    Scenario Outline: Copy <copy>
      When channel number 192300000 of a conversation (msdyn_channel) is looked up
      Then it reads
        | Value | 192300000 |
        | Label | WhatsApp  |

      Examples:
        | copy |
"""


@contextmanager
def folder() -> Iterator[Path]:
    """Yield a new folder."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def processor() -> float:
    """Return the processor seconds of all children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def call(*command: str, **environment: str) -> tuple[float, float, str]:
    """Run a command in an empty folder; return its seconds, its processor seconds and its last line."""
    with folder() as empty:
        before, begun = processor(), time.time()
        variables = {**os.environ, "BORN": str(begun), **environment}
        done = subprocess.run(command, capture_output=True, text=True, cwd=empty, env=variables, check=False)
        seconds, used = time.time() - begun, processor() - before
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}: {done.stdout}{done.stderr}")
    return seconds, used, done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""


def tck(*arguments: str, **environment: str) -> tuple[float, float, dict[str, float]]:
    """Run the kit; return its seconds, its processor seconds and where the seconds went."""
    seconds, used, last = call(sys.executable, str(HERE / "timed_run.py"), *arguments, **environment)
    return seconds, used, json.loads(last)


def whole(rounds: int) -> None:
    """Print the surface run against the embedded emulator, split, and against one that answers 100 ms late."""
    prompt, late = [], []
    with emulator("--latency", "100") as slow, emulator() as quick:
        for _ in range(rounds):
            prompt.append(tck("--level", "surface"))
            late.append((tck("--endpoint", slow)[0], tck("--endpoint", quick)[0]))
    print(f"embedded, command to verdict   {statistics.median(seconds for seconds, _, _ in prompt):.2f} s (at most 3)")
    for name in ("start", "requests", "checks", "reports"):
        print(f"  {name:<28} {statistics.median(split[name] for _, _, split in prompt):.2f} s")
    more = statistics.median(slow - quick for slow, quick in late)
    print(f"each answer 100 ms late        {more:+.2f} s (at most 1 more)")


def copies(rounds: int) -> None:
    """Print the slope between 400 and 800 copies of a scenario, beside that of plain parametrised tests."""
    ini = Path(sys.modules["dataverse_tck"].__file__ or "").with_name("scenarios") / "run.ini"
    times: dict[tuple[str, int], list[float]] = {}
    with folder() as place, emulator() as root:
        for count in (400, 800):
            rows = "".join(f"        | {number} |\n" for number in range(count))
            (place / f"copies{count}.feature").write_text(OUTLINE + rows)
            plain = f"import pytest\n@pytest.mark.parametrize('n', range({count}))\ndef test_n(n):\n    assert n >= 0\n"
            (place / f"plain{count}.py").write_text(plain)
        for _ in range(rounds):
            for count in (400, 800):
                kit = tck("--endpoint", root, "--", str(place / f"copies{count}.feature"))[1]
                times.setdefault(("kit", count), []).append(kit)
                command = ["-m", "pytest", "-c", str(ini), "--rootdir", str(place), "--junitxml=x.xml"]
                plain = str(place / f"plain{count}.py")
                bare = call(sys.executable, *command, plain, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")[1]
                times.setdefault(("plain", count), []).append(bare)
    slopes = {
        name: (statistics.median(times[name, 800]) - statistics.median(times[name, 400])) / 400 * 1000
        for name in ("kit", "plain")
    }
    print(
        f"a scenario more costs          {slopes['kit']:.2f} ms, a plain test {slopes['plain']:.2f} ms "
        f"(at most 1 ms apart: {slopes['kit'] - slopes['plain']:.2f})"
    )


def definitions(rounds: int) -> None:
    """Print what 200 step definitions more cost."""
    few, many = [], []
    with folder() as place, emulator() as root:
        steps = "".join(f"@then('idle sentence {n}')\ndef idle{n}():\n    pass\n\n" for n in range(200))
        (place / "idle.py").write_text(f"from pytest_bdd import then\n\n{steps}")
        for _ in range(rounds):
            few.append(tck("--endpoint", root)[1])
            many.append(tck("--endpoint", root, "--", "-p", "idle", PYTHONPATH=str(place))[1])
    share = statistics.median(many) / statistics.median(few)
    print(f"200 step definitions more      x {share:.2f} (their import included)")


def main() -> None:
    """Print every figure."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    whole(rounds)
    copies(rounds)
    definitions(rounds)


if __name__ == "__main__":
    main()
