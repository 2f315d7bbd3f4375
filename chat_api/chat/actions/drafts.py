"""Input and result of sending a message."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from chat_api.chat.member_previews import ThreadPreview
from chat_api.chat.models import Attachment, Message, UserThread


@dataclass(frozen=True, slots=True)
class Draft:
    """A message or answer to send. `attachments` are validated and not stored yet; ids are database ids."""

    text: str = ""
    type: str = "message"
    meta: Any = None
    answer_ids: tuple[int, ...] = ()
    question_id: int | None = None
    #: The round of the question's repeated group that is answered; 0 outside.
    instance: int | None = None
    #: The message that asked the current question when the author wrote the draft; compared if `has_seen_asked`.
    asked_id: int | None = None
    has_seen_asked: bool = False
    break_state: bool = False
    #: Skip the current question, where its script offers that.
    skip: bool = False
    #: The text is a typed line: it can be the number of an answer, and an empty one takes the default.
    is_typed: bool = False
    #: Confirms the warnings of constraints.
    confirm: bool = False
    attachments: tuple[Attachment, ...] = ()
    client_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """The result: `message` is None if a control was confirmed, `created` is False if it existed already."""

    message: Message | None
    created: bool
    member: UserThread
    answer_ids: tuple[int, ...] = ()
    #: All messages that the request created, including the script's.
    messages: tuple[Message, ...] = ()
    #: What the thread shows to the member; None if it was not requested.
    preview: ThreadPreview | None = None
