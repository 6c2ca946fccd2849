"""Scripts are noted, and told again as they went."""

from __future__ import annotations

import pytest

from dataverse_tck.acting.script import Act, Script, Stop
from dataverse_tck.acts import preparations
from dataverse_tck.acts.cascading import cascades
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.scenarios.inquiry import CouldNotAskError, NotConformantError
from dataverse_tck.scenarios.replay import Replay
from dataverse_tck.scenarios.script_writer import ScriptWriter
from tests.support.staging import SUITE, TIME_GROUP

SUBJECT = f"derived/relationship/{TIME_GROUP}"


def tell(script: ScriptWriter) -> None:
    """The sentences of a scenario."""
    script.about(SUBJECT)
    script.do(preparations.make_linked, TIME_GROUP)
    script.states({"delete": "Cascade"})
    script.do(cascades.happens, "Delete")
    script.decide("delete")
    script.check(cascades.is_gone)
    script.decide()
    script.check(cascades.others_as_they_were)


def test_a_script_notes_what_its_sentences_do() -> None:
    """Acts with their words, and what each decides; a check without a name decides the same as the one before."""
    script = Script()

    tell(ScriptWriter(SUITE.catalogue, script.acts.append))

    assert script.acts == [
        Act(preparations.make_linked, (TIME_GROUP,)),
        Act(cascades.happens, ("Delete",)),
        Act(cascades.is_gone, (), (f"{SUBJECT}/delete",)),
        Act(cascades.others_as_they_were, (), (f"{SUBJECT}/delete",)),
    ]
    assert script.decides == (f"{SUBJECT}/delete",)


def test_words_of_a_feature_are_held_against_the_reference() -> None:
    """A wrong word fails the sentence, before anything is done."""
    script = ScriptWriter(SUITE.catalogue, Script().acts.append)
    script.about(SUBJECT)

    with pytest.raises(NotConformantError, match=r'says "RemoveLink" of .*/delete, but the reference says'):
        script.states({"delete": "RemoveLink"})
    with pytest.raises(NotConformantError, match=f"{SUBJECT}/merge, which is no requirement"):
        script.decide("merge")


def test_a_control_is_decided_like_a_requirement() -> None:
    """By the checks from there on; what no scenario sends is none."""
    script = Script()
    writer = ScriptWriter(SUITE.catalogue, script.acts.append)
    writer.prove("control/letter-case")
    writer.check(cascades.is_gone)

    assert script.decides == ("control/letter-case",)
    with pytest.raises(NotConformantError, match="speaks of control/made-up-table, which is no control that is sent"):
        writer.prove("control/made-up-table")


@pytest.mark.parametrize(
    ("outcome", "raised"),
    [
        (Outcome.FAIL, NotConformantError),
        (Outcome.ERROR, CouldNotAskError),
        (Outcome.NOT_TESTABLE, pytest.skip.Exception),
        (Outcome.NOT_OBSERVABLE, pytest.skip.Exception),
        (Outcome.NOT_CLAIMED, pytest.skip.Exception),
    ],
)
def test_the_story_ends_where_the_performance_did(outcome: Outcome, raised: type[BaseException]) -> None:
    """At that sentence, in the words of pytest, with the reason."""
    replay = Replay(Stop(2, outcome, "it is still there"))
    heard: list[Act] = []

    def hear(act: Act) -> None:
        heard.append(act)
        replay.take(act)

    with pytest.raises(raised, match="it is still there"):
        tell(ScriptWriter(SUITE.catalogue, hear))
    assert heard[-1].do is cascades.is_gone
    assert replay.outcome is outcome


def test_a_defect_of_the_kit_is_raised_as_it_was() -> None:
    """So that its traceback is told."""
    with pytest.raises(ZeroDivisionError):
        tell(ScriptWriter(SUITE.catalogue, Replay(Stop(0, Outcome.ERROR, "broke", ZeroDivisionError())).take))


def test_a_scenario_that_went_well_is_told_to_its_end() -> None:
    """It stops nowhere."""
    replay = Replay(None)

    tell(ScriptWriter(SUITE.catalogue, replay.take))

    assert (replay.taken, replay.outcome) == (4, Outcome.PASS)
