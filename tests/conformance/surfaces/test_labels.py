"""Labels: the English text, and whether a label speaks of it."""

from __future__ import annotations

import pytest

from dataverse_tck.conformance.surfaces.labels import english_text, with_english_label

ENTRY = {"Label": "Voice", "LanguageCode": 1033}
VOCE = {"Label": "Voce", "LanguageCode": 1040}


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        ({"LocalizedLabels": [ENTRY], "UserLocalizedLabel": None}, ("Voice", True)),
        ({"LocalizedLabels": None, "UserLocalizedLabel": ENTRY}, ("Voice", True)),
        ({"LocalizedLabels": [VOCE, ENTRY], "UserLocalizedLabel": VOCE}, ("Voice", True)),
        ({"LocalizedLabels": [ENTRY, {**ENTRY, "Label": "Call"}], "UserLocalizedLabel": ENTRY}, ("Voice / Call", True)),
        ({"LocalizedLabels": [{**ENTRY, "Label": 7}]}, (7, True)),
        ({"LocalizedLabels": [{**ENTRY, "Label": None}]}, (None, True)),
        ({"LocalizedLabels": [], "UserLocalizedLabel": None}, ("", True)),
        ({"LocalizedLabels": []}, ("", True)),
        ({"LocalizedLabels": [], "UserLocalizedLabel": VOCE}, (None, False)),
        ({"LocalizedLabels": [], "UserLocalizedLabel": ENTRY}, ("Voice", True)),
        ({"LocalizedLabels": ["x", None], "UserLocalizedLabel": 7}, (None, False)),
        ({"LocalizedLabels": None}, (None, False)),
        ({}, (None, False)),
        ("Voice", (None, False)),
        (None, (None, False)),
    ],
    ids=str,
)
def test_the_english_text_of_a_label(shown: object, text: tuple[str | None, bool]) -> None:
    """The text, and whether the label speaks of it; a node without one is silent about it."""
    assert english_text(shown) == text  # type: ignore[arg-type]
    silent = () if text[1] else (("DisplayName",),)
    assert with_english_label({"a": 1, "DisplayName": shown}, "DisplayName") == (  # type: ignore[dict-item]
        {"a": 1, "DisplayName": text[0]},
        silent,
    )
