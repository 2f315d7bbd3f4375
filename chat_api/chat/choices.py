"""Permissions, notification flags and states of a membership."""

from __future__ import annotations

from enum import IntFlag, StrEnum

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Permission(IntFlag):
    """The permissions of a member in a thread. A missing flag denies."""

    MESSAGES_READ = 1
    MESSAGES_CREATE = 2
    MESSAGES_EDIT = 4
    MESSAGES_DELETE = 8
    THREAD_READ = 16
    THREAD_EDIT = 32
    THREAD_DELETE = 64
    THREAD_ADD_USER = 128
    THREAD_REMOVE_USER = 256
    THREAD_CONTROL_OTHERS = 512
    THREAD_BREAK_STATE = 1024
    THREAD_ROLLBACK = 2048
    THREAD_REOPEN = 4096


PERMISSIONS_ALL = sum(Permission)


class Notification(IntFlag):
    """How a member is notified of new messages."""

    UNREAD = 1
    WS = 2
    PUSH = 4
    EMAIL = 8
    SMS = 16


#: The notification flag of each transport name in NOTIFICATION_TRANSPORTS.
TRANSPORT_FLAGS = {"push": Notification.PUSH, "email": Notification.EMAIL, "sms": Notification.SMS}
NOTIFICATIONS_DEFAULT = int(Notification.UNREAD | Notification.WS)
NOTIFICATIONS_ALL = sum(Notification)


class State(StrEnum):
    """The state of a member, which decides what happens to messages that they send."""

    SCRIPTED = "scripted"
    SCRIPTED_FE_CONTROLLED = "scripted_fe_controlled"
    ASSISTED = "assisted"
    CLOSED = "closed"
    OPEN = "open"


#: The states in which a script asks questions; at most one member of a thread is in one of them.
SCRIPTED_STATES = frozenset({State.SCRIPTED, State.SCRIPTED_FE_CONTROLLED})
#: The states that require a schema.
STATES_WITH_SCHEMA = SCRIPTED_STATES | {State.ASSISTED}


class OnFinish(StrEnum):
    """The effect of the end of a script on its member; blank counts as open."""

    OPEN = "open"
    CLOSE = "close"
    REPEAT = "repeat"


class FrequencyUnit(StrEnum):
    """The unit of `frequency_value`."""

    HOURS = "hours"
    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"


class RunOutcome(StrEnum):
    """How a run of a script ended."""

    COMPLETED = "completed"
    BROKEN = "broken"
    ROLLED_OVER = "rolled_over"
    SUPERSEDED = "superseded"


STATE_LABELS = {
    State.SCRIPTED: pgettext_lazy("state", "Scripted"),
    State.SCRIPTED_FE_CONTROLLED: pgettext_lazy("state", "Scripted, controlled by the frontend"),
    State.ASSISTED: pgettext_lazy("state", "Assisted"),
    State.CLOSED: pgettext_lazy("state", "Closed"),
    State.OPEN: pgettext_lazy("state", "Open"),
}
ON_FINISH_LABELS = {
    OnFinish.OPEN: pgettext_lazy("after a script", "Open"),
    OnFinish.CLOSE: pgettext_lazy("after a script", "Close"),
    OnFinish.REPEAT: pgettext_lazy("after a script", "Repeat"),
}
UNIT_LABELS = {
    FrequencyUnit.HOURS: _("Hours"),
    FrequencyUnit.DAYS: _("Days"),
    FrequencyUnit.WEEKS: _("Weeks"),
    FrequencyUnit.MONTHS: _("Months"),
}
OUTCOME_LABELS = {
    RunOutcome.COMPLETED: pgettext_lazy("outcome", "completed"),
    RunOutcome.BROKEN: pgettext_lazy("outcome", "broken"),
    RunOutcome.ROLLED_OVER: pgettext_lazy("outcome", "rolled over"),
    RunOutcome.SUPERSEDED: pgettext_lazy("outcome", "superseded"),
}
