"""Rows and links: what a scenario starts from, and that its other rows stayed as they were."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dataverse_tck.acts.stage import UnfitError, WrongError
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.jsontypes import Json
from dataverse_tck.readings import NAMESPACE
from dataverse_tck.webapi.rows.records import NotMade

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dataverse_tck.acts.scene import Scene
    from dataverse_tck.webapi.rows.records import Row

KIND = f"{NAMESPACE}.lookuplogicalname"


def value_of(column: str) -> str:
    """Return the property that holds the id in a lookup column."""
    return f"_{column}_value"


def make_conversations(scene: Scene) -> None:
    """Make the conversation of the scenario and one beside it."""
    for role in ("conversation", "beside"):
        scene.rows[role] = scene.records.make(scene.stage.conversation)
    watch(scene, "beside")


def make_record(scene: Scene, table: str) -> None:
    """Make a record of a table, which belongs to no conversation yet."""
    scene.rows["record"] = make_apart(scene, table)


def make_apart(scene: Scene, table: str) -> Row:
    """Make a record that belongs to no conversation, or where that cannot be, to one of its own.

    Forms demand the conversation of most related records, the Web API does not; made with one, a record that no
    conversation takes could not be told from a record that cannot be made.
    """
    columns = {link.column for link in scene.stage.links.values() if not link.many_to_one and link.table == table}
    try:
        return scene.records.make(table, without=columns)
    except NotMade:
        if not columns:
            raise
        return scene.records.make(table)


def make_linked(scene: Scene, link: str) -> None:
    """Make a record and a conversation linked to it, as the reference says; it is seen to be linked."""
    _make_pair(scene, link, "record", "conversation")


def make_other(scene: Scene) -> None:
    """Make another record of the same kind, with a conversation linked to it."""
    _make_pair(scene, scene.links["record"].name, "other record", "other")
    watch(scene, "other")


def make_loose(scene: Scene) -> None:
    """Make a conversation that is linked to nothing."""
    scene.rows["loose"] = scene.records.make(scene.stage.conversation)
    watch(scene, "loose")


def make_clock(scene: Scene, link: str) -> None:
    """Make a pair that effects are known to show on, to tell when they would have shown elsewhere."""
    _make_pair(scene, link, "clock record", "clock")


def make_alien(scene: Scene) -> None:
    """Make a record of a kind that the conversation's column does not take, by reference and by declaration."""
    link, stage = scene.links["record"], scene.stage
    watch(scene, "conversation")
    lookup = stage.readings.lookups.get(link.column)
    declared = (lookup.content or {}).get("Targets") if lookup else None
    taken = {*stage.documented[link.column], *(declared or ())}
    reason = "every kind of record that is known is taken"
    for table in dict.fromkeys(item.table for item in stage.links.values() if item.table not in taken):
        try:
            scene.rows["alien"] = scene.records.make(table)
        except NotMade as problem:
            reason = str(problem)
        else:
            return
    raise UnfitError(Outcome.NOT_TESTABLE, f"there is no record of a kind that is not taken: {reason}")


def _make_pair(scene: Scene, name: str, record: str, conversation: str) -> None:
    link = scene.stage.links[name]
    scene.links[record] = scene.links[conversation] = link
    scene.rows[record] = scene.records.make(link.table)
    scene.rows[conversation] = scene.records.make(scene.stage.conversation)
    answer = scene.deed(scene.records.bind(scene.rows[conversation], link.navigation, scene.rows[record]))
    scene.expect_done(answer, f"linking a conversation to a record of {link.table}")
    wanted = scene.rows[record].id
    if scene.eventually(lambda: linked_id(scene, conversation, link.column), lambda seen: seen == wanted) != wanted:
        raise UnfitError(Outcome.NOT_TESTABLE, f"a conversation could not be linked to a record of {link.table}")


def linked_id(scene: Scene, role: str, column: str) -> str | None:
    """Return the id that a conversation holds in a lookup column; raises WrongError when the row is gone."""
    row = scene.read(role, value_of(column))
    if row is None:
        raise WrongError(f"the {_called(role)} is gone", observed="gone")
    return _lower(row.get(value_of(column)))


