"""How tests find their servers: the rules of tests/services.py."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import conftest, embedded, services


@pytest.fixture(autouse=True)
def _nothing_handed_down(monkeypatch):
    for name, kind in services.KINDS.items():
        monkeypatch.delenv(f"CHAT_API_FOUND_{name.upper()}", raising=False)
        monkeypatch.delenv(kind.variable, raising=False)
    monkeypatch.delenv("CHAT_API_SERVICES", raising=False)


@pytest.mark.parametrize("name", services.KINDS)
def test_none_means_no_server_and_says_how_to_get_one(name, monkeypatch):
    monkeypatch.setenv("CHAT_API_SERVICES", "none")

    assert services.find(name).url is None
    line = next(line for line in services.report() if line.startswith(name))
    assert services.KINDS[name].variable in line


def test_unknown_source_is_rejected(monkeypatch):
    monkeypatch.setenv("CHAT_API_SERVICES", "cloud")

    with pytest.raises(services.ServiceUnavailable, match="local, embedded, none"):
        services.find("redis")


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("postgres", "postgresql://nobody:secret@127.0.0.1:1/none"),
        ("postgres", "mysql://nobody@127.0.0.1/none"),
        ("redis", "redis://127.0.0.1:1/0"),
    ],
)
def test_unreachable_url_is_an_error_that_hides_the_password(name, url, monkeypatch):
    monkeypatch.setenv(services.KINDS[name].variable, url)

    with pytest.raises(services.ServiceUnavailable, match=services.KINDS[name].variable) as raised:
        services.find(name)
    assert "secret" not in str(raised.value)


def test_child_processes_inherit_the_found_server(monkeypatch):
    monkeypatch.setenv("CHAT_API_SERVICES", "none")
    found = services.find("redis")
    monkeypatch.setenv("CHAT_API_SERVICES", "local")

    assert services.find("redis") == found


def test_url_becomes_a_database_setting(monkeypatch):
    monkeypatch.setenv(
        "CHAT_API_FOUND_POSTGRES", "postgresql://ann:p%40ss@db:5433/chat?sslmode=require|DATABASE_URL"
    )

    assert services.postgres_connection() == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "chat",
        "USER": "ann",
        "PASSWORD": "p@ss",
        "HOST": "db",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "require"},
    }


@pytest.mark.parametrize("name", ["postgres", "redis"])
def test_embedded_server_stops_with_the_process_that_started_it(name, monkeypatch):
    monkeypatch.setenv("CHAT_API_SERVICES", "embedded")
    ask = f"from tests import services as s; u = s.find({name!r}).url; print(u, s.KINDS[{name!r}].probe(u))"
    asking = subprocess.run(
        [
            sys.executable,
            "-c",
            ask,
        ],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(embedded.__file__).parent.parent,
    )
    url, problem = asking.stdout.split()

    assert problem == "None"
    until = time.monotonic() + 20
    while services.KINDS[name].probe(url) is None:
        assert time.monotonic() < until, f"{url} still answers"
        time.sleep(0.1)


@pytest.mark.parametrize(
    ("value", "outcome"),
    [("1", pytest.fail.Exception), ("0", pytest.skip.Exception), ("", pytest.skip.Exception)],
)
def test_missing_server_skips_a_test_or_fails_it_if_servers_are_required(value, outcome, monkeypatch):
    monkeypatch.setenv("CHAT_API_SERVICES", "none")
    monkeypatch.setenv("CHAT_API_REQUIRE_SERVICES", value)

    with pytest.raises(outcome, match="REDIS_URL"):
        conftest.needs("redis")


def test_run_that_requires_servers_does_not_start_without_postgresql():
    run = subprocess.run(
        [sys.executable, "-m", "tests", "--collect-only"],
        env={**os.environ, "CHAT_API_SERVICES": "none", "CHAT_API_REQUIRE_SERVICES": "1"},
        cwd=Path(embedded.__file__).parent.parent,
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 1
    assert "there is no PostgreSQL" in run.stderr
    assert "collected" not in run.stdout
