"""Conversations to be queried, with what they are about, in one transaction that is taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dataverse_tck.emulator.organisation.seed_ids import CALLER
from dataverse_tck.emulator.protocol.options import Query, parse_query
from dataverse_tck.emulator.queries import pages
from dataverse_tck.emulator.rows import records
from dataverse_tck.emulator.store.rendering import Annotations, row_json
from dataverse_tck.emulator.store.work import Work
from tests.support.world import CONVERSATION, seeded_database

if TYPE_CHECKING:
    from dataverse_tck.emulator.organisation.model import Organisation

CONTEXT = "msdyn_smsengagementctx"
CONTEXTS = "msdyn_msdyn_ocliveworkitem_msdyn_smsengagementctx_liveworkitemid"
ACCOUNT = "regardingobjectid_account_msdyn_ocliveworkitem"
NOON = "2026-03-31T12:00:00Z"
# subject -> (priority, channels, account, end, billed)
ROWS: dict[str | None, tuple[int, str | None, str | None, str | None, bool]] = {
    "Alpha": (0, "192360000", "Contoso", "2026-03-31T11:59:59Z", False),
    "beta 50%": (1, "192360000,192370000", "Contoso", NOON, True),
    "GAMMA_x": (2, "192370000", "Ärger", "2026-03-01T00:00:00Z", False),
    "delta [1]": (1, None, None, None, True),
    None: (2, None, "Ärger", "2025-12-31T23:00:00Z", False),
}


class Conversations:
    """A database with the rows above, as one request sees it."""

    def __init__(self, organisation: Organisation) -> None:
        self.database = seeded_database(organisation)
        self.connection = self.database.engine.connect()
        self.work = Work(self.database, self.connection, CALLER, "http://127.0.0.1/api/data/v9.2", NOON)
        self.account = {name: self.create("account", name=name) for name in ("Contoso", "Ärger")}
        self.id = {subject: self._conversation(subject, cells) for subject, cells in ROWS.items()}
        for name in ("one", "two", "three"):
            self.context(name, "Alpha")

    def close(self) -> None:
        """Forget the rows."""
        self.connection.close()
        self.database.close()

    def create(self, table: str, **body: Any) -> str:
        """Create a row."""
        return records.create(self.work, self.database.described[table], body)

    def context(self, name: str, subject: str | None) -> str:
        """Create an engagement context of a conversation."""
        link = f"/msdyn_ocliveworkitems({self.id[subject]})"
        return self.create(CONTEXT, **{"msdyn_name": name, "msdyn_liveworkitemid@odata.bind": link})

    def page(self, table: str = CONVERSATION, **options: Any) -> pages.Page:
        """One page of a query; options of the URL go without their dollar."""
        beside = {name: options.pop(name) for name in ("page_size", "cookie", "condition") if name in options}
        return pages.select_rows(self.work, self.database.described[table], _query(options), **beside)

    def subjects(self, text: str) -> set[str | None]:
        """The subjects of the conversations that a ``$filter`` finds."""
        return {row["subject"] for row in self.page(filter=text, select="subject").rows}

    def count(self, **options: str) -> int:
        """How many conversations a query finds."""
        return pages.count_rows(self.work, self.database.described[CONVERSATION], _query(options))

    def documents(
        self, table: str = CONVERSATION, annotations: str = "", page_size: int | None = None, **options: str
    ) -> list[dict[str, Any]]:
        """What a query answers, expanded."""
        described, query = self.database.described[table], _query(options)
        wanted = Annotations.from_prefer(f'odata.include-annotations="{annotations}"' if annotations else None)
        rows = pages.select_rows(self.work, described, query, page_size=page_size).rows
        documents = [row_json(self.work, described, row, query.select, wanted) for row in rows]
        pages.expand_into(self.work, described, rows, documents, query, wanted, page_size=page_size)
        return documents

    def _conversation(self, subject: str | None, cells: tuple[int, str | None, str | None, str | None, bool]) -> str:
        priority, channels, account, end, billed = cells
        body = {"subject": subject, "prioritycode": priority, "msdyn_channel": channels, "actualend": end}
        if account is not None:
            body[f"{ACCOUNT}@odata.bind"] = f"/accounts({self.account[account]})"
        return self.create(CONVERSATION, isbilled=billed, **body)


def _query(options: dict[str, str]) -> Query:
    return parse_query({name if name.startswith("@") else f"${name}": value for name, value in options.items()})
