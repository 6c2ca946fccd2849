"""The command: its first line, its end, and what it says to wrong options."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dataverse_tck.commands.serve import main
from dataverse_tck.emulator.serving.server import listen

if TYPE_CHECKING:
    from collections.abc import Iterator

    import requests

SOURCE = Path(__file__).parents[2] / "src"
ROOT = re.compile(r"http://127\.0\.0\.1:\d+/api/data/v9\.2\n")


@contextmanager
def started(*options: str) -> Iterator[subprocess.Popen[str]]:
    """The emulator as a child process with these options."""
    command = [sys.executable, "-P", "-m", "dataverse_tck.commands.serve", *options]
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def first_line(process: subprocess.Popen[str]) -> str:
    """What it announces."""
    assert process.stdout is not None
    return process.stdout.readline()


def test_first_line_is_the_service_root(session: requests.Session) -> None:
    """It is printed when the endpoint answers, and options take effect."""
    with started("--user-language", "1040", "--channel", "single", "--bind", "unbound") as process:
        line = first_line(process)
        assert ROOT.fullmatch(line)
        columns = session.get(
            f"{line.strip()}/EntityDefinitions(LogicalName='msdyn_ocliveworkitem')/Attributes", timeout=10
        ).json()["value"]
        apis = session.get(f"{line.strip()}/customapis?$select=bindingtype", timeout=10).json()["value"]

    channel = next(column for column in columns if column["LogicalName"] == "msdyn_channel")
    assert channel["@odata.type"].endswith(".PicklistAttributeMetadata")
    assert channel["DisplayName"]["UserLocalizedLabel"]["Label"] == "Canale"
    assert {api["bindingtype"] for api in apis} == {0}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_end_it_quietly(number: signal.Signals) -> None:
    """Ctrl-C and SIGTERM end it with exit code 0 and no word."""
    with started() as process:
        assert first_line(process)
        process.send_signal(number)
        rest, errors = process.communicate(timeout=20)

    assert (process.returncode, rest, errors) == (0, "", "")


def test_it_ends_when_stdin_closes() -> None:
    """A parent that dies takes it along, when asked to."""
    with started("--until-stdin-closes") as process:
        assert first_line(process)
        rest, errors = process.communicate(timeout=20)  # which closes stdin first

    assert (process.returncode, rest, errors) == (0, "", "")


@pytest.mark.parametrize("_", range(3))
def test_it_ends_when_stdin_was_never_open(_: int) -> None:
    """A parent that is already gone leaves nothing behind, and no traceback."""
    command = [sys.executable, "-P", "-m", "dataverse_tck.commands.serve", "--until-stdin-closes"]
    ended = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        timeout=20,
        check=False,
    )

    assert (ended.returncode, ended.stderr) == (0, "")


def test_closed_stdin_is_nothing_to_it_otherwise(session: requests.Session) -> None:
    """Without the option it serves on."""
    with started() as process:
        line = first_line(process)
        assert process.stdin is not None
        process.stdin.close()
        assert session.get(f"{line.strip()}/WhoAmI", timeout=10).status_code == 200
        assert process.poll() is None


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--port", "65536"], "'65536' is no port"),
        (["--latency", "-1"], "'-1' is no latency"),
        (["--latency", "nan"], "'nan' is no latency"),
        (["--effect-delay", "soon"], "'soon' is no delay; give seconds from 0 to 3600"),
        (["--effect-delay", "3601"], "'3601' is no delay"),
        (["--user-language", "english"], "'english' is no language"),
        (["--channel", "both"], "'both'"),
        (["--bind", "table"], "'table'"),
        (["--database", "file.db"], "'file.db' is no database; give sqlite:///FILE"),
        (["--token", "two words"], "a token has to be"),
        (["--token", ""], "a token has to be"),
        (["--throttle", "60"], "'60' is no limit; give requests/seconds"),
        (["--throttle", "0/5"], "'0/5' is no limit"),
        (["--throttle", "5/-1"], "'5/-1' is no limit"),
        (["--cascade-delay", "-1"], "'-1' is no delay"),
        (["--cascade-delay", "nan"], "'nan' is no delay"),
        (["--cascade-delay", "assign=x"], "'assign=x' is no delay; give seconds from 0 to 3600"),
        (["--cascade-delay", "assign="], "'assign=' is no delay"),
        (["--cascade-delay", "assign=-1"], "'assign=-1' is no delay"),
        (["--cascade-delay", "merge=1"], "'merge' is no action that cascades; there are: assign, delete"),
        (["--page-size", "0"], "'0' is no number"),
        (["--throttle-every", "x"], "'x' is no number"),
        (["--nothing"], "--nothing"),
    ],
)
def test_bad_options_are_named(options: list[str], said: str, capfd: pytest.CaptureFixture[str]) -> None:
    """A wrong option gets one line on stderr and exit code 2."""
    with pytest.raises(SystemExit) as ended:
        main(options)

    out, errors = capfd.readouterr()
    assert (ended.value.code, out) == (2, "")
    assert said in errors
    assert errors.count("\n") == 1


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("message/CCaaS_HoldCal/exists", "message/CCaaS_HoldCall/exists"),
        ("message/CCaaS_HoldCall/exists@relationships", "csdl, sdkmessages"),
        ("message/CCaaS_HoldCall/exists@", "csdl, sdkmessages"),
        ("*", "Unknown fault '*'. Those that there are: `dataverse-tck requirements`"),
        ("derived/column/x", "Unknown fault 'derived/column/x'. Those that there are: `dataverse-tck requirements`"),
        ("derived/column/x", "docs/row-faults.md"),
        ("derived/message/of-another-vendor/quite-unlike", "quite-unlike'. Those that there are: "),
        ("derived/message/of-another-vendor/quite-unlike", "docs/calls.md"),
        ("derived/message/CCaaS_HoldCall/efect", "derived/message/CCaaS_HoldCall/effect"),
        ("derived/message/CCaaS_HoldCall/effect#wrong", "missing, elsewhere, also, late"),
        ("derived/column/regardingobjectid/cleard", "derived/column/regardingobjectid/cleared"),
        ("derived/column/regardingobjectid/replaced#x", "it has: kept, both"),
        ("derived/column/regardingobjectid/replaced@csdl", "Unknown fault"),
    ],
)
def test_unknown_faults_get_a_hint(fault: str, said: str, capfd: pytest.CaptureFixture[str]) -> None:
    """An unknown fault or surface gets one line that names what there is, and exit code 2."""
    assert main(["--fault", fault]) == 2

    out, errors = capfd.readouterr()
    assert out == ""
    assert said in errors
    assert errors.count("\n") == 1


def test_unknown_troubles_are_said(capfd: pytest.CaptureFixture[str]) -> None:
    """One line, and exit code 2."""
    assert main(["--trouble", "odd:account"]) == 2

    assert capfd.readouterr().err.count("\n") == 1


def test_options_for_rows_take_effect(session: requests.Session) -> None:
    """Delay, pages, throttling, faults of tables and of rows in one process."""
    fault = "derived/column/msdyn_channel/option/192360000/stored"
    options = ["--cascade-delay", "3600", "--page-size", "1", "--throttle-every", "5", "--fault", fault]
    with started(*options, "--trouble", "forbidden:account") as process:
        root = first_line(process).strip()
        group = session.post(f"{root}/msdyn_timegroups", json={"msdyn_name": "x"}, timeout=10).headers["OData-EntityId"]
        bind = {"regardingobjectid_msdyn_timegroup_msdyn_ocliveworkitem@odata.bind": group}
        row = session.post(f"{root}/msdyn_ocliveworkitems", json=bind, timeout=10).headers["OData-EntityId"]
        statuses = [session.delete(group, timeout=10).status_code, session.get(row, timeout=10).status_code]
        statuses.append(session.delete(row, timeout=10).status_code)  # the fifth request
        statuses.append(session.get(row, timeout=10).status_code)
        wrong = {"msdyn_channel": "192360000"}
        statuses.append(session.post(f"{root}/msdyn_ocliveworkitems", json=wrong, timeout=10).status_code)
        statuses.append(session.post(f"{root}/accounts", json={}, timeout=10).status_code)
        users = session.get(f"{root}/systemusers", timeout=10).json()

    assert statuses == [204, 200, 429, 200, 400, 403]
    assert (len(users["value"]), "@odata.nextLink" in users) == (1, True)


def test_port_in_use_is_said(capfd: pytest.CaptureFixture[str]) -> None:
    """A taken port gets one line on stderr and exit code 2."""
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        assert main(["--port", str(port)]) == 2

    assert f"port {port}" in capfd.readouterr().err


def test_tls_names_its_certificate(session: requests.Session) -> None:
    """The service root is https, and the file to trust is named on stderr before; it goes with the process."""
    with started("--tls") as process:
        assert process.stderr is not None
        named = process.stderr.readline()
        root = first_line(process).strip()
        certificate = Path(named.removeprefix("certificate: ").strip())
        assert session.get(f"{root}/WhoAmI", timeout=10, verify=str(certificate)).status_code == 200
        process.send_signal(signal.SIGTERM)
        process.wait(20)

    assert root.startswith("https://127.0.0.1:")
    assert not certificate.exists()


def test_token_and_limit_take_effect(session: requests.Session) -> None:
    """Both stand before the service."""
    with started("--token", "secret", "--throttle", "1/60") as process:
        root = first_line(process).strip()
        headers = {"Authorization": "Bearer secret"}
        assert session.get(f"{root}/WhoAmI", timeout=10).status_code == 401
        assert session.get(f"{root}/WhoAmI", timeout=10, headers=headers).status_code == 200
        assert session.get(f"{root}/WhoAmI", timeout=10, headers=headers).status_code == 429


def test_a_database_keeps_its_rows(session: requests.Session, tmp_path: Path) -> None:
    """What one process wrote the next one reads, states of calls included."""
    url = f"sqlite:///{tmp_path}/rows.db"
    voice = {"subject": "A call", "msdyn_channel": "192370000", "statuscode": 2}
    action = "Microsoft.Dynamics.CRM.CCaaS_"
    with started("--database", url) as process:
        root = first_line(process).strip()
        made = session.post(f"{root}/msdyn_ocliveworkitems", json=voice, timeout=10).headers["OData-EntityId"]
        assert session.post(f"{made}/{action}AcceptCall", json={}, timeout=10).status_code == 204
        assert session.post(f"{made}/{action}HoldCall", json={}, timeout=10).status_code == 204
    with started("--database", url) as process:
        again = made.replace(root, first_line(process).strip())
        state = session.post(f"{again}/{action}GetCallState", json={}, timeout=10).json()

    assert state["CallState"] == "Held"


def test_calls_are_late_and_wrong(session: requests.Session) -> None:
    """The delay and the faults of calls take effect; a fault of the metadata beside them does too."""
    faults = ("derived/message/CCaaS_HoldCall/callable#500", "message/CCaaS_HoldCall/exists@sdkmessages")
    voice = {"subject": "A call", "msdyn_channel": "192370000", "statuscode": 2}
    with started("--effect-delay", "600", "--fault", faults[0], "--fault", faults[1]) as process:
        root = first_line(process).strip()
        made = session.post(f"{root}/msdyn_ocliveworkitems", json=voice, timeout=10).headers["OData-EntityId"]
        action = f"{made}/Microsoft.Dynamics.CRM.CCaaS_"
        answers = [session.post(action + name, timeout=10) for name in ("AcceptCall", "HoldCall", "GetCallState")]
        messages = session.get(f"{root}/sdkmessages?$filter=name eq 'CCaaS_HoldCall'", timeout=10).json()["value"]

    assert [answer.status_code for answer in answers] == [204, 500, 200]
    assert answers[2].json()["CallState"] == "Offered"
    assert messages == []


@pytest.mark.parametrize("content", [None, b"this is no database" * 100])
def test_a_database_that_cannot_be_opened_is_said(
    tmp_path: Path, content: bytes | None, capfd: pytest.CaptureFixture[str]
) -> None:
    """A folder that is not there, and a file of another kind, get one line on stderr and exit code 2."""
    path = tmp_path / "missing" / "rows.db"
    if content is not None:
        path = tmp_path / "rows.db"
        path.write_bytes(content)

    assert main(["--database", f"sqlite:///{path}"]) == 2
    out, errors = capfd.readouterr()
    assert out == ""
    assert errors.count("\n") == 1
    assert str(path) in errors
