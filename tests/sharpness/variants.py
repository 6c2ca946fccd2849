"""What an endpoint may be like, and still be right: ways that can stand together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from dataverse_tck.emulator.organisation.assemble import create_organisation
from dataverse_tck.emulator.organisation.conversation import CHANNELS
from dataverse_tck.emulator.organisation.model import Binding, Option, Organisation, label
from dataverse_tck.emulator.ownership.cascade_reach import Action
from dataverse_tck.emulator.serving.app import create_app
from tests.sharpness.gateway import (
    SHARED_PRINCIPALS,
    SHARING_TABLE,
    TEAMS,
    Edited,
    Gateway,
    OtherStatus,
    unannotated,
    without_other_ends,
)

if TYPE_CHECKING:
    from starlette.types import ASGIApp


def _same(organisation: Organisation) -> Organisation:
    return organisation


def _through(app: ASGIApp) -> ASGIApp:
    return app


@dataclass(frozen=True)
class Variant:
    """One way; two of the same ``kind`` do not stand together. ``silent``: ends of ids that nobody can observe then."""

    kind: str
    made: dict[str, Any] = field(default_factory=dict)  # for create_organisation
    changed: Callable[[Organisation], Organisation] = _same
    served: dict[str, Any] = field(default_factory=dict)  # for create_app
    before: Callable[[ASGIApp], ASGIApp] = _through  # what stands before it
    silent: tuple[str, ...] = ()


def further_channels(organisation: Organisation) -> Organisation:
    """Channels that the reference does not name."""
    further = tuple(Option(value, label(f"Channel {value}")) for value in (192460000, 192470000))
    choices = tuple(
        replace(choice, options=(*choice.options, *further)) if choice.name == CHANNELS else choice
        for choice in organisation.choices
    )
    return replace(organisation, choices=choices)


VARIANTS = {
    "a single choice": Variant("choice", made={"multi_select_channel": False}, silent=("/beside-refused",)),
    "further channels": Variant("channels", changed=further_channels),
    "an Italian user": Variant("language", made={"user_language": 1040}),
    "messages bound to nothing": Variant("binding", made={"binding": Binding.UNBOUND}),
    "messages bound to the collection": Variant("binding", made={"binding": Binding.COLLECTION}),
    "small pages": Variant("pages", served={"page_size": 3}),
    "throttling": Variant("throttle", served={"throttle_every": 199}),
    **{
        f"{action} 0.4 s late": Variant(f"late {action}", served={"cascade_delays": {action.value: 0.4}})
        for action in Action
    },
    "no sharing table": Variant("shares", before=partial(Gateway, closed=(SHARING_TABLE,))),
    "no list of who shares": Variant("shares", before=partial(Gateway, closed=(SHARED_PRINCIPALS,))),
    "no teams": Variant("teams", before=partial(Gateway, empty=(TEAMS,))),
    "nothing said of lookups": Variant("annotations", before=partial(Edited, edit=unannotated), silent=("/annotated",)),
    "no names of other ends": Variant(
        "ends",
        before=partial(Edited, edit=without_other_ends),
        silent=tuple(
            f"{link}/{aspect}"
            for link in ("_ocliveworkitems", "routableobjectid")
            for aspect in ("navigation", "expanded", "reference-back")
        ),
    ),
    "422 for what is wrong": Variant("refusals", before=partial(OtherStatus, statuses={400: 422})),
    "409 for what is wrong": Variant("refusals", before=partial(OtherStatus, statuses={400: 409})),
    "200 for what is done": Variant("yes", before=partial(OtherStatus, statuses={204: 200})),
}


def serve(variants: Sequence[Variant]) -> ASGIApp:
    """Return an endpoint that is like all of these."""
    organisation = create_organisation(**{key: value for one in variants for key, value in one.made.items()})
    options: dict[str, Any] = {"cascade_delays": {}}
    for one in variants:
        organisation = one.changed(organisation)
        delays = options["cascade_delays"] | one.served.get("cascade_delays", {})
        options |= one.served | {"cascade_delays": delays}
    app: ASGIApp = create_app(organisation, **options)
    for one in variants:
        app = one.before(app)
    return app
