"""Options: numbers and English labels in both option sets."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dataverse_tck.conformance.finding import Outcome
from tests.support.judging import OPTION, SUITE, judged, outcomes, with_options
from tests.support.perfect_readings import label, perfect, read


def test_options_are_numbers_and_labels_are_english() -> None:
    """A label of another language beside the English one changes nothing; a wrong English one fails."""

    def translate(options: list[Any]) -> None:
        options[1]["Label"] = {
            "LocalizedLabels": [{"Label": "Vosap", "LanguageCode": 1040}, {"Label": "WhatsApp", "LanguageCode": 1033}],
            "UserLocalizedLabel": {"Label": "Vosap", "LanguageCode": 1040},
        }

    assert outcomes(with_options(translate), Outcome.FAIL) == set()
    wrong = with_options(lambda options: options[1].update(Label=label("Whatsapp")))
    assert outcomes(wrong, Outcome.FAIL) == {f"{OPTION}/label"}


def test_no_english_label_is_not_observable() -> None:
    """Where no surface has an English label, nothing is said of it."""
    italian = label("WhatsApp", language=1040)
    readings = with_options(lambda options: options[1].update(Label=italian))
    column = dict(readings.choices["msdyn_channel"].content or {})
    readings = replace(readings, choices={"msdyn_channel": read({**column, "GlobalOptionSet": None})})
    found = judged(readings)[f"{OPTION}/label"]

    assert found.outcome is Outcome.NOT_OBSERVABLE
    assert "1033" in found.reason


@pytest.mark.parametrize("member", ["OptionSet", "GlobalOptionSet"])
def test_an_option_missing_from_either_set_fails_and_blocks_its_label(member: str) -> None:
    """Both sets are read; the label hangs on the option."""
    readings = with_options(lambda options: options.pop(1), member)

    assert outcomes(readings, Outcome.FAIL) == {f"{OPTION}/exists"}
    assert outcomes(readings, Outcome.NOT_TESTABLE) == {f"{OPTION}/label"}


@pytest.mark.parametrize("value", ["192300000", True, None, 192300000.5])
def test_a_number_of_another_kind_is_not_the_option(value: object) -> None:
    """A text that looks like the number is not the number."""
    readings = with_options(lambda options: options[1].update(Value=value))

    assert outcomes(readings, Outcome.FAIL) == {f"{OPTION}/exists"}


def test_a_column_that_is_missing_has_no_options() -> None:
    """The endpoint looked and has no such column: every option fails."""
    found = outcomes(replace(perfect(), choices={"msdyn_channel": read(None)}), Outcome.FAIL)

    assert found == {item.id for item in SUITE.catalogue.requirements if item.family == "option-exists"}


EMPTY = {"LocalizedLabels": [], "UserLocalizedLabel": None}
ITALIAN = {"Label": "Voce", "LanguageCode": 1040}


@pytest.mark.parametrize(
    ("shown", "outcome"),
    [
        (EMPTY, Outcome.FAIL),
        ({"LocalizedLabels": []}, Outcome.FAIL),
        (label(""), Outcome.FAIL),
        (label("  "), Outcome.FAIL),
        ({"LocalizedLabels": [], "UserLocalizedLabel": ITALIAN}, Outcome.NOT_OBSERVABLE),
        ({"LocalizedLabels": [ITALIAN], "UserLocalizedLabel": ITALIAN}, Outcome.NOT_OBSERVABLE),
        ({"LocalizedLabels": None, "UserLocalizedLabel": None}, Outcome.NOT_OBSERVABLE),
        ({"UserLocalizedLabel": None}, Outcome.NOT_OBSERVABLE),
        (None, Outcome.NOT_OBSERVABLE),
    ],
    ids=["empty", "no texts", "empty text", "blanks", "user's alone", "other language", "null", "absent", "no label"],
)
def test_a_label_that_is_shown_empty_contradicts_and_silence_does_not(shown: Any, outcome: Outcome) -> None:
    """On both option sets at once, so that no other surface speaks."""

    def relabel(options: list[Any]) -> None:
        next(item for item in options if item["Value"] == 192300000)["Label"] = shown

    readings = with_options(relabel)
    column = {**(readings.choices["msdyn_channel"].content or {}), "GlobalOptionSet": None}
    found = judged(replace(readings, choices={"msdyn_channel": read(column)}))

    assert found[f"{OPTION}/label"].outcome is outcome
    assert found[f"{OPTION}/exists"].outcome is Outcome.PASS
