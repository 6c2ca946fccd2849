"""A conversation looked up together with what it is linked to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dataverse_tck.acts.cost import costs
from dataverse_tck.acts.errors import WrongError
from dataverse_tck.acts.refusals import expect_way
from dataverse_tck.jsontypes import Json

if TYPE_CHECKING:
    from dataverse_tck.acts.scene import Scene


@costs(1)
def shown_together(scene: Scene, name: str) -> Json:
    """The conversation is looked up together with its record, by the documented navigation property."""
    link, record, way = scene.links["record"], scene.rows["record"], scene.links["record"].navigation
    key = scene.stage.tables.of(link.table).primary_id
    seen = scene.eventually(lambda: _shown(scene, way, key), lambda found: found == {record.id})
    if seen != {record.id}:
        raise WrongError(
            f"Looked up together with its records ({way}), the conversation shows {sorted(seen) or 'nothing'}, "
            "not its own record alone.",
            observed=sorted(seen),
        )
    return name


def _shown(scene: Scene, way: str, key: str) -> set[str]:
    """Return the ids that are shown; what a long list leaves to a link of its own is read there."""
    own = scene.stage.tables.of(scene.stage.conversation).primary_id
    target = f"{scene.rows['conversation'].path}?$select={own}&$expand={way}($select={key})"
    answer = scene.records.send("GET", target)
    if answer.status != 200:
        expect_way(scene, f"{way} of the conversation, looked up together with it,", answer, scene.rows["record"])
    document = answer.json()
    shown = document.get(way) if isinstance(document, dict) else None
    rows = shown if isinstance(shown, list) else [shown]
    if shown == [] and isinstance(link := document.get(f"{way}@odata.nextLink"), str):
        rows = [*scene.listed(link)]
    return {str(row.get(key)).lower() for row in rows if isinstance(row, dict)}
