"""Dataverse's query functions, as of noon on the last of March 2026, a Tuesday."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dataverse_tck.emulator.protocol.errors import ODataError
from dataverse_tck.emulator.protocol.options import parse_query
from tests.support.conversations import ROWS, Conversations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dataverse_tck.emulator.organisation.model import Organisation

A, B, C, D = "Alpha", "beta 50%", "GAMMA_x", "delta [1]"


@pytest.fixture(scope="module")
def conversations(organisation: Organisation) -> Iterator[Conversations]:
    """The rows that are asked for; each has ``actualend`` at the time of its subject."""
    made = Conversations(organisation)
    times = {
        "now": "2026-03-31T12:00:00Z",
        "this morning": "2026-03-31T00:00:00Z",
        "last night": "2026-03-30T23:59:59Z",
        "tomorrow": "2026-04-01T00:00:00Z",
        "sunday": "2026-03-29T00:00:00Z",
        "saturday": "2026-03-28T23:59:59Z",
        "february": "2026-02-28T12:00:00Z",
        "next year": "2027-01-01T00:00:00Z",
        "last year": "2025-12-31T23:59:59Z",
    }
    for subject, time in times.items():
        made.create("task", subject=subject, actualend=time)
    yield made
    made.close()


FOUND = {
    "Today": {"now", "this morning"},
    "Yesterday": {"last night"},
    "Tomorrow": {"tomorrow"},
    "ThisWeek": {"now", "this morning", "last night", "tomorrow", "sunday"},
    "LastWeek": {"saturday"},
    "ThisMonth": {"now", "this morning", "last night", "sunday", "saturday"},
    "LastMonth": {"february"},
    "NextMonth": {"tomorrow"},
    "NextYear": {"next year"},
    "LastYear": {"last year"},
    "Last7Days": {"now", "this morning", "last night", "sunday", "saturday"},
    "Next7Days": {"now", "tomorrow"},
    "LastXHours,12": {"now", "this morning"},
    "LastXDays,2": {"now", "this morning", "last night"},
    "LastXMonths,1": {"now", "this morning", "last night", "sunday", "saturday", "february"},
    "NextXHours,12": {"now", "tomorrow"},
    "NextXYears,1": {"now", "tomorrow", "next year"},
    "OlderThanXMinutes,720": {"last night", "sunday", "saturday", "february", "last year"},
    "OlderThanXMonths,1": {"last year"},
    "On,'2026-03-30'": {"last night"},
    "OnOrAfter,'2026-04-01'": {"tomorrow", "next year"},
    "OnOrBefore,2026-02-28": {"february", "last year"},
}


@pytest.mark.parametrize("function", FOUND)
def test_dates(conversations: Conversations, function: str) -> None:
    """A function on dates finds what lies in its time, both ends as they are documented."""
    name, _, value = function.partition(",")
    given = f",PropertyValue={value}" if value else ""

    page = conversations.page(
        "task", filter=f"Microsoft.Dynamics.CRM.{name}(PropertyName='actualend'{given})", select="subject"
    )

    assert {row["subject"] for row in page.rows} == FOUND[function]


VALUES = {
    "ContainValues(PropertyName='msdyn_channel',PropertyValues=['192370000'])": {B, C},
    'ContainValues(PropertyName=\'msdyn_channel\',PropertyValues=["192370000","192360000"])': {A, B, C},
    "ContainValues(PropertyName='msdyn_channel',PropertyValues=['19237000'])": set(),
    "DoesNotContainValues(PropertyName='msdyn_channel',PropertyValues=['192370000'])": {A, D, None},
    "Between(PropertyName='prioritycode',PropertyValues=['0','1'])": {A, B, D},
    "NotBetween(PropertyName='prioritycode',PropertyValues=['0','1'])": {C, None},
    'In(PropertyName=\'subject\',PropertyValues=["ALPHA","O\'Brian"])': {A},
    "NotIn(PropertyName='subject',PropertyValues=['alpha'])": {B, C, D, None},
    "EqualUserId(PropertyName='ownerid')": set(ROWS),
    "EqualUserId(PropertyName='_ownerid_value')": set(ROWS),
    "NotEqualUserId(PropertyName='ownerid')": set(),
    "EqualBusinessId(PropertyName='owningbusinessunit')": set(ROWS),
}


@pytest.mark.parametrize("function", VALUES)
def test_values(conversations: Conversations, function: str) -> None:
    """A function on values finds these rows."""
    assert conversations.subjects(f"Microsoft.Dynamics.CRM.{function}") == VALUES[function]


def test_aliases_stand_for_values(conversations: Conversations) -> None:
    """Parameter aliases are read from the URL, but not inside texts."""
    options = {"@p1": "'subject'", "@p2": '["alpha","@p1"]'}
    text = "Microsoft.Dynamics.CRM.In(PropertyName=@p1,PropertyValues=@p2)"

    page = conversations.page(filter=text, select="subject", **options)

    assert [row["subject"] for row in page.rows] == [A]
    assert parse_query({"$filter": "subject eq '@p1'", "@p1": "'alpha'"}).filter == "subject eq '@p1'"
    assert conversations.page(filter="subject eq '@p1'", **{"@p1": "'alpha'"}).rows == []


REFUSED = {
    "Nope(PropertyName='actualend')": (501, "'Nope' is not supported"),
    "ThisFiscalYear(PropertyName='actualend')": (501, "'ThisFiscalYear' is not supported"),
    "Today(PropertyName='subject')": (501, "on the column 'subject'"),
    "Today()": (400, "PropertyName"),
    "Today(PropertyName='nope')": (400, "Could not find a property named 'nope'"),
    "LastXDays(PropertyName='actualend')": (400, "PropertyValue"),
    "LastXDays(PropertyName='actualend',PropertyValue='two')": (400, "PropertyValue"),
    "LastXYears(PropertyName='actualend',PropertyValue=9999)": (400, "beyond the calendar"),
    "LastXDays(PropertyName='actualend',PropertyValue=999999999999)": (400, "beyond the calendar"),
    "NextXWeeks(PropertyName='actualend',PropertyValue=99999999)": (400, "beyond the calendar"),
    "Between(PropertyName='prioritycode',PropertyValues=['1'])": (400, "was not given the values"),
    "In(PropertyName='prioritycode')": (400, "was not given the values"),
    "In(PropertyName='prioritycode',PropertyValues=['x'])": (400, "not of the type Edm.Int32"),
    "In(PropertyName='subject',PropertyValues=@p9)": (400, "'@p9' has no value"),
    "ContainValues(PropertyName='subject',PropertyValues=['1'])": (400, "does not hold choices"),
}


@pytest.mark.parametrize("function", REFUSED)
def test_refused(conversations: Conversations, function: str) -> None:
    """What a function cannot do is said."""
    status, message = REFUSED[function]

    with pytest.raises(ODataError) as caught:
        conversations.subjects(f"Microsoft.Dynamics.CRM.{function}")

    assert caught.value.status == status
    assert message in caught.value.message


def test_too_many_choices_are_refused(conversations: Conversations) -> None:
    """Each value of ContainValues is a condition, of which there are 500 at most."""
    values = ",".join(f"'{number}'" for number in range(501))

    with pytest.raises(ODataError, match="Number of conditions"):
        conversations.subjects(
            f"Microsoft.Dynamics.CRM.ContainValues(PropertyName='msdyn_channel',PropertyValues=[{values}])"
        )
