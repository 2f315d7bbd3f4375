"""What goes into sending a message, and what comes out."""

from __future__ import annotations

import html
import uuid
from dataclasses import dataclass
from typing import Any

from chat_api.chat.models import Attachment, Message, UserThread
from chat_api.settings import chat_settings


@dataclass(frozen=True, slots=True)
class Draft:
    """What a member wants to say. `attachments` are validated and not stored yet; ids are database ids."""

    text: str = ""
    type: str = "message"
    meta: Any = None
    answer_ids: tuple[int, ...] = ()
    question_id: int | None = None
    break_state: bool = False
    attachments: tuple[Attachment, ...] = ()
    client_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of it: `message` is None where a control was confirmed, `created` False where it was there already."""

    message: Message | None
    created: bool
    member: UserThread
    answer_ids: tuple[int, ...] = ()
    #: All messages that the request made, the script's too.
    messages: tuple[Message, ...] = ()
    #: How many messages of the thread the member has not read; None where they were not counted.
    unread: int | None = None


def stored_text(text: str) -> str:
    """Give a text as it is stored: HTML-escaped, unless the host turned ESCAPE_TEXT off."""
    return html.escape(text) if chat_settings.ESCAPE_TEXT else text
