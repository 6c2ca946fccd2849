"""The places where an endpoint shows a fact, and which family of facts each of them shows.

Only a surface that shows a family can contradict it; one that cannot be read takes part in nothing.

A surface is added here, with the families that it shows; in ``availability``, with the readings that it rests on; and
in ``OBSERVERS`` of the module of each noun of which it shows something (``table``, ``message``, ``option``, ``lookup``,
``relationship``).
Where it needs a reading of its own, that stands in ``readings.Readings`` and is read by ``webapi.metadata.reader``.
"""

from __future__ import annotations

from enum import StrEnum


class Surface(StrEnum):
    """A place that shows facts. The value is the word used in reports and on the command line."""

    ENTITYDEFINITIONS = "entitydefinitions"  # the EntityMetadata object
    OPTIONSET = "optionset"  # OptionSet of the choice column
    GLOBALOPTIONSET = "globaloptionset"  # GlobalOptionSet of the choice column, where it is filled
    TARGETS = "targets"  # LookupAttributeMetadata.Targets
    RELATIONSHIPS = "relationships"  # ManyToOneRelationships and OneToManyRelationships
    CSDL = "csdl"  # $metadata
    SDKMESSAGES = "sdkmessages"
    SDKMESSAGEFILTERS = "sdkmessagefilters"
    CUSTOMAPIS = "customapis"


SHOWS: dict[str, tuple[Surface, ...]] = {
    "table-exists": (Surface.ENTITYDEFINITIONS, Surface.CSDL),
    "table-display-name": (Surface.ENTITYDEFINITIONS,),
    "message-exists": (Surface.CSDL, Surface.SDKMESSAGES, Surface.CUSTOMAPIS),
    "message-is-action": (Surface.CSDL, Surface.CUSTOMAPIS),
    "message-not-event": (Surface.SDKMESSAGEFILTERS, Surface.CUSTOMAPIS),
    "message-on-table": (Surface.CSDL, Surface.SDKMESSAGEFILTERS, Surface.CUSTOMAPIS),
    "option-exists": (Surface.OPTIONSET, Surface.GLOBALOPTIONSET),
    "option-label": (Surface.OPTIONSET, Surface.GLOBALOPTIONSET),
    "target": (Surface.TARGETS, Surface.RELATIONSHIPS, Surface.CSDL),
    "relationship-exists": (Surface.RELATIONSHIPS, Surface.CSDL),
    "relationship-end": (Surface.RELATIONSHIPS, Surface.CSDL),
    "cascade": (Surface.RELATIONSHIPS,),
    "customizable": (Surface.RELATIONSHIPS,),
    "menu": (Surface.RELATIONSHIPS,),
}
