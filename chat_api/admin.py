"""The admin of every domain, where Django looks for it."""

from chat_api.chat import admin as chat_admin
from chat_api.raised_flags import admin as raised_flags_admin
from chat_api.schemas import admin as schemas_admin
from chat_api.surveys import admin as surveys_admin

__all__ = ["chat_admin", "raised_flags_admin", "schemas_admin", "surveys_admin"]
