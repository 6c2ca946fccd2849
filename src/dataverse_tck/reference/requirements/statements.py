"""Requirements in plain English: one sentence for each, for a reader who has never seen an HTTP request.

``noun`` is the display name of the table in lower case ("conversation"), ``a_noun`` that with its article.
"""

from __future__ import annotations

import re

from dataverse_tck.jsontypes import Json

_ACTS = {
    "Archive": "Archiving a record of {table}",
    "Assign": "Assigning a record of {table} to another owner",
    "Delete": "Deleting a record of {table}",
    "Merge": "Merging a record of {table} with another",
    "Reparent": "Moving a record of {table} to another parent",
    "RollupView": "A rolled-up view of a record of {table}",
    "Share": "Sharing a record of {table}",
    "Unshare": "Withdrawing the sharing of a record of {table}",
}
_REACHES = {
    "NoCascade": "leaves every {noun} that refers to it as it is",
    "Cascade": "extends to every {noun} that refers to it",
    "Active": "extends to every active {noun} that refers to it",
    "UserOwned": "extends to every {noun} of the same owner that refers to it",
    "RemoveLink": "keeps every {noun} that refers to it, but removes the reference",
    "Restrict": "is refused as long as {a_noun} refers to it",
}
# The properties of a relationship that hold a name; {other} is the table at its far end.
MANY_TO_ONE_ENDS = {
    "ReferencedEntity": "The relationship {name} leads from {a_noun} to a record of {value}.",
    "ReferencedAttribute": "The relationship {name} tells records of {other} apart by {value}.",
    "ReferencingAttribute": "{a_noun} says in {value} which record of {other} it refers to ({name}).",
    "ReferencingEntityNavigationPropertyName": "{a_noun} leads to its record of {other} by the name {value}.",
}
ONE_TO_MANY_ENDS = {
    "ReferencingEntity": "The relationship {name} leads from {a_noun} to records of {value}.",
    "ReferencingAttribute": "A record of {other} says in {value} which {noun} it belongs to ({name}).",
    "ReferencedEntityNavigationPropertyName": "{a_noun} lists its records of {other} by the name {value}.",
}
_BEHAVIORS = {
    "UseCollectionName": "is named after the table",
    "UseLabel": "has a name of its own",
    "DoNotDisplay": "is not shown",
}


def cascade(noun: str, table: str, name: str, member: str, value: str) -> str:
    """What becomes of a conversation when something is done to the record that it refers to."""
    act, reach = _ACTS[member].format(table=table), _REACHES[value].format(noun=noun, a_noun=indefinite(noun))
    return f"{act} {reach} ({name}, {member}: {value})."


def menu(noun: str, table: str, name: str, member: str, value: Json) -> str:
    """How the related records are offered in the menu of a conversation."""
    said = {
        "AvailableOffline": f"is {'available' if value else 'not available'} offline",
        "Behavior": _BEHAVIORS.get(value, "") if isinstance(value, str) else "",
        "Group": f"stands in the group {value}",
        "Label": "has no label of its own" if value is None else f'is labelled "{value}" in English',
        "MenuId": "belongs to no menu of its own" if value is None else f"belongs to the menu {value}",
        "Order": "has no place in the order" if value is None else f"has the place {value} in the order",
        "QueryApi": "has no query of its own" if value is None else f"uses the query {value}",
        "ViewId": f"uses the view {value}",
    }[member]
    return f"In the menu of {indefinite(noun)}, the entry for its records of {table} {said} ({name}, {member})."


def indefinite(noun: str) -> str:
    """The noun with its article."""
    return f"{'an' if noun[:1] in 'aeiou' else 'a'} {noun}"


def column_noun(column: str) -> str:
    """A choice column in the words of a reader: the LogicalName without the prefix of its publisher."""
    return re.sub(r"^[a-z0-9]+_", "", column).replace("_", " ")
