"""Rules for Python objects, given by dotted path or as themselves: functions, classes, models."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.utils.module_loading import import_string

from chat_api.settings.rules.base import (
    CANNOT_IMPORT,
    NO_SUCH_MODEL,
    WRONG_KIND,
    Problem,
    Problems,
    hint_for,
    wrong_type,
)


@dataclass(frozen=True)
class Imported:
    """A dotted path, or the object itself, that `fits`; `what` says what the object must be."""

    fits: Callable[[Any], bool]
    what: str

    def __call__(self, value: Any, where: str) -> Problems:
        found = value
        if isinstance(value, str):
            try:
                found = import_string(value)
            except Exception as error:  # noqa: BLE001 (a module of the host's raises anything)
                yield Problem(CANNOT_IMPORT, f"{where}: cannot import {value!r}: {_described(error)}")
                return
        if not self.fits(found):
            yield Problem(WRONG_KIND, f"{where}: {value!r} is not {self.what}.")


def _described(error: Exception) -> str:
    """Return the message of the error, with its class where that is not plain."""
    return str(error) if isinstance(error, ImportError) else f"{type(error).__name__}: {error}"


FUNCTION = Imported(callable, "a function")


def subclass_of(path: str) -> Imported:
    """Return the rule for a subclass of the class at the dotted path, which is imported when the check runs."""

    def fits(found: Any) -> bool:
        return isinstance(found, type) and issubclass(found, import_string(path))

    return Imported(fits, f"a subclass of {path.rpartition('.')[2]}")


def _is_permission(found: Any) -> bool:
    from rest_framework.permissions import BasePermission, OperandHolder, SingleOperandHolder

    # Classes combined by & and | are not classes.
    if isinstance(found, OperandHolder | SingleOperandHolder):
        return True
    return isinstance(found, type) and issubclass(found, BasePermission)


PERMISSION = Imported(_is_permission, "a subclass of BasePermission")


@dataclass(frozen=True)
class Model:
    """A model of an installed app: `app_label.Model`, or the class."""

    def __call__(self, value: Any, where: str) -> Problems:
        if value in apps.get_models():
            return
        if not isinstance(value, str):
            yield from wrong_type(value, where, 'a model, named "app_label.Model"')
            return
        try:
            apps.get_model(value)
        except (LookupError, ValueError) as error:
            known = (model._meta.label for model in apps.get_models())
            text = f"{where}: there is no model {value!r}: {error}"
            yield Problem(NO_SUCH_MODEL, text, hint_for(value, known))
