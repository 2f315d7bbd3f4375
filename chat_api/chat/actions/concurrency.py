"""Whether a script is still where the caller saw it."""

from __future__ import annotations

from chat_api.chat.choices import State
from chat_api.chat.models import UserThread
from chat_api.lib.errors import InvalidInput


def refuse_if_moved(before: UserThread, now: UserThread) -> None:
    """Raise `InvalidInput` (ALREADY_ANSWERED) if the script asks something else now, under the lock, than before it.

    A frontend that controls its script says itself which question it means.
    """
    if before.state == now.state == State.SCRIPTED_FE_CONTROLLED:
        return
    if (before.question_id, before.related_message_id) != (now.question_id, now.related_message_id):
        raise InvalidInput.field("question", "ALREADY_ANSWERED")
