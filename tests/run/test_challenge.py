"""A certifier's challenge: what a run asks follows from it, and a run that was not made for it does not verify."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dataverse_tck.run.runner import run
from dataverse_tck.settings import Settings, seed_of
from dataverse_tck.verify.verification import verified
from tests.support.exchange_lines import lines
from tests.support.forger import Forger

TEXT = "registry 2026-11-30 4711"
ONLY = ("derived/column/msdyn_channel/option/192300000/stored",)


@pytest.fixture(scope="session")
def asked(endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run that was made for a challenge."""
    folder = tmp_path_factory.mktemp("asked") / "run"
    settings = Settings(
        endpoint, "data", output=folder, only=ONLY, allow_writes=True, challenge=TEXT, seed=seed_of(TEXT)
    )
    assert run(settings, None) == 3
    return folder


def test_the_seed_has_128_bits_of_a_digest() -> None:
    """As anybody can make them."""
    digest = hashlib.sha256(b"dataverse-tck challenge\n" + TEXT.encode()).hexdigest()
    assert f"{seed_of(TEXT):032x}" == digest[:32]
    assert seed_of(TEXT) != seed_of(f"{TEXT} ")


def test_names_of_rows_are_of_the_challenge(asked: Path) -> None:
    """All of them: what was made for another challenge is seen in every row."""
    bodies = [
        json.loads(line["request"]["body"])
        for line in lines(asked / "exchanges.ndjson")
        if line.get("request", {}).get("method") in ("POST", "PATCH") and not line["request"]["url"].endswith("$batch")
    ]
    named = [text for body in bodies for text in body.values() if isinstance(text, str) and text.startswith("TCK ")]
    assert len(named) >= 1
    assert all(re.match(f"TCK {seed_of(TEXT):032x}", text) for text in named)
    assert verified(asked).refusals == ()
    assert json.loads((asked / "certificate.json").read_text())["challenge"] == TEXT


@pytest.mark.parametrize(
    ("both", "where"), [(True, "options.seed"), (False, "options.challenge")], ids=["everywhere", "in the certificate"]
)
def test_another_challenge_does_not_fit(asked: Path, tmp_path: Path, *, both: bool, where: str) -> None:
    """Whoever writes another one down is refused, with all digests made anew."""
    forger = Forger.of(asked, tmp_path / "forged", "")
    document = forger.certificate()
    document["challenge"] = "registry 2026-11-30 4712"
    forger.write_certificate(document)
    if both:
        first, *others = forger.lines()
        words: dict[str, Any] = json.loads(first)
        words["options"]["challenge"] = document["challenge"]
        forger.write_lines([json.dumps(words) + "\n", *others])
    forger._remake()

    assert [one.where for one in verified(tmp_path / "forged").refusals] == [where]


@pytest.mark.parametrize(
    ("member", "minutes", "where"),
    [
        ("started", -60 * 24, "started"),
        ("started", -11, "started"),
        ("started", 1, "started"),
        ("started", -1, None),
        ("finished", -60, "finished"),
        ("finished", 60, None),
    ],
)
def test_a_run_begins_and_ends_around_what_it_exchanged(
    asked: Path, tmp_path: Path, member: str, minutes: int, where: str | None
) -> None:
    """Its age hangs on that, and which waivers count."""
    forger = Forger.of(asked, tmp_path / "forged", "")
    document = forger.certificate()
    moved = datetime.fromisoformat(document[member]) + timedelta(minutes=minutes)
    document[member] = moved.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    forger.write_certificate(document)
    forger._remake()

    assert [one.where for one in verified(tmp_path / "forged").refusals] == ([where] if where else [])


def test_a_challenge_and_a_seed_exclude_each_other(tck: Any) -> None:
    done = tck("run", "--challenge", TEXT, "--seed", "7")
    assert (done.returncode, "not allowed with argument" in done.stderr) == (2, True)


@pytest.mark.parametrize("text", ["short", " around it ", "a\tb\tc\td\te", "x" * 201])
def test_a_text_that_is_no_challenge(text: str, tck: Any) -> None:
    done = tck("run", "--challenge", text)
    assert (done.returncode, "a challenge has 8 to 200 letters" in " ".join(done.stderr.split())) == (2, True)


def test_at_the_surface_it_shows_nothing(tck: Any, endpoint: str) -> None:
    """Nothing that is asked there hangs on the seed, and it is said."""
    done = tck("run", "--endpoint", endpoint, "--challenge", TEXT)
    assert done.returncode == 0
    assert "challenge    shows nothing at the level surface" in done.stdout
