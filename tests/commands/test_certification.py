"""``certify``, ``sign``, ``keys`` and ``verify`` of a bundle: what they say, and their exit codes."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import Response

from dataverse_tck import cli
from dataverse_tck.emulator.organisation.assemble import create_organisation
from dataverse_tck.emulator.serving.app import create_app
from dataverse_tck.emulator.serving.server import running
from dataverse_tck.scenarios.inquiry import Inquiry
from tests.sharpness.run_cases import Answering
from tests.support.bundles import Bundle, bundled, entries

FAULT = "column/msdyn_channel/option/192300000/label"


@pytest.fixture(scope="module")
def root() -> Any:
    """An endpoint that does everything right."""
    with running(create_app(create_organisation())) as root:
        yield root


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """The bundle of a run at the surface level."""
    return bundled(tmp_path_factory.mktemp("bundle"), level="surface", seed=7)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, with a pair of keys."""
    monkeypatch.chdir(tmp_path)
    assert cli.main(["keys", "new", "acme"]) == 0
    return tmp_path


def said(capsys: pytest.CaptureFixture[str], *arguments: object, code: int = 0) -> str:
    """What a command says, in one line."""
    capsys.readouterr()
    assert cli.main([str(one) for one in arguments]) == code, capsys.readouterr()
    done = capsys.readouterr()
    assert "Traceback" not in done.err
    return " ".join((done.out + done.err).split())


def test_keys(here: Path, capsys: pytest.CaptureFixture[str], bundle: Bundle) -> None:
    told = said(capsys, "keys", "new", "other")
    key_id = told.split()[-1]

    assert "other.key (not encrypted: keep it where nobody else reads it)" in told
    assert said(capsys, "keys", "show", "other.pub", "other.key") == f"{key_id} other.pub {key_id} other.key"
    assert said(capsys, "keys", "show", bundle.path) == f"{bundle.named[0].id} {bundle.path}"
    assert "stays as it is: give the new key another name" in said(capsys, "keys", "new", "other", code=2)
    assert "holds no Ed25519 key" in said(capsys, "keys", "show", bundle.folder / "pytest.log", code=2)


