"""Attachments between being checked and being stored."""

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
    """A checked submission. The type's last step comes with `columns`, in the transaction that stores it."""

    kind: AttachmentType
    submission: Submission
    #: The columns to set; files in it are contents, and become names in `stored` (see `files.stored`).
    data: dict[str, Any]
    model: type[BaseAttachment]
    stored: dict[str, str] = field(default_factory=dict)
    #: The row that was made of it, if one was, and the files that it named before, by column.
    row: BaseAttachment | None = None
    named_before: dict[str, str] = field(default_factory=dict)

    def columns(self, row: BaseAttachment) -> dict[str, Any]:
        """Return the columns to set on `row`, after the type's (or the host's) last step. Raises `InvalidInput`.

        On a change that step gets what was sent, not what is stored: what it makes of that would be done twice. For a
        new row it also gets the id of what the row hangs on.
        """
        data = {
            name: value for name, value in self.data.items() if self.submission.is_new or self._is_new(name)
        }
        if self.submission.is_new:
            data |= row.holder_data()
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
        """Return whether a key of a change was sent, or made of what was sent."""
        return name == "type" or name in self.submission.sent or name not in self.submission.data


def new_row(model: type[A], draft: AttachmentDraft) -> A:
    """Give a row, not stored yet; `fill_in` makes it ready."""
    row = model(type=draft.data["type"])
    row.draft = draft
    return row


def fill_in(rows: Iterable[BaseAttachment]) -> None:
    """Take the last step with new rows before they are written; those that were no drafts stay as they are.

    Raises `InvalidInput` (`attachments`: a list with one entry for each draft).
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
    """Set on `row` what the draft says, and return the names of those columns.

    Raises `InvalidInput`, and `StorageUnavailable` where a file that the host's function made cannot be saved.
    """
    columns = draft.columns(row)
    draft.row, draft.named_before = row, row.file_names()
    for name, value in columns.items():
        setattr(row, name, value)
    row.save_files()
    return list(columns)
