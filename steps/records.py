"""Sentences about records and conversations: what there is, what happens to it, what becomes of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pytest_bdd import given, parsers, then, when

from dataverse_tck.acts import preparations, related, unchanged
from dataverse_tck.acts.cascading import alike, cascades, link_ends, one_way, shares
from dataverse_tck.acts.linking import expansions, links, ways, wrong_links

if TYPE_CHECKING:
    from dataverse_tck.acts.scene import Scene
    from dataverse_tck.scenarios.script_writer import ScriptWriter

Act = Callable[..., Any]

# What there is, not named any further.
_THERE: dict[str, Act] = {
    "a conversation, and another one beside it": preparations.make_conversations,
    "a conversation linked to nothing": preparations.make_loose,
    "a record of a kind that cannot be linked there": preparations.make_alien,
}
# Records that there are, each named by its table or by its link to the conversation.
_MADE: dict[str, Act] = {
    "": preparations.make_record,
    " with a conversation linked to it": preparations.make_linked,
    " for each of the two": related.make_of_each,
    " that is owned by a colleague": cascades.make_of_colleague,
    " to put in its place": preparations.set_aside,
    " with a closed conversation linked to it": alike.make_closed,
    " with a conversation of somebody else linked to it": alike.make_of_other,
    " that is owned by a colleague, who has access to the conversation about it by the link, and was also given rights "
    "on it directly": link_ends.make_open_to_colleague,
}
# The same with another one that conversations follow.
_OTHERS: dict[str, Act] = {"": preparations.make_other, ", for comparison": one_way.make_clock_alike}
# The same, beside a record that conversations do follow: when an effect shows there, it would be expected here. Any
# will do; when performed again, scenarios of one relationship wait for each other, so little used ones are taken.
_COMPARED: dict[str, tuple[Act, Act, str]] = {
    "with a conversation linked to it": (
        preparations.make_linked,
        preparations.make_clock,
        "msdyn_bookingalertstatus_msdyn_ocliveworkitems",
    ),
    "that is owned by a colleague": (
        cascades.make_of_colleague,
        cascades.make_clock_of_colleague,
        "msdyn_systemuserschedulersetting_msdyn_ocliveworkitems",
    ),
}
_DEEDS = "deleted|assigned to a colleague|shared with a colleague|no longer shared with the colleague"
_LINKED = {
    "the conversation is linked to the": links.link_to,
    "the conversation is linked to the colleague's": cascades.links_to_owned,
    "the conversation is given the": related.give,
    "the conversation is pointed to the": ways.refer,
}
_RELINKED: dict[str, tuple[str, Act]] = {
    "the conversation is freed of its link": ("cleared", links.clear),
    "somebody tries to link the conversation to that record in the same way": (
        "non-target-refused",
        links.link_to_alien,
    ),
    "somebody tries to link the conversation by the names of the other kinds to the other record": (
        "other-target-refused",
        wrong_links.link_as_other_kinds,
    ),
    "somebody tries to link the conversation by names that nobody declares to the other record": (
        "undeclared-refused",
        wrong_links.link_undeclared,
    ),
    "somebody tries to link the conversation to a record that does not exist": (
        "nobody-refused",
        wrong_links.link_to_nobody,
    ),
    "the conversation is deleted": ("deleted", ways.delete_conversation),
}
_GONE: dict[str, Act] = {
    "somebody goes from the conversation to its record and back": links.go_there,
    "the records that belong to the conversation are looked up": related.open_list,
    "the conversation is shared with a colleague, assigned to them and deleted": one_way.happens,
    "the record is shared with a colleague, and after a while no longer": alike.share_for_a_while,
    "the conversation comes to be about nothing": link_ends.clear,
    "the conversation comes to be about another record": link_ends.move,
}
# What can become of a conversation: the requirement that this decides (none: the one of the sentence before), and how
# it is seen.
_FATES: dict[str, tuple[tuple[str, ...], Callable[[Scene], object]]] = {
    "the conversation is gone": (("delete",), cascades.is_gone),
    "the conversation stays and only loses its link": (("delete",), cascades.loses_its_link),
    "the conversation is owned by the colleague": (("assign",), cascades.follows_to_colleague),
    "the conversation keeps its owner": (("assign",), cascades.keeps_its_owner),
    "the conversation is shared with the colleague for the same rights": (("share",), shares.is_shared_alike),
    "the conversation is not shared": (("share",), shares.is_not_shared),
    "the colleague keeps exactly the rights given on the conversation directly": (("unshare",), shares.keeps_own_share),
    "the conversation inherits that share": (("share-of-new",), shares.is_shared_alike),
    "the conversation can be read by that colleague": (("reparent",), shares.opens_up),
    "the conversation is no more open to that colleague than before": (("reparent",), shares.is_not_shared),
    "the conversation names nothing there": (("cleared",), links.names_nothing),
    "the record is as it was": (("one-direction",), one_way.record_as_it_was),
    "the voicemail is as it was": (("one-direction",), one_way.record_as_it_was),
    "the colleague keeps exactly the rights given on the conversation about nothing directly": (
        ("reparent-cleared",),
        link_ends.keeps_own_share,
    ),
    "the colleague keeps exactly the rights given on the conversation about another record directly": (
        ("reparent-moved",),
        link_ends.keeps_own_share,
    ),
    "the conversation is as it was": ((), unchanged.conversation_as_it_was),
    "the conversation still names its record": ((), unchanged.conversation_as_it_was),
    "the conversation was not made": ((), unchanged.not_made),
    "the other conversations are as they were": ((), cascades.others_as_they_were),
    "the way back leads to that conversation alone": ((), links.leads_back),
    "among all conversations it is found by its record, and no other is": (("filter",), ways.is_found_by_its_record),
    "among all such records it is found by its conversation, and no other is": (
        ("filter",),
        ways.is_found_by_its_conversation,
    ),
    "it can be taken out of the list, and put back": (("reference",), ways.can_be_let_go),
    "the conversation names that record until it is freed in the same way": (("reference",), ways.refers_until_freed),
    "the record can take the conversation at its own end, and let it go": (("reference-back",), ways.can_be_taken),
    "what was deleted is found nowhere any more": (("delete-everywhere",), ways.is_gone_everywhere),
    "the conversation is found nowhere any more": ((), ways.is_nowhere),
    "that is refused": ((), unchanged.refused),
    "each such link is refused": ((), wrong_links.refused),
}
# The same of conversations that could be thought an exception.
for _kind, _words in (("closed", "closed conversation"), ("others", "conversation of somebody else")):
    _FATES |= {
        f"the {_words} is gone": ((f"delete-of-{_kind}",), cascades.is_gone),
        f"the {_words} is owned by the colleague": ((f"assign-of-{_kind}",), cascades.follows_to_colleague),
        f"the {_words} was shared for the same rights while the record was": (
            (f"share-of-{_kind}",),
            alike.was_shared_alike,
        ),
        f"the {_words} is no longer shared": ((f"unshare-of-{_kind}",), alike.is_shared_no_longer),
    }
_NAMED: dict[str, tuple[str, Act]] = {
    "": ("target/{table}/accepted", links.names_it),
    " alone": ("replaced", links.names_only_it),
}
# What a sentence says of a documented name: the requirement that this decides, and how it is seen.
_BY_NAME: dict[str, tuple[str, Act]] = {
    "the way there leads to that record": ("navigation", links.arrives),
    "its own record is listed there, and the other's is not": ("navigation", related.lists_its_own),
    "the record belongs to that conversation": ("related-row", related.belongs),
    "the conversation and its record can be looked up together": ("expanded", expansions.shown_together),
}


@given(parsers.re(rf"(?P<what>{'|'.join(_THERE)})"))
def there(script: ScriptWriter, what: str) -> None:
    script.do(_THERE[what])


@given(parsers.re(rf"an? (?P<record>(?!call )[^(),]+?)(?P<how>{'|'.join(_MADE)}) \((?P<name>\w+)\)"))
def made(script: ScriptWriter, how: str, name: str) -> None:
    script.about(f"derived/relationship/{name}")
    script.do(_MADE[how], name)


@given(
    parsers.re(
        rf"an? (?P<record>[^(),]+?) (?P<how>{'|'.join(_COMPARED)})"
        r", and for comparison a record that conversations follow \((?P<name>\w+)\)"
    )
)
def compared(script: ScriptWriter, how: str, name: str) -> None:
    make, make_followed, followed = _COMPARED[how]
    script.about(f"derived/relationship/{name}")
    script.do(make, name)
    script.do(make_followed, followed)


@given(parsers.re(rf"another (?P<record>[^(),]+) with a conversation linked to it(?P<what_for>{'|'.join(_OTHERS)})"))
def other_linked(script: ScriptWriter, what_for: str) -> None:
    script.do(_OTHERS[what_for])


@given(
    parsers.re(
        r"the (?P<record>[^()]+) is shared with a colleague"
        r"(?P<itself>, who was also given other rights on the conversation directly)?"
    )
)
def shared(script: ScriptWriter, itself: str | None) -> None:
    script.do(shares.share_record, itself or "")


@when(parsers.re(rf"the (?P<record>[^()]+) is (?P<deed>{_DEEDS}) \((?P<action>\w+): (?P<effect>\w+)\)"))
def happens(script: ScriptWriter, action: str, effect: str) -> None:
    script.states({action.lower(): effect})
    script.do(cascades.happens, action)


@when(parsers.re(rf"(?P<how>{'|'.join(_LINKED)}) (?P<record>(?!colleague's )[^()]+) \((?P<link>\w+)\)"))
def link_to(script: ScriptWriter, how: str, link: str) -> None:
    script.about(f"derived/relationship/{link}")
    script.do(_LINKED[how], link)


@when(parsers.re(rf"(?P<how>{'|'.join(_RELINKED)}) \((?P<column>\w+)\)"))
def relink(script: ScriptWriter, how: str, column: str) -> None:
    aspect, act = _RELINKED[how]
    script.about(f"derived/column/{column}")
    script.decide(aspect)
    script.do(act)


@when(parsers.re(rf"(?P<what>{'|'.join(_GONE)})"))
def go(script: ScriptWriter, what: str) -> None:
    script.do(_GONE[what])


@then(
    parsers.re(
        r"the conversation names the (?P<record>(?:(?! alone)[^()])+)(?P<alone> alone|) "
        r"\((?P<column>\w+): (?P<table>\w+)\)"
    )
)
def named(script: ScriptWriter, alone: str, column: str, table: str) -> None:
    aspect, look = _NAMED[alone]
    script.about(f"derived/column/{column}")
    script.decide(aspect.format(table=table))
    script.check(look, column, table)


@then(parsers.re(rf"(?P<what>{'|'.join(_BY_NAME)}) \((?P<name>\w+)\)"))
def by_name(script: ScriptWriter, what: str, name: str) -> None:
    aspect, look = _BY_NAME[what]
    script.states({aspect: name})
    script.decide(aspect)
    script.check(look, name)


@then(parsers.re(r"the conversation says by which way it leads there \((?P<link>\w+): (?P<way>\w+)\)"))
def leads_by(script: ScriptWriter, link: str, way: str) -> None:
    script.about(f"derived/relationship/{link}")
    script.states({"annotated": way})
    script.decide("annotated")
    script.check(ways.says_the_way)


@then(parsers.re(rf"(?P<fate>{'|'.join(_FATES)})"))
def fate(script: ScriptWriter, fate: str) -> None:
    aspects, look = _FATES[fate]
    script.decide(*aspects)
    script.check(look)
