"""The directive ``chat-settings``: every key of `CHAT_SETTINGS`, its default read from the code."""

from __future__ import annotations

from collections.abc import Iterator
from pprint import pformat
from typing import Any

from docutils import nodes
from rst_source import nodes_of, table
from setting_texts import SECTIONS
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

from chat_api.settings import DEFAULTS, IMPORT_STRINGS, PERMISSION_CLASSES


def refuse_gaps() -> None:
    """Raise `ExtensionError` where a key has no text, or a text no key."""
    described = [key for keys in SECTIONS.values() for key in keys]
    problems = [
        *(f"{key} has no text in docs/_ext/setting_texts.py" for key in DEFAULTS.keys() - set(described)),
        *(f"{key} is described but is no setting" for key in set(described) - DEFAULTS.keys()),
        *(f"{key} is described twice" for key in set(described) if described.count(key) > 1),
        *(f"{key} has an empty text" for keys in SECTIONS.values() for key in keys if not keys[key].strip()),
    ]
    if problems:
        raise ExtensionError("The settings reference: " + "; ".join(sorted(problems)))


def settings_source() -> Iterator[str]:
    """Give the reference as lines of reStructuredText."""
    for section, keys in SECTIONS.items():
        yield from (section, "-" * len(section), "")
        if keys.keys() <= PERMISSION_CLASSES.keys():
            yield from _permission_table(keys)
            continue
        for key, text in keys.items():
            yield from (f".. _setting-{key}:", "", key, "~" * len(key), "")
            yield from (*_default(key, DEFAULTS[key]), "")
            yield from (*text.strip().splitlines(), "")


def _default(key: str, value: Any) -> list[str]:
    imported = " A dotted path, or the object itself." if key in IMPORT_STRINGS else ""
    shown = pformat(value, width=90)
    if "\n" in shown:
        return [
            f"Default:{imported}",
            "",
            ".. code-block:: python",
            "",
            *(f"   {line}" for line in shown.splitlines()),
        ]
    return [f"Default: ``{shown}``.{imported}"]


def _permission_table(keys: dict[str, str]) -> Iterator[str]:
    yield "Each endpoint has a permission class of its own, a dotted path or the class itself, looked up at every"
    yield "request. The defaults are in ``chat_api.permissions``; ``chat_api.permissions.NoOne`` closes an endpoint."
    yield "See :doc:`/howto/permissions`."
    yield ""
    rows = ([f"``{key}``", f"``{PERMISSION_CLASSES[key]}``", text] for key, text in keys.items())
    yield from table(("Key", "Default", "Endpoint"), rows, "42 26 32")


class ChatSettingsDirective(SphinxDirective):
    """Puts the reference where it stands."""

    def run(self) -> list[nodes.Node]:
        """Give the sections."""
        for module in ("chat_api.settings", "setting_texts"):
            self.env.note_dependency(__import__(module, fromlist=["_"]).__file__)
        return nodes_of(self, settings_source(), "chat_api.settings")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive, and check the texts before anything is built."""
    refuse_gaps()
    app.add_directive("chat-settings", ChatSettingsDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
