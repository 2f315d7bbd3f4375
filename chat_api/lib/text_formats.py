"""How the text of a row is stored: the one place that escapes and decodes texts.

A text that a person typed is stored by `html.escape`, unless ESCAPE_TEXT is off; what a script says is stored as it is.
Each row keeps which of the two it is, because the setting can change between writing and reading.
"""

from __future__ import annotations

import html
import re
from typing import Any, Final

from django.db import models

from chat_api.settings import chat_settings


class TextFormat(models.TextChoices):
    """The format of a stored text: `plain` is as it is, `escaped` has to be decoded once."""

    PLAIN = "plain", "plain"
    ESCAPED = "escaped", "escaped"


#: What `html.escape` writes; other entities are text that somebody typed.
_CHARACTERS: Final = {html.escape(character): character for character in "&<>\"'"}
_ENTITY: Final = re.compile("|".join(_CHARACTERS))


def text_to_store(text: str) -> tuple[str, TextFormat]:
    """Return a text of a person as it is stored now, and its format."""
    if chat_settings.ESCAPE_TEXT:
        return html.escape(text), TextFormat.ESCAPED
    return text, TextFormat.PLAIN


def format_of(stored: str | None, *, by_script: bool = False) -> str:
    """Return the format of a stored text; `stored` is the column of its row.

    The column is null in rows of earlier releases, and in those that a host creates without it. Such a text of a script
    is plain; that of a person is as ESCAPE_TEXT says.
    """
    if stored is not None:
        return stored
    return TextFormat.PLAIN if by_script or not chat_settings.ESCAPE_TEXT else TextFormat.ESCAPED


def plain_text(text: str, stored: str | None, *, by_script: bool = False) -> str:
    """Return a stored text as it was typed; the other arguments are those of `format_of`."""
    if "&" not in text or format_of(stored, by_script=by_script) != TextFormat.ESCAPED:
        return text
    return _ENTITY.sub(lambda found: _CHARACTERS[found[0]], text)


class HasPlainText:
    """A row with a `text` and its `text_format`; where it has `asks`, that says whether a script wrote the text."""

    @property
    def plain_text(self) -> str:
        """The text as it was typed, or as a script says it: decoded where it is stored escaped."""
        row: Any = self
        return plain_text(row.text, row.text_format, by_script=getattr(row, "asks", False))


def text_format_column() -> models.CharField[Any, Any]:
    """Return the column that says how the text of a row is stored, see `format_of`."""
    return models.CharField(max_length=10, null=True, blank=True, editable=False, choices=TextFormat.choices)
