"""The demo command can be repeated, names what prevents it from starting, and needs no internet."""

from __future__ import annotations

import json
import re
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from ast import literal_eval
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.docs.examples import ROOT, curl, environment, free_port, serving

MANAGE = str(ROOT / "example" / "manage.py")

pytestmark = [pytest.mark.sqlite_only, pytest.mark.slow]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the database of the example project, prepared once per module."""
    place = tmp_path_factory.mktemp("clinic")
    made = manage(place, "demo", "--no-serve")
    assert made.returncode == 0, made.stderr
    (place / "instructions").write_text(made.stdout)
    return place


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[str]:
    """The URL of the running example project."""
    port = free_port()
    command = (sys.executable, MANAGE, "demo", "--port", str(port))
    with serving(*command, port=port, cwd=folder, env=env_of(folder)) as base:
        yield base


def env_of(place: Path) -> dict[str, str]:
    return environment(
        without=("REDIS_URL", "AMQP_URL"),
        CLINIC_DATABASE=str(place / "clinic.sqlite3"),
        CLINIC_MEDIA=str(place / "media"),
    )


def manage(place: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, MANAGE, *arguments]
    return subprocess.run(
        command, cwd=place, env=env_of(place), capture_output=True, text=True, check=False, timeout=120
    )


def rows(place: Path) -> dict[str, int]:
    code = (
        "import json; from django.contrib.auth.models import User; "
        "from chat_api.models import Message, Question, Schema, Survey, Thread; "
        "counted = (User, Schema, Question, Thread, Message, Survey); "
        "print(json.dumps({model.__name__: model.objects.count() for model in counted}))"
    )
    counted: dict[str, int] = json.loads(manage(place, "shell", "-v", "0", "-c", code).stdout)
    return counted


def get(address: str) -> tuple[int, str]:
    with urllib.request.urlopen(address, timeout=60) as response:  # noqa: S310  (our own server)
        return response.status, response.read().decode(errors="replace")


def test_second_demo_loads_nothing_again(folder: Path) -> None:
    before = rows(folder)
    assert before["User"] == 4
    assert before["Schema"] == 8
    again = manage(folder, "demo", "--no-serve")
    assert again.returncode == 0, again.stderr
    assert rows(folder) == before
    assert again.stdout == (folder / "instructions").read_text()


def test_correct_settings_cause_no_warnings(folder: Path) -> None:
    checked = manage(folder, "check", "--fail-level", "WARNING")
    assert checked.returncode == 0, checked.stderr
    document = manage(folder, "spectacular", "--validate", "--fail-on-warn", "--file", "openapi.yaml")
    assert document.returncode == 0, document.stderr


def test_port_in_use_is_reported_before_anything_is_created(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        refused = manage(tmp_path, "demo", "--port", str(port))
    assert refused.returncode == 1
    assert f"127.0.0.1:{port}" in refused.stderr
    assert f'make demo ARGS="--port {port + 1}"' in refused.stderr
    assert "Traceback" not in refused.stderr
    # The checks of Django 6.1 open the database, which leaves an empty file.
    database = tmp_path / "clinic.sqlite3"
    assert not database.exists() or database.stat().st_size == 0


def test_invalid_port_is_rejected_with_a_valid_example(tmp_path: Path) -> None:
    refused = manage(tmp_path, "demo", "--port", "70000")
    assert refused.returncode == 1
    assert 'make demo ARGS="--port 8001"' in refused.stderr


def test_fresh_demo_starts_with_a_new_database(tmp_path: Path) -> None:
    assert manage(tmp_path, "demo", "--no-serve", "--fresh").returncode == 0
    before = rows(tmp_path)
    code = "from django.contrib.auth.models import User; User.objects.create_user('eve')"
    assert manage(tmp_path, "shell", "-v", "0", "-c", code).returncode == 0
    assert before["Thread"] == 8
    assert rows(tmp_path) == {**before, "User": 5}
    upload = tmp_path / "media" / "attachments" / "thumbnails" / "tried.png"
    upload.parent.mkdir(parents=True, exist_ok=True)
    upload.write_bytes(b"png")
    assert manage(tmp_path, "demo", "--no-serve", "--fresh").returncode == 0
    assert rows(tmp_path) == before
    assert not upload.exists()


@pytest.mark.parametrize("left", [0, 12])
def test_interrupted_first_start_is_explained_and_can_be_repeated(tmp_path: Path, left: int) -> None:
    assert manage(tmp_path, "migrate", "chat_api", "0001").returncode == 0
    # Django creates the tables first, and then records the migrations one by one.
    with closing(sqlite3.connect(tmp_path / "clinic.sqlite3")) as database, database:
        database.execute(
            "DELETE FROM django_migrations WHERE app = 'chat_api' AND id NOT IN "
            "(SELECT id FROM django_migrations WHERE app = 'chat_api' ORDER BY id LIMIT ?)",
            [left],
        )
    refused = manage(tmp_path, "demo", "--no-serve")
    assert refused.returncode == 1
    assert "clinic.sqlite3" in refused.stderr
    assert "make demo ARGS=--fresh" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert manage(tmp_path, "demo", "--no-serve", "--fresh").returncode == 0


def test_everybody_that_the_demo_names_can_log_in(site: str, folder: Path) -> None:
    instructions = (folder / "instructions").read_text()
    shown = instructions.partition("Sign in as")[2].partition("\n\n")[0]
    people = re.findall(r"^  (\w+) +(\w+) ", shown, re.MULTILINE)
    assert [name for name, _ in people] == ["anna", "ben", "dora", "admin"]
    for number, (name, password) in enumerate(people, start=1):
        answer = curl(
            f"curl -u {name}:{password} {site}/api/accounts/{number}/threads/chat", instead_of=site, base=site
        )
        assert answer.status == 200


def test_api_explorer_needs_no_internet(site: str) -> None:
    status, page = get(f"{site}/api/docs/")
    assert status == 200
    assert "swagger" in page
    sources = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(sources) >= 3
    for source in sources:
        assert source.startswith("/static/"), source
        assert get(f"{site}{source}")[0] == 200


def test_demo_serves_login_pages_and_the_openapi_document(site: str) -> None:
    assert 'name="password"' in get(f"{site}/api-auth/login/?next=/api/docs/")[1]
    assert 'name="password"' in get(f"{site}/admin/")[1]
    assert "/api/threads/{thread_id}/rollback" in get(f"{site}/api/schema/")[1]


def test_celery_has_every_task_and_its_schedule(folder: Path) -> None:
    code = (
        "from clinic import celery_app as app; app.loader.import_default_modules(); "
        "print([name for name in app.tasks if name.startswith('chat_api.')], "
        "[entry['task'] for entry in app.conf.beat_schedule.values()], sep='|')"
    )
    known, scheduled = manage(folder, "shell", "-v", "0", "-c", code).stdout.split("|")
    assert sorted(literal_eval(known)) == sorted(literal_eval(scheduled))


def test_unreachable_broker_is_reported_before_anything_is_created(tmp_path: Path) -> None:
    env = {**env_of(tmp_path), "REDIS_URL": "redis://127.0.0.1:1/0"}
    command = [sys.executable, MANAGE, "demo", "--port", str(free_port())]
    refused = subprocess.run(
        command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False, timeout=60
    )
    assert refused.returncode == 1
    assert "unset REDIS_URL" in refused.stderr
    assert "Traceback" not in refused.stderr
