"""Loading many Django sessions at once, from any session engine."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends import cache, cached_db, db
from django.core.cache import caches
from django.utils import timezone


def contents_of_sessions(keys: Collection[str]) -> dict[str, Mapping[str, Any]]:
    """Return the contents of the sessions by key; expired sessions are missing or empty.

    Takes one query for sessions in the database (also with the engine `cached_db`) and one request for sessions in a
    cache. Sessions in files and cookies, and those of custom engines, are loaded one by one.
    """
    if not keys:
        return {}
    store: Any = import_module(settings.SESSION_ENGINE).SessionStore
    # An engine with its own `load` is called by it.
    if store.load in (db.SessionStore.load, cached_db.SessionStore.load):
        return _from_rows(store, keys)
    if store.load is cache.SessionStore.load:
        return _from_cache(store, keys)
    return {key: store(key).load() for key in keys}


def _from_rows(store: Any, keys: Collection[str]) -> dict[str, Mapping[str, Any]]:
    decode = store().decode
    rows = store.get_model_class().objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    return {key: decode(data) for key, data in rows.values_list("session_key", "session_data")}


def _from_cache(store: Any, keys: Collection[str]) -> dict[str, Mapping[str, Any]]:
    names = {store.cache_key_prefix + key: key for key in keys}
    found = caches[settings.SESSION_CACHE_ALIAS].get_many(names)
    return {names[name]: content for name, content in found.items() if isinstance(content, dict)}
