"""Custom attachment types: the host's functions in the CUSTOM_ATTACHMENTS_* settings, behind one class."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from inspect import signature
from typing import Any, Final

from django.core.exceptions import ValidationError as DjangoValidationError
from rest_framework.exceptions import ValidationError
from rest_framework.serializers import as_serializer_error

from chat_api.attachments.image_cost import PictureWork
from chat_api.attachments.links import url_of_attachment
from chat_api.attachments.models import BaseAttachment
from chat_api.attachments.types.base import AttachmentType, Submission, is_web_url
from chat_api.attachments.uploads import FILE, Upload, kind_of, named_at_random
from chat_api.lib.hooks import degraded, required
from chat_api.lib.rest.accounts import in_json
from chat_api.settings import chat_settings, import_setting

HostFunction = Callable[..., Any]

_TEXTS: Final = frozenset({"title", "description", "src"})


class CustomType(AttachmentType):
    """A custom type. Without functions of the host, it has no URL and shows the stored preview."""

    takes_src = True

    def __init__(self, name: str) -> None:
        self.name = name

    def check(self, submission: Submission) -> dict[str, Any]:
        """Return the data that VALIDATION accepted. Raises `HookFailed`, and `ValidationError` with all errors."""
        errors: dict[str, Any] = {}
        data = submission.data
        try:
            data = super().check(submission)
        except ValidationError as error:
            errors = dict(error.detail)  # type: ignore[arg-type]
        setting = "CUSTOM_ATTACHMENTS_VALIDATION"
        if self._has(setting):
            right = {name: value for name, value in data.items() if name not in errors}

            def by_host() -> dict[str, Any]:
                return validated(
                    self.name, right, call(self._function(setting), right, submission.serializer)
                )

            try:
                data = required(setting, by_host)
            except (ValidationError, DjangoValidationError) as error:
                errors = {**as_serializer_error(error), **errors}
        if errors:
            raise ValidationError(errors)
        return data

    def takes_files(self) -> bool:
        """Return whether the host lists file types for it; otherwise its functions handle `file_content`."""
        return self.name in chat_settings.CUSTOM_ATTACHMENTS_FILE_TYPES

    def columns_of(self, upload: Upload, work: PictureWork) -> dict[str, Any]:
        """Return the file. Raises `ValidationError` for a file type that is not listed."""
        _, extension = kind_of(upload.content, chat_settings.CUSTOM_ATTACHMENTS_FILE_TYPES[self.name])
        return {FILE: named_at_random(upload.content, extension)}

    def finish(self, submission: Submission, data: dict[str, Any]) -> dict[str, Any]:
        """Return the data after PRE_SAVE and then THUMBNAIL_GENERATOR. Raises `HookFailed`.

        The generator gets the whole attachment: on a change, also stored values that were not sent.
        """
        before = {} if submission.is_new else submission.data
        for setting in ("CUSTOM_ATTACHMENTS_PRE_SAVE", "CUSTOM_ATTACHMENTS_THUMBNAIL_GENERATOR"):
            if self._has(setting):
                data = required(setting, partial(self._changed, setting, data, submission.serializer))
            unsent = before.keys() - submission.sent - data.keys()
            data = {**data, **{name: before[name] for name in unsent}}
        return data

    def src(self, attachment: BaseAttachment, serializer: Any) -> str | None:
        """Return the URL from GET_SRC, or None if that fails.

        Without GET_SRC, return the URL of the file if the type has files, else the stored `src` if it is a web URL.
        """
        setting = "CUSTOM_ATTACHMENTS_GET_SRC"
        if not self._has(setting):
            if self.takes_files():
                return url_of_attachment(attachment)
            return attachment.src if is_web_url(attachment.src) else ""

        def by_host() -> str:
            url = call(self._function(setting), attachment, serializer)
            return "" if url is None else str(url)

        return degraded(setting, by_host, fallback=None)

    def thumbnail(self, attachment: BaseAttachment, serializer: Any) -> Any:
        """Return the preview from GET_THUMBNAIL, or None if that fails."""
        setting = "CUSTOM_ATTACHMENTS_GET_THUMBNAIL"
        if not self._has(setting):
            return super().thumbnail(attachment, serializer)
        return degraded(
            setting, lambda: in_json(call(self._function(setting), attachment, serializer)), fallback=None
        )

    def _has(self, setting: str) -> bool:
        return getattr(chat_settings, setting).get(self.name) is not None

    def _function(self, setting: str) -> HostFunction:
        function: HostFunction = import_setting(setting, getattr(chat_settings, setting)[self.name])
        return function

    def _changed(self, setting: str, data: dict[str, Any], serializer: Any) -> dict[str, Any]:
        # Functions written for 0.8.8 may change their argument and return nothing.
        changed = call(self._function(setting), data, serializer)
        kept = data if changed is None else dict(changed)
        # These columns are not nullable; a function that returns None for them means an empty string.
        return {name: "" if value is None and name in _TEXTS else value for name, value in kept.items()}


def validated(name: str, data: dict[str, Any], result: Any) -> dict[str, Any]:
    """Return the accepted data, from the `result` of VALIDATION for `data` of the type `name`.

    VALIDATION may return the data, a mapping of errors (empty for no errors), or nothing. Raises `ValidationError`.
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
    """Call a function of the host, with `serializer` if it accepts that argument."""
    if takes_serializer(function):
        return function(argument, serializer=serializer)
    return function(argument)


@lru_cache(maxsize=256)
def takes_serializer(function: HostFunction) -> bool:
    """Return whether a function of the host has a parameter `serializer`."""
    try:
        return "serializer" in signature(function).parameters
    except (TypeError, ValueError):
        # Functions written in C may have no signature.
        return False
