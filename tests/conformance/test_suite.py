"""What the kit holds endpoints to: the list, its schemas, and what to ask."""

from __future__ import annotations

from dataverse_tck.conformance.controls import KNOWN_EVENT
from dataverse_tck.conformance.sent_controls import MADE_UP_MESSAGE
from dataverse_tck.conformance.subjects import subjects, table_name
from dataverse_tck.conformance.suite import load_suite, questions
from dataverse_tck.readings import Questions


def test_an_endpoint_is_asked_about_every_subject_and_the_controls() -> None:
    """No message, choice or lookup of the list is left out of the questions."""
    suite = load_suite()
    found = subjects(suite.catalogue)

    assert suite.questions.table == table_name(suite.catalogue)
    assert {item.column for item in found if item.noun == "option"} == set(suite.questions.choices)
    assert {item.column for item in found if item.noun == "lookup"} == set(suite.questions.lookups)
    messages = {item.name for item in found if item.noun == "message"}
    assert messages | {KNOWN_EVENT, MADE_UP_MESSAGE} == set(suite.questions.messages)


def test_questions_are_drawn_from_the_facts() -> None:
    """The names in the order of the facts, and after them what the controls look for."""
    facts = {
        "table": {"name": "t"},
        "columns": {"choices": [{"name": "c"}], "lookups": [{"name": "l"}, {"name": "k"}]},
        "messages": [{"name": "m"}],
    }

    assert questions(facts) == Questions(
        "t", ("c",), ("l", "k"), ("m", "Create", "CCaaS_NobodyDocumentsThisMessage"), "msdyn_nobodydocumentsthistable"
    )
