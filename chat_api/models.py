"""Every model, for Django and for host code; inside the package, import from the domains."""

from chat_api.chat.models import (
    Attachment,
    IdempotencyKey,
    Message,
    MessageAnswer,
    ScriptRun,
    Thread,
    ThreadCreation,
    ThreadDeparture,
    ThreadWSSubscription,
    UnreadMessage,
    UserThread,
    VariableModification,
)
from chat_api.notifications.models import NotificationDelivery, PushDevice
from chat_api.raised_flags.models import Flag
from chat_api.realtime.models import SocketTicket, ThreadEvent
from chat_api.schemas.models import Answer, AttachmentTemplate, Group, Question, Schema
from chat_api.search.models import MessageSearch, SearchIndexBuild
from chat_api.surveys.models import Survey, SurveyAttachment, SurveyCreation, SurveyItem, SurveyItemAnswer

__all__ = [
    "Answer",
    "Attachment",
    "AttachmentTemplate",
    "Flag",
    "Group",
    "IdempotencyKey",
    "Message",
    "MessageAnswer",
    "MessageSearch",
    "NotificationDelivery",
    "PushDevice",
    "Question",
    "Schema",
    "ScriptRun",
    "SearchIndexBuild",
    "SocketTicket",
    "Survey",
    "SurveyAttachment",
    "SurveyCreation",
    "SurveyItem",
    "SurveyItemAnswer",
    "Thread",
    "ThreadCreation",
    "ThreadDeparture",
    "ThreadEvent",
    "ThreadWSSubscription",
    "UnreadMessage",
    "UserThread",
    "VariableModification",
]
