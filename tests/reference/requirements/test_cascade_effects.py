"""What becomes of the records that refer to one."""

from __future__ import annotations

import pytest

from dataverse_tck.reference.page.facts import CASCADE_TYPES
from dataverse_tck.reference.requirements import data_level
from dataverse_tck.reference.requirements.cascade_effects import table_noun


@pytest.mark.parametrize("act", data_level.ACTS)
@pytest.mark.parametrize("value", CASCADE_TYPES)
def test_every_cascade_has_a_sentence(act, value):
    """Whatever word a revision of the page gives to a cascade, there is a sentence for what it does."""
    said = table_noun("Enquiry").cascade_effect(act, value, "desk_queue")
    assert "desk_queue" in said
    assert "enquiry" in said
    assert "{" not in said
