"""Words that stand in certificates, profiles and features: whoever changes one changes what others read."""

from __future__ import annotations

from dataverse_tck.conformance.call_states import CALL, CAPTURE, PARTICIPANTS, REGIONS
from dataverse_tck.conformance.controls import KNOWN_EVENT, MADE_UP_OPTION, MADE_UP_TABLE
from dataverse_tck.conformance.finding import WORST_FIRST, Finding, Outcome, Sighting
from dataverse_tck.conformance.requirement import LEVELS, Exclusion, Requirement
from dataverse_tck.conformance.sent_controls import MADE_UP_MESSAGE
from dataverse_tck.conformance.surfaces.labels import ENGLISH, NO_ENGLISH_LABEL
from dataverse_tck.conformance.surfaces.message import HIDDEN
from dataverse_tck.conformance.surfaces.observation import Observation
from dataverse_tck.conformance.surfaces.surface import Surface
from dataverse_tck.conformance.verdict import EXIT_CODES, Verdict
from dataverse_tck.readings import State


def test_outcomes_are_called() -> None:
    """As certificates name them; the order is that of a table of counts."""
    assert [str(one) for one in Outcome] == [
        "pass",
        "fail",
        "not observable",
        "not testable",
        "not applicable",
        "not claimed",
        "error",
        "beyond this level",
        "deselected",
        "waived",
    ]


def test_the_worst_outcome_comes_first() -> None:
    """Of several in one scenario; every one has its place."""
    assert [str(one) for one in WORST_FIRST] == [
        "fail",
        "error",
        "not testable",
        "not observable",
        "deselected",
        "beyond this level",
        "waived",
        "not claimed",
        "not applicable",
        "pass",
    ]


def test_verdicts_and_exit_codes() -> None:
    """A gate reads both."""
    assert {str(verdict): code for verdict, code in EXIT_CODES.items()} == {
        "conformant": 0,
        "not conformant": 1,
        "incomplete": 3,
    }
    assert list(EXIT_CODES) == list(Verdict)


def test_surfaces_and_levels_are_called() -> None:
    """As reports and options name them."""
    assert [str(one) for one in Surface] == [
        "entitydefinitions",
        "optionset",
        "globaloptionset",
        "targets",
        "relationships",
        "csdl",
        "sdkmessages",
        "sdkmessagefilters",
        "customapis",
    ]
    assert LEVELS == ("surface", "data", "calls")


def test_states_of_a_call_are_called() -> None:
    """As profiles name them."""
    assert CALL == ("None", "Offered", "Connected", "Held", "TransferPending", "Ended")
    assert CAPTURE == ("not-started", "in-progress", "paused", "unknown")
    assert REGIONS == {"call": CALL, "recording": CAPTURE, "transcription": CAPTURE}
    assert PARTICIPANTS == "participants"


def test_controls_look_for() -> None:
    """What nobody documents, and what everybody has."""
    assert (MADE_UP_TABLE, MADE_UP_MESSAGE, MADE_UP_OPTION, KNOWN_EVENT) == (
        "msdyn_nobodydocumentsthistable",
        "CCaaS_NobodyDocumentsThisMessage",
        192999999,
        "Create",
    )


def test_reasons_name_what_was_not_seen() -> None:
    """The number of the language, and that a message is private."""
    assert str(ENGLISH) == "1033"
    assert "LanguageCode 1033" in NO_ENGLISH_LABEL
    assert "private" in HIDDEN


def test_what_is_not_said_of_a_finding_is_empty() -> None:
    """Certificates are written from these."""
    assert Finding("x", Outcome.PASS) == Finding("x", Outcome.PASS, "", None, None, (), ())
    assert Sighting("csdl", right=True, observed=1, exchanges=()) == Sighting("csdl", True, 1, (), False)
    assert Observation(State.READ) == Observation(State.READ, None, (), frozenset(), "", ())
    assert Requirement("x", "", "", "", "", "", (), 1, "", 1).blocked_by == ()
    assert Requirement("x", "", "", "", "", "", (), 1, "", 1).derived_from is None
    assert Exclusion("x", "r", "s", 3).line == 3
