"""Sentences for people."""

from __future__ import annotations

from tests.support.made_up_page import QUEUE


def test_statements_are_sentences_for_people(requirements, derivation):
    """Each requirement has its own sentence, without words of the wire."""
    statements = [item.statement for item in (*requirements.values(), *derivation.derived)]
    assert len(set(statements)) == len(statements)
    for statement in statements:
        assert statement[0].isupper()
        assert statement.endswith(".")
        assert not {"JSON", "HTTP", "URL", "const", "None", "True", "False", "null"} & set(statement.split())
    assert requirements["column/desk_mood/option/0/label"].statement == (
        'Mood 0 of an enquiry is called "Calm" in English (desk_mood).'
    )
    assert requirements[f"{QUEUE}/cascade/Delete"].statement == (
        "Deleting a record of desk_queue keeps every enquiry that refers to it, but removes the reference "
        "(desk_Queue_Enquiries, Delete: RemoveLink)."
    )
