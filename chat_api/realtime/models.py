"""The event log of each thread, numbered without gaps, and the tickets of sockets."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from chat_api.lib.db.keys import ForeignKey
from chat_api.lib.db.managers import ChatModel

#: A longer value is a whole session that is stored in its cookie, not a key.
SESSION_KEY_MAX = 128


class ThreadEvent(ChatModel):
    """One event of a thread.

    Written in the transaction that made the change, under the thread's lock, so `seq` grows by one per event and
    thread in the order of commits. `data` contains ids, not texts: what a user can see is decided when it is sent.
    """

    thread = ForeignKey("chat_api.Thread", on_delete=models.CASCADE, related_name="events", db_index=False)
    seq = models.PositiveBigIntegerField()
    name = models.CharField(max_length=50)
    data = models.JSONField(default=dict)
    created = models.DateTimeField(auto_now_add=True, db_index=True)
    published = models.BooleanField(default=False)
    #: Whether all notifications of it are queued; True from the start for everything except new messages.
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
    """A ticket that opens one socket of its user, once. Only its digest is stored, so the table reveals none."""

    digest = models.CharField(max_length=64, unique=True)
    user = ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    #: The session in which it was asked for, so that its socket ends with it; blank without one.
    session_key = models.CharField(max_length=SESSION_KEY_MAX, blank=True, default="")
    expires = models.DateTimeField(db_index=True)

    class Meta:
        app_label = "chat_api"

    def __str__(self) -> str:
        return f"Ticket of user {self.user_id} until {self.expires}"
