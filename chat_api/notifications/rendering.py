"""The words of notifications, in the receiver's language."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from chat_api.notifications.transports.base import Delivery


@contextmanager
def in_language_of(delivery: Delivery) -> Iterator[None]:
    """Speak the receiver's language; the project's where he has none."""
    with translation.override(delivery.language or translation.get_language()):
        yield


def rendered(template: str, delivery: Delivery) -> str:
    """Render `chat_api/notifications/{template}`, which a host may have replaced by his own."""
    context: dict[str, Any] = {"delivery": delivery, "more": delivery.count - len(delivery.messages)}
    return render_to_string(f"chat_api/notifications/{template}", context)


def subject(delivery: Delivery) -> str:
    """Give one line that says what it is about; nothing in it can begin another line."""
    return " ".join(rendered("subject.txt", delivery).split())


def short_text(delivery: Delivery, *, longest: int) -> str:
    """Give one short paragraph of at most `longest` characters."""
    text = " ".join(rendered("short.txt", delivery).split())
    return text if len(text) <= longest else text[: longest - 1] + "…"
