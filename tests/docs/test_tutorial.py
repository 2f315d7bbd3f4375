"""The landing page and the tutorials work when followed block by block in an empty folder."""

from __future__ import annotations

import shlex
import subprocess
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.docs.example_files import merged
from tests.docs.examples import (
    ROOT,
    Block,
    Step,
    blocks_of,
    curl,
    environment,
    free_port,
    serving,
    shown_json,
    steps_of,
)

SHOWN_AT = "http://127.0.0.1:8000"

pytestmark = [pytest.mark.sqlite_only, pytest.mark.slow]


class Reader:
    """Somebody who follows a page, block by block, in an empty folder."""

    def __init__(self, place: Path, stack: ExitStack) -> None:
        self.place, self.stack = place, stack
        self.env = environment()
        self.base = ""

    def follow(self, block: Block) -> None:
        """Write the block's file, or type its commands."""
        if block.language == "console":
            for step in steps_of(block.body):
                self.type(step)
        else:
            assert block.caption, f"line {block.line}: no caption says which file it is"
            path = self.place / block.caption
            # Append to a file that the project already has.
            before = path.read_text() if path.exists() else ""
            path.write_text(f"{before}\n{block.body}" if before else block.body)

    def type(self, step: Step) -> None:
        """Run one command, and compare what it says with what is shown."""
        if step.command.startswith("pip install"):
            return
        if step.command.startswith("curl "):
            answer = curl(step.command, instead_of=SHOWN_AT, base=self.base)
            shown = shown_json(step.shown)
            assert merged(shown, answer.body) == shown, step.command
        elif step.command == "python manage.py runserver":
            port = free_port()
            command = (*shlex.split(step.command), f"127.0.0.1:{port}", "--noreload")
            self.base = self.stack.enter_context(serving(*command, port=port, cwd=self.place, env=self.env))
        else:
            shell = ["sh", "-c", step.command]
            done = subprocess.run(
                shell, cwd=self.place, env=self.env, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, f"{step.command}\n{done.stdout}{done.stderr}"
            assert step.shown in done.stdout + done.stderr, step.command


@pytest.mark.parametrize("page", ["index", "tutorial", "tutorial-symptom-tracker"])
def test_page_followed_step_by_step_shows_what_it_says(page: str, tmp_path: Path) -> None:
    blocks = blocks_of((ROOT / "docs" / f"{page}.rst").read_text(encoding="utf-8"))
    assert {block.language for block in blocks} == {"console", "python", "yaml"}
    with ExitStack() as stack:
        reader = Reader(tmp_path, stack)
        for block in blocks:
            reader.follow(block)
        assert reader.base, "the page starts a server"
