"""What is wrong with a profile, each in a sentence: first what breaks its schema, then what does not fit together."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from dataverse_tck.conformance.call_states import PARTICIPANTS, REGIONS
from dataverse_tck.jsontypes import Json
from dataverse_tck.profile.calls import PARTS, Calls, read_calls
from dataverse_tck.suite_files import suite_root
from dataverse_tck.usage import nearest

if TYPE_CHECKING:
    from jsonschema import ValidationError

    from dataverse_tck.profile.calls import Effect, Fixture, InState, Message, StateReader, States

COMMANDS_ONLY = "run"  # what a fixture may be of, besides those below
_KINDS = {"offer": ("values", "run"), "hang_up": ("run", "message")}


def problems(document: Json) -> list[str]:
    """Return every problem of a profile as it was read from TOML; those of its fit only when it keeps its schema."""
    if found := breaches(document, "profile"):
        return found
    calls = read_calls(document)
    return [] if calls is None else list(_misfits(calls, message_names(), whole="calls" in document))


def breaches(document: Json, name: str) -> list[str]:
    """Return in what a document breaks the schema of that name, each in a sentence: what it has, and what is taken."""
    from jsonschema import Draft202012Validator  # only a run with a profile has to wait for it
    from jsonschema.exceptions import relevance

    schema = json.loads((suite_root() / "schemas" / "outputs" / f"{name}.schema.json").read_text(encoding="utf-8"))
    errors = sorted(Draft202012Validator(schema).iter_errors(document), key=relevance, reverse=True)
    return [sentence for error in errors for sentence in _told(error)]


def message_names() -> tuple[str, ...]:
    """The messages of the reference, in its order."""
    facts = json.loads((suite_root() / "reference" / "facts.json").read_text(encoding="utf-8"))
    return tuple(item["name"] for item in facts["messages"])


def _told(error: ValidationError) -> Iterator[str]:
    where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.absolute_path).lstrip(".")
    schema: Json = error.schema
    seen: Json = error.instance
    if error.validator == "additionalProperties":
        known = list(schema["properties"])
        inside = f" in {where}" if where else ""
        for unknown in (key for key in seen if key not in known):
            hint = nearest(unknown, known) or f" Known are {', '.join(known)}."
            yield f"nobody knows the key {unknown}{inside}.{hint}"
    elif error.validator == "required":
        missing = error.message.split("'")[1]
        yield f"{where or 'it'} lacks {missing}, which takes {schema['properties'][missing]['description']}."
    else:
        yield f"{where} is {json.dumps(seen, ensure_ascii=False, default=str)}, but takes {schema['description']}."


def _misfits(calls: Calls, names: tuple[str, ...], *, whole: bool) -> Iterator[str]:
    if not whole:
        yield f"it speaks of {' and '.join(PARTS[1:])}, but has no [calls]: write [calls] with allow_live_effects."
    for name in calls.messages:
        if name not in names:
            yield f"nobody knows the message {name}.{nearest(name, names)}"
    if missing := [name for name in names if name not in calls.messages]:
        yield (
            f"it names {len(names) - len(missing)} of the {len(names)} messages; the others are {', '.join(missing)}. "
            "Say supported = true or false of each."
        )
    if calls.allow_live_effects and "offer" not in calls.fixtures:
        yield "calls.allow_live_effects is true, but nothing offers a call: write [fixtures.offer]."
    if calls.state_reader:
        yield from _reader(calls.state_reader, calls)
    for fixture in calls.fixtures.values():
        yield from _fixture(fixture, calls)
    for message in calls.supported():
        yield from _message(message, calls)


def _reader(reader: StateReader, calls: Calls) -> Iterator[str]:
    yield from _wanted("calls.state_reader.message", reader.message, calls)
    for name, region in reader.regions.items():
        yield from _words(f"calls.state_reader.{name}.map", {name: tuple(region.map.values())})


def _fixture(fixture: Fixture, calls: Calls) -> Iterator[str]:
    where = f"fixtures.{fixture.name}"
    if fixture.name in message_names():
        yield f"{where} has the name of a message; give it another."
    kinds = _KINDS.get(fixture.name, (COMMANDS_ONLY,))
    said = [kind for kind in ("run", "values", "message") if getattr(fixture, kind)]
    if len(said) != 1 or said[0] not in kinds:
        yield f"{where} has {' and '.join(said) or 'nothing to do'}, but takes {' or '.join(kinds)}."
    offers_by_command = fixture.name == "offer" and bool(fixture.run)
    if offers_by_command and not fixture.yields:
        yield f"{where} lacks yields: the member of the JSON object on stdout that holds the conversation's id."
    if fixture.yields and not offers_by_command:
        yield f"{where} has yields, which belongs to the run of fixtures.offer alone."
    if fixture.message:
        yield from _wanted(f"{where}.message", fixture.message, calls)


def _message(message: Message, calls: Calls) -> Iterator[str]:
    where = f"messages.{message.name}"
    yield from _signature(where, message)
    for name in message.after:
        yield from _wanted(f"{where}.after", name, calls, also=calls.fixtures)
    if message.inverse:
        yield from _wanted(f"{where}.inverse", message.inverse, calls)
    if message.actor and message.actor not in calls.actors:
        yield f"{where}.actor is {message.actor}, but [calls.actors] does not say who that is."
    yield from _states(f"{where}.from", message.begins, calls.state_reader)
    yield from _nothing_wrong(where, message, calls.state_reader)
    if message.to:
        yield from _effect(f"{where}.to", message.to, calls.state_reader)
    if message.others_unchanged and not message.says_effect():
        yield f'{where} has others = "unchanged", but no to: write to = {{ }} where the message changes nothing.'
    for number, row in enumerate(message.states):
        yield from _in_state(f"{where}.states[{number}]", row, message, calls)


def _in_state(where: str, row: InState, message: Message, calls: Calls) -> Iterator[str]:
    yield from _states(f"{where}.in", row.within, calls.state_reader)
    for name in row.after or ():
        yield from _wanted(f"{where}.after", name, calls, also=calls.fixtures)
    if row.to:
        yield from _effect(f"{where}.to", row.to, calls.state_reader)
    if row.after is None and row.to is None and not row.when_wrong_state:
        yield f"{where} says nothing of its states: write after, to or when_wrong_state."
    shared = all(set(words) & set(row.within.get(region, words)) for region, words in message.begins.items())
    if (row.to is not None or row.after is not None) and not shared:
        said = "to" if row.to is not None else "after"
        yield f"{where} has {said}, but none of its states is in {_name(where)}.from: mend in, or from."


def _name(where: str) -> str:
    return where.rpartition(".states")[0]


def _effect(where: str, effect: Effect, reader: StateReader | None) -> Iterator[str]:
    yield from _states(where, effect.states, reader)
    if effect.participants is not None and not (reader and reader.participants):
        yield f"{where} has {PARTICIPANTS}, which calls.state_reader does not read."


def _signature(where: str, message: Message) -> Iterator[str]:
    """Complain where a message is declared by the profile and by the metadata, or by neither."""
    if message.source == "vendor-doc" and message.binding is None:
        yield f'{where} has source = "vendor-doc" and so needs binding: "entity", "collection" or "unbound".'
    if message.source == "metadata" and message.declared:
        yield f'{where}.declared belongs to source = "vendor-doc"; otherwise the metadata declares the parameters.'
    for name in message.parameters if message.source == "vendor-doc" else ():
        if name not in message.declared:
            yield f"{where}.parameters has {name}, which {where}.declared does not.{nearest(name, message.declared)}"


def _wanted(where: str, name: str, calls: Calls, also: Iterable[str] = ()) -> Iterator[str]:
    """Complain of a name that is none of a message that is supported, nor ``also`` there."""
    if name in also:
        return
    if name in calls.messages:
        if not calls.messages[name].supported:
            yield f"{where} names {name}, which is not supported."
        return
    kinds = "message or fixture" if also is calls.fixtures else "message"
    yield f"{where} names {name}, but there is no such {kinds}.{nearest(name, [*calls.messages, *also])}"


def _states(where: str, states: States, reader: StateReader | None) -> Iterator[str]:
    yield from _words(where, states, reader)
    regions: Mapping[str, Json] = reader.regions if reader else {}
    counts = bool(reader and reader.participants)
    for region, words in states.items():
        if region == PARTICIPANTS and counts:
            continue
        if region not in regions:
            yield f"{where} has {region}, which calls.state_reader does not read."
        elif not set(words) & set(regions[region].map.values()) and set(words) <= set(REGIONS[region]):
            yield f"{where}.{region} is {' or '.join(words)}, but no word of calls.state_reader.{region}.map means it."


def _nothing_wrong(where: str, message: Message, reader: StateReader | None) -> Iterator[str]:
    """Complain where what happens in the wrong state is said, but every state that the reader tells is a right one."""
    if reader is None or not message.says_wrong_state() or PARTICIPANTS in message.begins:
        return
    known = {name: set(region.map.values()) for name, region in reader.regions.items() if name in message.begins}
    if all(words <= set(message.begins[region]) for region, words in known.items()):
        seen = "its from has every state that calls.state_reader tells" if message.begins else "it has no from"
        yield f"{where} has when_wrong_state, but {seen}, so none is wrong: leave when_wrong_state out, or mend from."


def _words(where: str, states: States, reader: StateReader | None = None) -> Iterator[str]:
    for region, words in states.items():
        own = reader.regions[region].map if reader and region in reader.regions else {}
        for word in words if region != PARTICIPANTS else ():
            if word in REGIONS[region]:
                continue
            if word in own:
                yield f"{where} has {word}, which is the endpoint's own word for {own[word]}: write {own[word]} here."
            else:
                hint = nearest(word, REGIONS[region]) or f" Known are {', '.join(REGIONS[region])}."
                yield f"{where} has {word}, which is no state of {region}.{hint}"
