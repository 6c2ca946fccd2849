"""``derive`` as the command line calls it: exit codes, sentences, and what is left on the disk."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import dataverse_tck
from dataverse_tck.commands import derive as command
from dataverse_tck.commands.derive import derive

_FILES = [
    "reference/facts.json",
    "reference/requirements.json",
    "schemas/responses/many-to-one.json",
    "schemas/responses/messages.json",
    "schemas/responses/one-to-many.json",
    "schemas/responses/options.json",
    "schemas/responses/table.json",
    "schemas/responses/targets.json",
]


@pytest.fixture
def page(tmp_path, markdown) -> Path:
    """The made-up page as a file."""
    path = tmp_path / "page.md"
    path.write_text(markdown, encoding="utf-8")
    return path


@pytest.fixture
def text(tmp_path, rendered) -> Path:
    """Its rendered text as a file."""
    path = tmp_path / "page.txt"
    path.write_text(rendered, encoding="utf-8")
    return path


def _disk(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes() if path.is_file() else b"<folder>"
        for path in root.rglob("*")
    }


def _files(root: Path) -> list[str]:
    return sorted(name for name, content in _disk(root).items() if content != b"<folder>")


def _replace(path: Path, old: str, new: str) -> None:
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new), encoding="utf-8")


def test_writes_the_files_into_the_checkout(page, suite, capsys):
    """Without --output the checkout gets all files, and nothing else stays behind."""
    assert derive(page, None, check=False) == 0
    assert _files(suite) == _FILES
    out = capsys.readouterr().out
    assert "90 requirements, 115 derived from them, 0 advisory, and 66 exclusions" in out
    assert "Enquiry (msdyn_ocliveworkitem)" in out


def test_writes_the_files_elsewhere(page, suite, tmp_path):
    """With --output the checkout stays as it was."""
    assert derive(page, tmp_path / "new" / "folder", check=False) == 0
    assert _files(tmp_path / "new" / "folder") == _FILES
    assert _files(suite) == []


def test_writing_again_changes_nothing(page, suite):
    """The same page gives the same bytes."""
    derive(page, None, check=False)
    before = _disk(suite)
    assert derive(page, None, check=False) == 0
    assert _disk(suite) == before


def test_check_agrees_with_what_was_written(page, text, suite, capsys):
    """Right after writing, both forms of the page agree with the suite; the rendered one lists its losses."""
    derive(page, None, check=False)
    before = _disk(suite)
    capsys.readouterr()
    assert derive(page, None, check=True) == 0
    assert capsys.readouterr().out == f"The suite agrees with {page}.\n"
    assert derive(text, None, check=True) == 0
    assert capsys.readouterr().out.splitlines()[1:] == [
        "  the title",
        "  the anchors of the sections",
        "  the SHA-256 of the source",
        "  columns/choices/desk_mood/options/0/label",
        f"The suite agrees with {text}.",
    ]
    assert _disk(suite) == before


def test_check_names_each_difference(page, suite, capsys):
    """A changed value is named in the facts, the requirements and the schema; exit code 1."""
    derive(page, None, check=False)
    _replace(page, "|0|**Calm**|", "|0|**Quiet**|")
    before = _disk(suite)
    capsys.readouterr()
    assert derive(page, None, check=True) == 1
    out = capsys.readouterr().out
    for place in (
        "reference/facts.json: columns/choices/desk_mood/options/0/label:",
        "reference/requirements.json: requirements/column/desk_mood/option/0/label/expected:",
        "schemas/responses/options.json: $defs/column/desk_mood/option/0/",
    ):
        line = next(line for line in out.splitlines() if line.startswith(place))
        assert line.endswith('"Quiet" on the page, "Calm" in the suite')
    assert _disk(suite) == before


def test_check_of_the_rendered_text_finds_true_differences(page, text, suite, capsys):
    """A label that is there and differs, a value, a missing entry: none of them passes for a loss."""
    derive(page, None, check=False)
    _replace(text, "| -1 | None, yet |", "| -1 | None |")
    _replace(text, "| IsCustomizable | False |", "| IsCustomizable | True |")
    _replace(text, "desk_person, desk_team, account", "desk_person, account")
    capsys.readouterr()
    assert derive(text, None, check=True) == 1
    label, target, customizable, summary = capsys.readouterr().out.splitlines()[5:]
    options, rating = "columns/choices/desk_mood/options", "one_to_many/desk_enquiry_rating/properties"
    assert label.endswith(f'{options}/-1/label: "None" on the page, "None, yet" in the suite')
    assert target.endswith('targets/desk_team: nothing on the page, {"table": "desk_team"} in the suite')
    assert customizable.endswith(f"{rating}/IsCustomizable/value: true on the page, false in the suite")
    assert summary == f"Differences between {text} and the suite: 3."


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda root: (root / _FILES[0]).unlink(), "facts.json: not in the suite"),
        (lambda root: [(root / _FILES[7]).unlink(), (root / _FILES[7]).mkdir()], "targets.json: not in the"),
        (lambda root: (root / _FILES[2]).write_text("{"), "many-to-one.json: not in the suite, or not JSON"),
        (
            lambda root: (root / _FILES[3]).write_bytes(b"\xff"),
            "messages.json: not in the suite, or not JSON",
        ),
        (lambda root: (root / _FILES[4]).write_text("[]"), "one-to-many.json: all of it: {"),
        (lambda root: (root / "schemas/responses/keys.json").write_text("{}"), "keys.json: not derived"),
        (
            lambda root: _replace(root / _FILES[1], '{"id"', '{ "id"'),
            "requirements.json: the order of its members or",
        ),
        (
            lambda root: _replace(root / _FILES[5], '"const": 0}', '"const": false}'),
            "0 on the page, false in",
        ),
    ],
)
def test_check_finds_a_damaged_suite(page, suite, capsys, damage, says):
    """Files that are missing, broken, surplus, laid out anew or altered by hand are named."""
    derive(page, None, check=False)
    damage(suite)
    capsys.readouterr()
    assert derive(page, None, check=True) == 1
    assert says in capsys.readouterr().out


def _refused(capsys, *arguments, check=False) -> str:
    assert derive(*arguments, check=check) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert "Traceback" not in told.err
    return told.err


def test_the_rendered_text_is_not_written(text, suite, capsys):
    """The rendered form is refused with the reason and the way out."""
    sentence = _refused(capsys, text, None)
    assert "rendered text" in sentence
    assert "markdown source" in sentence
    assert _disk(suite) == {}


@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize("written", [False, True])
def test_bad_input_changes_nothing(page, suite, capsys, check, written):
    """Whatever is wrong with the page, there is one sentence, exit code 2, and every file is as it was."""
    if written:
        derive(page, None, check=False)
        capsys.readouterr()
    before = _disk(suite)
    whole, tmp_path = page.read_bytes(), page.parent
    (tmp_path / "folder").mkdir()
    bad = {
        "absent.md": (None, "No such file"),
        "folder": (None, "not a file"),
        "x" * 300: (None, "too long"),
        "empty.md": (b"", "empty"),
        "latin.md": (whole.decode().encode("utf-16"), "not UTF-8"),
        "cut.md": (whole[: len(whole) // 2], "cut off"),
        "other.md": (
            whole.replace(b"(msdyn_ocliveworkitem)", b"(account)"),
            "line 9: this is the page of the table account",
        ),
        "list.md": (b"- Bread\n- Milk\n", "no reference page"),
        "event.md": (whole.replace(b"Event: False", b"Event: True", 1), "line 23"),
    }
    for name, (content, says) in bad.items():
        if content is not None:
            (tmp_path / name).write_bytes(content)
        sentence = _refused(capsys, tmp_path / name, None, check=check)
        assert name in sentence
        assert says in sentence
        assert _disk(suite) == before


def test_check_and_output_exclude_each_other(page, suite, tmp_path, capsys):
    """--check writes nothing, so --output beside it is a mistake."""
    assert "--output" in _refused(capsys, page, tmp_path / "new", check=True)
    assert not (tmp_path / "new").exists()


def test_an_installed_kit_needs_an_output(page, tmp_path, monkeypatch, capsys):
    """The suite inside the package is never written."""
    package = tmp_path / "site-packages/dataverse_tck"
    monkeypatch.setattr(dataverse_tck, "__file__", str(package / "__init__.py"))
    monkeypatch.setattr(command, "suite_root", lambda: package / "suite")
    assert "--output" in _refused(capsys, page, None)
    assert not package.exists()
    assert derive(page, tmp_path / "new", check=False) == 0


@pytest.mark.parametrize("obstacle", [".", "reference", "schemas/responses"])
def test_an_output_that_is_a_file_is_refused(page, tmp_path, capsys, obstacle):
    """A file where a folder must be is named, and stays."""
    root = tmp_path / "output"
    blocked = root / obstacle
    blocked.parent.mkdir(parents=True, exist_ok=True)
    blocked.write_text("mine")
    before = _files(tmp_path)
    assert "cannot be written" in _refused(capsys, page, root)
    assert _files(tmp_path) == before
    assert blocked.read_text() == "mine"


def test_a_failure_halfway_puts_everything_back(page, suite, capsys, monkeypatch):
    """When the fifth file cannot be put in place, the first four are as they were before."""
    derive(page, None, check=False)
    (suite / _FILES[7]).unlink()
    before = _disk(suite)
    _replace(page, "**Calm**", "**Quiet**")
    capsys.readouterr()
    replace, done = Path.replace, []

    def failing(self, target):
        done.append(target)
        if len(done) == 7:
            raise OSError(28, "No space left on device", str(target))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    assert "No space left" in _refused(capsys, page, None)
    assert _disk(suite) == before
    assert len(done) > 7


def test_a_folder_in_place_of_a_file_is_refused(page, suite, capsys):
    """A folder that has the name of an output stays as it is, and so does all else."""
    (suite / "schemas/responses/table.json/inside").mkdir(parents=True)
    before = _disk(suite)
    assert "cannot be written" in _refused(capsys, page, None)
    assert {name for name in _disk(suite) if name not in before} <= {"reference"}
    assert _files(suite) == []


def test_files_are_json_one_statement_a_line(page, suite):
    """A changed statement is a changed line: each requirement stands in a line of its own."""
    derive(page, None, check=False)
    lines = (suite / "reference/requirements.json").read_text(encoding="utf-8").splitlines()
    loaded = [json.loads(line.strip().rstrip(",")) for line in lines if line.startswith('  {"id": ')]
    assert len(loaded) == 90 + 115 + 66
