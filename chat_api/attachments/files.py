"""Files of attachments: stored before any lock is taken, deleted when no row refers to them any more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.files.base import File
from django.db import models
from django.db.models.signals import post_delete

from chat_api.attachments.drafts import AttachmentDraft
from chat_api.attachments.models import FILE_COLUMNS, BaseAttachment, file_models, forget_files
from chat_api.attachments.storage import delete_file, save_file


@contextmanager
def stored(drafts: Iterable[AttachmentDraft]) -> Iterator[None]:
    """Store the files of the drafts around a block that writes their rows.

    If the block raises, its files are deleted. So are the files of a draft that no row was created from, because the
    message had already been sent. Use it outside of the transaction, so that no lock is held while a slow storage
    works. Raises `StorageUnavailable`.
    """
    chosen = list(drafts)
    try:
        for draft in chosen:
            _store(draft)
        yield
    except BaseException:
        for draft in chosen:
            _delete_all(draft)
        raise
    for draft in chosen:
        if draft.row is None:
            _delete_all(draft)


def _store(draft: AttachmentDraft) -> None:
    for column in FILE_COLUMNS:
        content = draft.data.get(column)
        if isinstance(content, File):
            draft.stored[column] = save_file(_field(draft.model, column), content.name, content)
            content.seek(0)


def _delete_all(draft: AttachmentDraft) -> None:
    names = set(draft.stored.items())
    if draft.row is not None:
        # Files that a function of the host created are stored with the row.
        names |= draft.row.file_names().items() - draft.named_before.items()
    for column, name in names:
        delete_file(_field(draft.model, column).storage, name)


def _field(model: type[models.Model], column: str) -> Any:
    return model._meta.get_field(column)


def connect() -> None:
    """Delete files together with their rows, however those are deleted."""
    for model in file_models():
        post_delete.connect(_row_gone, sender=model, dispatch_uid="chat_api.attachments.files")


def _row_gone(instance: BaseAttachment, using: str, **kwargs: Any) -> None:
    forget_files(instance.file_names(), using=using)
