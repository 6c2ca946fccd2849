"""Whether something stayed as it was, or was refused."""

from __future__ import annotations

from collections.abc import Mapping

from dataverse_tck.acts.cost import costs
from dataverse_tck.acts.errors import OthersChangedError, UnfitError, WrongError
from dataverse_tck.acts.scene import Scene
from dataverse_tck.acts.stage import value_of
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.jsontypes import Json


@costs(0)
def refused(scene: Scene) -> Json:
    """The last answer is a refusal of the asking (4xx), not a yes and not a breakdown."""
    assert scene.answer is not None
    if scene.answer.is_error_in_disguise():
        raise WrongError(
            f"It is answered {scene.answer.status}, with an error in the body: that is no refusal.", "error"
        )
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
        wrong = WrongError if role == "conversation" else OthersChangedError
        row = scene.read(role, *_watched(scene))
        if row is None:
            raise wrong(f"The {_called(role)} is gone.", observed=f"{_called(role)}: gone")
        for name, value in _kept(scene, row).items():
            if value != (before := scene.before[role].get(name)) and name != but:
                raise wrong(
                    f"The {_called(role)} has changed: {name} was {before!r}, now it is {value!r}.",
                    observed=f"{_called(role)}: {name} changed",
                )
    return "as it was"


@costs(1)
def conversation_as_it_was(scene: Scene) -> Json:
    """The conversation of the scenario is as it was."""
    return as_it_was(scene, "conversation")


@costs(1)
def not_made(scene: Scene) -> Json:
    """What was refused was not made all the same."""
    scene.let_settle()
    if scene.records.read(scene.rows["attempted"]) is not None:
        raise WrongError("It was refused, but the conversation was made all the same.", observed="made")
    return "refused"


@costs(1)
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
