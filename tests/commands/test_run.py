"""The command line: what the options of a run come to, and which it refuses before anything is sent."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from dataverse_tck import cli
from dataverse_tck.commands.run import settings_of
from dataverse_tck.endpoint.embedded import PROFILE
from dataverse_tck.profile.profile import load_profile
from dataverse_tck.settings import Settings
from dataverse_tck.usage import UsageError

ROOT = "https://org.example.com/api/data/v9.2"
SEED = 7  # the usual one is drawn anew each time


def settings(*arguments: str) -> Settings:
    options = cli.parser_for(["run"]).parse_args(["run", *arguments])
    options.pytest_args = ()
    return replace(settings_of(options), seed=SEED)


@pytest.fixture
def profile(tmp_path: Path) -> str:
    """A profile that says everything."""
    path = tmp_path / "acme.toml"
    path.write_text(
        f'endpoint = "{ROOT}"\nlevel = "data"\nallow_writes = true\nsettle_s = 0\nworkers = 2\noutput = "acme"\n',
        encoding="utf-8",
    )
    return str(path)


def test_without_options_the_emulator_is_run_at_the_highest_level() -> None:
    """It is ours to write into."""
    found = settings()

    own = load_profile(PROFILE)
    assert found == Settings(None, "calls", seed=SEED, workers=None, settle_s=10.0, allow_writes=True, profile=own)


def test_a_named_endpoint_is_only_read() -> None:
    """Unless somebody asks for more."""
    assert settings("--endpoint", ROOT) == Settings(ROOT, "surface", seed=SEED)


def test_a_named_endpoint_is_written_into_when_that_is_allowed() -> None:
    """Both words are needed: the level and the leave."""
    found = settings("--endpoint", ROOT, "--level", "data", "--allow-writes", "--settle", "0", "--workers", "1")

    assert found == Settings(ROOT, "data", seed=SEED, workers=1, settle_s=0.0, allow_writes=True)


def test_a_plan_needs_no_leave() -> None:
    """It writes nothing."""
    found = settings("--endpoint", ROOT, "--level", "data", "--plan")

    assert not found.allow_writes


def test_a_profile_stands_in_for_options(profile: str) -> None:
    """Also where it says zero."""
    found = settings("--profile", profile)

    assert (found.endpoint, found.level, found.workers, found.settle_s) == (ROOT, "data", 2, 0)
    assert (found.allow_writes, found.output) == (True, Path("acme"))
    assert found.profile
    assert found.profile.name == "acme.toml"


def test_options_win_over_the_profile(profile: str) -> None:
    """Each of them."""
    found = settings(
        *("--profile", profile, "--endpoint", "https://b.example.com", "--level", "surface"),
        *("--workers", "3", "--settle", "7.5", "--output", "b"),
    )

    assert (found.endpoint, found.level, found.workers, found.settle_s) == ("https://b.example.com", "surface", 3, 7.5)
    assert (found.allow_writes, found.output) == (False, Path("b"))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--endpoint", ROOT, "--level", "data"], f"test rows.*{ROOT}.*--allow-writes.*--level surface"),
        (["--endpoint", ROOT, "--level", "calls"], "test rows"),
        (["--endpoint", ROOT, "--level", "calls", "--allow-writes"], "needs a profile.*profile init --endpoint"),
        (["--profile", "absent.toml"], "absent.toml cannot be read"),
    ],
)
def test_what_is_not_allowed_is_refused(arguments: list[str], words: str) -> None:
    """Before anything is sent, in a sentence with the way out."""
    with pytest.raises(UsageError, match=words):
        settings(*arguments)


@pytest.mark.parametrize("seconds", ["-1", "601", "nan", "inf", "soon"])
def test_waits_have_limits(seconds: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A number of seconds from 0 to 600."""
    with pytest.raises(SystemExit):
        settings(f"--settle={seconds}")

    assert f"{seconds} is not a number of seconds from 0 to 600" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("level", "number"),
    [((), 892), (("--level", "surface"), 399), (("--level", "data"), 296), (("--level", "calls"), 197)],
)
def test_requirements_are_listed_by_level(
    level: tuple[str, ...], number: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """All of them unless a level is named."""
    assert cli.main(["requirements", *level]) == 0

    assert len(capsys.readouterr().out.splitlines()) == number


@pytest.mark.parametrize(
    "command",
    [["run"], ["doctor"], ["cleanup", "folder"], ["profile", "init"], ["profile", "check", "acme.toml"]],
    ids=" ".join,
)
@pytest.mark.parametrize("empty", ["", "  "], ids=["empty", "blanks"])
def test_an_empty_endpoint_is_refused(command: list[str], empty: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A secret that is not set must not let another endpoint be examined, nor the emulator."""
    with pytest.raises(SystemExit) as ended:
        cli.main([*command, "--endpoint", empty])

    assert ended.value.code == 2
    assert f"argument --endpoint: {empty!r} is empty; give a service root" in capsys.readouterr().err


def test_the_emulator_gets_no_certificate_in_another_name(tmp_path: Path) -> None:
    """A profile that names an implementation needs its endpoint."""
    path = tmp_path / "acme.toml"
    path.write_text('[implementation]\nname = "Acme Gateway"\n', encoding="utf-8")

    with pytest.raises(UsageError, match="speaks for Acme Gateway, but no endpoint is named"):
        settings("--profile", str(path))
    assert settings("--profile", str(path), "--endpoint", ROOT).endpoint == ROOT
