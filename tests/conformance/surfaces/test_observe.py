"""Answers of any shape are observed without harm."""

from __future__ import annotations

import pytest

from dataverse_tck.conformance.extensions import extensions
from dataverse_tck.conformance.finding import Outcome
from tests.support.judging import MESSAGE, SUITE, judged, spoilt


@pytest.mark.parametrize("name", ["options with null", "labels a number", "set a text", "rows of text"])
def test_an_answer_of_an_unheard_of_shape_is_an_error_of_its_surface_alone(name: str) -> None:
    """The kit does not break; what other surfaces say still counts; extensions are listed as far as can be."""
    found = judged(spoilt(name))
    extensions(spoilt(name), SUITE.catalogue)

    assert Outcome.ERROR in {finding.outcome for finding in found.values()}
    assert found[f"message/{MESSAGE}/exists"].outcome is Outcome.PASS
