"""Every example in the README of 0.8.8 works unchanged, except for its invented names."""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, Final

import pytest
from django.conf import LazySettings
from django.core.checks import run_checks
from django.urls import include, re_path
from PIL import Image
from rest_framework import serializers

from chat_api import settings as chat_api_settings
from chat_api.chat.models import UnreadMessage, UserThread
from chat_api.realtime.signals import ws_received
from chat_api.utils.serializers import SimpleAccountSerializer
from tests.chat.conftest import client_of, thread_with
from tests.chat.talking import Talk, talks
from tests.factories import UserFactory, published_schema

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

FILE: Final = Path(__file__).with_name("readme_blocks.txt")
BLOCKS: Final = {
    name.strip(): body
    for name, _, body in (part.partition("\n") for part in FILE.read_text().split("\n=== ")[1:])
}
#: The invented paths of the README, and what replaces them here.
PATHS: Final = {
    "any.pagination.class.YouLike": "rest_framework.pagination.LimitOffsetPagination",
    "any.permission.class.YouLike": "rest_framework.permissions.IsAuthenticated",
    "my_project.accounts.serializers.MyAccountClass": "chat_api.utils.serializers.SimpleAccountSerializer",
}


def run(name: str, **known: Any) -> dict[str, Any]:
    """Run a block and return its names; an ellipsis alone on its line is left out."""
    lines = [line for line in BLOCKS[name].splitlines() if line.strip() != "..."]
    exec("\n".join(lines).replace(", ...", ""), known)  # noqa: S102
    return known


def chat_settings_of(name: str) -> dict[str, Any]:
    """Return the settings of a block, or of the items of a dict that a block is."""
    body = BLOCKS[name]
    for made_up, real in PATHS.items():
        body = body.replace(made_up, real)
    if name.startswith("items:"):
        return dict(eval(f"{{{body}}}"))  # noqa: S307
    known: dict[str, Any] = {}
    exec("\n".join(line for line in body.splitlines() if line.strip() != "..."), known)  # noqa: S102
    return dict(known["CHAT_SETTINGS"])


@pytest.fixture
def two(db: None) -> list[Talk]:
    alice, bob = UserFactory.create_batch(2)
    return talks(thread_with(alice, bob), alice, bob)


def test_every_block_is_covered() -> None:
    tried = Path(__file__).read_text()
    assert {name for name in BLOCKS if not name.startswith("items:") and f'"{name}"' not in tried} == set()
    assert len(BLOCKS) == 22


@pytest.mark.parametrize("name", [name for name in BLOCKS if name.startswith("items:")])
def test_settings_pass_the_checks(name: str, settings: LazySettings) -> None:
    settings.CHAT_SETTINGS = chat_settings_of(name)
    assert [message for message in run_checks(tags=["chat_api"]) if message.is_serious()] == []


def test_all_settings_together_serve_lists_without_a_page_size(
    two: list[Talk], settings: LazySettings
) -> None:
    schema = published_schema([{}], type="survey")
    settings.CHAT_SETTINGS = {
        key: value
        for name in BLOCKS
        if name.startswith("items:")
        for key, value in chat_settings_of(name).items()
    }
    mine, bobs = two
    mine.say(text="hello")
    user = mine.user.pk
    for path, size in ((f"accounts/{user}/threads/chat", 1), (f"accounts/{user}/surveys", 0), ("surveys", 0)):
        assert len(client_of(mine.user).get(f"/api/{path}").json()) == size, path
    (message,) = bobs.client.get(f"{bobs.path}/messages").json()
    assert message["text"] == "hello"
    assert client_of(mine.user).get(f"/api/schemas/{schema.pk}").status_code == 403


def test_celery_path_can_be_a_tuple(two: list[Talk], settings: LazySettings) -> None:
    made = run("apps")
    assert made["CELERY_APP_PATH"] == ("tests.celery.app",)
    assert made["INSTALLED_APPS"] == ("chat_api", "universal_notifications")
    settings.CELERY_APP_PATH = made["CELERY_APP_PATH"]
    assert [message for message in run_checks(tags=["chat_api"]) if message.is_serious()] == []
    assert two[0].say(text="hello")["text"] == "hello"


def test_images_are_accepted_with_its_settings(two: list[Talk], settings: LazySettings) -> None:
    for key, value in run("images").items():
        if key.isupper():
            setattr(settings, key, value)
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    }
    for kind, status in (("png", 201), ("jpeg", 201), ("gif", 201), ("webp", 400)):
        stream = BytesIO()
        Image.new("RGB", (4, 4)).save(stream, kind)
        stream.name, _ = f"picture.{kind}", stream.seek(0)
        path = f"{two[0].path}/messages/{two[0].say(text='x')['id']}/attachments"
        sent = two[0].client.post(path, {"type": "image", "file": stream}, format="multipart")
        assert sent.status_code == status, (kind, sent.content)


