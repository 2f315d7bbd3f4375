"""Attachments as answers to questions for files: what limits of a question judge."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from chat_api.attachments.models import BaseAttachment
from chat_api.attachments.storage import size_of
from chat_api.engine.question_types.limit_checks import File


@dataclass(frozen=True)
class _AttachedFile:
    """The file of an attachment. Its type is that of its name; the storage is asked for its size on demand, once."""

    name: str
    stored: Any

    @property
    def content_type(self) -> str:
        return mimetypes.guess_type(self.name)[0] or ""

    @cached_property
    def size(self) -> int | None:
        return size_of(self.stored) if self.stored else None


def sent_files(attachments: Iterable[BaseAttachment]) -> tuple[File, ...]:
    """Return the attachments as the files of a reply, in order; an attachment without a file has only its title.

    Reading a size raises `StorageUnavailable` where the storage fails.
    """
    return tuple(_attached_file(attachment) for attachment in attachments)


def _attached_file(attachment: BaseAttachment) -> File:
    # A new attachment gets its columns later, in the transaction that stores it.
    file = attachment.file if attachment.draft is None else attachment.draft.data.get("file")
    return _AttachedFile(str(file.name or "") if file else attachment.title, file)
