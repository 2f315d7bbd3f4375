"""A project made as the documentation says: `startproject`, and the blocks of its pages written into files."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.docs.examples import ROOT, Block, blocks_of, environment, free_port, serving
from tests.docs.migrated import migrate_once

#: The guide to front ends, whose blocks several tests run.
GUIDE = "howto/build-a-front-end.rst"
#: One process serves the project, so that news needs no server to travel.
LAYER = """
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
"""
PREPARE = """
from django.contrib.auth import get_user_model
from django.core.management import call_command
call_command("migrate", verbosity=0)
get_user_model().objects.create_superuser("me", "me@example.com", "secret", first_name="Me")
"""


def docs_blocks(name: str) -> list[Block]:
    """Return the code blocks of a page of the documentation."""
    return blocks_of((ROOT / "docs" / name).read_text(encoding="utf-8"))


class Project:
    """A project in a folder, with the app as the start page of the documentation installs it, and sockets."""

    def __init__(self, place: Path, stack: ExitStack) -> None:
        self.place, self.port = place, free_port()
        self._running = stack.enter_context(ExitStack())
        self.env = environment(DJANGO_SETTINGS_MODULE="mysite.settings", PYTHONPATH=f"{place}:{ROOT}")
        self.run("django-admin", "startproject", "mysite", ".")
        for block in docs_blocks("index.rst"):
            if block.language == "python":
                self.write(block.caption, block.body)
        [asgi] = [b for b in docs_blocks("howto/sockets.rst") if b.body.startswith("# mysite/asgi.py")]
        (place / "mysite" / "asgi.py").write_text(asgi.body)
        self.write("mysite/settings.py", LAYER)
        migrate_once("docs", place / "db.sqlite3", lambda: self.run("python", "manage.py", "migrate"))

    def run(self, *command: str) -> None:
        """Run a command in the folder of the project."""
        subprocess.run(command, cwd=self.place, env=self.env, check=True, capture_output=True)

    def write(self, name: str, body: str) -> None:
        """Append to a file of the project."""
        path = self.place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a") as file:
            file.write(f"\n{body}" if name.endswith(".py") else body)

    def follow(self, blocks: Iterable[Block]) -> None:
        """Write the blocks with a caption into the files that it names."""
        for block in blocks:
            if block.caption:
                self.write(block.caption, block.body)

    def shell(self, code: str) -> None:
        """Execute code of the project."""
        self.run("python", "manage.py", "shell", "-c", code)

    def prepare(self) -> None:
        """Create the tables and a superuser."""
        self.shell(PREPARE)

    def serve(self) -> str:
        """Serve the project until `stop`, or until the stack is closed; return its URL."""
        command = ("uvicorn", "mysite.asgi:application", "--ws", "websockets-sansio", "--lifespan", "off")
        address = ("--port", str(self.port))
        return self._running.enter_context(
            serving(*command, *address, port=self.port, cwd=self.place, env=self.env)
        )

    def stop(self) -> None:
        """Stop the server."""
        self._running.close()


def sign_in(page: Any, site: str, *, then: str) -> None:
    """Sign in as the superuser with a browser, which then shows the page at the path `then`."""
    page.goto(f"{site}/admin/login/?next={then}")
    page.fill("[name=username]", "me")
    page.fill("[name=password]", "secret")
    page.click("[type=submit]")
    page.wait_for_url(f"{site}{then}")
