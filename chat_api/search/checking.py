"""System check of the search that a host chose: E010, its package is not installed; E011, it has no address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.apps import AppConfig
from django.core import checks

from chat_api.lib.extras import MISSING_OPTION, missing_packages
from chat_api.search.elastic import ElasticsearchBackend
from chat_api.settings import chat_settings, import_setting


@checks.register("chat_api")
def check_search(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Report Elasticsearch that could not be asked, for want of a package or an address."""
    host = chat_settings.host()
    if not isinstance(host, Mapping):
        return []
    named, url = host.get("SEARCH_BACKEND"), host.get("ELASTICSEARCH_URL")
    try:
        chosen = import_setting("SEARCH_BACKEND", named)
    except ImportError:
        return []
    by_url = named is None and bool(url)
    if not by_url and not (isinstance(chosen, type) and issubclass(chosen, ElasticsearchBackend)):
        return []
    where = f"CHAT_SETTINGS[{'ELASTICSEARCH_URL' if by_url else 'SEARCH_BACKEND'!r}]"
    found = list(missing_packages(where, {"httpx": "elasticsearch"}))
    if not url:
        hint = "Say where the server is in CHAT_SETTINGS['ELASTICSEARCH_URL']."
        found.append(checks.Error(f"{where} needs an address.", hint=hint, id=MISSING_OPTION))
    return found