def link_to(scene: Scene, name: str, target: str = "record") -> None:
    """Link the conversation to a record, by the documented navigation property; the answer is kept."""
    link = scene.stage.links[name]
    scene.links.setdefault("record", link)
    scene.links["conversation"] = link
    scene.deed(scene.records.bind(scene.rows["conversation"], link.navigation, scene.rows[target]))


def link_to_alien(scene: Scene) -> None:
    """Try to link the conversation to a record of another kind in the same way."""
    link_to(scene, scene.links["record"].name, "alien")


def clear(scene: Scene) -> None:
    """Clear the link of the conversation."""
    scene.deed(scene.records.bind(scene.rows["conversation"], scene.links["record"].navigation, None))


def names_it(scene: Scene, column: str, table: str) -> Json:
    """The conversation names the record, of the right kind."""
    seen, wanted = _named(scene, column), scene.rows["record"].id
    kind = seen.get(f"{value_of(column)}@{KIND}")
    if kind is None:  # annotations are a wish; the documented way to the record tells its kind as well
        follow(scene, scene.links["conversation"].navigation, wanted)
    elif kind != table:
        raise WrongError(f"The conversation calls the record of {table} a record of {kind!r}.", observed=kind)
    return table


def _named(scene: Scene, column: str) -> Mapping[str, Json]:
    """Return the conversation once it names the record."""
    table, wanted = scene.rows["record"].table, scene.rows["record"].id
    scene.expect_allowed(f"Linking a conversation to a record of {table}")
    seen = scene.eventually(
        lambda: scene.read("conversation", value_of(column)) or {},
        lambda row: _lower(row.get(value_of(column))) == wanted,
    )
    if _lower(seen.get(value_of(column))) != wanted:
        raise WrongError(
            f"The endpoint said yes, but the conversation names {seen.get(value_of(column))!r} in {column}, "
            f"not the record of {table}.",
            observed=seen.get(value_of(column)),
        )
    return seen


def names_nothing(scene: Scene) -> None:
    """The conversation names nothing in the column any more."""
    scene.expect_allowed("Clearing the link of a conversation")
    column = scene.links["record"].column
    seen = scene.eventually(lambda: linked_id(scene, "conversation", column), lambda found: found is None)
    if seen is not None:
        raise WrongError(f"The endpoint said yes, but the conversation still names {seen} in {column}.", observed=seen)


def names_only_it(scene: Scene, column: str) -> Json:
    """The conversation names the new record, and the old one does not lead to it any more."""
    _named(scene, column)
    old = scene.rows["old record"]
    way = scene.stage.tables.of(scene.stage.conversation).collections.get(scene.links["old record"].name)
    if way:
        mine = scene.rows["conversation"].id
        seen = scene.eventually(lambda: _ids(scene, f"{old.path}/{way}"), lambda found: mine not in found)
        if mine in seen:
            raise WrongError(f"The record of {old.table} that it was about before still lists it.", observed="both")
    return "one"


def set_aside(scene: Scene, table: str) -> None:
    """Make a record of another kind, seen to take another conversation; the one that there was becomes the old one."""
    scene.rows["old record"], scene.links["old record"] = scene.rows["record"], scene.links["record"]
    column = scene.links["old record"].column
    link = next(
        one for one in scene.stage.links.values() if one.many_to_one and (one.table, one.column) == (table, column)
    )
    _make_pair(scene, link.name, "record", "control")


def go_there(scene: Scene) -> None:
    """Take the way between the two as the scenario's deed; what is found there is checked after."""
    scene.deed(scene.records.send("GET", f"{scene.rows['conversation'].path}/{scene.links['record'].navigation}"))


def arrives(scene: Scene, name: str) -> Json:
    """The documented navigation property of the conversation leads to the record."""
    follow(scene, name, scene.rows["record"].id)
    return name


def follow(scene: Scene, navigation: str, wanted: str) -> None:
    """Follow a single-valued navigation property of the conversation; it must lead to the wanted id."""
    table = scene.stage.tables.of(scene.links["conversation"].table)
    path = f"{scene.rows['conversation'].path}/{navigation}?$select={table.primary_id}"
    answer = scene.records.send("GET", path)
    found = answer.json().get(table.primary_id) if answer.status == 200 else None
    if _lower(found) != wanted:
        seen = f"to {found!r}" if answer.status == 200 else f"nowhere ({answer.summary()})"
        raise WrongError(f"{navigation} of the conversation leads {seen}, not to its record.", observed=found)


