"""The made-up page in both forms, and an empty suite."""

from tests.support.made_up_page import markdown, rendered, suite

__all__ = ["markdown", "rendered", "suite"]
