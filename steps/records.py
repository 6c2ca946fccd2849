"""Sentences about records and conversations: what there is, what happens to it, what becomes of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pytest_bdd import given, parsers, then, when

from dataverse_tck.acts import cascades, links, preparations, shares, unchanged

if TYPE_CHECKING:
    from dataverse_tck.acts.scene import Scene
    from dataverse_tck.scenarios.script_writer import ScriptWriter

# What can become of a conversation: the requirement that this decides (none: the one of the sentence before), and how
# it is seen.
_FATES: dict[str, tuple[tuple[str, ...], Callable[[Scene], object]]] = {
    "is gone": (("delete",), cascades.is_gone),
    "stays and only loses its link": (("delete",), cascades.loses_its_link),
    "belongs to the colleague": (("assign",), cascades.follows_to_colleague),
    "keeps its owner": (("assign",), cascades.keeps_its_owner),
    "is shared with the colleague for the same rights": (("share",), shares.is_shared_alike),
    "is not shared": (("share",), shares.is_not_shared),
    "keeps only the rights it was shared with itself": (("unshare",), shares.keeps_own_share),
    "inherits that share": (("share-of-new",), shares.is_shared_alike),
    "can be read by that colleague": (("reparent",), shares.opens_up),
    "is no more open to that colleague than before": (("reparent",), shares.is_not_shared),
    "names nothing there": (("cleared",), links.names_nothing),
    "is as it was": ((), unchanged.conversation_as_it_was),
    "still names its record": ((), unchanged.conversation_as_it_was),
    "was not made": ((), unchanged.not_made),
}
_RELINKED = {
    "freed of its link": ("cleared", links.clear),
    "linked to that record in the same way": ("non-target-refused", links.link_to_alien),
}
_DEEDS = "deleted|assigned to a colleague|shared with a colleague|no longer shared with the colleague"


@given("a conversation, and another one beside it")
def conversations(script: ScriptWriter) -> None:
    script.do(preparations.make_conversations)


@given("a conversation linked to nothing")
def loose(script: ScriptWriter) -> None:
    script.do(preparations.make_loose)


@given(parsers.re(r"an? (?P<record>(?:(?! with | that | of each | to put | after the )[^()])+) \((?P<table>\w+)\)"))
def record(script: ScriptWriter, table: str) -> None:
    script.do(preparations.make_record, table)


@given(parsers.re(r"an? (?P<record>[^()]+) with a conversation linked to it \((?P<link>\w+)\)"))
def linked(script: ScriptWriter, link: str) -> None:
    script.about(f"derived/relationship/{link}")
    script.do(preparations.make_linked, link)


@given(parsers.re(r"another (?P<record>[^()]+) with a conversation linked to it"))
def other_linked(script: ScriptWriter) -> None:
    script.do(preparations.make_other)


@given(
    parsers.re(r"to know when effects show, an? (?P<record>[^()]+) with a conversation linked to it \((?P<link>\w+)\)")
)
def clock(script: ScriptWriter, link: str) -> None:
    script.do(preparations.make_clock, link)


@given(parsers.re(r"an? (?P<record>[^()]+) that belongs to a colleague \((?P<table>\w+)\)"))
def of_colleague(script: ScriptWriter, table: str) -> None:
    script.do(cascades.make_of_colleague, table)


@given(parsers.re(r"to know when effects show, an? (?P<record>[^()]+) that belongs to the colleague \((?P<link>\w+)\)"))
def clock_of_colleague(script: ScriptWriter, link: str) -> None:
    script.do(cascades.make_clock_of_colleague, link)


@given(
    parsers.re(r"the (?P<record>[^()]+) is shared with a colleague(?P<itself>, and the conversation for other rights)?")
)
def shared(script: ScriptWriter, itself: str | None) -> None:
    script.do(shares.share_record, itself or "")


@given("a record of a kind that cannot be linked there")
def alien(script: ScriptWriter) -> None:
    script.do(preparations.make_alien)


@given(parsers.re(r"an? (?P<record>[^()]+) to put in its place \((?P<table>\w+)\)"))
def replacement(script: ScriptWriter, table: str) -> None:
    script.do(preparations.set_aside, table)


@when(parsers.re(rf"the (?P<record>[^()]+) is (?P<deed>{_DEEDS}) \((?P<action>\w+): (?P<effect>\w+)\)"))
def happens(script: ScriptWriter, action: str, effect: str) -> None:
    script.states({action.lower(): effect})
    script.do(cascades.happens, action)


@when(parsers.re(r"the conversation is linked to the (?P<record>(?!colleague's )[^()]+) \((?P<link>\w+)\)"))
def link_to(script: ScriptWriter, link: str) -> None:
    script.about(f"derived/relationship/{link}")
    script.do(links.link_to, link)


@when(parsers.re(r"the conversation is linked to the colleague's (?P<record>[^()]+) \((?P<link>\w+)\)"))
def link_to_owned(script: ScriptWriter, link: str) -> None:
    script.about(f"derived/relationship/{link}")
    script.do(cascades.links_to_owned, link)


@when(parsers.re(rf"the conversation is (?P<how>{'|'.join(_RELINKED)}) \((?P<column>\w+)\)"))
def relink(script: ScriptWriter, how: str, column: str) -> None:
    aspect, act = _RELINKED[how]
    script.about(f"derived/column/{column}")
    script.decide(aspect)
    script.do(act)


@when(parsers.re(r"somebody goes from the conversation to the (?P<record>[^()]+) and back"))
def go(script: ScriptWriter) -> None:
    script.do(links.go_there)


@then(parsers.re(r"the conversation names the (?P<record>[^()]+) \((?P<column>\w+): (?P<table>\w+)\)"))
def names_it(script: ScriptWriter, column: str, table: str) -> None:
    script.about(f"derived/column/{column}/target/{table}")
    script.decide("accepted")
    script.check(links.names_it, column, table)


@then(parsers.parse("it names the new one alone ({column})"))
def names_new_alone(script: ScriptWriter, column: str) -> None:
    script.about(f"derived/column/{column}")
    script.decide("replaced")
    script.check(links.names_only_it, column)


@then(parsers.re(r"the way there leads to that (?P<record>[^()]+) \((?P<name>\w+)\)"))
def arrives(script: ScriptWriter, name: str) -> None:
    script.states({"navigation": name})
    script.decide("navigation")
    script.check(links.arrives, name)


@then("the way back leads to that conversation alone")
def leads_back(script: ScriptWriter) -> None:
    script.check(links.leads_back)


@then(parsers.re(rf"the conversation (?P<fate>{'|'.join(_FATES)})"))
def fate(script: ScriptWriter, fate: str) -> None:
    aspects, look = _FATES[fate]
    script.decide(*aspects)
    script.check(look)


@then("that is refused")
def refused(script: ScriptWriter) -> None:
    script.check(unchanged.refused)


@then("the other conversations are as they were")
def others_as_they_were(script: ScriptWriter) -> None:
    script.check(cascades.others_as_they_were)
