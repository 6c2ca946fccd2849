"""What could be read of an endpoint, surface by surface."""

from __future__ import annotations

from dataclasses import replace

from dataverse_tck.conformance.surfaces.availability import availability_of_surfaces
from dataverse_tck.conformance.surfaces.surface import Surface
from tests.support.perfect_readings import broken, perfect, unreadable


def test_every_surface_has_a_state_and_the_worst_reading_counts() -> None:
    """Two collections make one surface; a broken one outweighs one that is not offered, and gives the reason."""
    readings = replace(perfect(), many_to_one=unreadable(), one_to_many=broken("reset"), customapis=unreadable("403"))
    found = {item.surface: item for item in availability_of_surfaces(readings)}

    assert list(found) == [str(surface) for surface in Surface]
    assert (found["relationships"].state, found["relationships"].reason) == ("broken", "reset")
    assert (found["customapis"].state, found["customapis"].reason) == ("unreadable", "403")
    assert (found["csdl"].state, found["csdl"].exchanges) == ("read", ("x0001",))
