"""Many clients at once: do they lose a write, do they see a cascade half done?

Usage: python benchmarks/load.py [CLIENTS [SECONDS]], 64 and 20 unless told otherwise. Each client keeps a model of its
own rows, and all of them work on shared ones: a counter that is raised with If-Match, and parents that are assigned to
and fro while others look at their conversations. Afterwards everything is read back. Exits 1 when anything is wrong.
"""

from __future__ import annotations

import http.client
import json
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import quote, urlsplit

from dataverse_tck.endpoint.embedded import emulator

SET, PARENTS = "msdyn_ocliveworkitems", "msdyn_timegroups"
REGARDING = "regardingobjectid_msdyn_timegroup_msdyn_ocliveworkitem"
CHILDREN = "msdyn_timegroup_msdyn_ocliveworkitems"
FAMILIES, SIZE = 4, 8  # shared parents, and the conversations of each
BATCHED = 3
COUNTED = 5_000  # $count tells no more
PART = (
    "--c\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\nContent-ID: {number}\r\n\r\n"
    "POST {target} HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{body}\r\n"
)


class Connection:
    """A client of the Web API on one kept-alive connection."""

    def __init__(self, root: str) -> None:
        address = urlsplit(root)
        self.base = address.path
        self.connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=60)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def ask(
        self, method: str, path: str, body: Any = None, wanted: tuple[int, ...] = (200, 204), **headers: str
    ) -> tuple[int, http.client.HTTPMessage, Any]:
        """Send a request; return status, headers and document. Raises AssertionError for any other status."""
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        sent = {"Content-Type": "application/json"} | {name.replace("_", "-"): text for name, text in headers.items()}
        self.connection.request(method, path if path.startswith("/") else f"{self.base}/{path}", data, sent)
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status not in wanted:
            raise AssertionError(f"{method} {path}: {answer.status} {content[:300]!r}")
        is_json = (answer.getheader("Content-Type") or "").startswith("application/json")
        return answer.status, answer.headers, json.loads(content) if is_json and content else content

    def get(self, path: str) -> Any:
        """Read a document."""
        return self.ask("GET", path)[2]

    def create(self, entity_set: str, **cells: Any) -> str:
        """Create a row; return its id."""
        headers = self.ask("POST", entity_set, cells, (204,))[1]
        return headers["OData-EntityId"].rpartition("(")[2].rstrip(")")


