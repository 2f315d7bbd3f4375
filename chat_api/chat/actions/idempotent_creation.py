"""Creating a thread once, however often its client sends the request."""

from __future__ import annotations

import uuid
from typing import Any

from chat_api.chat import selectors
from chat_api.chat.actions.threads import ThreadDraft, create_thread
from chat_api.chat.models import ThreadCreation, UserThread
from chat_api.lib.db.idempotency import create_once
from chat_api.lib.errors import Gone


def create_thread_once(
    *, creator: Any, draft: ThreadDraft, client_id: uuid.UUID, by: Any = None
) -> tuple[UserThread, bool]:
    """Create a thread, unless an earlier request with this client_id did; and return whether it was created now.

    A client_id is unique per creator and type of thread. Raises the `InvalidInput` of `create_thread`, and `Gone`
    (`client_id`: DELETED) if the creator left that thread since, or it was deleted.
    """

    def create() -> UserThread:
        member = create_thread(creator=creator, draft=draft, by=by)
        ThreadCreation.objects.create(
            user=creator, type=draft.type, client_id=client_id, thread=member.thread
        )
        return member

    return create_once(
        earlier=lambda: earlier_thread(creator=creator, type=draft.type, client_id=client_id), create=create
    )


def earlier_thread(*, creator: Any, type: str, client_id: uuid.UUID) -> UserThread | None:
    """Return the creator's membership of the thread that an earlier request with this client_id created.

    Raises `Gone` if they left it since, or it was deleted.
    """
    key = selectors.creation_by(user=creator, type=type, client_id=client_id)
    if key is None:
        return None
    member = None
    if key.thread_id is not None:
        member = selectors.membership(user=creator, thread_id=key.thread_id)
    if member is None:
        raise Gone({"client_id": ["DELETED"]})
    member.user = creator
    return member
