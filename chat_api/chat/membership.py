"""The public path of `chat_api.chat.models.membership`."""

from chat_api.chat.models.membership import ScriptRun, UserThread, VariableModification

__all__ = ["ScriptRun", "UserThread", "VariableModification"]
