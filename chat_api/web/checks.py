"""System check of the prefix that the template tag `chat_api_client` needs.

W009: no prefix serves all parts of the REST API.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.urls import get_resolver

from chat_api.settings import chat_settings

NO_COMMON_PREFIX: Final = "chat_api.W009"


@checks.register("chat_api")
def check_client_prefix(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Warn if parts of the REST API are included under different prefixes and CLIENT_API_URL is not set.

    A project without the API in its URLconf is not warned: it has no pages for the client.
    """
    # Views are imported with the URLconf, not when apps are loaded.
    from chat_api.web.places import parts_in, shown

    if chat_settings.CLIENT_API_URL is not None or not getattr(settings, "ROOT_URLCONF", None):
        return []
    parts = parts_in(get_resolver())
    shapes = [{place.shape for place in places if place.is_usable} for places in parts.values()]
    if not parts or set.intersection(*shapes):
        return []
    return [
        checks.Warning(
            f"No prefix serves all parts of the REST API ({shown(parts)}), so the template tag chat_api_client fails.",
            hint="Include chat_api.api_urls as a whole, in addition if you like, or set "
            "CHAT_SETTINGS['CLIENT_API_URL']. If no page uses the tag, add this id to SILENCED_SYSTEM_CHECKS.",
            id=NO_COMMON_PREFIX,
        )
    ]
