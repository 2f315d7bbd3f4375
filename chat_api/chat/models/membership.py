"""Members of threads: their permissions, notifications and scripts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.base import ModelBase
from django.utils import timezone

from chat_api.chat.choices import (
    NOTIFICATIONS_DEFAULT,
    ON_FINISH_LABELS,
    OUTCOME_LABELS,
    SCRIPTED_STATES,
    STATE_LABELS,
    UNIT_LABELS,
    FrequencyUnit,
    Notification,
    OnFinish,
    Permission,
    RunOutcome,
    State,
)
from chat_api.chat.thread_types import default_permissions, thread_types
from chat_api.chat.visibility import last_visible
from chat_api.lib.db.keys import ForeignKey
from chat_api.lib.db.managers import ChatModel
from chat_api.schemas.models import Question, Schema
from chat_api.settings import chat_settings


class _SettingConstant:
    """A class attribute that follows a setting."""

    def __init__(self, key: str) -> None:
        self.key = key

    def __get__(self, instance: object, owner: type | None = None) -> int:
        return int(getattr(chat_settings, self.key))


class UserThread(ChatModel):
    """One user's membership of one thread."""

    PERMISSION_MESSAGES_READ = int(Permission.MESSAGES_READ)
    PERMISSION_MESSAGES_CREATE = int(Permission.MESSAGES_CREATE)
    PERMISSION_MESSAGES_EDIT = int(Permission.MESSAGES_EDIT)
    PERMISSION_MESSAGES_DELETE = int(Permission.MESSAGES_DELETE)
    PERMISSION_THREAD_READ = int(Permission.THREAD_READ)
    PERMISSION_THREAD_EDIT = int(Permission.THREAD_EDIT)
    PERMISSION_THREAD_DELETE = int(Permission.THREAD_DELETE)
    PERMISSION_THREAD_ADD_USER = int(Permission.THREAD_ADD_USER)
    PERMISSION_THREAD_REMOVE_USER = int(Permission.THREAD_REMOVE_USER)
    PERMISSION_THREAD_CONTROL_OTHERS = int(Permission.THREAD_CONTROL_OTHERS)
    PERMISSION_THREAD_BREAK_STATE = int(Permission.THREAD_BREAK_STATE)
    PERMISSION_THREAD_ROLLBACK = int(Permission.THREAD_ROLLBACK)
    PERMISSION_THREAD_REOPEN = int(Permission.THREAD_REOPEN)
    PERMISSIONS_DEFAULT = _SettingConstant("THREAD_PERMISSIONS_DEFAULT")
    PERMISSIONS_CREATOR_DEFAULT = _SettingConstant("THREAD_CREATOR_PERMISSIONS_DEFAULT")
    PERMISSIONS_CHOICES = tuple((int(flag), flag.name) for flag in Permission)

    NOTIFICATIONS_UNREAD = int(Notification.UNREAD)
    NOTIFIACTIONS_UNREAD = NOTIFICATIONS_UNREAD
    NOTIFICATIONS_WS = int(Notification.WS)
    NOTIFICATIONS_PUSH = int(Notification.PUSH)
    NOTIFICATIONS_EMAIL = int(Notification.EMAIL)
    NOTIFICATIONS_SMS = int(Notification.SMS)
    NOTIFICATIONS_DEFAULT = NOTIFICATIONS_DEFAULT
    NOTIFICATIONS_CHOICES = tuple((int(flag), flag.name) for flag in Notification)

    FREQUENCY_UNIT_HOURS = FrequencyUnit.HOURS.value
    FREQUENCY_UNIT_DAYS = FrequencyUnit.DAYS.value
    FREQUENCY_UNIT_WEEKS = FrequencyUnit.WEEKS.value
    FREQUENCY_UNIT_MONTHS = FrequencyUnit.MONTHS.value
    FREQUENCY_UNIT_CHOICES = tuple((unit.value, UNIT_LABELS[unit]) for unit in FrequencyUnit)

    ON_FINISH_OPEN = OnFinish.OPEN.value
    ON_FINISH_CLOSE = OnFinish.CLOSE.value
    ON_FINISH_REPEAT = OnFinish.REPEAT.value
    ON_FINISH_CHOICES = tuple((choice.value, ON_FINISH_LABELS[choice]) for choice in OnFinish)

    STATE_SCRIPTED = State.SCRIPTED.value
    STATE_SCRIPTED_FE_CONTROLLED = State.SCRIPTED_FE_CONTROLLED.value
    STATE_ASSISTED = State.ASSISTED.value
    STATE_CLOSED = State.CLOSED.value
    STATE_OPEN = State.OPEN.value
    STATE_CHOICES = tuple((state.value, STATE_LABELS[state]) for state in State)

    thread = ForeignKey("chat_api.Thread", on_delete=models.CASCADE, related_name="users")
    user = ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="chat_api_threads")
    type = models.CharField(max_length=50, choices=thread_types, db_index=True)
    created = models.DateTimeField(db_index=True)
    #: Not indexed: it changes for every member with every message, see the decision on it.
    updated = models.DateTimeField()
    permissions = models.IntegerField(null=True, default=default_permissions)
    notifications = models.IntegerField(null=True, default=NOTIFICATIONS_DEFAULT)
    state = models.CharField(max_length=50, choices=STATE_CHOICES, default=STATE_OPEN)
    schema = ForeignKey(
        Schema,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="user_threads",
        db_index=False,
    )
    initial_question = ForeignKey(
        Question,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="states_inited_with",
        db_index=False,
    )
    question = ForeignKey(
        Question,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="states_with",
        db_index=False,
    )
    related_message = ForeignKey(
        "chat_api.Message",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="states_related_with",
        db_index=False,
    )
    last_message = ForeignKey(
        "chat_api.Message",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="last_in_user_threads",
        db_index=False,
        db_constraint=False,
    )
    automated_sender = ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="automated_threads_sent_by",
        db_index=False,
    )
    on_finish = models.CharField(max_length=50, choices=ON_FINISH_CHOICES, default=ON_FINISH_OPEN, blank=True)
    frequency_unit = models.CharField(max_length=50, choices=FREQUENCY_UNIT_CHOICES, null=True, blank=True)
    frequency_value = models.IntegerField(null=True, blank=True)
    next_restart = models.DateTimeField(null=True, blank=True, db_index=True)
    repeat_until = models.DateTimeField(null=True, blank=True)
    #: The local time at which the series of starts began, in ISO 8601 without a zone, so that it stays valid if the
    #: member's time zone changes; null until the first run ends, then the start of that run.
    series_begin = models.CharField(max_length=26, null=True, blank=True, editable=False)
    variables_pool: Any = models.JSONField(default=dict, blank=True)
    #: The values of calculations and scores beside the pool; null where the schema has none.
    values: Any = models.JSONField(null=True, blank=True, editable=False)
    #: The state that a paused member returns to; null while the member is not paused.
    paused_state = models.CharField(
        max_length=50, choices=STATE_CHOICES, null=True, blank=True, editable=False
    )
    run = ForeignKey(
        "chat_api.ScriptRun",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    #: The thread's event head when the member joined: the events up to it are older than the membership.
    history_start = models.PositiveBigIntegerField(default=0, editable=False)

    #: The number of the thread's last event when `selectors.membership` read the row.
    event_head: int
    #: The user who removes the member, during the removal; None for the deletion of an account or a thread.
    removed_by_id: Any = None

    class Meta:
        app_label = "chat_api"
        unique_together = (("user", "thread"),)

    def __str__(self) -> str:
        return f"User {self.user_id} in thread {self.thread_id}"

    def save(
        self,
        *,
        force_insert: bool | tuple[ModelBase, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        """Save the row; a new one takes missing values from its thread and its schema."""
        if self._state.adding:
            self.take_defaults()
        super().save(
            force_insert=force_insert, force_update=force_update, using=using, update_fields=update_fields
        )

    def take_defaults(self) -> None:
        """Fill in, on a row not saved yet, dates, type, last message and first question."""
        now = timezone.now()
        self.created = self.created or self.thread.created or now
        self.updated = self.updated or self.thread.updated or now
        self.type = self.type or self.thread.type
        if self.last_message_id is None and self.thread_id is not None:
            self.last_message = last_visible(self.thread.messages.all(), user=self.user)
        if self.is_scripted and self.schema is not None and self.question_id is None:
            self.question = self.initial_question or self.schema.questions.first()

    @property
    def title(self) -> str:
        """Return the thread's title."""
        return self.thread.title

    @property
    def variables(self) -> dict[str, float]:
        """Return the pool; old rows can hold any JSON, and count as empty if it is not an object."""
        return dict(self.variables_pool) if isinstance(self.variables_pool, dict) else {}

    def has_moved_since(self, before: UserThread) -> bool:
        """Return whether the script asks something else than `before`, the same membership loaded earlier.

        Always False for frontend-controlled scripts: their requests name the question.
        """
        if self.state == before.state == State.SCRIPTED_FE_CONTROLLED:
            return False
        return (before.question_id, before.related_message_id) != (self.question_id, self.related_message_id)

    @property
    def is_scripted(self) -> bool:
        """Return whether a script asks this member; a script that waits for its restart counts."""
        return self.state in SCRIPTED_STATES

    @property
    def paused(self) -> bool:
        """Return whether the member's script is paused until it is resumed."""
        return self.paused_state is not None

    def may(self, permission: Permission) -> bool:
        """Return whether the member has all flags of `permission`; null counts as none."""
        return (self.permissions or 0) & permission == permission

    def is_notified_by(self, transport: Notification) -> bool:
        """Return whether the member wants notifications by `transport`; null counts as none."""
        return bool((self.notifications or 0) & transport)


class ScriptRun(ChatModel):
    """One run of a script for a member, from its start to its end."""

    OUTCOME_CHOICES = tuple((outcome.value, OUTCOME_LABELS[outcome]) for outcome in RunOutcome)

    user_thread = ForeignKey(UserThread, on_delete=models.CASCADE, related_name="runs")
    schema = ForeignKey(Schema, on_delete=models.PROTECT, related_name="runs")
    started = models.DateTimeField(default=timezone.now)
    finished = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=50, choices=OUTCOME_CHOICES, blank=True, default="")
    variables = models.JSONField(default=dict)
    #: As `UserThread.values`, when the run ended.
    values: Any = models.JSONField(null=True, blank=True, editable=False)
    last_qid = models.IntegerField(null=True, blank=True)
    #: Whether the frontend names the question that is answered: a repeated answer replaces the older one.
    led_by_frontend = models.BooleanField(default=False, db_default=False, editable=False)

    class Meta:
        app_label = "chat_api"

    def __str__(self) -> str:
        return f"Run {self.pk} of {self.user_thread_id}"


class VariableModification(ChatModel):
    """A modification of a member's variables by one question or answer; rollbacks recompute from the remaining rows."""

    user_thread = ForeignKey(UserThread, on_delete=models.CASCADE, related_name="variable_modifications")
    run = ForeignKey(
        ScriptRun, null=True, blank=True, on_delete=models.CASCADE, related_name="variable_modifications"
    )
    variable_modifications: Any = models.JSONField(default=list)
    related_message = ForeignKey(
        "chat_api.Message",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="variable_modifications",
    )
    #: The id of the message-answer link whose answer carried the modification.
    related_message_answer_id = models.IntegerField(null=True, blank=True)

    class Meta:
        app_label = "chat_api"

    def __str__(self) -> str:
        return f"{self.variable_modifications}"
