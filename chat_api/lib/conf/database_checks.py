"""System checks of the database that the chat is in. Those tagged `database` connect, where its alias is named.

E012: it is of another vendor, or older, than what the chat runs on. E013: its transactions are isolated more than READ
COMMITTED. E014: what belongs together is written to several databases. W001: SQLite begins transactions too late.

Newer releases of Django hand every alias to checks without that tag, so these look at no `databases`.
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

#: The oldest release of each database that the chat runs on.
LEAST: Final[Mapping[str, tuple[int, int]]] = {"postgresql": (15, 0), "sqlite": (3, 37)}
_NAMES: Final = {
    "mysql": "MySQL or MariaDB",
    "oracle": "Oracle",
    "postgresql": "PostgreSQL",
    "sqlite": "SQLite",
}
_HINT: Final = "The chat runs on PostgreSQL 15 or newer, and on SQLite 3.37 or newer."
#: As it stands among the options of a connection, by whatever means blanks are kept there.
_DEFAULT_ISOLATION: Final = re.compile(
    r"default_transaction_isolation\s*=\s*\W*(repeatable|serializable)", re.I
)
_FORBIDDEN: Final = {"repeatable": "REPEATABLE READ", "serializable": "SERIALIZABLE"}


def vendor_of(alias: str) -> str:
    """Return the vendor of a database as Django calls it, also if the package that speaks to it is not installed."""
    try:
        return connections[alias].vendor
    except ImproperlyConfigured:
        return str(connections.settings[alias]["ENGINE"]).rpartition(".")[2].removesuffix("3")


@checks.register("chat_api")
def check_vendor(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Report a database that the chat does not run on: MySQL, MariaDB, Oracle, or an old SQLite."""
    alias = chat_database()
    vendor = vendor_of(alias)
    if vendor == "sqlite":
        # Its release is that of the library, so nothing has to be asked.
        return _release(alias, vendor)
    # A project without a database is of vendor "unknown": whatever needs one says so.
    return [] if vendor in LEAST or vendor == "unknown" else [_unsupported(alias, _NAMES.get(vendor, vendor))]


@checks.register("chat_api", checks.Tags.database)
def check_release(
    app_configs: Sequence[AppConfig] | None, databases: Collection[str] | None = None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """Report name and release of a database that the chat does not run on, as the server tells them."""
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
        # The command that wanted to connect says so itself.
        return []
    if vendor in LEAST and tuple(version[:2]) >= LEAST[vendor]:
        return []
    return [_unsupported(alias, f"{name} {'.'.join(map(str, version))}")]


def _unsupported(alias: str, what: str) -> checks.Error:
    text = f"DATABASES[{alias!r}], which the chat is in, is {what}."
    return checks.Error(text, hint=_HINT, id=UNSUPPORTED)


@checks.register("chat_api")
def check_isolation(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Report settings whose transactions see the database as it was at their begin: waiting for a lock fails them."""
    alias = chat_database()
    return _isolation(alias, _configured_isolation(alias) if vendor_of(alias) == "postgresql" else None)


@checks.register("chat_api", checks.Tags.database)
def check_default_isolation(
    app_configs: Sequence[AppConfig] | None, databases: Collection[str] | None = None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """Report a server that isolates transactions so by itself, where the settings leave it to the server."""
    alias = chat_database()
    if alias not in (databases or ()) or vendor_of(alias) != "postgresql" or _configured_isolation(alias):
        return []
    return _isolation(alias, _default_isolation(alias))


def _isolation(alias: str, level: str | None) -> list[checks.CheckMessage]:
    if level not in _FORBIDDEN.values():
        return []
    return [
        checks.Error(
            f"DATABASES[{alias!r}], which the chat is in, has transactions of isolation {level}.",
            hint="Most of several simultaneous posts to a thread would be refused (503). Leave READ COMMITTED, "
            "the default of PostgreSQL, or set it: OPTIONS['isolation_level'] = IsolationLevel.READ_COMMITTED.",
            id=ISOLATION,
        )
    ]


def _configured_isolation(alias: str) -> str | None:
    """Return the level that the settings name; None where they leave it to the server."""
    from django.db.backends.postgresql.psycopg_any import IsolationLevel

    options = connections.settings[alias].get("OPTIONS") or {}
    if "isolation_level" in options:
        try:
            return IsolationLevel(options["isolation_level"]).name.replace("_", " ")
        except ValueError:
            # Django refuses it when it connects.
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
    """Report models in another database than the chat that its rows refer to, or that its actions write to."""
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
            f"The chat is in DATABASES[{alias!r}], but {', '.join(labels)} in DATABASES[{other!r}]: "
            "no key, join or transaction reaches from one database into another.",
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
    """Warn of SQLite whose transactions do not begin as writing ones."""
    alias = chat_database()
    mode = str((connections.settings[alias].get("OPTIONS") or {}).get("transaction_mode") or "")
    if vendor_of(alias) != "sqlite" or mode.upper() in ("IMMEDIATE", "EXCLUSIVE"):
        return []
    return [
        checks.Warning(
            f"DATABASES[{alias!r}] is SQLite without transaction_mode IMMEDIATE.",
            hint='Set "OPTIONS": {"transaction_mode": "IMMEDIATE"}: requests that write then wait for each '
            "other; else one of two that read before they write is refused at once.",
            id=SQLITE_TRANSACTIONS,
        )
    ]
