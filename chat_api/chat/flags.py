"""The flags and states of a membership: the public path of `chat_api.chat.choices`."""

from chat_api.chat.choices import Notification, OnFinish, Permission, State

__all__ = ["Notification", "OnFinish", "Permission", "State"]
