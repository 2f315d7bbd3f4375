"""What the actions raise, and the one place that turns it into HTTP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db import OperationalError, connections
from rest_framework import exceptions, status

from chat_api.lib.db.transactions import chat_database

NON_FIELD = "non_field_errors"
#: 0.8.8's spelling, kept where its clients look for it.
NON_FIELDS = "non_fields_errors"


class ChatAPIError(Exception):
    """A refusal by an action: nothing was written. `errors` maps a field to its list of codes."""

    http_status: ClassVar[int] = status.HTTP_400_BAD_REQUEST
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

    http_status = status.HTTP_410_GONE


class StorageUnavailable(ChatAPIError):
    """The storage of files fails; nothing was written, and trying again may work."""

    http_status = status.HTTP_503_SERVICE_UNAVAILABLE
    retry_after = 30

    def __init__(self) -> None:
        super().__init__(coded("Files are not available now. Please try again.", "STORAGE_UNAVAILABLE"))


class PublishedSchemaIsImmutable(ChatAPIError):
    """A published schema, or a part of it, was to be saved or deleted."""

    def __init__(self) -> None:
        super().__init__({"schema": ["PUBLISHED"]})


class ServiceBusy(exceptions.APIException):
    """The database could not take the write in time; nothing was written, and trying again may work."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = "The database is busy. Please try again."
    default_code = "busy"


class DomainAPIException(exceptions.APIException):
    """A `ChatAPIError` on its way through DRF's exception handler, whichever the host uses."""

    def __init__(self, error: ChatAPIError) -> None:
        self.status_code = error.http_status
        # DRF's handler makes the header of it.
        self.wait = error.retry_after
        self.detail = plain_detail(error.errors)


def plain_detail(errors: Mapping[str, Any]) -> Any:
    """Give `errors` as DRF's `ErrorDetail` tree, keeping every list and dict where it is."""

    def convert(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {str(key): convert(item) for key, item in value.items()}
        if isinstance(value, Sequence) and not isinstance(value, str):
            return [convert(item) for item in value]
        return value if isinstance(value, exceptions.ErrorDetail) else exceptions.ErrorDetail(str(value))

    return convert(errors)


def coded(detail: str, code: str) -> dict[str, Any]:
    """Return the body of an error that concerns no field: a sentence for people, `detail`, and its stable `code`."""
    return {"detail": exceptions.ErrorDetail(detail, code), "code": exceptions.ErrorDetail(code, code)}


def encodable(detail: Any) -> Any:
    """Give the detail of an error with everything in place but what UTF-8 cannot say: lone surrogates are `?`."""
    if isinstance(detail, Mapping):
        return {encodable(key): encodable(item) for key, item in detail.items()}
    if isinstance(detail, list | tuple):
        return [encodable(item) for item in detail]
    if not isinstance(detail, str) or _is_encodable(detail):
        return detail
    text = detail.encode(errors="replace").decode()
    return exceptions.ErrorDetail(text, getattr(detail, "code", None))


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def is_busy(error: OperationalError) -> bool:
    """Say whether the database refused for load (a lock held too long, a deadlock), not for a fault of ours."""
    if connections[chat_database()].vendor == "sqlite":
        return "locked" in str(error) or "busy" in str(error)
    return getattr(error.__cause__, "sqlstate", None) in {"40001", "40P01", "55P03", "57014"}


def as_api_exception(error: Exception) -> Exception:
    """Give the exception that DRF answers for `error`; `error` itself where there is nothing to translate."""
    if isinstance(error, ChatAPIError):
        if error.http_status == status.HTTP_400_BAD_REQUEST:
            return exceptions.ValidationError(plain_detail(error.errors))
        return DomainAPIException(error)
    if isinstance(error, OperationalError) and is_busy(error):
        return ServiceBusy()
    return error
