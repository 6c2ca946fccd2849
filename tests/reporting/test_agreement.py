"""JUnit, terminal and certificate, of what a profile does not claim."""

from __future__ import annotations

from pathlib import Path

from dataverse_tck.conformance.suite import load_suite
from dataverse_tck.emulator.organisation.assemble import create_organisation
from dataverse_tck.emulator.serving.app import create_app
from dataverse_tck.emulator.serving.server import running
from dataverse_tck.endpoint.survey import survey
from dataverse_tck.evidence.recorder import Recorder
from dataverse_tck.profile.profile import NotClaimed, Profile
from dataverse_tck.settings import Settings
from tests.support.agreement import hold_reports_together

CASCADES = "relationship/msdyn_{}_msdyn_ocliveworkitems/cascade/Delete"


def test_what_is_not_claimed_fails_in_no_report(tmp_path: Path) -> None:
    """Though it is wrong; what is claimed and wrong fails in all of them."""
    faults = [CASCADES.format("bookingrule"), CASCADES.format("timegroup")]
    with running(create_app(create_organisation(), faults=faults)) as root:
        surveyed = survey(root, Recorder(None), load_suite())
    profile = Profile("p", "0" * 64, not_claimed=(NotClaimed("Scheduling", ("msdyn_bookingrule",), "no board"),))

    reported = hold_reports_together(tmp_path, Settings(profile=profile), surveyed, None)

    assert reported["fail"] == {CASCADES.format("timegroup")}
