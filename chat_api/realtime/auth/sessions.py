"""Reading many Django sessions at once, whatever engine keeps them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends import cache, cached_db, db
from django.core.cache import caches
from django.utils import timezone


def contents_of_sessions(keys: Collection[str]) -> dict[str, Mapping[str, Any]]:
    """Return what the sessions hold, by key; those that are over are left out, or empty.

    One query for sessions in the database (those cached as well: the database has them all), one request for sessions
    in a cache. Sessions in files and cookies, and those of a host's own engine, are loaded one after the other.
    """
    if not keys:
        return {}
    store: Any = import_module(settings.SESSION_ENGINE).SessionStore
    # An engine that loads in its own way is asked in that way.
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
