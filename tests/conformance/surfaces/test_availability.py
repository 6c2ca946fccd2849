"""What could be read of an endpoint, surface by surface."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dataverse_tck.conformance.surfaces.availability import Availability, availability_of_surfaces, readings_of
from dataverse_tck.conformance.surfaces.surface import Surface
from tests.support.changed_readings import broke, refused, told_apart
from tests.support.perfect_readings import broken, perfect, unreadable


def test_every_surface_has_a_state_and_the_worst_reading_counts() -> None:
    """Two collections make one surface; a broken one outweighs one that is not offered, and gives the reason."""
    readings = replace(perfect(), many_to_one=unreadable(), one_to_many=broken("reset"), customapis=unreadable("403"))
    found = {item.surface: item for item in availability_of_surfaces(readings)}

    assert list(found) == [str(surface) for surface in Surface]
    assert (found["relationships"].state, found["relationships"].reason) == ("broken", "reset")
    assert (found["customapis"].state, found["customapis"].reason) == ("unreadable", "403")
    assert (found["csdl"].state, found["csdl"].exchanges) == ("read", ("x0001",))


RESTS_ON = {
    "entitydefinitions": ["table"],
    "optionset": ["choices"],
    "globaloptionset": ["choices"],
    "targets": ["lookups"],
    "relationships": ["many_to_one", "one_to_many"],
    "csdl": ["csdl"],
    "sdkmessages": ["sdkmessages"],
    "sdkmessagefilters": ["sdkmessagefilters"],
    "customapis": ["customapis"],
}


@pytest.mark.parametrize("surface", list(Surface))
def test_a_surface_rests_on_its_readings(surface: Surface) -> None:
    """Each of them, refused or broken, is told of this surface; no other reading is."""
    names = RESTS_ON[surface]

    def of(readings: object) -> Availability:
        return next(one for one in availability_of_surfaces(readings) if one.surface == surface)  # type: ignore[arg-type]

    assert {one.exchanges for one in readings_of(told_apart(), surface)} == {(name,) for name in names}
    assert of(told_apart()) == Availability(surface, "read", "", tuple(names))
    for name in names:
        assert of(refused(name)) == Availability(surface, "unreadable", f"no leave for {name}", tuple(names))
        assert of(broke(name)) == Availability(surface, "broken", f"{name} timed out", tuple(names))
    others = [name for name in RESTS_ON if name not in names and name in ("csdl", "sdkmessages", "customapis")]
    assert of(broke(*others)).state == "read"
