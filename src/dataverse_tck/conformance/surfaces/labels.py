"""Labels of the metadata, of which the reference states the English text alone."""

from __future__ import annotations

from collections.abc import Mapping

from dataverse_tck.jsontypes import Json

ENGLISH = 1033  # LanguageCode of the reference's own language
NO_ENGLISH_LABEL = "it has no English label (LanguageCode 1033)"


def english_text(label: Json) -> tuple[str | None, bool]:
    """Return the English text of a Label object and whether it speaks of it: ``(text, spoken)``.

    A label that contradicts itself, with two English texts, has both of them as its text. One that is shown empty, with
    an empty list of texts and none for the user, says that there is no text; a list that is absent says nothing.
    """
    if not isinstance(label, Mapping):
        return None, False
    if label.get("LocalizedLabels") == [] and not label.get("UserLocalizedLabel"):
        return "", True
    candidates = [*(label.get("LocalizedLabels") or ()), label.get("UserLocalizedLabel")]
    texts = [
        item.get("Label") for item in candidates if isinstance(item, Mapping) and item.get("LanguageCode") == ENGLISH
    ]
    if not texts:
        return None, False
    different = list(dict.fromkeys(str(text) for text in texts))
    return (texts[0] if len(different) == 1 else " / ".join(different)), True


def with_english_label(node: Mapping[str, Json], member: str) -> tuple[dict[str, Json], tuple[tuple[str, ...], ...]]:
    """Replace a Label object by its English text; without one the node is silent about it."""
    text, spoken = english_text(node.get(member))
    return {**node, member: text}, () if spoken else ((member,),)
