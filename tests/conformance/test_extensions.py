"""What an endpoint offers beyond the reference is listed by kind and name."""

from __future__ import annotations

from dataclasses import replace

from dataverse_tck.conformance.extensions import extensions
from dataverse_tck.readings import Operation
from tests.support.judging import SUITE, with_options
from tests.support.perfect_readings import TABLE, csdl, label, many_to_one, read


def test_extra_things_are_listed() -> None:
    """One of each kind, sorted; what the reference states is not among them, nor functions of other tables."""
    readings = with_options(lambda options: options.append({"Value": 192350000, "Label": label("Entity Records")}))
    lookups = {**readings.lookups, "regardingobjectid": read({"Targets": ["msdyn_bookingrule", "account"]})}
    rows = (*many_to_one(), {"SchemaName": "extra", "CascadeConfiguration": {"Delete": "Cascade", "Rollup": "None"}})
    operations = (*csdl().operations, Operation("CCaaS_More", "Action", TABLE, False, (), None))
    readings = replace(
        readings, lookups=lookups, many_to_one=read(rows), csdl=read(replace(csdl(), operations=operations))
    )

    assert [item for item in extensions(readings, SUITE.catalogue) if "AssociatedMenu" not in item[1]] == [
        ("message", "message/CCaaS_More"),
        ("option", "column/msdyn_channel/option/192350000"),
        ("property", "CascadeConfiguration/Rollup"),
        ("relationship", "relationship/extra"),
        ("target", "column/regardingobjectid/target/account"),
    ]
