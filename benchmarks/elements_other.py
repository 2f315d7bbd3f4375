"""A project with `django-chat-ui`, in a folder that is deleted afterwards: the package comes from PyPI."""

from __future__ import annotations

import json
import subprocess
import sys
from os import environ
from pathlib import Path
from textwrap import dedent
from typing import Any

from benchmarks.chaos_servers import Server, free_port, web_command
from tests.settings import MIDDLEWARE, TEMPLATES

PACKAGE = "django-chat-ui==0.1.0"
#: Both clients get the same room on their page, and their elements fill it.
STYLE = "<style>body { margin: 0 } main { height: 640px } main > dca-thread { height: 100% }</style>"

# The same middleware, server and kind of database as ours.
_SETTINGS = """
    import json
    from os import environ

    SECRET_KEY = "only for a benchmark"
    ALLOWED_HOSTS = ["127.0.0.1"]
    ROOT_URLCONF = "urls"
    USE_TZ = True
    DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
    INSTALLED_APPS = [
        "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.messages",
        "django.contrib.staticfiles", "django_chat_ui",
    ]
    MIDDLEWARE, TEMPLATES, DATABASE = json.loads(environ["OTHER_PARTS"])
    DATABASES = {"default": DATABASE}
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    STATIC_URL = "/static/"
    STATIC_ROOT = environ["OTHER_STATIC"]
    # The time of its responses is not measured; seldom polls would only make the benchmark long.
    CHAT_UI = {"POLL_INTERVAL": 0.05}
"""
_URLS = """
    from django.conf import settings
    from django.contrib.auth import get_user_model, login
    from django.http import HttpResponse
    from django.template import engines
    from django.urls import include, path
    from django.views.static import serve
    from django_chat_ui.matrix import room_id
    from django_chat_ui.models import get_conversation_model

    PAGE = '''{% load chat_ui %}<!doctype html>
    <html lang="en">
      <head><meta charset="utf-8"><title>Messages</title>STYLE{% chat_ui %}</head>
      <body><main><chat-thread conversation="{{ room }}"></chat-thread></main></body>
    </html>
    '''

    def page(request, thread):
        room = room_id(get_conversation_model().objects.get(pk=thread))
        return HttpResponse(engines["django"].from_string(PAGE).render({"room": room}, request))

    def sign_in(request, name):
        user = get_user_model().objects.get_by_natural_key(name)
        login(request, user, backend="django.contrib.auth.backends.ModelBackend")
        return HttpResponse()

    urlpatterns = [
        path("page/<int:thread>/", page),
        path("sign-in/<str:name>/", sign_in),
        path("static/<path:path>", serve, {"document_root": settings.STATIC_ROOT}),
        path("chat/", include("django_chat_ui.urls")),
    ]
"""
_ASGI = """
    from django.core.asgi import get_asgi_application

    application = get_asgi_application()
"""
_PREPARE = """
    import json, sys
    import django

    django.setup()
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django_chat_ui import content, services
    from django_chat_ui.backend import ChatBackend
    from django_chat_ui.matrix import room_id

    names, texts, rooms, password = json.loads(sys.argv[1])
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    backend = ChatBackend()
    users = [get_user_model().objects.create_user(name, password=password, first_name=name) for name in names]
    people = [backend.participant_for_user(user) for user in users]
    made = []
    for _ in range(rooms):
        room = services.create_conversation(people, title="A thread", capabilities=backend.new_capabilities("web"))
        for number, text in enumerate(texts):
            services.send(room, people[number // 5 % 2], content.text(text))
        made.append([room.pk, room_id(room)])
    print(json.dumps(made))
"""


class Other:
    """The project, in a folder."""

    def __init__(self, folder: Path, database: dict[str, Any]) -> None:
        self.folder = folder
        self._environment = {
            **environ,
            "PYTHONPATH": f"{folder}:{folder / 'packages'}:{environ.get('PYTHONPATH', '')}",
            "DJANGO_SETTINGS_MODULE": "settings",
            "OTHER_PARTS": json.dumps([MIDDLEWARE, TEMPLATES, database]),
            "OTHER_STATIC": str(folder / "static"),
        }
        for name, text in {"settings": _SETTINGS, "urls": _URLS, "asgi": _ASGI, "prepare": _PREPARE}.items():
            source = dedent(text).replace("STYLE", STYLE) if name == "urls" else dedent(text)
            (folder / f"{name}.py").write_text(source, encoding="utf-8")

    def install(self) -> None:
        """Install the package into the folder, where the Django of this environment finds it."""
        command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "-qq", "--no-deps"]
        subprocess.run([*command, "--target", str(self.folder / "packages"), PACKAGE], check=True)

    def prepare(self, names: list[str], texts: list[str], rooms: int, password: str) -> list[tuple[int, str]]:
        """Create people and rooms with these messages; return the key and the Matrix id of each room."""
        done = subprocess.run(
            [sys.executable, "prepare.py", json.dumps([names, texts, rooms, password])],
            env=self._environment,
            cwd=self.folder,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return [(pk, room) for pk, room in json.loads(done.stdout.splitlines()[-1])]

    def server(self) -> Server:
        """Return its web process."""
        port = free_port()
        return Server(web_command(port, "asgi:application"), port, self._environment, self.folder / "web.log")
