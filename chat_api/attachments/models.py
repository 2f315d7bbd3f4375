"""The base model of attachments of messages, survey items and questions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any, ClassVar, Final, Self

from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models, router, transaction
from django.db.models.base import ModelBase

from chat_api.attachments.storage import delete_file, save_file
from chat_api.common import AttachmentTypes
from chat_api.lib.db.keys import ForeignKey
from chat_api.lib.db.managers import ChatModel
from chat_api.lib.db.storable import json_problem
from chat_api.settings import chat_settings

FILE_COLUMNS: Final = ("file", "thumbnail_image")


def attachment_types() -> list[tuple[str, Any]]:
    """Return the built-in attachment types and the custom ones, as choices."""
    return [*AttachmentTypes.CHOICES, *chat_settings.choices("TYPES_CUSTOM_ATTACHMENTS")]


def index_of_files(name: str) -> models.Index:
    """Return a partial index, without rows that have no file, for finding out whether any row refers to a file."""
    named = models.Q(file__isnull=False) & ~models.Q(file="")
    return models.Index(fields=("file",), name=name, condition=named)


class BaseAttachment(ChatModel):
    """An image, a video, a reference to one of the host's objects, or an attachment of a custom type."""

    title = models.CharField(max_length=255, blank=True, default="")
    description = models.TextField(blank=True, default="")
    type = models.CharField(max_length=50, choices=attachment_types)
    options = models.JSONField(null=True, blank=True)
    file = models.FileField(upload_to="attachments", null=True, blank=True)
    thumbnail_image = models.ImageField(upload_to="attachments/thumbnails", null=True, blank=True)
    url = models.URLField(null=True, blank=True)
    #: The URL it leads to, for custom types.
    src = models.TextField(blank=True, default="", db_default="")
    thumbnail = models.JSONField(null=True, blank=True)
    content_type = ForeignKey(
        ContentType, null=True, blank=True, on_delete=models.CASCADE, db_index=False, related_name="+"
    )
    object_id = models.PositiveIntegerField(null=True, blank=True)
    content_object = GenericForeignKey("content_type", "object_id")

    #: The kind of its parent (`message`, `item`, `question`), as the URL of its file spells it.
    file_kind: ClassVar[str]
    #: The `AttachmentDraft` of a row that is not stored yet; `chat_api.attachments.drafts` sets and reads it.
    draft: Any = None
    #: The files that the row referred to when it was loaded or saved, by column.
    loaded_files: dict[str, str] = {}

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title or f"{self.type} {self.pk}"

    @classmethod
    def from_db(
        cls, db: str | None, field_names: Collection[str], values: Collection[Any], **options: Any
    ) -> Self:
        """Create the instance from a row and remember its files; newer Django releases pass `options`."""
        row = super().from_db(db, field_names, values, **options)
        if set(FILE_COLUMNS) <= set(field_names):
            row.loaded_files = row.file_names()
        return row

    def parent_data(self) -> dict[str, int]:
        """Return the id of its parent by column, `message_id` or `item_id`; empty while it has no parent."""
        name = f"{self.file_kind}_id"
        pk: int | None = getattr(self, name)
        return {} if pk is None else {name: pk}

    def file_names(self) -> dict[str, str]:
        """Return the names of the row's stored files, by column."""
        found = ((column, getattr(self, column)) for column in FILE_COLUMNS)
        # Nothing else distinguishes a stored file from one that is stored together with the row.
        return {column: file.name for column, file in found if file and file._committed}  # noqa: SLF001

    def save_files(self) -> None:
        """Save the row's new files: all of them or none. Raises `StorageUnavailable`."""
        saved: list[tuple[Any, str]] = []
        try:
            for column in FILE_COLUMNS:
                field, file = self._meta.get_field(column), getattr(self, column)
                if file and not file._committed:  # noqa: SLF001
                    saved.append((file.storage, save_file(field, file.name, file.file)))
                    setattr(self, column, saved[-1][1])
        except BaseException:
            for storage, name in saved:
                delete_file(storage, name)
            raise

    def save(
        self,
        *,
        force_insert: bool | tuple[ModelBase, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        """Save the row; after commit, delete files that it no longer refers to.

        Raises `StorageUnavailable` if a new file cannot be saved.
        """
        using = using or router.db_for_write(type(self), instance=self)
        with transaction.atomic(using=using):
            self.save_files()
            super().save(
                force_insert=force_insert, force_update=force_update, using=using, update_fields=update_fields
            )
            names = self.file_names()
            forget_files(
                {column: name for column, name in self.loaded_files.items() if name != names.get(column)},
                using=using,
            )
            self.loaded_files = names

    def clean(self) -> None:
        """Raise `ValidationError` for JSON that no supported database can store."""
        super().clean()
        found = {name: json_problem(getattr(self, name)) for name in ("options", "thumbnail")}
        errors = {name: [problem.text] for name, problem in found.items() if problem is not None}
        if errors:
            raise ValidationError(errors)


_are_kept: Final = ContextVar("_are_kept", default=False)


@contextmanager
def keeping_files() -> Iterator[None]:
    """Leave the files of rows that are deleted or changed in the block to `delete_unused_files`.

    So a row that names them can be put back for a while.
    """
    token = _are_kept.set(True)
    try:
        yield
    finally:
        _are_kept.reset(token)


def forget_files(names: dict[str, str], *, using: str) -> None:
    """After commit, delete those of the files (name by column) that no row refers to any more."""
    if names and not _are_kept.get():
        transaction.on_commit(partial(_delete_unused, names, using), using=using, robust=True)


def _delete_unused(names: dict[str, str], using: str) -> None:
    for column, name in names.items():
        if not is_named(column, name, using=using):
            field: Any = file_models()[0]._meta.get_field(column)
            delete_file(field.storage, name)


def is_named(column: str, name: str, *, using: str) -> bool:
    """Return whether an attachment of any model refers to that file in that column."""
    return any(model._base_manager.using(using).filter(**{column: name}).exists() for model in file_models())


def file_models() -> list[type[BaseAttachment]]:
    """Return the models that refer to files. Templates share their files with messages and with copies."""
    return [model for model in apps.get_models() if issubclass(model, BaseAttachment)]
