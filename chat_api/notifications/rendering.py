"""Rendering of notifications, in the recipient's language. Hosts replace the templates."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from chat_api.notifications.transports.base import Delivery


@contextmanager
def in_language_of(delivery: Delivery) -> Iterator[None]:
    """Activate the recipient's language, or the project's if they have none."""
    with translation.override(delivery.language or translation.get_language()):
        yield


def rendered(template: str, delivery: Delivery) -> str:
    """Render `chat_api/notifications/{template}`, for a flag `flag_{template}`; hosts can override both."""
    if delivery.flag_id is not None:
        template = f"flag_{template}"
    context: dict[str, Any] = {"delivery": delivery, "more": delivery.count - len(delivery.messages)}
    return render_to_string(f"chat_api/notifications/{template}", context)


def subject(delivery: Delivery) -> str:
    """Return the subject on one line, without line breaks whatever the texts contain."""
    return " ".join(rendered("subject.txt", delivery).split())


def short_text(delivery: Delivery, *, longest: int) -> str:
    """Return one short paragraph of at most `longest` characters."""
    text = " ".join(rendered("short.txt", delivery).split())
    return text if len(text) <= longest else text[: longest - 1] + "…"
