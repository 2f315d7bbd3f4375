"""Errors as HTTP responses: the only place that maps the errors of actions to DRF's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import OperationalError
from rest_framework import exceptions, status

from chat_api.lib.db.transactions import is_busy
from chat_api.lib.errors import ChatAPIError


class ServiceBusy(exceptions.APIException):
    """The database could not accept the write in time; nothing was written, and a retry can succeed."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = "The database is busy. Please try again."
    default_code = "busy"


class DomainAPIException(exceptions.APIException):
    """A `ChatAPIError` on its way through DRF's exception handler, whichever the host uses."""

    def __init__(self, error: ChatAPIError) -> None:
        self.status_code = error.http_status
        # DRF's handler turns it into the header.
        self.wait = error.retry_after
        is_coded = error.errors.keys() == {"detail", "code"}
        self.detail = coded(**error.errors) if is_coded else plain_detail(error.errors)


def plain_detail(errors: Mapping[str, Any]) -> Any:
    """Return `errors` as DRF's `ErrorDetail` tree, with every list and dict in its place."""

    def convert(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {str(key): convert(item) for key, item in value.items()}
        if isinstance(value, Sequence) and not isinstance(value, str):
            return [convert(item) for item in value]
        return value if isinstance(value, exceptions.ErrorDetail) else exceptions.ErrorDetail(str(value))

    return convert(errors)


def coded(detail: str, code: str) -> dict[str, Any]:
    """Return the body of an error that belongs to no field: `detail`, a sentence for people, and a stable `code`."""
    return {"detail": exceptions.ErrorDetail(detail, code), "code": exceptions.ErrorDetail(code, code)}


def encodable(detail: Any) -> Any:
    """Return the detail of an error with lone surrogates, which UTF-8 cannot encode, replaced by `?`."""
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


def as_api_exception(error: Exception) -> Exception:
    """Return the DRF exception for `error`; `error` itself if there is nothing to translate."""
    if isinstance(error, ChatAPIError):
        if error.http_status == status.HTTP_400_BAD_REQUEST:
            return exceptions.ValidationError(plain_detail(error.errors))
        return DomainAPIException(error)
    if isinstance(error, OperationalError) and is_busy(error):
        return ServiceBusy()
    return error
