"""What commands are tried on: the made-up page, and a client for the emulator."""

from tests.emulator.conftest import session
from tests.support.made_up_page import markdown, rendered, suite

__all__ = ["markdown", "rendered", "session", "suite"]
