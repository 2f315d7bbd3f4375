"""The event log: what happened in each thread, numbered without gaps."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from chat_api.lib.db.keys import ForeignKey
from chat_api.lib.db.managers import ChatModel

#: A longer one is no key but a session as a whole, kept in its cookie.
SESSION_KEY_MAX = 128


class ThreadEvent(ChatModel):
    """One thing that happened in a thread.

    Written in the transaction that made the change, under the thread's lock, so `seq` grows by one per event and
    thread in the order of commits. `data` holds ids, not texts: what a receiver may see is decided when it is sent.
    """

    thread = ForeignKey("chat_api.Thread", on_delete=models.CASCADE, related_name="events", db_index=False)
    seq = models.PositiveBigIntegerField()
    name = models.CharField(max_length=50)
    data = models.JSONField(default=dict)
    created = models.DateTimeField(auto_now_add=True, db_index=True)
    published = models.BooleanField(default=False)
    #: Whether nobody is left to be notified of it; true from the start for all but new messages.
    dispatched = models.BooleanField(default=True)

    class Meta:
        app_label = "chat_api"
        ordering = ("thread_id", "seq")
        constraints = (models.UniqueConstraint(fields=("thread", "seq"), name="chat_api_event_seq_unique"),)
        indexes = (
            models.Index(fields=("id",), name="chat_api_event_pending", condition=models.Q(published=False)),
            models.Index(
                fields=("id",), name="chat_api_event_undispatched", condition=models.Q(dispatched=False)
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} #{self.seq} of thread {self.thread_id}"


class SocketTicket(ChatModel):
    """Lets its user open one socket, once and soon. Kept is a digest: whoever reads the table cannot use it."""

    digest = models.CharField(max_length=64, unique=True)
    user = ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    #: The session in which it was asked for, so that its socket ends with it; blank without one.
    session_key = models.CharField(max_length=SESSION_KEY_MAX, blank=True, default="")
    expires = models.DateTimeField(db_index=True)

    class Meta:
        app_label = "chat_api"

    def __str__(self) -> str:
        return f"Ticket of user {self.user_id} until {self.expires}"