def test_urls_are_included_one_by_one(two: list[Talk], settings: LazySettings) -> None:
    urls: Any = ModuleType("readme_urls")
    urls.urlpatterns = run("urls", url=re_path, include=include)["urlpatterns"]
    settings.ROOT_URLCONF = urls
    client, thread = client_of(two[0].user), two[0].thread_id
    for path in (f"threads/{thread}", f"accounts/{two[0].user.pk}/surveys?limit=5", "schemas/survey"):
        assert client.get(f"/{path}").status_code == 200, path
    assert client.get(f"/threads/{thread}/messages").json() == {"detail": "Incorrect offset or limit."}


@pytest.mark.parametrize("part", ["chat", "schemas", "surveys"])
def test_each_urlconf_stands_alone(part: str, two: list[Talk], settings: LazySettings) -> None:
    urls: Any = ModuleType("readme_urls")
    urls.urlpatterns = [re_path(r"^", include(f"chat_api.{part}.api_urls"))]
    settings.ROOT_URLCONF = urls
    paths = {"chat": f"threads/{two[0].thread_id}", "schemas": "schemas/survey", "surveys": "surveys?limit=5"}
    for name, path in paths.items():
        assert client_of(two[0].user).get(f"/{path}").status_code == (200 if name == part else 404)


def test_tables_that_may_be_cached_exist() -> None:
    from django.apps import apps

    tables = {model._meta.db_table for model in apps.get_app_config("chat_api").get_models()}
    body = BLOCKS["cachalot"].partition("CACHALOT_ONLY_CACHABLE_TABLES")[2]
    assert set(eval(body.lstrip(" ="))) <= tables  # noqa: S307


def test_singleton_returns_the_serializer(settings: LazySettings) -> None:
    assert run("singleton")["account_serializer_cls"] is SimpleAccountSerializer
    settings.CHAT_SETTINGS = chat_settings_of("account serializer")
    assert run("singleton")["chat_settings"] is chat_api_settings.chat_settings


def test_filters_hide_messages(
    two: list[Talk], settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    functions = {name: value for name, value in run("filters").items() if name.startswith("my_")}
    monkeypatch.setitem(sys.modules, "path", ModuleType("path"))
    to = ModuleType("path.to")
    to.__dict__.update(functions)
    monkeypatch.setitem(sys.modules, "path.to", to)
    settings.CHAT_SETTINGS = chat_settings_of("filters in settings.py")
    mine, bobs = two
    mine.say(text="open")
    mine.say(text="hush", type="secret")
    assert (bobs.texts(), bobs.thread()["unread"]) == (["open"], 1)
    assert bobs.thread()["last_message_data"]["text"] == "open"


def test_custom_attachments_are_created(
    two: list[Talk], settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The README calls the module `serializer`, and returns a name that it has not.
    functions = run("attachments", serializer=serializers, validate_data={"thumbnail": {"src": "small"}})
    my = ModuleType("my")
    my.__dict__.update(functions)
    functions["thumbnail_generator_func"] = lambda data: {**data, "thumbnail": {"src": "small"}}
    my.__dict__["thumbnail_generator_func"] = functions["thumbnail_generator_func"]
    monkeypatch.setitem(sys.modules, "my", my)
    settings.CHAT_SETTINGS = chat_settings_of("attachments in settings.py")
    path = f"{two[0].path}/messages/{two[0].say(text='x')['id']}/attachments"
    made = two[0].client.post(path, {"type": "pdf", "src": "https://x.test/a.pdf"}, format="json")
    assert made.status_code == 201, made.content
    assert made.json()["src"] == "https://x.test/a.pdf?some_magic_key=dsaokpdsa"
    refused = two[0].client.post(path, {"type": "pdf"}, format="json")
    assert refused.status_code == 400
    assert "I want this field!" in refused.content.decode()


def test_default_user_thread_is_shown_and_stored(two: list[Talk]) -> None:
    thread = two[0].row.thread
    made = run("default user thread", UserThread=UserThread, thread=thread)["default_thread"]
    assert (made.pk, made.state, made.permissions, made.notifications) == (None, "open", 17, 2)
    body = BLOCKS["notifications"].replace("...", "user=user, thread=thread")
    user = UserFactory.create()
    exec(body, {"UserThread": UserThread, "user": user, "thread": thread})  # noqa: S102
    assert UserThread.objects.get(user=user).notifications == 3


@pytest.mark.django_db(transaction=True)
def test_signal_carries_out_its_command(two: list[Talk]) -> None:
    mine, bobs = two
    said = mine.say(text="hello")
    assert UnreadMessage.objects.filter(user=bobs.user).count() == 1
    this = SimpleNamespace(
        message1=SimpleNamespace(id=said["id"]), user2=bobs.user, thread=SimpleNamespace(id=mine.thread_id)
    )
    run("reading", ws_received=ws_received, self=this)
    assert not UnreadMessage.objects.filter(user=bobs.user).exists()
    run("writing", ws_received=ws_received, self=this)
