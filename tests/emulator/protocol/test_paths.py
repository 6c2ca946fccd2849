"""Resource paths and keys."""

from __future__ import annotations

import pytest

from dataverse_tck.emulator.protocol.errors import ODataError
from dataverse_tck.emulator.protocol.paths import Key, Segment, split_path


def test_path_is_split_into_segments() -> None:
    """Escapes are undone within a segment, so that an escaped slash stays in its key."""
    assert split_path("/EntityDefinitions(LogicalName=%27a%2Fb%27)/Attributes") == [
        Segment("EntityDefinitions", "LogicalName='a/b'"),
        Segment("Attributes"),
    ]


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        ("LogicalName='it''s'", Key("LogicalName", "it's", quoted=True)),
        ("'account'", Key(None, "account", quoted=True)),
        (
            "B0A1D4C8-0000-0000-0000-00000000000F",
            Key(None, "b0a1d4c8-0000-0000-0000-00000000000f", quoted=False),
        ),
    ],
)
def test_keys_are_read(arguments: str, key: Key) -> None:
    """A key is quoted text or a GUID, with or without the name of its property."""
    assert Segment("set", arguments).key == key


@pytest.mark.parametrize("arguments", ["", "abc", "a='b", "a='b',c='d'", "00000000-0000", "guid'x'"])
def test_broken_keys_are_refused(arguments: str) -> None:
    """Anything else is a bad request."""
    with pytest.raises(ODataError) as caught:
        _ = Segment("set", arguments).key

    assert caught.value.status == 400


@pytest.mark.parametrize("path", ["/a b", "/EntityDefinitions(x", "//", "/%00", "/%ff"])
def test_strange_paths_lead_nowhere(path: str) -> None:
    """A segment that is no name answers 404."""
    with pytest.raises(ODataError) as caught:
        split_path(path)

    assert caught.value.status == 404
