"""The host's own types: its functions, named by the CUSTOM_ATTACHMENTS_* settings, wrapped in one class."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from inspect import signature
from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from rest_framework.exceptions import ValidationError
from rest_framework.serializers import as_serializer_error

from chat_api.attachments.addresses import address_of_file
from chat_api.attachments.base import AttachmentType, Submission
from chat_api.attachments.models import BaseAttachment
from chat_api.attachments.uploads import FILE, Upload, kind_of, named_at_random
from chat_api.settings import chat_settings, import_setting

HostFunction = Callable[..., Any]


class CustomType(AttachmentType):
    """A type of the host's; without its functions it leads nowhere and shows the stored preview."""

    def __init__(self, name: str) -> None:
        self.name = name

    def check(self, submission: Submission) -> dict[str, Any]:
        """Give the data as VALIDATION leaves it. Raises `ValidationError` with its errors and ours."""
        errors: dict[str, Any] = {}
        data = submission.data
        try:
            data = super().check(submission)
        except ValidationError as error:
            errors = dict(error.detail)  # type: ignore[arg-type]
        validate = self._function("CUSTOM_ATTACHMENTS_VALIDATION")
        if validate is not None:
            right = {name: value for name, value in data.items() if name not in errors}
            try:
                data = validated(self.name, right, call(validate, right, submission.serializer))
            except (ValidationError, DjangoValidationError) as error:
                errors = {**as_serializer_error(error), **errors}
        if errors:
            raise ValidationError(errors)
        return data

    def takes_files(self) -> bool:
        """Say whether the host listed what kinds of files the type has; else `file_content` is its functions'."""
        return self.name in chat_settings.CUSTOM_ATTACHMENTS_FILE_TYPES

    def columns_of(self, upload: Upload) -> dict[str, Any]:
        """Give the file. Raises `ValidationError` for a kind that is not listed."""
        _, extension = kind_of(upload.content, chat_settings.CUSTOM_ATTACHMENTS_FILE_TYPES[self.name])
        return {FILE: named_at_random(upload.content, extension)}

    def finish(self, submission: Submission, data: dict[str, Any]) -> dict[str, Any]:
        """Give the data as PRE_SAVE and then THUMBNAIL_GENERATOR leave it."""
        for setting in ("CUSTOM_ATTACHMENTS_PRE_SAVE", "CUSTOM_ATTACHMENTS_THUMBNAIL_GENERATOR"):
            function = self._function(setting)
            if function is not None:
                # A function of 0.8.8's time may change what it gets and give nothing back.
                changed = call(function, data, submission.serializer)
                data = data if changed is None else dict(changed)
        return data

    def src(self, attachment: BaseAttachment, serializer: Any) -> str:
        """Give the address as GET_SRC says, else that of the file, if the type has files."""
        function = self._function("CUSTOM_ATTACHMENTS_GET_SRC")
        if function is None:
            return address_of_file(attachment) if self.takes_files() else super().src(attachment, serializer)
        address = call(function, attachment, serializer)
        return "" if address is None else str(address)

    def thumbnail(self, attachment: BaseAttachment, serializer: Any) -> Any:
        """Give the preview as GET_THUMBNAIL says."""
        function = self._function("CUSTOM_ATTACHMENTS_GET_THUMBNAIL")
        if function is None:
            return super().thumbnail(attachment, serializer)
        return call(function, attachment, serializer)

    def _function(self, setting: str) -> HostFunction | None:
        functions = getattr(chat_settings, setting)
        function: HostFunction | None = import_setting(setting, functions.get(self.name))
        return function


def validated(name: str, data: dict[str, Any], result: Any) -> dict[str, Any]:
    """Give the data that VALIDATION approved, from what it returned for `data` of the type `name`.

    It may return the data, a mapping of errors (an empty one: none), or nothing. Raises `ValidationError`.
    """
    if result is None or result is data:
        return data
    if not isinstance(result, Mapping):
        raise TypeError(
            f"CHAT_SETTINGS['CUSTOM_ATTACHMENTS_VALIDATION'][{name!r}] returned neither data nor errors."
        )
    if result.get("type") == name and result.keys() <= data.keys():
        return dict(result)
    errors = {field: texts for field, texts in result.items() if texts}
    if errors:
        raise ValidationError(
            {field: texts if isinstance(texts, list | dict) else [texts] for field, texts in errors.items()}
        )
    return data


def call(function: HostFunction, argument: Any, serializer: Any) -> Any:
    """Call a function of the host's, with `serializer` if it takes that."""
    if takes_serializer(function):
        return function(argument, serializer=serializer)
    return function(argument)


@lru_cache(maxsize=256)
def takes_serializer(function: HostFunction) -> bool:
    """Say whether a function of the host's has a parameter `serializer`."""
    try:
        return "serializer" in signature(function).parameters
    except (TypeError, ValueError):
        # Something written in C, which cannot say what it takes.
        return False
