"""axe-core, which finds problems of accessibility on pages (MPL-2.0, one of the development packages of client/)."""

from __future__ import annotations

from os import environ
from pathlib import Path
from typing import Final

import pytest

from tests import services

_INSTALLED: Final = Path(__file__).resolve().parent.parent / "client/node_modules/axe-core/axe.min.js"
#: CHAT_API_AXE names another one.
_PATH: Final = Path(environ.get("CHAT_API_AXE") or _INSTALLED)

#: Without it, the tests are skipped, or fail if services are required.
needs_axe: Final = pytest.mark.skipif(
    not _PATH.exists() and not services.required(),
    reason="axe-core is installed by: make client-test",
)


def axe() -> str:
    """Return the script, which defines `axe` on a page."""
    return _PATH.read_text(encoding="utf-8")
