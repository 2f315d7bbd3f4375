"""The models of chat: threads, their messages, their members."""

from chat_api.chat.models.conversation import (
    Attachment,
    IdempotencyKey,
    Message,
    MessageAnswer,
    Thread,
    ThreadCreation,
    ThreadDeparture,
    ThreadWSSubscription,
    UnreadMessage,
)
from chat_api.chat.models.membership import ScriptRun, UserThread, VariableModification

__all__ = [
    "Attachment",
    "IdempotencyKey",
    "Message",
    "MessageAnswer",
    "ScriptRun",
    "Thread",
    "ThreadCreation",
    "ThreadDeparture",
    "ThreadWSSubscription",
    "UnreadMessage",
    "UserThread",
    "VariableModification",
]
