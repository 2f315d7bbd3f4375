"""The Django settings outside `CHAT_SETTINGS` that this package reads, as 0.8.8 did, and their system check.

A value that cannot be used counts as not set, so no request fails because of it. The ids are those of
`chat_api.settings.rules`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from celery import Celery
from django.apps import AppConfig
from django.conf import settings
from django.core import checks

from chat_api.settings.rules import Imported, ListOf, MappingOf, Maybe, Rule, Text

CELERY_APP_PATH: Final = "CELERY_APP_PATH"
ACCEPTED_IMAGE_MIME: Final = "ACCEPTED_IMAGE_MIME"
MIME_TO_EXT: Final = "MIME_TO_EXT"

_TEXT: Final = Text(blank=False)

RULES: Final[Mapping[str, Rule]] = {
    CELERY_APP_PATH: Maybe(Imported(lambda found: isinstance(found, Celery), "a Celery app")),
    ACCEPTED_IMAGE_MIME: Maybe(ListOf(_TEXT)),
    MIME_TO_EXT: Maybe(MappingOf(_TEXT, _TEXT)),
}


def celery_app_path() -> Any:
    """Return the path in CELERY_APP_PATH; None if it is not set.

    The README of 0.8.8 prints it with a trailing comma: a tuple of one string counts as the string.
    """
    value: Any = getattr(settings, CELERY_APP_PATH, None)
    if isinstance(value, list | tuple) and len(value) == 1 and isinstance(value[0], str):
        value = value[0]
    return value or None


def accepted_image_mime() -> tuple[str, ...]:
    """Return the MIME types in ACCEPTED_IMAGE_MIME; empty if it is not set."""
    value = getattr(settings, ACCEPTED_IMAGE_MIME, None)
    if isinstance(value, str) or not isinstance(value, Sequence | set | frozenset):
        return ()
    return tuple(mime for mime in value if isinstance(mime, str))


def extensions_by_mime() -> Mapping[str, Any]:
    """Return the mapping in MIME_TO_EXT; empty if it is not set."""
    value = getattr(settings, MIME_TO_EXT, None)
    return value if isinstance(value, Mapping) else {}


@checks.register("chat_api")
def check_django_settings(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """Report wrong values of the Django settings that this package reads."""
    values = {key: getattr(settings, key, None) for key in RULES}
    values[CELERY_APP_PATH] = celery_app_path()
    if isinstance(values[ACCEPTED_IMAGE_MIME], set | frozenset):
        values[ACCEPTED_IMAGE_MIME] = tuple(values[ACCEPTED_IMAGE_MIME])
    return [
        checks.Error(problem.text, hint=problem.hint, id=problem.id)
        for key, rule in RULES.items()
        for problem in rule(values[key], key)
    ]
