"""Check that a script has not moved since the caller loaded it."""

from __future__ import annotations

from chat_api.chat.choices import State
from chat_api.chat.models import UserThread
from chat_api.lib.errors import InvalidInput


def refuse_if_moved(before: UserThread, now: UserThread) -> None:
    """Raise `InvalidInput` (ALREADY_ANSWERED) if the script's question under the lock differs from the one before.

    Frontend-controlled scripts are exempt: their requests name the question.
    """
    if before.state == now.state == State.SCRIPTED_FE_CONTROLLED:
        return
    if (before.question_id, before.related_message_id) != (now.question_id, now.related_message_id):
        raise InvalidInput.field("question", "ALREADY_ANSWERED")
