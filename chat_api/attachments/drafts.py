"""Drafts: validated attachments that are not stored yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.core.exceptions import ValidationError as DjangoValidationError
from rest_framework.exceptions import ValidationError
from rest_framework.serializers import as_serializer_error

from chat_api.attachments.models import BaseAttachment
from chat_api.attachments.types.base import COLUMNS, AttachmentType, Submission
from chat_api.lib.errors import InvalidInput

A = TypeVar("A", bound=BaseAttachment)


@dataclass(slots=True)
class AttachmentDraft:
    """A validated submission. `columns` runs the last step of its type, in the transaction that stores it."""

    kind: AttachmentType
    submission: Submission
    #: The columns to set. Files in it are contents; `files.stored` stores them and puts their names into `stored`.
    data: dict[str, Any]
    model: type[BaseAttachment]
    stored: dict[str, str] = field(default_factory=dict)
    #: The row that was created from it, if any, and the files that the row referred to before, by column.
    row: BaseAttachment | None = None
    named_before: dict[str, str] = field(default_factory=dict)

    def columns(self, row: BaseAttachment) -> dict[str, Any]:
        """Return the columns to set on `row`, after the last step of the type or of the host. Raises `InvalidInput`.

        On a change, that step gets only the values that were sent; it has processed the stored ones before. For a new
        row, it also gets the id of the parent.
        """
        data = {
            name: value for name, value in self.data.items() if self.submission.is_new or self._is_new(name)
        }
        if self.submission.is_new:
            data |= row.parent_data()
        try:
            finished = self.kind.finish(self.submission, data)
        except (ValidationError, DjangoValidationError) as error:
            raise InvalidInput(as_serializer_error(error)) from error
        before, sent = self.submission.data, self.submission.sent
        columns: dict[str, Any] = {
            name: finished[name]
            for name in COLUMNS
            if name in finished and (name in sent or name not in before or finished[name] != before[name])
        }
        for name, stored in self.stored.items():
            if columns.get(name) is self.data[name]:
                columns[name] = stored
        return columns

    def _is_new(self, name: str) -> bool:
        """Return whether a field of a change was sent or was derived from sent values."""
        return name == "type" or name in self.submission.sent or name not in self.submission.data


def new_row(model: type[A], draft: AttachmentDraft) -> A:
    """Return a row that is not stored yet; `fill_in` completes it."""
    row = model(type=draft.data["type"])
    row.draft = draft
    return row


def fill_in(rows: Iterable[BaseAttachment]) -> None:
    """Run the last step for new rows before they are written; rows without a draft stay as they are.

    Raises `InvalidInput` (`attachments`: a list with one entry per draft).
    """
    errors: list[dict[str, Any]] = []
    for row in rows:
        if row.draft is None:
            continue
        try:
            set_columns(row, row.draft)
        except InvalidInput as error:
            errors.append(error.errors)
        else:
            errors.append({})
    if any(errors):
        raise InvalidInput({"attachments": errors})


def set_columns(row: BaseAttachment, draft: AttachmentDraft) -> Sequence[str]:
    """Set the draft's columns on `row`, and return their names.

    Raises `InvalidInput`, and `StorageUnavailable` if a file created by the host's function cannot be saved.
    """
    columns = draft.columns(row)
    draft.row, draft.named_before = row, row.file_names()
    for name, value in columns.items():
        setattr(row, name, value)
    row.save_files()
    return list(columns)
