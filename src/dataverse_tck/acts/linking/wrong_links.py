"""Links that lead to nothing on offer: by the name of another kind, by a name that nobody declares, to nobody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from dataverse_tck.acts import unchanged
from dataverse_tck.acts.cost import costs
from dataverse_tck.acts.errors import UnfitError, WrongError
from dataverse_tck.acts.linking.links import linked_id
from dataverse_tck.acts.refusals import expect_refused
from dataverse_tck.acts.stage import value_of
from dataverse_tck.conformance.controls import MADE_UP_TABLE
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.jsontypes import Json
from dataverse_tck.webapi.rows.records import Row

if TYPE_CHECKING:
    from dataverse_tck.acts.scene import Scene

LINK = "link"


@costs(6)
def link_as_other_kinds(scene: Scene) -> None:
    """Link the conversation to the other record by the documented name of each kind that this record is not of."""
    link = scene.links["record"]
    names = [
        one.navigation
        for one in scene.stage.links.values()
        if one.many_to_one and one.column == link.column and one.table != link.table
    ]
    _try(scene, names, scene.rows["other record"])


@costs(3)
def link_undeclared(scene: Scene) -> None:
    """Link the conversation to the other record by the column's own name, and by the name of a kind that is none.

    What the endpoint declares all the same is left out; names are compared without regard to case.
    """
    column, table = scene.links["record"].column, scene.stage.tables.of(scene.stage.conversation)
    csdl = scene.stage.readings.csdl.content
    declared = {name.lower() for name in (*table.navigation.values(), *(csdl.navigation(table.name) if csdl else ()))}
    names = [column, f"{column}_{MADE_UP_TABLE}_{table.name}"]
    _try(scene, [name for name in names if name.lower() not in declared], scene.rows["other record"])


@costs(2)
def link_to_nobody(scene: Scene) -> None:
    """Link the conversation, by the documented name, to a record that there is none of."""
    link = scene.links["record"]
    table = scene.stage.tables.of(link.table)
    identifier = str(UUID(int=scene.records.made_up.getrandbits(128), version=4))
    _try(scene, [link.navigation], Row(table.name, identifier, f"{table.entity_set}({identifier})"))


@costs(0)
def refused(scene: Scene) -> Json:
    """Each of the links was refused; whether the conversation is as it was is looked at after."""
    if LINK in scene.unrefused:
        raise scene.unrefused[LINK]
    return "refused"


def _try(scene: Scene, names: Sequence[str], record: Row) -> None:
    """Link the conversation to a record by each of the names, until one is not refused."""
    column = scene.links["record"].column
    if not names:
        raise UnfitError(Outcome.NOT_APPLICABLE, f"there is no name by which a link over {column} has to be refused")
    unchanged.watch(scene, "conversation")
    before = scene.before["conversation"].get(value_of(column))

    def names_now() -> str | None:
        seen = linked_id(scene, "conversation", column)
        return None if seen == before else f"the conversation now names {seen} in {column}"

    for name in names:
        answer = scene.deed(scene.records.bind(scene.rows["conversation"], name, record))
        try:
            expect_refused(scene, answer, f"A link by {name} to {record.path}", names_now)
        except WrongError as problem:
            scene.unrefused[LINK] = problem
            return
