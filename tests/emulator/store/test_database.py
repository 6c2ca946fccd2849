"""The database of an organisation: kept files, versions, generated columns."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from dataverse_tck.emulator.organisation.assemble import create_organisation
from dataverse_tck.emulator.organisation.model import Organisation
from dataverse_tck.emulator.protocol.errors import CannotOpenDatabaseError
from dataverse_tck.emulator.store.database import Database
from tests.support.asker import Asker


def test_file_keeps_the_rows(organisation: Organisation, tmp_path: Path) -> None:
    """Rows, versions and ids of users outlive the service; nothing is seeded twice."""
    url = f"sqlite:///{tmp_path}/rows.db"
    first = Asker(organisation, url)
    identifier = first.create("accounts", name="Kept")
    users = first.read("systemusers?$select=fullname&$orderby=fullname")["value"]
    version = first.read(f"accounts({identifier})")["versionnumber"]
    first.service.database.close()
    second = Asker(organisation, url)

    assert second.read(f"accounts({identifier})")["name"] == "Kept"
    assert second.read("systemusers?$select=fullname&$orderby=fullname")["value"] == users
    newer = second.read(f"accounts({second.create('accounts', name='New')})")["versionnumber"]
    assert newer > version
    second.service.database.close()


def test_database_that_cannot_be_opened_says_why(organisation: Organisation, tmp_path: Path) -> None:
    """The message names the database and the way out."""
    with pytest.raises(CannotOpenDatabaseError, match=r"unable to open database file\. Name a file"):
        Database(organisation, f"sqlite:///{tmp_path}/none/rows.db")
    (tmp_path / "text.db").write_text("This is no database, however long it may be. " * 50)
    with pytest.raises(CannotOpenDatabaseError, match="file is not a database"):
        Database(organisation, f"sqlite:///{tmp_path}/text.db")


def test_database_of_another_version_is_refused(organisation: Organisation, tmp_path: Path) -> None:
    """A file without the columns of today is not touched, and not guessed at."""
    with closing(sqlite3.connect(tmp_path / "old.db")) as connection:
        connection.execute("CREATE TABLE account (accountid TEXT PRIMARY KEY)")
    with pytest.raises(
        CannotOpenDatabaseError, match=r"its column 'account\.name' is missing or of another kind\. Name a new file"
    ):
        Database(organisation, f"sqlite:///{tmp_path}/old.db")
    with closing(sqlite3.connect(tmp_path / "old.db")) as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_master WHERE type = 'table'").fetchone() == (1,)


@pytest.mark.parametrize("first", [True, False])
def test_database_made_for_another_kind_of_channel_is_refused(tmp_path: Path, *, first: bool) -> None:
    """Rows with several channels cannot be read as rows with one, nor the other way round."""
    url = f"sqlite:///{tmp_path}/rows.db"
    Database(create_organisation(multi_select_channel=first), url).close()
    with pytest.raises(CannotOpenDatabaseError, match="another --channel"):
        Database(create_organisation(multi_select_channel=not first), url)


def test_seeded_users_are_the_same_in_each_start(organisation: Organisation) -> None:
    """There are enabled users beside the caller, a disabled one, two teams and a queue."""
    first, second = (Asker(organisation).read("systemusers?$select=isdisabled")["value"] for _ in range(2))

    def told(rows: list[dict[str, object]]) -> list[tuple[object, object]]:
        return sorted((str(row["systemuserid"]), row["isdisabled"]) for row in rows)

    assert told(first) == told(second)
    assert sum(not row["isdisabled"] for row in first) >= 4
    assert sum(bool(row["isdisabled"]) for row in first) == 1
    ask = Asker(organisation)
    assert len(ask.read("teams")["value"]) == 2
    assert len(ask.read("queues")["value"]) == 1
    assert len(ask.read("organizations")["value"]) == 1
