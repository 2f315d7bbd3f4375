"""The app config."""

from __future__ import annotations

from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from chat_api.notifications import universal

# Before the models of any app are loaded, whatever the order in INSTALLED_APPS.
if any(str(entry).startswith((universal.NAME, universal.__name__)) for entry in settings.INSTALLED_APPS):
    universal.allow_old_options()


class ChatAPIConfig(AppConfig):
    """The app `chat_api`. Its primary keys stay 32-bit whatever the host's DEFAULT_AUTO_FIELD is."""

    name = "chat_api"
    label = "chat_api"
    verbose_name = _("Chat and surveys")
    default_auto_field = "django.db.models.AutoField"

    def ready(self) -> None:
        from chat_api import checks, project_checks  # noqa: F401  (register system checks)
        from chat_api.attachments import files
        from chat_api.chat import leaving
        from chat_api.chat.delivery import relayed_commands  # registers the socket commands too
        from chat_api.lib.celery.app import note_host_app
        from chat_api.lib.conf import database_checks, django_settings  # noqa: F401  (register system checks)
        from chat_api.lib.model_names import translate_names
        from chat_api.notifications import checks as _transports  # noqa: F401  (registers a system check)
        from chat_api.realtime.auth import logout
        from chat_api.schemas import actions, host_types, library_checks  # noqa: F401  (registers a system check)
        from chat_api.schemas.models import Schema
        from chat_api.search import checks as _search  # noqa: F401  (registers a system check)
        from chat_api.surveys import script_context  # noqa: F401  (registers how surveys read schemas)
        from chat_api.web import checks as _client  # noqa: F401  (registers a system check)

        translate_names(self.get_models())
        Schema.bind_actions(publish=actions.publish, copy=actions.copy_as_unpublished)
        host_types.connect()
        files.connect()
        leaving.connect()
        relayed_commands.connect()
        note_host_app()
        logout.connect()
