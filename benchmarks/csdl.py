"""Measures what reading a 10 MB ``$metadata`` costs, by itself and over HTTP with gzip: seconds and memory.

    python benchmarks/csdl.py [MEGABYTES]

Goal: at most 2 s and 100 MB. The document has the proportions of a large organisation: 1,300 tables of 40
columns and as many navigation properties as fit, and 1,500 actions and functions. Each way of reading runs in
a process of its own, because a process does not give memory back.
"""

from __future__ import annotations

import gzip
import multiprocessing
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from dataverse_tck.evidence.recorder import Recorder
from dataverse_tck.webapi.http.session import Session
from dataverse_tck.webapi.metadata.csdl import CsdlReader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HEAD = (
    '<?xml version="1.0" encoding="utf-8"?><edmx:Edmx Version="4.0"'
    ' xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices><Schema'
    ' Namespace="Microsoft.Dynamics.CRM" Alias="mscrm" xmlns="http://docs.oasis-open.org/odata/ns/edm">'
)
TAIL = "</Schema></edmx:DataServices></edmx:Edmx>"
TABLES = 1300
OPERATIONS = 1500


def document(size: int) -> Iterator[str]:
    """Yield a CSDL document of about ``size`` characters, table by table."""
    yield HEAD
    operation = (
        '<{kind} Name="sample_Operation{number}" IsBound="true">'
        '<Parameter Name="entity" Type="mscrm.table{number}" Nullable="false" />'
        '<Parameter Name="Target" Type="mscrm.crmbaseentity" Nullable="false" />'
        '<Parameter Name="Names" Type="Edm.String" Unicode="false" />'
        '<ReturnType Type="mscrm.sample_Response" /></{kind}>'
    )
    for number in range(OPERATIONS):
        yield operation.format(kind="Function" if number % 4 == 0 else "Action", number=number)
    share = (size - OPERATIONS * len(operation)) // TABLES
    for number in range(TABLES):
        yield "".join(table(number, share))
    yield TAIL


def table(number: int, share: int) -> Iterator[str]:
    """Yield one entity type of about ``share`` characters: 40 columns, then navigation properties."""
    name = f"table{number}"
    yield f'<EntityType Name="{name}" BaseType="mscrm.crmbaseentity">'
    yield f'<Key><PropertyRef Name="{name}id" /></Key>'
    length = 0
    for column in range(40):
        text = f'<Property Name="sample_column{column}" Type="Edm.String" Unicode="false" />'
        length += len(text)
        yield text
    link = 0
    while length < share:
        target = f"table{(number * 7 + link) % TABLES}"
        text = (
            f'<NavigationProperty Name="sample_{target}_{name}_{link}" Type="Collection(mscrm.{target})"'
            f' Partner="sample_{link}" />'
            if link % 2
            else f'<NavigationProperty Name="sample_{link}" Type="mscrm.{target}" Nullable="false"'
            f' Partner="sample_{name}_{target}_{link}"><ReferentialConstraint Property="_sample_{link}_value"'
            f' ReferencedProperty="{target}id" /></NavigationProperty>'
        )
        length += len(text)
        link += 1
        yield text
    yield "</EntityType>"


def resident() -> float:
    """Resident memory of this process in MB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return float("nan")


def peak_of(work: Callable[[], str]) -> tuple[float, float, str]:
    """Return seconds, the growth of resident memory at its peak in MB, and what the work said."""
    before, peak, done = resident(), 0.0, threading.Event()

    def watch() -> None:
        nonlocal peak
        while not done.wait(0.005):
            peak = max(peak, resident())

    watcher = threading.Thread(target=watch)
    watcher.start()
    clock = time.perf_counter()
    said = work()
    seconds = time.perf_counter() - clock
    done.set()
    watcher.join()
    return seconds, max(peak, resident()) - before, said


def said_of(types: int, links: int, operations: int) -> str:
    """One line that shows that two ways of reading agree."""
    return f"{types} types, {links} navigation properties, {operations} operations"


def by_reader(path: Path) -> str:
    """Read a file piece by piece with the reader of the kit."""
    reader = CsdlReader()
    with path.open("rb") as file:
        while piece := file.read(65536):
            reader.feed(piece)
    csdl = reader.close()
    return said_of(
        len(csdl.entity_types),
        sum(len(entity.navigation) for entity in csdl.entity_types.values()),
        len(csdl.operations),
    )


def by_session(path: Path) -> str:
    """Read the same over HTTP, gzip and the recorder included, from a server in the parent process."""
    reader = CsdlReader()
    root = path.with_suffix(".url").read_text()
    with (
        Recorder(path.with_suffix(".ndjson")) as recorder,
        Session(root, token=None, recorder=recorder) as session,
    ):
        session.stream("$metadata", reader.feed)
    csdl = reader.close()
    return said_of(
        len(csdl.entity_types),
        sum(len(entity.navigation) for entity in csdl.entity_types.values()),
        len(csdl.operations),
    )


def by_tree(path: Path) -> str:
    """Read the same as a whole tree, for comparison."""
    space = "{http://docs.oasis-open.org/odata/ns/edm}"
    root = ET.parse(path).getroot()
    return said_of(
        len(root.findall(f".//{space}EntityType")),
        len(root.findall(f".//{space}NavigationProperty")),
        len(root.findall(f".//{space}Action")) + len(root.findall(f".//{space}Function")),
    )


def measured(work: Callable[[Path], str], path: Path, results: multiprocessing.Queue[object]) -> None:
    """Measure in a child process."""
    results.put(peak_of(lambda: work(path)))


def main(megabytes: float) -> int:
    """Print the figures and return 0 when the goal is met."""
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "metadata.xml")
        path.write_text("".join(document(int(megabytes * 1e6))), encoding="utf-8")
        packed = gzip.compress(path.read_bytes())
        print(f"document {path.stat().st_size / 1e6:.1f} MB, {len(packed) / 1e6:.1f} MB as gzip")

        class Handler(BaseHTTPRequestHandler):
            wbufsize = -1

            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Encoding", "gzip")
                self.send_header("Content-Length", str(len(packed)))
                self.end_headers()
                self.wfile.write(packed)

            def log_message(self, *_: object) -> None:
                """Nothing on stderr."""

        met = True
        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            path.with_suffix(".url").write_text(f"http://127.0.0.1:{server.server_port}")
            for name, work in (("reader", by_reader), ("session", by_session), ("tree", by_tree)):
                results: multiprocessing.Queue[tuple[float, float, str]] = context.Queue()
                child = context.Process(target=measured, args=(work, path, results))
                child.start()
                seconds, memory, said = results.get()
                child.join()
                print(f"{name:<8} {seconds:5.2f} s  {memory:6.1f} MB  {said}")
                met = met and (name == "tree" or (seconds <= 2 and memory <= 100))
            server.shutdown()
    print("goal (2 s, 100 MB):", "met" if met else "missed")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 10))
