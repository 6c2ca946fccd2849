"""The type of what JSON holds."""

from __future__ import annotations

from typing import Any, TypeAlias

Json: TypeAlias = Any
"""Anything that ``json.loads`` may return. It comes from elsewhere, so whoever takes it looks at it first."""
