"""The servers of the tests are found as tests/services.py says."""

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


def test_an_unknown_way_is_refused(monkeypatch):
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
def test_an_address_given_that_does_not_answer_is_an_error_without_the_password(name, url, monkeypatch):
    monkeypatch.setenv(services.KINDS[name].variable, url)

    with pytest.raises(services.ServiceUnavailable, match=services.KINDS[name].variable) as raised:
        services.find(name)
    assert "secret" not in str(raised.value)


def test_what_was_found_is_handed_to_child_processes(monkeypatch):
    monkeypatch.setenv("CHAT_API_SERVICES", "none")
    found = services.find("redis")
    monkeypatch.setenv("CHAT_API_SERVICES", "local")

    assert services.find("redis") == found


def test_an_address_becomes_a_database_setting(monkeypatch):
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
def test_an_embedded_server_answers_and_ends_with_the_process_that_asked(name, monkeypatch):
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
def test_a_missing_server_skips_a_test_or_where_servers_are_required_fails_it(value, outcome, monkeypatch):
    monkeypatch.setenv("CHAT_API_SERVICES", "none")
    monkeypatch.setenv("CHAT_API_REQUIRE_SERVICES", value)

    with pytest.raises(outcome, match="REDIS_URL"):
        conftest.needs("redis")


def test_a_run_that_requires_servers_does_not_begin_without_postgresql():
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
