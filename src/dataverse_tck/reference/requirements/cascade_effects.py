"""What becomes of conversations when something is done to the records that they refer to, a sentence for each case."""

from __future__ import annotations

from dataclasses import dataclass

from dataverse_tck.reference.requirements.statements import indefinite

_ACTS = {
    "Delete": ("Deleting a record of {table}", "deletes {reached}, and no other"),
    "Assign": ("Giving a record of {table} to another owner", "hands over {reached}, and no other"),
    "Share": ("Sharing a record of {table}", "gives the same rights to {reached}, and to no other"),
    "Unshare": ("Ending the share of a record of {table}", "ends what {reached} inherited from it, and nothing else"),
    "Reparent": ("Owning a record of {table}", "gives rights to {reached}, and to no other"),
}
_REACHED = {
    "Cascade": "every {noun} that refers to it",
    "Active": "every active {noun} that refers to it",
    "UserOwned": "every {noun} of the same owner that refers to it",
}
_OTHERWISE = {
    "NoCascade": "changes nothing for {a_noun} that refers to it",
    "RemoveLink": "keeps every {noun} that referred to it, and takes its reference away",
    "Restrict": "is refused while {a_noun} refers to it, and both stay as they are",
}
# Of whom an act with Cascade makes no exception: the word of the id, and how it is told.
ALL_ALIKE = {
    "closed": "{a_noun} that refers to it and is closed",
    "others": "{a_noun} of somebody else that refers to it",
}
_ALIKE = {
    "Delete": "deletes {reached} as well",
    "Assign": "hands over {reached} as well",
    "Share": "gives the same rights to {reached} as well",
    "Unshare": "ends what {reached} inherited from it as well",
}
# How the link to a record ends: the word of the id, and how it is told.
ENDS = {"cleared": "none", "moved": "another record"}


@dataclass(frozen=True)
class TableNoun:
    """The display name of the table in lower case, and with its article."""

    noun: str
    a_noun: str

    def cascade_effect(self, act: str, value: str, table: str) -> str:
        """What an act (a member of CascadeConfiguration) on a record of ``table`` does by a CascadeType."""
        subject, effect = _ACTS[act]
        told = effect.format(reached=_REACHED[value]) if value in _REACHED else _OTHERWISE[value]
        return f"{subject} {told}".format(table=table, noun=self.noun, a_noun=self.a_noun)

    def alike_effect(self, act: str, kind: str, table: str) -> str:
        """What an act with Cascade on a record of ``table`` does to a row that could be thought an exception."""
        subject, _ = _ACTS[act]
        told = _ALIKE[act].format(reached=ALL_ALIKE[kind])
        return f"{subject} {told}".format(table=table, a_noun=self.a_noun)

    def end_of_access(self, end: str, table: str) -> str:
        """What is left to the owner of a record of ``table`` when a row comes to refer to something else."""
        return (
            f"{self.a_noun} that referred to a record of {table} and then refers to {ENDS[end]} is no longer open to "
            "the owner of that record, but for shares of its own"
        )

    def one_direction(self, table: str) -> str:
        """What becomes of a record of ``table`` by what happens to a row that refers to it."""
        return (
            f"Sharing, giving away and deleting {self.a_noun} leaves the record of {table} that it refers to as it was"
        )


def table_noun(display_name: str) -> TableNoun:
    """The words for the records of a table, from its display name."""
    noun = display_name.lower()
    return TableNoun(noun, indefinite(noun))
