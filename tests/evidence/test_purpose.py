"""What exchanges were made for: each scene counts its own, whichever thread asks."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dataverse_tck.evidence.purpose import Phase, Purpose, present, serve, serving
from dataverse_tck.evidence.recorder import Recorder
from tests.support.exchange_lines import exchange, lines


def test_what_a_scene_asks_is_numbered_apart(tmp_path: Path) -> None:
    """In its order, and what is asked for somebody else in between is none of it."""
    file, scene = tmp_path / "exchanges.ndjson", Purpose(Phase.SCENE, "one (again)")
    with Recorder(file) as recorder:
        recorder.record(exchange())
        with serving(scene):
            recorder.record(exchange())
            with serving(Purpose(Phase.BATCH)):
                recorder.record(exchange())
            recorder.record(exchange())
        recorder.otherwise = Purpose(Phase.READINGS)
        recorder.record(exchange())
        recorder.record(exchange(purpose=scene))

    assert [line["for"] for line in lines(file)] == [
        {"phase": "survey", "place": 1},
        {"phase": "scene", "scene": "one (again)", "place": 1},
        {"phase": "batch", "place": 1},
        {"phase": "scene", "scene": "one (again)", "place": 2},
        {"phase": "readings", "place": 1},
        {"phase": "scene", "scene": "one (again)", "place": 3},
    ]


def test_a_thread_asks_for_what_it_was_told() -> None:
    """And another one for something else; after an error, for what it asked for before."""
    scene, removal = Purpose(Phase.SCENE, "one"), Purpose(Phase.CLEAN_UP)

    def broken() -> None:
        with serving(scene):
            with ThreadPoolExecutor(1, initializer=serve, initargs=(removal,)) as pool:
                assert pool.submit(present).result() is removal
            assert present() is scene
            raise ValueError("wrong")

    with pytest.raises(ValueError, match="wrong"):
        broken()
    assert present() is None
