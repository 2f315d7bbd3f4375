"""Parsers of filter values: whole numbers, switches, timestamps, texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from chat_api.lib.db.timezones import as_stored
from chat_api.lib.rest.relations import ID_MAX

#: The maximum number of values in one `__in`.
IN_MAX: Final = 1_000
#: The maximum number of columns in `ordering`: further ones would change nothing.
ORDER_MAX: Final = 20
_TEXT_MAX: Final = 1_000
_SWITCHES: Final = {"true": True, "false": False, "1": True, "0": False}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of columns: how its values are parsed (raising Django's `ValidationError`) and described."""

    read: Callable[[str], Any]
    schema: Mapping[str, Any]
    #: How the value of an exact match is parsed, where that is stricter.
    read_exact: Callable[[str], Any]
    is_text: bool = False


def is_switched_on(params: Mapping[str, str], name: str) -> bool:
    """Return whether a parameter of the query turns something on that is off without it."""
    return params.get(name, "").strip().lower() in ("true", "1", "yes")


def kind_of(column: models.Field[Any, Any]) -> Kind | None:
    """Return the kind of the column's values; None if lists are not filtered by such values."""
    while isinstance(column, models.ForeignKey):
        column = column.target_field
    if isinstance(column, models.BooleanField):
        return _kind(read_switch, "boolean")
    if isinstance(column, models.DateTimeField):
        return _kind(_read_time, "string", format="date-time")
    if isinstance(column, models.IntegerField):
        return _kind(_WHOLE_NUMBER.clean, "integer")
    if isinstance(column, models.UUIDField):
        return _kind(_UUID.clean, "string", format="uuid")
    if isinstance(column, models.CharField | models.TextField):
        exact = _reader_of_choices(column) if column.choices else _TEXT.clean
        return Kind(_TEXT.clean, {"type": "string"}, exact, is_text=True)
    return None


def read_switch(raw: str) -> bool:
    """Parse true or false. Raises Django's `ValidationError`."""
    try:
        return _SWITCHES[raw.strip().lower()]
    except KeyError:
        raise ValidationError("Enter true or false.") from None


def read_list(read: Callable[[str], Any]) -> Callable[[str], list[Any]]:
    """Return a parser of values separated by commas, each parsed by `read`; at most `IN_MAX`."""

    def read_all(raw: str) -> list[Any]:
        parts = raw.split(",", IN_MAX)
        if len(parts) > IN_MAX:
            raise ValidationError(f"Enter at most {IN_MAX} values.")
        return [read(part) for part in parts]

    return read_all


def _kind(read: Callable[[str], Any], type: str, **schema: Any) -> Kind:
    return Kind(read, {"type": type, **schema}, read)


def _read_time(raw: str) -> datetime:
    try:
        return as_stored(_TIME.clean(raw))
    except OverflowError:
        raise ValidationError(_TIME.error_messages["invalid"]) from None


def _reader_of_choices(column: models.Field[Any, Any]) -> Callable[[str], str]:
    def read(raw: str) -> str:
        text: str = _TEXT.clean(raw)
        # Looked up at each request: the choices follow from the host's settings.
        if text not in {value for value, _ in column.flatchoices}:
            raise ValidationError(f"Select a valid choice. {text[:50]} is not one of the available choices.")
        return text

    return read


_WHOLE_NUMBER: Final = forms.IntegerField(min_value=-ID_MAX, max_value=ID_MAX)
# ISO 8601 only: the formats of the user's language would make one text mean several days.
_TIME: Final = forms.DateTimeField(input_formats=[])
_UUID: Final = forms.UUIDField()
_TEXT: Final = forms.CharField(max_length=_TEXT_MAX, strip=False)
