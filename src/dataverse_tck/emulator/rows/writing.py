"""What a write keeps of choices and links, and how that goes wrong where misbehaviours say so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from dataverse_tck.emulator.faults.row_faults import REGARDING, is_channel
from dataverse_tck.emulator.organisation.conversation import NAME
from dataverse_tck.emulator.organisation.model import Column, Table
from dataverse_tck.emulator.protocol.errors import ODataError, bad_payload, value_out_of_range
from dataverse_tck.emulator.protocol.namespace import NAMESPACE
from dataverse_tck.emulator.store.database import Reference, Work
from dataverse_tck.emulator.store.rendering import reference_in
from dataverse_tck.emulator.store.values import OUT_OF_RANGE, cell, numbers_in
from dataverse_tck.jsontypes import Json


def written(work: Work, table: Table, column: Column, value: Json) -> dict[str, Any]:
    """The cell that a value makes of a column that is no lookup, by its name; none where the write is ignored."""
    if work.wrong and value is not None and is_channel(table, column):
        return _chosen(work, table, column, value)
    return {column.logical_name: cell(work.organisation, table, column, value)}


def _chosen(work: Work, table: Table, column: Column, value: Json) -> dict[str, Any]:
    wrong, name = work.wrong, column.logical_name
    stored = cell(work.organisation, table, replace(column, choice=None), value)
    offered = [option.value for option in work.organisation.choice[column.choice or ""].options]
    given = numbers_in(stored)
    unlisted = next((number for number in given if number not in offered), None)
    if unlisted is not None and not wrong.column(name, "unlisted-refused", "accepted"):
        refusal = _out_of_range(table, column, unlisted, offered)
        if not wrong.column(name, "unlisted-refused", "ignored-late"):
            raise refusal
        work.late.append(refusal)
    for number in given:
        if wrong.option(number, "stored", "refused"):
            raise _out_of_range(table, column, number, [other for other in offered if other != number])
    if any(wrong.option(number, "stored", "ignored") for number in given):
        return {}
    return {name: stored}


def _out_of_range(table: Table, column: Column, number: int, offered: list[int]) -> ODataError:
    accepted = ",".join(map(str, offered))
    return value_out_of_range(OUT_OF_RANGE, number, column.logical_name, table.logical_name, accepted)


def unkept_links(work: Work, table: Table, cells: Mapping[str, Any], row: Mapping[str, Any]) -> set[str]:
    """The lookups among the cells that are left as the row has them; raises 400 where a link is refused.

    ``row`` are the cells before the write, none of a row that is being created.
    """
    if not work.wrong:
        return set()
    links = {name: cells[name] for name in cells if table.column[name].kind.is_lookup}
    return {name for name, link in links.items() if _is_unkept(work, table, name, reference_in(row, name), link)}


def _is_unkept(work: Work, table: Table, column: str, before: Reference | None, link: Reference | None) -> bool:
    wrong, is_conversation = work.wrong, table.logical_name == NAME
    if link is None:
        return is_conversation and wrong.column(column, "cleared", "kept")
    relationship = work.organisation.relationship_over.get((table.logical_name, column, link.table))
    if wrong.relationship(relationship, "related-row", "refused") or (
        is_conversation and wrong.target(column, link.table, "refused")
    ):
        reason = f"The property '{column}' does not take rows of '{NAMESPACE}.{link.table}'."
        raise bad_payload(table.entity_set, reason)
    if wrong.relationship(relationship, "related-row", "ignored"):
        return True
    if not is_conversation:
        return False
    kept = _is_replacement(column, before, link) and wrong.column(column, "replaced", "kept")
    return kept or wrong.target(column, link.table, "ignored")


def _is_replacement(column: str, before: Reference | None, link: Reference | None) -> bool:
    """Whether a link of another navigation property takes the place of the one there was."""
    return column == REGARDING and before is not None and link is not None and before.table != link.table


def remember_replaced(  # noqa: PLR0917 - the call of ``cascades.attach``
    work: Work, table: Table, row: str, column: str, before: Reference | None, link: Reference | None
) -> None:
    """Note what a conversation was about before, where its collection is to go on listing the conversation."""
    if before is None or not work.wrong.column(column, "replaced", "both") or table.logical_name != NAME:
        return
    if _is_replacement(column, before, link):
        former = work.database.former
        pair = {"childid": row, "parentid": before.id, "parenttype": before.table}
        if work.connection.execute(sa.select(former).filter_by(**pair)).first() is None:
            work.connection.execute(former.insert().values(pair))
