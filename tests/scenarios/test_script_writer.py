"""Scripts are noted, and told again as they went."""

from __future__ import annotations

import pytest

from dataverse_tck.acts import cascades, preparations
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.scenarios.inquiry import CouldNotAskError, NotConformantError
from dataverse_tck.scenarios.script_writer import Act, Retelling, Script, Stop, Trial
from tests.support.staging import SUITE, TIME_GROUP

SUBJECT = f"derived/relationship/{TIME_GROUP}"


def tell(trial: Trial) -> None:
    """The sentences of a scenario."""
    trial.about(SUBJECT)
    trial.do(preparations.make_linked, TIME_GROUP)
    trial.states({"delete": "Cascade"})
    trial.do(cascades.happens, "Delete")
    trial.decide("delete")
    trial.check(cascades.is_gone)
    trial.decide()
    trial.check(cascades.others_as_they_were)


def test_a_script_notes_what_its_sentences_do() -> None:
    """Acts with their words, and what each decides; a check without a name decides the same as the one before."""
    script = Script()

    tell(Trial(SUITE.catalogue, script.acts.append))

    assert script.acts == [
        Act(preparations.make_linked, (TIME_GROUP,)),
        Act(cascades.happens, ("Delete",)),
        Act(cascades.is_gone, (), (f"{SUBJECT}/delete",)),
        Act(cascades.others_as_they_were, (), (f"{SUBJECT}/delete",)),
    ]
    assert script.decides == (f"{SUBJECT}/delete",)


def test_words_of_a_feature_are_held_against_the_reference() -> None:
    """A wrong word fails the sentence, before anything is done."""
    trial = Trial(SUITE.catalogue, Script().acts.append)
    trial.about(SUBJECT)

    with pytest.raises(NotConformantError, match=r'says "RemoveLink" of .*/delete, but the reference says'):
        trial.states({"delete": "RemoveLink"})
    with pytest.raises(NotConformantError, match=f"{SUBJECT}/merge, which is no requirement"):
        trial.decide("merge")


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
    retelling = Retelling(Stop(2, outcome, "it is still there"))
    heard: list[Act] = []

    def hear(act: Act) -> None:
        heard.append(act)
        retelling.hear(act)

    with pytest.raises(raised, match="it is still there"):
        tell(Trial(SUITE.catalogue, hear))
    assert heard[-1].do is cascades.is_gone
    assert retelling.outcome is outcome


def test_a_defect_of_the_kit_is_raised_as_it_was() -> None:
    """So that its traceback is told."""
    with pytest.raises(ZeroDivisionError):
        tell(Trial(SUITE.catalogue, Retelling(Stop(0, Outcome.ERROR, "broke", ZeroDivisionError())).hear))


def test_a_scenario_that_went_well_is_told_to_its_end() -> None:
    """It stops nowhere."""
    retelling = Retelling(None)

    tell(Trial(SUITE.catalogue, retelling.hear))

    assert (retelling.told, retelling.outcome) == (4, Outcome.PASS)
