"""What tests of rows share: what scenarios share in a run, and an emulator whose rows can be looked into."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dataverse_tck.webapi.http.session import Session
from dataverse_tck.webapi.rows.ledger import Ledger
from dataverse_tck.webapi.rows.records import Records
from dataverse_tck.webapi.rows.tables import Tables

MARK = "TCK 3f9a21 "
HEADER = {"root": "http://127.0.0.1/api/data/v9.2", "seed": 1, "mark": MARK, "started": "2026-11-21T10:00:00Z"}


@dataclass(frozen=True)
class Emulator:
    """An emulator and the file of its rows."""

    root: str
    file: Path

    def rows(self) -> dict[str, dict[str, tuple[Any, ...]]]:
        """All rows of all tables by their first cell."""
        with closing(sqlite3.connect(self.file)) as database:
            names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {
                name: {str(row[0]): row for row in database.execute(f'SELECT * FROM "{name}"')}
                for name in names
                if name != "_version"
            }


@dataclass
class Kit:
    """What scenarios share in a run."""

    session: Session
    tables: Tables
    ledger: Ledger
    test: str  # of which tests that share an emulator have one each

    def records(self, scene: str = "a scenario", seed: int = 1) -> Records:
        """The records of one scenario."""
        name = f"{scene} of {self.test}"
        return Records(self.session, self.tables, self.ledger, scene=name, seed=seed, mark=MARK)
