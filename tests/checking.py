"""Running the system checks with settings of a host."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, run_checks
from django.test import override_settings


def reported(host: Any) -> list[CheckMessage]:
    """Return the messages of the checks for these `CHAT_SETTINGS` in an otherwise valid project."""
    with override_settings(CHAT_SETTINGS=host, REST_FRAMEWORK={**settings.REST_FRAMEWORK, "PAGE_SIZE": 50}):
        return run_checks(tags=["chat_api"])


def said(message: CheckMessage) -> str:
    """Return the text of the message with its hint."""
    return f"{message.msg} {message.hint or ''}"