def test_keys_of_a_zip_that_is_no_bundle(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with zipfile.ZipFile("one.zip", "w") as archive:
        archive.writestr(zipfile.ZipInfo("a"), "x")

    assert "holds no statement.dsse.json: it is no bundle" in said(capsys, "keys", "show", "one.zip", code=2)


def test_certify_makes_a_run_and_its_bundle(root: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = said(capsys, "certify", "--endpoint", root, "--key", "acme.key", "--output", "out", "--seed", "3")

    assert "conformant 399 of 399 checked" in told
    assert f"bundle {here / 'out' / 'certificate.zip'}, " in told
    assert "verified conformant" in said(capsys, "verify", "out/certificate.zip", "--key", "acme.pub")
    assert "verified conformant" in said(capsys, "verify", "out")


def test_without_output_it_is_the_latest(root: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "certify", "--endpoint", root, "--key", "acme.key")

    assert (here / "reports" / "latest" / "certificate.zip").is_file()


def test_the_exit_code_is_that_of_the_verdict(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with running(create_app(create_organisation(), faults=(FAULT,))) as wrong:
        told = said(capsys, "certify", "--endpoint", wrong, "--key", "acme.key", "--output", "out", code=1)

    assert "bundle " in told
    assert "verified not conformant" in said(capsys, "verify", "out/certificate.zip")


def test_a_run_that_cannot_start_leaves_nothing(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in ([], ["--output", "out"]):
        said(capsys, "certify", "--endpoint", "http://127.0.0.1:1", "--key", "acme.key", *words, code=2)

    assert not (here / "out").exists()
    assert list((here / "reports").iterdir()) == []


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--key", "none.key"], "none.key cannot be read"),
        (["--key", "acme.pub"], "holds no private key"),
        (["--key", "acme.key", "--statements", "none.toml"], "none.toml cannot be read"),
        (["--key", "acme.key", "--", "-k", "x"], "takes no arguments for pytest"),
    ],
)
def test_what_is_wrong_is_told_before_a_run(
    here: Path, capsys: pytest.CaptureFixture[str], words: list[str], why: str
) -> None:
    assert why in said(capsys, "certify", "--output", "out", *words, code=2)
    assert not (here / "out").exists()


@pytest.mark.parametrize("option", ["--only", "--exclude", "--max-fail", "--rerun-failed", "--gate", "--plan"])
def test_nothing_is_left_out(here: Path, capsys: pytest.CaptureFixture[str], option: str) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["certify", "--key", "acme.key", option, "x"])

    assert ended.value.code == 2
    assert "unrecognized argument" in capsys.readouterr().err


STATEMENT = """[[statement]]
requirement = "{0}"
reason = "A recording shows it."
by = "Acme"
evidence = "proof.txt"
"""


def test_a_statement_about_something_unknown_is_told_before_a_run(
    root: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "proof.txt").write_text("seen")
    (here / "said.toml").write_text(STATEMENT.format("table/none"))
    words = ("certify", "--endpoint", root, "--key", "acme.key", "--output", "out", "--statements", "said.toml")

    assert "no requirement is called so" in said(capsys, *words, code=2)
    assert not (here / "out").exists()


def test_a_statement_about_what_passed_is_told_and_the_run_stays(
    root: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "proof.txt").write_text("seen")
    (here / "said.toml").write_text(STATEMENT.format("table/*"))
    words = ("certify", "--endpoint", root, "--key", "acme.key", "--output", "out", "--statements", "said.toml")

    assert "The statement about table/* cannot be taken: the run says pass of it" in said(capsys, *words, code=2)
    assert (here / "out" / "certificate.json").is_file()
    assert not (here / "out" / "certificate.zip").exists()
    assert "bundle " in said(capsys, "certify", "--run", "out", "--key", "acme.key")


def unbundled(bundle: Bundle, folder: Path) -> Path:
    """A copy of the folder of a run, without its bundle."""
    shutil.copytree(bundle.folder, folder, ignore=shutil.ignore_patterns("certificate.zip"))
    return folder


def test_a_run_that_is_there_is_bundled(bundle: Bundle, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    unbundled(bundle, here / "out")

    said(capsys, "certify", "--run", "out", "--key", "acme.key")

    assert "verified conformant" in said(capsys, "verify", "out/certificate.zip", "--key", "acme.pub")
    assert "is there already and stays as it is" in said(capsys, "certify", "--run", "out", "--key", "acme.key", code=2)


def test_a_run_that_does_not_verify_is_not_bundled(
    bundle: Bundle, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (unbundled(bundle, here / "out") / "pytest.log").write_text("forged")

    told = said(capsys, "certify", "--run", "out", "--key", "acme.key", code=2)

    assert (
        "out does not verify and is not bundled: A file is not the one that the certificate names. (pytest.log)" in told
    )
    assert not (here / "out" / "certificate.zip").exists()


def test_a_run_that_left_something_out_is_not_bundled(
    root: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, words in {
        "only": ["--only", "table/*"],
        "k": ["--", "-k", "table"],
    }.items():
        said(capsys, "run", "--endpoint", root, "--output", name, *words, code=3)
        told = said(capsys, "certify", "--run", name, "--key", "acme.key", code=2)
        assert f"The run in {name} left something out" in told


def test_a_run_that_is_there_takes_no_options_of_a_new_one(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("certify", "--run", "out", "--key", "acme.key", "--level", "data")

    assert "--run bundles a run that is there, and --level is for a new one" in said(capsys, *words, code=2)


def test_sign(bundle: Bundle, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copy(bundle.path, "one.zip")
    before = entries(Path("one.zip"))

    assert "signed one.zip by" in said(capsys, "sign", "one.zip", "--key", "acme.key")

    public = bundle.keys[0].with_suffix(".pub")
    told = said(capsys, "verify", "one.zip", "--key", "acme.pub", "--key", public)
    assert "(acme.pub)" in told
    after = entries(Path("one.zip"))
    assert {name for name in after if after[name] != before[name]} == {"statement.dsse.json"}
    content = Path("one.zip").read_bytes()
    assert "has signed one.zip already, and signs once" in said(capsys, "sign", "one.zip", "--key", "acme.key", code=2)
    assert Path("one.zip").read_bytes() == content
    assert sorted(path.name for path in here.iterdir()) == ["acme.key", "acme.pub", "one.zip"]


def test_what_does_not_verify_is_not_signed(bundle: Bundle, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = bundle.path.read_bytes() + b"x"
    Path("one.zip").write_bytes(content)

    assert "the bundle does not verify, and is not signed" in said(
        capsys, "sign", "one.zip", "--key", "acme.key", code=1
    )
    assert Path("one.zip").read_bytes() == content


def test_who_signed_is_said_where_it_is_known(bundle: Bundle, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    public = bundle.keys[0].with_suffix(".pub")
    (one,) = bundle.named

    told = said(capsys, "verify", bundle.path)
    assert f"signed {one.id} no key was named, so this does not say who signed" in told
    assert f"signed {one.id} (acme.pub)" in said(capsys, "verify", bundle.path, "--key", public)
    told = said(capsys, "verify", bundle.path, "--key", "acme.pub", code=1)
    assert "REFUSED Somebody has signed whom nobody named" in told
    assert "acme.pub has not signed" in told
    assert "refused the bundle does not verify: 2 refusals" in told


def test_a_folder_has_no_signers(bundle: Bundle, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = said(capsys, "verify", bundle.folder, "--key", "acme.pub", code=2)

    assert "--key is for a bundle" in told


def test_a_private_key_is_not_needed(bundle: Bundle, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = said(capsys, "verify", bundle.path, "--key", "acme.key", code=2)

    assert "holds a private key, which stays with its owner" in told


def test_a_challenge(bundle: Bundle, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for run in (bundle.path, bundle.folder):
        told = said(capsys, "verify", run, "--challenge", "Monday morning", code=1)
        assert "does not hold challenge: no challenge, not 'Monday morning'" in told
        assert "refused 1 of 1 clause does not hold: challenge" in told


def test_a_policy(bundle: Bundle, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copy(bundle.keys[0].with_suffix(".pub"), "vendor.pub")
    Path("policy.toml").write_text(
        'level = "surface"\ngreatest_age_days = 1\nwaived = []\nsigned_by = ["vendor.pub"]\n'
    )

    told = said(capsys, "verify", bundle.path, "--policy", "policy.toml")
    for line in (
        "(vendor.pub)",
        "holds verdict: conformant",
        "holds level: surface, at least surface",
        "holds age: 0.0 days, at most 1",
        "holds waived: none",
        "holds signed by: vendor.pub",
        "accepted every clause of the policy holds",
    ):
        assert line in told
    told = said(capsys, "verify", bundle.folder, "--policy", "policy.toml", code=1)
    assert "does not hold signed by: nobody: a folder is not signed" in told
    Path("policy.toml").write_text('level = "data"\nnot_claimed = []\n')
    told = said(capsys, "verify", bundle.path, "--policy", "policy.toml", code=1)
    assert "does not hold level: surface, at least data" in told
    assert "refused 1 of 3 clauses does not hold: level" in told
    Path("policy.toml").write_text('signed_by = ["acme.pub"]\n')
    assert "acme.pub has not signed" in said(capsys, "verify", bundle.path, "--policy", "policy.toml", code=1)
    Path("policy.toml").write_text("no = 1\n")
    assert "nobody knows the key no" in said(capsys, "verify", bundle.path, "--policy", "policy.toml", code=2)


def test_what_cannot_be_read_is_told(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("one.zip").write_bytes(b"no zip")

    assert "one.zip is no bundle" in said(capsys, "verify", "one.zip", code=2)
    assert "none.zip is not there" in said(capsys, "verify", "none.zip", code=2)


def unreadable(method: str, path: str, asked: int) -> Response | None:
    """No message can be looked at but in $metadata."""
    hidden = ("/sdkmessages", "/sdkmessagefilters", "/customapis")
    return Response(status_code=403) if path.endswith(hidden) else None


def test_statements_speak_of_what_a_run_could_not_look_at(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """They change no verdict; a policy that accepts them accepts the run."""
    (here / "proof.txt").write_text("seen")
    (here / "said.toml").write_text(STATEMENT.format("message/*"))
    with running(Answering(create_app(create_organisation()), unreadable)) as root:
        words = ("certify", "--endpoint", root, "--key", "acme.key", "--output", "out", "--statements", "said.toml")
        assert "incomplete" in said(capsys, *words, code=3)
    run = json.loads((here / "out" / "certificate.json").read_text())
    open_ones = [one["id"] for one in run["requirements"] if one["outcome"] in ("not observable", "not testable")]
    (here / "policy.toml").write_text('statements = ["message/*"]')
    (here / "strict.toml").write_text("statements = []")

    told = said(capsys, "verify", "out/certificate.zip", "--key", "acme.pub", "--policy", "policy.toml")
    assert (
        f"stated message/*: {len(open_ones)} requirements, by Acme A recording shows it. evidence proof.txt, " in told
    )
    assert "verified incomplete" in told
    assert f"holds verdict: incomplete, and manual statements speak of all {len(open_ones)} that are open" in told
    assert f"holds statements: {len(open_ones)}, each of which may be" in told
    told = said(capsys, "verify", "out/certificate.zip", "--policy", "strict.toml", code=1)
    assert "does not hold verdict: incomplete: no manual statement that is accepted speaks of message/" in told
    assert "does not hold" in said(capsys, "verify", "out", "--policy", "policy.toml", code=1)
    assert "verified incomplete" in said(capsys, "verify", "out")
    statements = json.loads(entries(here / "out" / "certificate.zip")["statements.json"])["statements"]
    assert statements[0]["requirements"] == open_ones
    assert "statements.json" not in {path.name for path in (here / "out").iterdir()}


@pytest.mark.parametrize("name", ["waivers", "not_claimed"])
@pytest.mark.parametrize("value", [None, [None, {}], [{"covers": 5, "tables": 7}]])
def test_a_list_of_another_shape_is_refused(
    bundle: Bundle, here: Path, capsys: pytest.CaptureFixture[str], name: str, value: Any
) -> None:
    """And told, as far as it can be."""
    shutil.copytree(bundle.folder, here / "run")
    told = json.loads((here / "run" / "certificate.json").read_text())
    (here / "run" / "certificate.json").write_text(json.dumps({**told, name: value}))
    (here / "run" / "certificate.zip").unlink(missing_ok=True)

    assert f"where {name}" in said(capsys, "verify", "run", code=1)


def test_whoever_interrupts_a_verification_refuses_nothing(
    bundle: Bundle, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ctrl-C while scenarios are told again is not the run's."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Inquiry, "about", interrupted)
    assert cli.main(["verify", str(bundle.path)]) == 2
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", "dataverse-tck: Interrupted: nothing was decided.\n")


def test_who_signs_is_told_what(bundle: Bundle, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The verdict with what is beside it, and who has signed before."""
    shutil.copy(bundle.path, "one.zip")
    told = said(capsys, "sign", "one.zip", "--key", "acme.key")
    assert "verified conformant, level surface, begun 20" in told
    assert f"before {bundle.named[0].id}" in told
