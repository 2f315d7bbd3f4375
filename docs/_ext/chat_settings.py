"""The directive ``chat-settings``: every setting of `CHAT_SETTINGS`, from the table in the code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from pprint import pformat
from typing import Any

from docutils import nodes
from rst_source import nodes_of, table
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

from chat_api.settings import PERMISSION_CLASSES, SECTIONS, Setting
from chat_api.settings import table as table_of_settings


def refuse_gaps() -> None:
    """Raise `ExtensionError` if a setting has no text, or stands in the table twice."""
    settings = [setting for section in SECTIONS.values() for setting in section]
    names = [setting.name for setting in settings]
    problems = [
        *(f"{setting.name} has no text" for setting in settings if not setting.doc.strip()),
        *(f"{name} stands in the table twice" for name in set(names) if names.count(name) > 1),
    ]
    if problems:
        raise ExtensionError("The settings reference: " + "; ".join(sorted(problems)))


def settings_source() -> Iterator[str]:
    """Yield the reference as lines of reStructuredText."""
    for title, settings in SECTIONS.items():
        yield from (title, "-" * len(title), "")
        if all(setting.name in PERMISSION_CLASSES for setting in settings):
            yield from _permission_table(settings)
            continue
        for setting in settings:
            name = setting.name
            yield from (f".. _setting-{name}:", "", name, "~" * len(name), "")
            yield from (*_default(setting), "")
            yield from (*setting.doc.strip().splitlines(), "")


def _default(setting: Setting) -> list[str]:
    imported = " A dotted path, or the object itself." if setting.is_imported else ""
    shown = pformat(setting.default, width=90)
    if "\n" in shown:
        return [
            f"Default:{imported}",
            "",
            ".. code-block:: python",
            "",
            *(f"   {line}" for line in shown.splitlines()),
        ]
    return [f"Default: ``{shown}``.{imported}"]


def _permission_table(settings: Sequence[Setting]) -> Iterator[str]:
    yield "Each endpoint has its own permission class, a dotted path or the class itself, which is looked up at every"
    yield "request. The defaults are in ``chat_api.permissions``; ``chat_api.permissions.NoOne`` closes an endpoint."
    yield "See :doc:`/howto/permissions`."
    yield ""
    rows = (
        [f"``{setting.name}``", f"``{PERMISSION_CLASSES[setting.name]}``", setting.doc]
        for setting in settings
    )
    yield from table(("Setting", "Default", "Endpoint"), rows, "42 26 32")


class ChatSettingsDirective(SphinxDirective):
    """Inserts the reference at its place."""

    def run(self) -> list[nodes.Node]:
        """Return the sections."""
        for file in Path(table_of_settings.__file__).parent.glob("*.py"):
            self.env.note_dependency(str(file))
        return nodes_of(self, settings_source(), "chat_api.settings")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive, and check the texts before anything is built."""
    refuse_gaps()
    app.add_directive("chat-settings", ChatSettingsDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
