"""The pytest session inside a run: the kit's own configuration, no plug-in but ours, nothing of the user's project."""

from __future__ import annotations

import contextlib
import io
import os
import shlex
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING

import pytest

from dataverse_tck.conformance.requirement import LEVELS
from dataverse_tck.suite_files import suite_root
from dataverse_tck.usage import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dataverse_tck.scenarios.observer import Observer
    from dataverse_tck.settings import Settings

_INI = Path(__file__).with_name("run.ini")
_FOREIGN = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTEST_THEME", "PYTEST_THEME_MODE")


def run_scenarios(observer: Observer, folder: Path, settings: Settings, *listeners: object) -> None:
    """Run the scenarios of a level; the observer notes what came of them, pytest's own words go to pytest.log."""
    ends = (f"--maxfail={settings.max_fail}",) if settings.max_fail else ()
    with (folder / "pytest.log").open("w", encoding="utf-8") as log:
        code = _pytest([observer, *listeners], log, settings.level, [*ends, *settings.pytest_args])
    if code == pytest.ExitCode.USAGE_ERROR:
        raise _refused(settings)
    if code == pytest.ExitCode.NO_TESTS_COLLECTED and not observer.deselected:
        observer.troubles.append(f"no scenario was found under {suite_root() / 'features'}")


def collect_scenarios(collector: object, settings: Settings) -> None:
    """Collect the scenarios of a level and run none of them."""
    code = _pytest([collector], io.StringIO(), settings.level, ["--collect-only", *settings.pytest_args])
    if code == pytest.ExitCode.USAGE_ERROR:
        raise _refused(settings)


def _refused(settings: Settings) -> UsageError:
    arguments = shlex.join(settings.pytest_args) or "(none)"
    return UsageError(f"pytest refused its arguments {arguments}; its own words stand above.")


def _pytest(plugins: Sequence[object], log: IO[str], level: str, arguments: Sequence[str]) -> int:
    suite = suite_root()
    levels = " or ".join(LEVELS[: LEVELS.index(level) + 1])
    ours = [
        "-c",
        str(_INI),
        "--rootdir",
        str(suite),
        "--confcutdir",
        str(suite),
        "--color=no",
        "-p",
        "pytest_bdd.plugin",
        "-m",
        levels,
    ]
    with _alone(), contextlib.redirect_stdout(log):
        return pytest.main([*ours, *arguments, str(suite / "features")], plugins=plugins)


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Keep pytest from reading the user's environment: foreign options and plug-ins could change a verdict."""
    # pytest-bdd loads Mako, which would load forty lexers to colour its own error pages: 4 MB that nobody looks at.
    sys.modules.setdefault("mako.ext.pygmentplugin", None)  # type: ignore[arg-type] # None: there is no such module
    before = dict(os.environ)
    for name in _FOREIGN:
        os.environ.pop(name, None)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
