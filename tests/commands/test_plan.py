"""The plan of a run says what the run then does."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from dataverse_tck.acting.learn import find_others
from dataverse_tck.acts.scene import Scene
from dataverse_tck.commands.plan import costs, make_plan
from dataverse_tck.emulator.organisation.assemble import create_organisation
from dataverse_tck.emulator.serving.app import create_app
from dataverse_tck.emulator.serving.server import running
from dataverse_tck.settings import Settings
from tests.sharpness.engine import scripts
from tests.support.staging import SUITE, stage_at

NEEDED = {  # what a row of these tables has to be linked to in the emulator
    "msdyn_bookingalertstatus": "msdyn_bookingalert",
    "msdyn_resourceterritory": "bookableresource",
    "msdyn_timegroupdetail": "msdyn_timegroup",
}


def test_what_is_planned_is_what_is_done(tmp_path: Path) -> None:
    """Act by act: the rows of each table, but for what they need first; in all, the requests within 15 %."""
    sent = planned = 0
    with running(create_app(create_organisation())) as root, stage_at(tmp_path, root) as stage:
        find_others(stage)
        for title, script in scripts().items():
            scene = Scene(stage, title)
            for act, (cost, tables) in zip(script.acts, costs(script, SUITE.catalogue), strict=True):
                already = len(stage.ledger.entries)
                act.do(scene, *act.words)
                more = Counter(entry.table for entry in stage.ledger.entries[already:])
                assert more == Counter([*tables, *(NEEDED[name] for name in tables if name in NEEDED)]), (title, act)
                planned += cost
            sent += len(scene.records.exchanges)

    assert len(scripts()) > 100
    assert abs(planned - sent) < 0.15 * sent


def test_the_whole_plan_counts_reading_and_removing_as_well() -> None:
    """Every act, each row once more, and what has to be known of each table; in batches of 50 what is only prepared."""
    acts = [
        (at < script.given, *cost)
        for script in scripts().values()
        for at, cost in enumerate(costs(script, SUITE.catalogue))
    ]
    rows = Counter(table for _, _, tables in acts for table in tables)
    alone, together = (sum(cost for given, cost, _ in acts if given is wanted) for wanted in (False, True))

    plan = make_plan(SUITE.catalogue, Settings(level="data"))

    assert plan.rows == rows
    assert plan.requests == alone + -(-(together + rows.total() + 5 * len(rows)) // 50) + 14
    assert plan.scenarios > len(scripts())


def test_what_is_not_selected_is_not_planned() -> None:
    """A single requirement that writes; one that only reads."""
    one = make_plan(
        SUITE.catalogue, Settings(level="data", only=("derived/column/msdyn_channel/option/192300000/named",))
    )
    none = make_plan(SUITE.catalogue, Settings(only=("message/*",)))

    assert (one.scenarios, one.rows["msdyn_ocliveworkitem"]) == (1, 2)
    assert none.rows == {}
