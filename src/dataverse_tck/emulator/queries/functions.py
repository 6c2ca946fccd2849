"""Dataverse's own query functions: ``Microsoft.Dynamics.CRM.LastXDays(PropertyName='createdon',PropertyValue=7)``.

The list is that of the page "Filter rows using OData"; fiscal periods, hierarchies and languages are not served.
Days, weeks, months and years are those of UTC; a week begins on Sunday.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa
from odata_query import ast

from dataverse_tck.emulator.organisation.model import Kind
from dataverse_tck.emulator.protocol.errors import bad_request, too_many_conditions, unsupported_query
from dataverse_tck.emulator.queries.operands import Operand, Value, moment, quoted, value_of
from dataverse_tck.emulator.store.work import Work

MAX_CONDITIONS = 500  # in one query
Condition = sa.ColumnElement[bool]
Period = tuple[datetime | None, datetime | None]  # from, and up to but without; None: no end
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_UNITS = {"Minutes": timedelta(minutes=1), "Hours": timedelta(hours=1), "Days": _DAY, "Weeks": timedelta(weeks=1)}
_MONTHS = {"Months": 1, "Years": 12}


def condition_of(work: Work, name: str, args: list[ast._Node], find: Callable[[str], Operand]) -> Condition:
    """The condition that a query function puts on the column that it names; ``find`` looks the column up."""
    given = {arg.name.name: arg.param for arg in args if isinstance(arg, ast.NamedParam)}
    column = given.pop("PropertyName", None)
    if not isinstance(column, ast.String):
        raise bad_request(f"The query function '{name}' needs the parameter PropertyName, a quoted name.")
    operand = find(column.val)
    if name in _ON_VALUES:
        return _ON_VALUES[name](operand, _values(name, operand, given))
    if name in _ON_CALLER:
        return _ON_CALLER[name](operand, work)
    if operand.column.kind is not Kind.DATE_TIME:
        raise unsupported_query(f"The query function '{name}' on the column '{column.val}'")
    try:
        return _within(operand, _period(name, datetime.fromisoformat(work.moment), operand, given))
    except OverflowError as error:
        raise bad_request(f"The query function '{name}' reaches beyond the calendar.") from error


def _values(name: str, operand: Operand, given: dict[str, ast._Node]) -> list[Value]:
    """The values that the function was given, as values of the column."""
    found: list[Value] = []
    for node in given.values():
        for item in node.val if isinstance(node, ast.List) else [node]:
            value = quoted(item.val, operand) if isinstance(item, ast.String) else value_of(item, operand, "Equal")
            if value is None:
                raise bad_request(f"A value of the query function '{name}' is not of the type {operand.edm}.")
            found.append(value)
    if not found or ("Between" in name and len(found) != 2):
        raise bad_request(f"The query function '{name}' was not given the values that it needs.")
    return found


def _contains(operand: Operand, values: list[Value]) -> Condition:
    """Whether a list of choices, kept as ``,1,2,``, holds one of the values."""
    if operand.column.kind is not Kind.MULTI_SELECT:
        raise bad_request(f"The column '{operand.column.logical_name}' does not hold choices.")
    padded = sa.literal(",") + sa.func.coalesce(operand.cell, "") + ","
    single = [part for value in values for part in str(value).split(",")]
    if len(single) > MAX_CONDITIONS:
        raise too_many_conditions()
    return sa.or_(*(sa.func.instr(padded, f",{value},") > 0 for value in single))


def _between(operand: Operand, values: list[Value]) -> Condition:
    found = sa.and_(operand.comparable >= values[0], operand.comparable <= values[1])
    return sa.func.coalesce(found, sa.false(), type_=sa.Boolean)


def _in(operand: Operand, values: list[Value]) -> Condition:
    return sa.and_(operand.comparable.is_not(None), operand.comparable.in_(values))


_ON_VALUES: dict[str, Callable[[Operand, list[Value]], Condition]] = {
    "ContainValues": _contains,
    "DoesNotContainValues": lambda operand, values: sa.not_(_contains(operand, values)),
    "Between": _between,
    "NotBetween": lambda operand, values: sa.not_(_between(operand, values)),
    "In": _in,
    "NotIn": lambda operand, values: sa.not_(_in(operand, values)),
}
_ON_CALLER: dict[str, Callable[[Operand, Work], Condition]] = {
    "EqualUserId": lambda operand, work: operand.cell.is_not_distinct_from(work.caller),
    "NotEqualUserId": lambda operand, work: operand.cell.is_distinct_from(work.caller),
    "EqualBusinessId": lambda operand, work: operand.cell.is_not_distinct_from(_business_unit(work)),
    "NotEqualBusinessId": lambda operand, work: operand.cell.is_distinct_from(_business_unit(work)),
}


def _business_unit(work: Work) -> sa.ScalarSelect[str]:
    users = work.database.tables["systemuser"].alias()
    return sa.select(users.c.businessunitid).where(users.c.systemuserid == work.caller).scalar_subquery()


def _within(operand: Operand, period: Period) -> Condition:
    start, end = period
    parts: list[Condition] = [operand.cell.is_not(None)]
    if start is not None:
        parts.append(operand.cell >= moment(start.isoformat()))
    if end is not None:
        parts.append(operand.cell < moment(end.isoformat()))
    return sa.and_(*parts)


def _period(name: str, now: datetime, operand: Operand, given: dict[str, ast._Node]) -> Period:
    """The time that a function on dates stands for."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    first = {
        "Day": today,
        "Week": today - _DAY * (today.isoweekday() % 7),
        "Month": today.replace(day=1),
        "Year": today.replace(month=1, day=1),
    }
    if name in ("On", "OnOrAfter", "OnOrBefore"):
        time = _values(name, operand, given)[0]
        day = datetime.fromisoformat(str(time).partition("Z")[0] + "Z").replace(hour=0, minute=0, second=0)
        return {"On": (day, day + _DAY), "OnOrAfter": (day, None), "OnOrBefore": (None, day + _DAY)}[name]
    if name in ("Yesterday", "Today", "Tomorrow"):
        name = {"Yesterday": "LastDay", "Today": "ThisDay", "Tomorrow": "NextDay"}[name]
    elif name in ("Last7Days", "Next7Days"):
        return (today - 7 * _DAY, now + _SECOND) if name == "Last7Days" else (now, today + 8 * _DAY)
    for prefix, steps in (("Last", -1), ("This", 0), ("Next", 1)):
        unit = name.removeprefix(prefix)
        if unit != name and unit in first:
            return _moved(first[unit], steps, unit + "s"), _moved(first[unit], steps + 1, unit + "s")
    for prefix in ("LastX", "NextX", "OlderThanX"):
        unit = name.removeprefix(prefix)
        if unit != name and (unit in _UNITS or unit in _MONTHS):
            steps = _count(name, given)
            if prefix == "NextX":
                return now, _moved(now, steps, unit) + _SECOND
            past = _moved(now, -steps, unit)
            return (past, now + _SECOND) if prefix == "LastX" else (None, past)
    raise unsupported_query(f"The query function '{name}'")


def _count(name: str, given: dict[str, ast._Node]) -> int:
    node = given.get("PropertyValue")
    if not isinstance(node, (ast.Integer, ast.String)) or not node.val.isascii() or not node.val.isdecimal():
        raise bad_request(f"The query function '{name}' needs the parameter PropertyValue, a whole number.")
    if len(node.val) > 8:
        raise OverflowError
    return int(node.val)


def _moved(time: datetime, steps: int, unit: str) -> datetime:
    """A time so many units later; a day that the month does not have becomes its last one."""
    if unit in _UNITS:
        return time + steps * _UNITS[unit]
    months = time.year * 12 + time.month - 1 + steps * _MONTHS[unit]
    if not 12 <= months < 120_000:
        raise OverflowError
    year, month = months // 12, months % 12 + 1
    return time.replace(year=year, month=month, day=min(time.day, monthrange(year, month)[1]))