@dataclass
class Shared:
    """What all clients work on, and what they counted."""

    root: str
    users: list[str]
    parents: list[str]
    counter: str
    done: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Client:
    """One client: its connection, its own rows as they have to be, its dice."""

    def __init__(self, shared: Shared, number: int) -> None:
        self.shared, self.number = shared, number
        self.api = Connection(shared.root)
        self.dice = random.Random(number)
        self.rows: dict[str, str | None] = {}  # id -> subject, None when deleted

    def create(self) -> None:
        subject = f"client {self.number} row {len(self.rows)}"
        self.rows[self.api.create(SET, subject=subject)] = subject

    def update(self) -> None:
        alive = [key for key, subject in self.rows.items() if subject is not None]
        if alive:
            key = self.dice.choice(alive)
            self.rows[key] = f"{self.rows[key]}+"[-100:]
            self.api.ask("PATCH", f"{SET}({key})", {"subject": self.rows[key]}, (204,), If_Match="*")

    def delete(self) -> None:
        alive = [key for key, subject in self.rows.items() if subject is not None]
        if len(alive) > 3:
            key = self.dice.choice(alive)
            self.rows[key] = None
            self.api.ask("DELETE", f"{SET}({key})", None, (204,))

    def read(self) -> None:
        if self.rows:
            self.check(self.dice.choice(list(self.rows)))

    def check(self, key: str) -> None:
        """Compare a row with its model."""
        status, _, row = self.api.ask("GET", f"{SET}({key})?$select=subject", None, (200, 404))
        seen = row["subject"] if status == 200 else None
        if seen != self.rows[key]:
            raise AssertionError(f"{key} holds {seen!r}, not {self.rows[key]!r}")

    def count(self) -> None:
        """Raise the shared counter, and try again when somebody else was quicker."""
        while True:
            row = self.api.get(f"{SET}({self.shared.counter})?$select=msdyn_transfercount")
            raised = {"msdyn_transfercount": row["msdyn_transfercount"] + 1}
            path = f"{SET}({self.shared.counter})"
            if self.api.ask("PATCH", path, raised, (204, 412), If_Match=row["@odata.etag"])[0] == 204:
                return

    def assign(self) -> None:
        """Give a parent to another owner; its conversations have to go along."""
        owner = {"ownerid@odata.bind": f"/systemusers({self.dice.choice(self.shared.users)})"}
        self.api.ask("PATCH", f"{PARENTS}({self.dice.choice(self.shared.parents)})", owner, (204,))

    def look(self) -> None:
        """See a parent and all its conversations with one and the same owner."""
        nested = f"$select=_ownerid_value&$expand={CHILDREN}($select=_ownerid_value)"
        row = self.api.get(f"{PARENTS}({self.dice.choice(self.shared.parents)})?{nested}")
        owners = [row["_ownerid_value"], *(child["_ownerid_value"] for child in row[CHILDREN])]
        if len(owners) != SIZE + 1 or len(set(owners)) != 1:
            raise AssertionError(f"a cascade half done: {owners}")

    def family(self) -> None:
        """Make a parent with its conversations in one change set, and delete them all by deleting the parent."""
        key = f"{self.number:08x}-0000-4000-8000-{self.dice.getrandbits(48):012x}"
        bodies = [(PARENTS, {"msdyn_timegroupid": key, "msdyn_name": "family"})]
        bodies += [(SET, {"subject": key, f"{REGARDING}@odata.bind": f"/{PARENTS}({key})"})] * BATCHED
        parts = "".join(
            PART.format(number=number, target=f"{self.api.base}/{entity_set}", body=json.dumps(body))
            for number, (entity_set, body) in enumerate(bodies, 1)
        )
        batch = f"--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n{parts}--c--\r\n--b--\r\n".encode()
        answer = self.api.ask("POST", "$batch", batch, (200,), Content_Type="multipart/mixed; boundary=b")[2]
        if answer.count(b"HTTP/1.1 204") != BATCHED + 1:
            raise AssertionError(f"a change set half done: {answer!r}")
        self.whole()
        self.api.ask("DELETE", f"{PARENTS}({key})", None, (204,))
        filtered = quote(f"subject eq '{key}'")
        left = self.api.get(f"{SET}?$select=subject&$filter={filtered}")["value"]
        if left:
            raise AssertionError(f"{len(left)} conversations outlived their parent {key}")

    def whole(self) -> None:
        """See every family that was made in one change set with all its members."""
        filtered = quote("msdyn_name eq 'family'")
        nested = f"$select=msdyn_name&$filter={filtered}&$expand={CHILDREN}($select=subject)"
        for row in self.api.get(f"{PARENTS}?{nested}")["value"]:
            if len(row[CHILDREN]) != BATCHED:
                raise AssertionError(f"a family of {len(row[CHILDREN])}")

    def work(self, go_on: Callable[[int], bool]) -> None:
        """Do one thing after the other while ``go_on`` says so, then check all own rows."""
        kinds = [self.create] * 4 + [self.update] * 4 + [self.read] * 6 + [self.delete, self.assign, self.count]
        kinds += [self.look] * 3 + [self.family]
        rounds = 0
        try:
            while go_on(rounds):
                kind = self.dice.choice(kinds)
                kind()
                rounds += 1
                with self.shared.lock:
                    self.shared.done[kind.__name__] += 1
            for key in self.rows:
                self.check(key)
        except Exception as error:  # noqa: BLE001 - told by the main thread
            with self.shared.lock:
                self.shared.wrong.append(f"client {self.number}: {type(error).__name__}: {error}")
        finally:
            self.api.connection.close()


def prepare(api: Connection, root: str) -> Shared:
    """Make the shared rows."""
    users = api.get(f"systemusers?$select=systemuserid&$filter={quote('isdisabled eq false')}")["value"]
    parents = [api.create(PARENTS, msdyn_name=f"shared {number}") for number in range(FAMILIES)]
    for parent in parents:
        for _ in range(SIZE):
            api.create(SET, subject="child", **{f"{REGARDING}@odata.bind": f"/{PARENTS}({parent})"})
    counter = api.create(SET, subject="counter", msdyn_transfercount=0)
    return Shared(root, [user["systemuserid"] for user in users], parents, counter)


def load(root: str, clients: int, go_on: Callable[[int], bool]) -> Shared:
    """Let clients work at once, each while ``go_on(rounds)``; return what they did and what was wrong."""
    with Connection(root) as api:
        shared = prepare(api, root)
        workers = [Client(shared, number) for number in range(clients)]
        threads = [threading.Thread(target=worker.work, args=[go_on]) for worker in workers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        counted = api.get(f"{SET}({shared.counter})?$select=msdyn_transfercount")["msdyn_transfercount"]
        found = int(api.get(f"{SET}/$count"))
    if counted != shared.done["count"]:
        shared.wrong.append(f"the counter says {counted} after {shared.done['count']} raises")
    expected = FAMILIES * SIZE + 1 + sum(subject is not None for worker in workers for subject in worker.rows.values())
    if found != min(expected, COUNTED):
        shared.wrong.append(f"{found} conversations, not {expected}")
    return shared


def main() -> int:
    """Load a fresh emulator, and tell."""
    clients, seconds = int(sys.argv[1]) if sys.argv[1:] else 64, float(sys.argv[2]) if sys.argv[2:] else 20.0
    with emulator() as root:
        end = time.monotonic() + seconds
        shared = load(root, clients, lambda _: time.monotonic() < end)
    total = shared.done.total()
    print(f"{clients} clients, {seconds:g} s  {total} operations, {total / seconds:.0f} a second: {dict(shared.done)}")
    for line in shared.wrong:
        print(f"WRONG {line}")
    return 1 if shared.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
