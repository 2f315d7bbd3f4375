"""System check of SCRIPT_LIBRARY. E015: a file is missing, or is not a valid document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from django.apps import AppConfig
from django.core import checks
from django.db import DEFAULT_DB_ALIAS, DatabaseError

from chat_api.settings import chat_settings
from chat_api.settings.rules import is_sequence
from chat_api.settings.table.scripts import library_path

BAD_DOCUMENT: Final = "chat_api.E015"


@checks.register("chat_api")
def check_library(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Report files of SCRIPT_LIBRARY that cannot be loaded; functions are not called."""
    items = chat_settings.SCRIPT_LIBRARY
    return list(_problems(items)) if is_sequence(items) else []


def _problems(items: Sequence[Any]) -> Iterator[checks.CheckMessage]:
    for number, item in enumerate(items):
        path = library_path(item)
        if path is None:
            continue
        # Imported here: every process imports this module, and most have no library of their own.
        from chat_api.schemas.library.entries import read_file
        from chat_api.schemas.library.starting import draft_from
        from chat_api.schemas.portability import BadDocument

        try:
            draft_from(read_file(path), using=DEFAULT_DB_ALIAS)
        except BadDocument as error:
            text = f"CHAT_SETTINGS['SCRIPT_LIBRARY'][{number}]: {path}: {error}"
            hint = "Correct the file. Its format is that of dump_schema --format compact."
            yield checks.Error(text, hint=hint, id=BAD_DOCUMENT)
        except DatabaseError:
            # A document that names a model needs the table of content types, which may not be there yet.
            continue
