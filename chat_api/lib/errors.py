"""The errors that actions raise: the Python API's, whichever door the action was called by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

NON_FIELD = "non_field_errors"
#: 0.8.8's spelling, kept where its clients look for it.
NON_FIELDS = "non_fields_errors"


class ChatAPIError(Exception):
    """A refusal by an action: nothing was written. `errors` maps a field to its list of codes."""

    http_status: ClassVar[int] = 400
    #: In how many seconds trying again may work, for the header Retry-After; None where it is not known.
    retry_after: ClassVar[int | None] = None

    def __init__(self, errors: Mapping[str, Any]) -> None:
        super().__init__(errors)
        self.errors: dict[str, Any] = dict(errors)


class InvalidInput(ChatAPIError):
    """What was asked for is not possible; `errors` says why, by field."""

    @classmethod
    def field(cls, name: str, *codes: str) -> InvalidInput:
        """Build the error of one field."""
        return cls({name: list(codes)})


class Gone(ChatAPIError):
    """What the request means was there once and is not any more."""

    http_status = 410


class StorageUnavailable(ChatAPIError):
    """The storage of files fails; nothing was written, and trying again may work."""

    http_status = 503
    retry_after = 30

    def __init__(self) -> None:
        detail = "Files are not available now. Please try again."
        super().__init__({"detail": detail, "code": "STORAGE_UNAVAILABLE"})


class PublishedSchemaIsImmutable(ChatAPIError):
    """A published schema, or a part of it, was to be saved or deleted."""

    def __init__(self) -> None:
        super().__init__({"schema": ["PUBLISHED"]})
