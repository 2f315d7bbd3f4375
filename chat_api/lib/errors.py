"""The errors that actions raise, whether they are called over REST, by a socket or from Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

NON_FIELD = "non_field_errors"
#: The spelling of 0.8.8, kept where its clients expect it.
NON_FIELDS = "non_fields_errors"


class ChatAPIError(Exception):
    """An action was rejected: nothing was written. `errors` maps a field to its list of codes."""

    http_status: ClassVar[int] = 400
    #: After how many seconds a retry may succeed, for the header Retry-After; None if it is not known.
    retry_after: ClassVar[int | None] = None

    def __init__(self, errors: Mapping[str, Any]) -> None:
        super().__init__(errors)
        self.errors: dict[str, Any] = dict(errors)
        #: Returns the errors of an answer in words, each with its `field`; None for all other errors.
        self.explain: Callable[[], list[dict[str, Any]]] | None = None


class InvalidInput(ChatAPIError):
    """The input is not valid; `errors` has the reasons, by field."""

    def and_also(self, errors: Mapping[str, Any]) -> InvalidInput:
        """Return the error with these errors too, which replace those of the same fields."""
        both = InvalidInput({**self.errors, **errors})
        both.explain = self.explain
        return both

    @classmethod
    def field(cls, name: str, *codes: str) -> InvalidInput:
        """Build the error of one field."""
        return cls({name: list(codes)})


class Gone(ChatAPIError):
    """The requested object existed once and does not exist any more."""

    http_status = 410


class StorageUnavailable(ChatAPIError):
    """The file storage fails; nothing was written, and a retry may succeed."""

    http_status = 503
    retry_after = 30

    def __init__(self) -> None:
        detail = "Files are not available now. Please try again."
        super().__init__({"detail": detail, "code": "STORAGE_UNAVAILABLE"})


class PublishedSchemaIsImmutable(ChatAPIError):
    """An attempt to save or delete a published schema, or a part of it."""

    def __init__(self) -> None:
        super().__init__({"schema": ["PUBLISHED"]})
