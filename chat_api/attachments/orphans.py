"""Orphaned files: left in the storage when a process died between a commit and the deletion of its files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import PurePosixPath
from typing import Any, Final

from django.utils import timezone

from chat_api.attachments.models import FILE_COLUMNS, file_models

#: What the names of files begin with that an editor holds: they belong to no row before it is saved.
HELD_PREFIX: Final = "draft-"
#: How long such files are kept at least.
_HELD_FOR: Final = timedelta(days=1)
_AT_ONCE: Final = 200


def unused_files(*, before: datetime) -> Iterator[tuple[Any, str]]:
    """Yield the storage and name of each file that was stored before `before` and that no row refers to.

    Newer files may belong to a message that is being sent. Files of an editor, see `HELD_PREFIX`, are kept for a day,
    however late `before` is. The storage lists each folder as a whole; rows are queried in batches.
    """
    held_before = min(before, timezone.now() - _HELD_FOR)
    for column in FILE_COLUMNS:
        field: Any = file_models()[0]._meta.get_field(column)
        names = iter(_names_in(field.storage, field.upload_to))
        while batch := list(islice(names, _AT_ONCE)):
            named = _named(batch)
            for name in batch:
                is_held = PurePosixPath(name).name.startswith(HELD_PREFIX)
                limit = held_before if is_held else before
                if name not in named and _is_older(field.storage, name, limit):
                    yield field.storage, name


def _names_in(storage: Any, folder: str) -> list[str]:
    try:
        return [f"{folder}/{name}" for name in storage.listdir(folder)[1]]
    except FileNotFoundError:
        # Nothing was ever stored there.
        return []


def _is_older(storage: Any, name: str, before: datetime) -> bool:
    try:
        return bool(storage.get_modified_time(name) < before)
    except FileNotFoundError:
        # The file was deleted in the meantime, together with its row.
        return False


def _named(names: list[str]) -> set[str]:
    found: set[str] = set()
    for model in file_models():
        for column in FILE_COLUMNS:
            rows = model._base_manager.filter(**{f"{column}__in": names})
            found.update(rows.values_list(column, flat=True))
    return found
