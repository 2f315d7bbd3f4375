"""Threads and their messages."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from chat_api.attachments.models import BaseAttachment, index_of_files
from chat_api.chat.thread_types import default_thread_type, thread_types
from chat_api.lib.db.idempotency import CreationKey
from chat_api.lib.db.keys import ForeignKey, OneToOneField
from chat_api.lib.db.managers import ChatModel, PrimaryManager, PrimaryQuerySet
from chat_api.lib.text_formats import HasPlainText, text_format_column
from chat_api.schemas.models import Answer, Question


class Thread(ChatModel):
    """A conversation. Data that differ from member to member are in `UserThread`."""

    title = models.CharField(max_length=255, blank=True, default="")
    type = models.CharField(max_length=50, choices=thread_types, default=default_thread_type)
    created = models.DateTimeField(auto_now_add=True)
    updated = models.DateTimeField(auto_now=True)
    last_message = ForeignKey(
        "chat_api.Message",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="last_in_threads",
        db_index=False,
    )
    #: The number of the last event of the thread's history; only grows, under the thread's lock.
    event_head = models.PositiveBigIntegerField(default=0, editable=False)
    #: The user who looks after the thread: a member, or somebody of the staff.
    assigned_to = ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )

    class Meta:
        app_label = "chat_api"
        indexes = (
            # Most threads are assigned to nobody, and rows that the index leaves out cost nothing.
            models.Index(
                fields=("assigned_to",),
                name="chat_api_thread_assigned",
                condition=models.Q(assigned_to__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.title or f"Thread {self.pk}"


class MessageQuerySet(PrimaryQuerySet["Message"]):
    """Messages, with a soft `delete`."""

    def delete(self) -> tuple[int, dict[str, int]]:
        """Mark the messages as deleted; the rows stay."""
        count = self.update(deleted=True, updated=timezone.now())
        return count, {"chat_api.Message": count}


class AllMessages(PrimaryManager["Message"]):
    """All messages, including deleted ones."""

    _queryset_class = MessageQuerySet


class ExistingMessages(AllMessages):
    """The messages that were not deleted."""

    def get_queryset(self) -> models.QuerySet[Message]:
        """Return the messages that were not deleted."""
        return super().get_queryset().filter(deleted=False)


class Message(HasPlainText, ChatModel):
    """A message of a member or a script in a thread. Deleting keeps the row."""

    thread = ForeignKey(Thread, on_delete=models.CASCADE, related_name="messages")
    sender = ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )
    text = models.TextField(blank=True, default="")
    #: How `text` is stored, see `plain_text`; null in rows of earlier releases, which are as the settings say.
    text_format = text_format_column()
    #: A number as the user typed it, where `text` has it in another notation; not escaped.
    typed_text = models.CharField(max_length=100, null=True, blank=True, editable=False)
    type = models.CharField(max_length=50, default="message", db_index=True)
    meta = models.JSONField(null=True, blank=True)
    #: The answer as a typed value, the chosen ids, and the time and time zone at which it was given.
    reply: Any = models.JSONField(null=True, blank=True, editable=False)
    #: The round of a repeated group, from 1; null outside of repeated groups.
    instance = models.IntegerField(null=True, blank=True, editable=False)
    related_question = ForeignKey(
        Question, null=True, blank=True, on_delete=models.PROTECT, related_name="messages"
    )
    predecessor = ForeignKey(
        Question, null=True, blank=True, on_delete=models.PROTECT, related_name="preceeding_messages"
    )
    answers = models.ManyToManyField(
        Answer, blank=True, related_name="messages", through="chat_api.MessageAnswer"
    )
    has_attachments = models.BooleanField(default=False)
    created = models.DateTimeField(auto_now_add=True)
    updated = models.DateTimeField(auto_now=True, db_index=True)
    deleted = models.BooleanField(default=False, editable=False)
    #: Whether it was deleted because an earlier answer was corrected; its members can still look it up.
    superseded = models.BooleanField(default=False, db_default=False, editable=False)
    #: The client's id of the message, so that sending it again creates no second one.
    client_id = models.UUIDField(null=True, blank=True, editable=False)
    #: Whether this message asks `related_question` (else it possibly answers it), and the member it asks.
    asks = models.BooleanField(default=False, editable=False)
    asked_of = ForeignKey(
        "chat_api.UserThread",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="asked_messages",
    )
    run = ForeignKey(
        "chat_api.ScriptRun",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="messages",
    )

    objects = ExistingMessages()  # type: ignore[misc]
    all_objects = AllMessages()

    class Meta:
        app_label = "chat_api"
        base_manager_name = "all_objects"
        indexes = (models.Index(fields=("thread", "id"), name="chat_api_message_by_thread"),)
        constraints = (
            models.UniqueConstraint(
                fields=("sender", "thread", "client_id"),
                condition=models.Q(client_id__isnull=False),
                name="chat_api_message_client_id_unique",
            ),
        )

    def __str__(self) -> str:
        return self.text[:60]

    def is_by(self, user: Any) -> bool:
        """Return whether `user` is the sender; always False for anonymous users, even for messages without a sender."""
        return self.sender_id is not None and bool(self.sender_id == user.pk)

    def delete(self, using: str | None = None, keep_parents: bool = False) -> tuple[int, dict[str, int]]:
        """Mark the message as deleted; its row and its unread rows stay: see `chat_api.chat.actions`."""
        self.deleted = True
        self.save(using=using, update_fields=("deleted", "updated"))
        return 1, {"chat_api.Message": 1}


class MessageAnswer(ChatModel):
    """The link between a message and a chosen answer; a used answer cannot be deleted."""

    message = ForeignKey(Message, on_delete=models.CASCADE, related_name="answer_links")
    answer = ForeignKey(Answer, on_delete=models.PROTECT, related_name="+")

    class Meta:
        app_label = "chat_api"
        db_table = "chat_api_message_answers"
        unique_together = (("message", "answer"),)

    def __str__(self) -> str:
        return f"{self.message_id}: {self.answer_id}"


class Attachment(BaseAttachment):
    """An attachment of a message."""

    file_kind = "message"

    message = ForeignKey(Message, on_delete=models.CASCADE, related_name="attachments")

    class Meta:
        app_label = "chat_api"
        indexes = (index_of_files("chat_api_attachment_file"),)


class UnreadMessage(ChatModel):
    """One message that one member has not read yet; reading it deletes the row.

    The rows are derived from memberships, whose foreign keys the database checks; their own keys have no constraints.
    """

    message = ForeignKey(
        # The constraint's index begins with it.
        Message,
        on_delete=models.CASCADE,
        related_name="unread_states",
        db_index=False,
        db_constraint=False,
    )
    thread = ForeignKey(Thread, on_delete=models.CASCADE, related_name="unread_messages", db_constraint=False)
    user = ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="unread_messages",
        db_index=False,
        db_constraint=False,
    )
    type = models.CharField(max_length=50, choices=thread_types)

    class Meta:
        app_label = "chat_api"
        constraints = (
            models.UniqueConstraint(fields=("message", "user"), name="chat_api_unread_once_per_member"),
        )
        indexes = (models.Index(fields=("user", "thread"), name="chat_api_unread_of_member"),)

    def __str__(self) -> str:
        return f"{self.user_id} has not read {self.message_id}"


class ThreadWSSubscription(ChatModel):
    """The one thread whose events a user gets without being a member."""

    thread = ForeignKey(Thread, on_delete=models.CASCADE, related_name="ws_subscription")
    user = OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="ws_subscription")
    #: The number of the thread's last event when the user subscribed: earlier events are sent only on request.
    start = models.PositiveBigIntegerField(default=0, editable=False)

    class Meta:
        app_label = "chat_api"

    def __str__(self) -> str:
        return f"{self.user_id} is subscribed to {self.thread_id}"


class ThreadCreation(CreationKey):
    """The `client_id` of a request that created a thread of `type`; `thread` is null after it was deleted."""

    type = models.CharField(max_length=50)
    thread = ForeignKey(Thread, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        app_label = "chat_api"
        constraints = (
            models.UniqueConstraint(
                fields=("user", "type", "client_id"), name="chat_api_thread_created_once"
            ),
        )


class IdempotencyKey(ChatModel):
    """A `client_id` whose request created no message: the confirmation of a control."""

    thread = ForeignKey(Thread, on_delete=models.CASCADE, related_name="+")
    user = ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    client_id = models.UUIDField()
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "chat_api"
        constraints = (
            models.UniqueConstraint(
                fields=("user", "thread", "client_id"), name="chat_api_idempotency_key_unique"
            ),
        )

    def __str__(self) -> str:
        return str(self.client_id)


class ThreadDeparture(ChatModel):
    """A user who left a thread: others cannot add them again until the user permits it."""

    thread = ForeignKey(Thread, on_delete=models.CASCADE, related_name="departures")
    user = ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "chat_api"
        constraints = (
            models.UniqueConstraint(fields=("user", "thread"), name="chat_api_departed_once_per_thread"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} left {self.thread_id}"