def leads_back(scene: Scene) -> Json:
    """The record lists its conversation, and not the one of the other record."""
    link = scene.links["record"]
    way = scene.stage.tables.of(scene.stage.conversation).collections.get(link.name)
    if way is None:
        raise UnfitError(Outcome.NOT_OBSERVABLE, f"the endpoint declares no way back from {link.table} ({link.name})")
    mine = scene.rows["conversation"].id
    seen = scene.eventually(lambda: _ids(scene, f"{scene.rows['record'].path}/{way}"), lambda found: found == {mine})
    if seen != {mine}:
        raise WrongError(
            f"{way} of the record lists {sorted(seen) or 'nothing'}, not its conversation alone.", sorted(seen)
        )
    return link.navigation


def _ids(scene: Scene, target: str) -> set[str]:
    key = scene.stage.tables.of(scene.stage.conversation).primary_id
    return {str(row.get(key)).lower() for row in scene.listed(f"{target}?$select={key}")}


def refused(scene: Scene) -> Json:
    """The last answer is a refusal of the asking (4xx), not a yes and not a breakdown."""
    assert scene.answer is not None
    if 200 <= scene.answer.status < 300:
        raise WrongError("It is accepted.", observed="accepted")
    if not 400 <= scene.answer.status < 500:
        raise WrongError(f"It is not refused but breaks: {scene.answer.summary()}.", observed=scene.answer.status)
    if not scene.answer.is_odata_error():
        raise WrongError(
            f"It is refused ({scene.answer.status}) in another form than an OData error with code and message.",
            observed="no OData error",
        )
    return "refused"


def watch(scene: Scene, role: str) -> None:
    """Note what a conversation is like, to see later that it stayed so."""
    row = scene.read(role, *_watched(scene))
    if row is None:
        raise UnfitError(Outcome.NOT_TESTABLE, f"the {_called(role)} that was just made cannot be read")
    scene.before[role] = _kept(scene, row)


def as_it_was(scene: Scene, *roles: str, but: str = "") -> Json:
    """The conversations that play these parts are as they were, ``but`` for one property."""
    scene.let_settle()
    for role in roles:
        row = scene.read(role, *_watched(scene))
        if row is None:
            raise WrongError(f"The {_called(role)} is gone.", observed=f"{_called(role)}: gone")
        for name, value in _kept(scene, row).items():
            if value != (before := scene.before[role].get(name)) and name != but:
                raise WrongError(
                    f"The {_called(role)} has changed: {name} was {before!r}, now it is {value!r}.",
                    observed=f"{_called(role)}: {name} changed",
                )
    return "as it was"


def conversation_as_it_was(scene: Scene) -> Json:
    """The conversation of the scenario is as it was."""
    return as_it_was(scene, "conversation")


def not_made(scene: Scene) -> Json:
    """What was refused was not made all the same."""
    scene.let_settle()
    if scene.records.read(scene.rows["attempted"]) is not None:
        raise WrongError("It was refused, but the conversation was made all the same.", observed="made")
    return "refused"


def others_as_they_were(scene: Scene) -> Json:
    """Every conversation of the scenario that nothing should happen to is as it was."""
    return as_it_was(scene, *(role for role in ("beside", "other", "loose") if role in scene.before))


def _watched(scene: Scene) -> list[str]:
    links = {link.column for link in scene.stage.links.values() if link.many_to_one}
    table = scene.stage.tables.of(scene.stage.conversation)
    return sorted(
        {"statecode", "statuscode", value_of("ownerid"), *map(value_of, links & set(table.columns))}
        | {name for name in scene.stage.documented if name not in links and name in table.columns}
        | ({table.primary_name} if table.primary_name else set())
    )


def _kept(scene: Scene, row: Mapping[str, Json]) -> dict[str, Json]:
    return {name: row.get(name) for name in _watched(scene)}


def _called(role: str) -> str:
    return {
        "conversation": "conversation",
        "beside": "conversation beside it",
        "other": "conversation linked to the other record",
        "loose": "conversation linked to nothing",
        "clock": "conversation that follows its record",
        "control": "conversation linked to the record beforehand",
    }[role]


def _lower(value: Json) -> str | None:
    return value.lower() if isinstance(value, str) else None
