"""System checks of the search backend.

E010: its package is not installed. E011: its URL is missing. W008: an older release built the index, with other rules
of normalization.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from django.apps import AppConfig
from django.core import checks
from django.db import DatabaseError

from chat_api.lib.conf.packages import MISSING_OPTION, missing_packages
from chat_api.search.backends.elasticsearch.backend import ElasticsearchBackend
from chat_api.search.models import MessageSearch, SearchIndexBuild
from chat_api.search.normalization import FOLDING
from chat_api.settings import chat_settings, import_setting

STALE_INDEX: Final = "chat_api.W008"


@checks.register("chat_api")
def check_search(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Report a missing package or URL of Elasticsearch."""
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
        hint = "Set CHAT_SETTINGS['ELASTICSEARCH_URL'] to the URL of the server."
        found.append(checks.Error(f"{where} needs a URL.", hint=hint, id=MISSING_OPTION))
    return found


@checks.register("chat_api", checks.Tags.database)
def check_index(
    app_configs: Sequence[AppConfig] | None, databases: Collection[str] | None = None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """Report an index with outdated normalization; `check --database` and `migrate` run this check."""
    using = MessageSearch.objects.db
    if using not in (databases or ()) or not _is_stale(using):
        return []
    return [
        checks.Warning(
            "An older release built the search index: words in some scripts are not found.",
            hint="Run manage.py rebuild_search_index. The site can stay online in the meantime.",
            id=STALE_INDEX,
        )
    ]


def _is_stale(using: str) -> bool:
    try:
        known = SearchIndexBuild.objects.using(using).filter(folding__gte=FOLDING).exists()
        return not known and MessageSearch.objects.using(using).exists()
    except DatabaseError:
        # Before the first migration there are no tables.
        return False
