"""The example project with its sample, served from a database of the kind that the suite runs on."""

from __future__ import annotations

import http.cookiejar
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, Request, build_opener
from uuid import uuid4

from tests import services
from tests.databases import connection
from tests.docs.examples import ROOT, environment, free_port, serving

MANAGE = str(ROOT / "example" / "manage.py")


class Page:
    """A response: its status, its headers, its text."""

    def __init__(self, answer: Any) -> None:
        self.status = int(answer.status)
        self.headers = answer.headers
        self.url = str(answer.url)
        self.text = answer.read().decode(errors="replace")


class Stay(HTTPRedirectHandler):
    """Redirects are responses like others."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


class Visitor:
    """A browser without JavaScript: it keeps cookies and sends forms."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.cookies = http.cookiejar.CookieJar()
        self._opener = build_opener(HTTPCookieProcessor(self.cookies), Stay())

    def get(self, path: str, **headers: str) -> Page:
        """Return the page, without following redirects."""
        return self._open(Request(f"{self.base}{path}", headers=headers))  # noqa: S310  (our own server)

    def send(self, path: str, of: str, **fields: str) -> Page:
        """Send a form as the page `of` has it: with its token."""
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.get(of).text)
        assert token is not None, of
        data = urlencode({**fields, "csrfmiddlewaretoken": token[1]}).encode()
        return self._open(Request(f"{self.base}{path}", data, headers={"Referer": f"{self.base}{of}"}))  # noqa: S310

    def _open(self, request: Request) -> Page:
        try:
            with self._opener.open(request, timeout=60) as answer:
                return Page(answer)
        except HTTPError as refusal:
            return Page(refusal)

    @classmethod
    def signed_in(cls, base: str, name: str) -> Visitor:
        """Return a visitor who has pressed that person's card."""
        visitor = cls(base)
        answer = visitor.send("/sign-in/", "/sign-in/", username=name, password="demo")
        assert (answer.status, answer.headers["Location"]) == (302, "/")
        return visitor


@contextmanager
def database(place: Path) -> Iterator[dict[str, str]]:
    """Yield the variables of the example's environment that name a database of its own."""
    media = {"CLINIC_MEDIA": str(place / "media")}
    if connection.vendor == "sqlite":
        yield {**media, "CLINIC_DATABASE": str(place / "clinic.sqlite3")}
        return
    import psycopg

    url, name = services.find("postgres").url, f"clinic_{uuid4().hex}"
    assert url is not None
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            yield {**media, "CLINIC_DATABASE_URL": f"{url.partition('?')[0].rpartition('/')[0]}/{name}"}
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def clinic(place: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Serve the example; yield its URL, and its environment for commands."""
    with database(place) as variables:
        env = environment(without=("REDIS_URL", "AMQP_URL"), **variables)
        port = free_port()
        command = (sys.executable, MANAGE, "demo", "--port", str(port))
        with serving(*command, port=port, cwd=place, env=env) as base:
            yield base, env


def shell(env: dict[str, str], code: str) -> str:
    """Run code in the example project, and return what it printed."""
    command = [sys.executable, MANAGE, "shell", "-v", "0", "-c", code]
    return subprocess.run(command, env=env, check=True, capture_output=True, text=True).stdout
