"""The README is correct: its commands are sent to the example project as `make demo` serves it."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.examples import (
    ROOT,
    Step,
    blocks_of,
    curl,
    environment,
    free_port,
    serving,
    shown_json,
    steps_of,
)
from tests.docs.migrated import migrate_example

README = (ROOT / "README.rst").read_text(encoding="utf-8")
SHOWN_AT = "http://127.0.0.1:8000"

# The test is about the text, and the example project uses SQLite in any case.
pytestmark = [pytest.mark.sqlite_only, pytest.mark.slow]


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[str]:
    """The URL of the running example project, with its own database."""
    migrate_example(tmp_path / "clinic.sqlite3")
    port = free_port()
    command = (sys.executable, str(ROOT / "example" / "manage.py"), "demo", "--bare", "--port", str(port))
    env = environment(without=("REDIS_URL", "AMQP_URL"), CLINIC_DATABASE=str(tmp_path / "clinic.sqlite3"))
    with serving(*command, port=port, cwd=tmp_path, env=env) as base:
        yield base


def conversation() -> list[Step]:
    """The README's curl commands, in order."""
    console = [block for block in blocks_of(README) if block.language == "console"]
    return [step for block in console for step in steps_of(block.body) if step.command.startswith("curl ")]


def test_every_curl_command_returns_what_the_readme_shows(demo: str) -> None:
    steps = conversation()
    assert len(steps) >= 15
    for step in steps:
        answer = curl(step.command, instead_of=SHOWN_AT, base=demo)
        assert answer.body == shown_json(step.shown), step.command


def test_the_conversation_shows_every_turn_that_a_script_can_take() -> None:
    shown = "\n".join(step.shown for step in conversation())
    for code in ("REQUIRED", "TOO_MANY", "WRONG_VALUE", "WRONG_STATE", "EXCLUSIVE", "ALREADY_ANSWERED"):
        assert f'"{code}"' in shown
    for key in ("variables_pool", "visibility", "completed"):
        assert f'"{key}"' in shown


def test_the_readme_names_the_two_commands() -> None:
    commands = [
        step.command
        for block in blocks_of(README)
        if block.language == "console"
        for step in steps_of(block.body)
    ]
    assert {"make demo", "make test"} <= set(commands)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for command in commands:
        if command.startswith("make "):
            assert re.search(rf"^{command.split()[1]}:", makefile, re.MULTILINE), command
