"""What is asked of messages."""

from __future__ import annotations

from dataverse_tck.reference.page.reader import read_page
from dataverse_tck.reference.requirements.derive import derive


def test_only_known_messages_are_usual_and_only_some_ask(markdown):
    """Practice speaks of messages by name; one whose name begins with Get is also held to change nothing."""
    page = (
        markdown.replace("desk_Answer", "CCaaS_UnholdCall")
        .replace("desk_Escalate", "desk_GetMood")
        .replace("RouteEvent", "GatherEvent")
    )
    derivation = derive(*read_page(page.encode()))
    by_id = {item.id: item for item in (*derivation.derived, *derivation.advisory)}

    assert [item.id for item in derivation.advisory] == [
        "advisory/message/CCaaS_UnholdCall/effect",
        "advisory/message/CCaaS_UnholdCall/wrong-state",
    ]
    assert by_id["advisory/message/CCaaS_UnholdCall/effect"].expected == {"call": ["Connected"]}
    assert [identifier for identifier in by_id if identifier.endswith("/read-only")] == [
        "derived/message/desk_GetMood/read-only"
    ]
