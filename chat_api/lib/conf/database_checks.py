"""System checks of the database of this app. Those tagged `database` connect if its alias is given.

E012: its vendor or release is not supported. E013: its transactions have a higher isolation level than READ COMMITTED.
E014: tables that belong together are written to different databases. W001: SQLite takes its write lock too late.

Newer releases of Django pass every alias to checks without that tag, so these ignore `databases`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from os import environ
from typing import Any, Final

from django.apps import AppConfig, apps
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connections, models, router

from chat_api.lib.db.transactions import chat_database

UNSUPPORTED: Final = "chat_api.E012"
ISOLATION: Final = "chat_api.E013"
APART: Final = "chat_api.E014"
SQLITE_TRANSACTIONS: Final = "chat_api.W001"

#: The oldest supported release of each database.
LEAST: Final[Mapping[str, tuple[int, int]]] = {"postgresql": (15, 0), "sqlite": (3, 37)}
_NAMES: Final = {
    "mysql": "MySQL or MariaDB",
    "oracle": "Oracle",
    "postgresql": "PostgreSQL",
    "sqlite": "SQLite",
}
_HINT: Final = "Use PostgreSQL 15 or newer, or SQLite 3.37 or newer."
#: The setting among the options of a connection, however spaces are quoted there.
_DEFAULT_ISOLATION: Final = re.compile(
    r"default_transaction_isolation\s*=\s*\W*(repeatable|serializable)", re.I
)
_FORBIDDEN: Final = {"repeatable": "REPEATABLE READ", "serializable": "SERIALIZABLE"}


def vendor_of(alias: str) -> str:
    """Return the vendor of a database by Django's name, even if its driver is not installed."""
    try:
        return connections[alias].vendor
    except ImproperlyConfigured:
        return str(connections.settings[alias]["ENGINE"]).rpartition(".")[2].removesuffix("3")


@checks.register("chat_api")
def check_vendor(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Report an unsupported database: MySQL, MariaDB, Oracle, or an old SQLite."""
    alias = chat_database()
    vendor = vendor_of(alias)
    if vendor == "sqlite":
        # The release is that of the library, so no query is needed.
        return _release(alias, vendor)
    # A project without a database has the vendor "unknown": Django reports it when a database is needed.
    return [] if vendor in LEAST or vendor == "unknown" else [_unsupported(alias, _NAMES.get(vendor, vendor))]


@checks.register("chat_api", checks.Tags.database)
def check_release(
    app_configs: Sequence[AppConfig] | None, databases: Collection[str] | None = None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """Report an unsupported database with the name and release that the server returns."""
    alias = chat_database()
    vendor = vendor_of(alias)
    return (
        _release(alias, vendor) if alias in (databases or ()) and vendor not in ("sqlite", "unknown") else []
    )


def _release(alias: str, vendor: str) -> list[checks.CheckMessage]:
    try:
        connection = connections[alias]
        version = connection.get_database_version()
        name = connection.display_name
    except (ImproperlyConfigured, OperationalError):
        # The command that tried to connect reports it.
        return []
    if vendor in LEAST and tuple(version[:2]) >= LEAST[vendor]:
        return []
    return [_unsupported(alias, f"{name} {'.'.join(map(str, version))}")]


def _unsupported(alias: str, what: str) -> checks.Error:
    text = f"DATABASES[{alias!r}], the database of chat_api, is {what}."
    return checks.Error(text, hint=_HINT, id=UNSUPPORTED)


@checks.register("chat_api")
def check_isolation(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Report settings whose transactions read a snapshot from their start: those that wait for a lock fail."""
    alias = chat_database()
    return _isolation(alias, _configured_isolation(alias) if vendor_of(alias) == "postgresql" else None)


@checks.register("chat_api", checks.Tags.database)
def check_default_isolation(
    app_configs: Sequence[AppConfig] | None, databases: Collection[str] | None = None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """Report a server whose default is such an isolation level, if the settings do not override it."""
    alias = chat_database()
    if alias not in (databases or ()) or vendor_of(alias) != "postgresql" or _configured_isolation(alias):
        return []
    return _isolation(alias, _default_isolation(alias))


def _isolation(alias: str, level: str | None) -> list[checks.CheckMessage]:
    if level not in _FORBIDDEN.values():
        return []
    return [
        checks.Error(
            f"DATABASES[{alias!r}], the database of chat_api, uses the isolation level {level}.",
            hint="Of several simultaneous posts to a thread, most would be rejected (503). Use READ COMMITTED, the "
            "default of PostgreSQL: OPTIONS['isolation_level'] = IsolationLevel.READ_COMMITTED.",
            id=ISOLATION,
        )
    ]


def _configured_isolation(alias: str) -> str | None:
    """Return the level in the settings; None if they leave it to the server."""
    from django.db.backends.postgresql.psycopg_any import IsolationLevel

    options = connections.settings[alias].get("OPTIONS") or {}
    if "isolation_level" in options:
        try:
            return IsolationLevel(options["isolation_level"]).name.replace("_", " ")
        except ValueError:
            # Django reports it when it connects.
            return None
    named = _DEFAULT_ISOLATION.search(str(options.get("options") or environ.get("PGOPTIONS", "")))
    return None if named is None else _FORBIDDEN[named[1].lower()]


def _default_isolation(alias: str) -> str | None:
    try:
        with connections[alias].cursor() as cursor:
            cursor.execute("SHOW default_transaction_isolation")
            return str(cursor.fetchone()[0]).upper()
    except (ImproperlyConfigured, OperationalError):
        return None


@checks.register("chat_api")
def check_together(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Report models in another database than this app's that its rows refer to, or that its actions write to."""
    alias = chat_database()
    referred: tuple[type[models.Model], ...] = (
        get_user_model(),
        ContentType,
        *apps.get_app_config("chat_api").get_models(),
    )
    apart: dict[str, list[str]] = {}
    for model in referred:
        other = router.db_for_write(model)
        if other != alias and not _are_same(alias, other):
            apart.setdefault(other, []).append(model._meta.label)
    return [
        checks.Error(
            f"chat_api is in DATABASES[{alias!r}], but {', '.join(labels)} in DATABASES[{other!r}]. "
            "Foreign keys, joins and transactions do not span databases.",
            hint="Let the routers write 'chat_api', the user model and 'contenttypes' to one database. "
            f"If these tables are replicated into {alias!r}, add {APART!r} to SILENCED_SYSTEM_CHECKS.",
            id=APART,
        )
        for other, labels in apart.items()
    ]


def _are_same(one: str, other: str) -> bool:
    """Return whether two aliases name one database."""
    key = ("ENGINE", "HOST", "PORT", "NAME")
    return all(connections.settings[one].get(name) == connections.settings[other].get(name) for name in key)


@checks.register("chat_api")
def check_sqlite(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Warn of SQLite whose transactions do not take the write lock when they begin."""
    alias = chat_database()
    mode = str((connections.settings[alias].get("OPTIONS") or {}).get("transaction_mode") or "")
    if vendor_of(alias) != "sqlite" or mode.upper() in ("IMMEDIATE", "EXCLUSIVE"):
        return []
    return [
        checks.Warning(
            f"DATABASES[{alias!r}] is SQLite without transaction_mode IMMEDIATE.",
            hint='Set "OPTIONS": {"transaction_mode": "IMMEDIATE"}. Requests that write then wait for each other; '
            "otherwise, one of two that read before they write fails at once.",
            id=SQLITE_TRANSACTIONS,
        )
    ]
