"""System check of the prefix that the template tag `chat_api_client` and the hosted page need.

W009: no prefix serves all parts of the REST API, or the hosted page has none.
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

    A project without the API in its URLconf is not warned, unless it has the hosted page, which fails there.
    """
    # Views are imported with the URLconf, not when apps are loaded.
    from chat_api.web.places import pages_in, parts_in, shown

    if chat_settings.CLIENT_API_URL is not None or not getattr(settings, "ROOT_URLCONF", None):
        return []
    resolver = get_resolver()
    parts = parts_in(resolver)
    if not parts:
        return [_without_api()] if pages_in(resolver) else []
    shapes = [{place.shape for place in places if place.is_usable} for places in parts.values()]
    if set.intersection(*shapes):
        return []
    return [
        checks.Warning(
            f"No prefix serves all parts of the REST API ({shown(parts)}), so the template tag chat_api_client fails.",
            hint="Include chat_api.api_urls as a whole, in addition if you like, or set "
            "CHAT_SETTINGS['CLIENT_API_URL']. If no page uses the tag, add this id to SILENCED_SYSTEM_CHECKS.",
            id=NO_COMMON_PREFIX,
        )
    ]


def _without_api() -> checks.CheckMessage:
    return checks.Warning(
        "The URLconf includes chat_api.client_urls without the REST API, so the hosted page fails.",
        hint="Include 'chat_api.api_urls', or set CHAT_SETTINGS['CLIENT_API_URL'].",
        id=NO_COMMON_PREFIX,
    )
