"""The rules of patience, held against waits as a record tells them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dataverse_tck.acts.waits import Wait
from dataverse_tck.verify.waits import broken_rule

VAIN = Wait(5, 1.0, 1.1, seen=False, deadline=1.0)
SEEN = Wait(4, 0.4, 0.5, seen=True, deadline=1.0)
GIVEN_UP = Wait(4, 0.2, 0.21, seen=False, deadline=0.2, given_up=True)
HASTY = replace(GIVEN_UP, given_up=False)


@pytest.mark.parametrize("wait", [VAIN, SEEN, GIVEN_UP, HASTY])
def test_honest_waits_keep_the_rules(wait: Wait) -> None:
    assert broken_rule(wait, 1.0, seen=wait.seen) == ""


@pytest.mark.parametrize(
    ("wait", "changes", "said"),
    [
        (VAIN, {"seen": True}, "is not to be seen"),
        (VAIN, {"looks": 0}, "0 looks"),
        (VAIN, {"looks": 10**6}, "1000000 looks in"),
        (VAIN, {"looks": 12}, "12 looks in 1.000 s"),
        (VAIN, {"after": 1.2}, "the last after 1.2 s"),
        (VAIN, {"deadline": 0.5}, "its deadline is 0.5 s, not 1.0 s"),
        (VAIN, {"deadline": 2.0}, "its deadline is 2.0 s, not 1.0 s"),
        (GIVEN_UP, {"deadline": 1.0, "ended": 1.0}, "its deadline is 1.0 s, not 0.2 s"),
        (VAIN, {"after": 0.9, "ended": 0.9}, "it ended after 0.900 s"),
    ],
)
def test_others_are_told(wait: Wait, changes: dict[str, Any], said: str) -> None:
    assert said in broken_rule(replace(wait, **changes), 1.0, seen=wait.seen)
