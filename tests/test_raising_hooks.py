"""A setting whose callable raises affects one value of a response at most."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models.expressions import RawSQL
from rest_framework.test import APIClient

from chat_api.chat.models import Attachment, Thread, UserThread
from chat_api.lib.db.transactions import atomic, set_rollback
from chat_api.settings import SETTINGS, rules
from tests.chat.talking import begin
from tests.factories import published_schema
from tests.permissions import OWNER, ROWS, World
from tests.raising_hooks import HARM, host_of, keys, world_of_host
from tests.test_permission_matrix import ENDPOINTS

pytestmark = pytest.mark.django_db

READS: Final = ("get", "head", "options")
#: The codes of responses that are not possible without the hook.
CODES: Final = {"HOST_ERROR", "SEARCH_UNAVAILABLE"}


def takes_callable(rule: Any) -> bool:
    """Return whether a valid value for the rule can contain a callable."""
    if isinstance(rule, rules.Imported):
        return True
    parts = list(vars(rule).values()) if hasattr(rule, "__dict__") else []
    return any(takes_callable(part) for part in parts if isinstance(part, _RULES))


_RULES: Final = (
    rules.Imported,
    rules.Maybe,
    rules.ListOf,
    rules.MappingOf,
    rules.ByType,
)


def test_every_setting_that_takes_a_callable_has_a_row() -> None:
    assert {name for name, setting in SETTINGS.items() if takes_callable(setting.rule)} == HARM.keys()


@pytest.fixture
def world(db: None, settings: Any) -> World:
    return world_of_host(settings)


Do = Callable[[APIClient], Any]


def _ask(method: str, path: str, client: APIClient, **body: Any) -> Any:
    return getattr(client, method)(path, **body)


def requests_of(world: World) -> Iterator[tuple[str, str, Do]]:
    """Yield every request of the owner: a name, the method, and a function that sends it."""
    for (name, method), rows in ROWS.items():
        for row in rows:
            path = world.path(name, row.at, OWNER)
            if method == "get":
                yield name, method, partial(_ask, "get", f"{path}?limit=5")
            else:
                body = world.body(row)
                yield name, method, partial(_ask, method, path, data=body)
    yield from _talk(world)


def _talk(world: World) -> Iterator[tuple[str, str, Do]]:
    owner, thread = world.users[OWNER], f"/api/threads/{world.thread.pk}"
    texts = [
        {"text": "{{ user.first_name }} {{ sender.first_name }}", "meta": {"a": {"$resolve": "price:5"}}}
    ] * 3
    schema = published_schema([{**text, "type": "int"} for text in texts], type="automated_flow")
    with_words = published_schema(texts[:2], type="survey")
    talk = begin(owner, schema, automated_sender=owner.pk)
    repeats: dict[str, Any] = {"on_finish": "repeat", "frequency_unit": "days", "frequency_value": 1}
    daily = begin(owner, published_schema([{"type": "int"}]), **repeats)
    pdf = {"type": "pdf", "title": "A PDF"}
    row = Attachment.objects.create(message=world.messages[OWNER], **pdf)
    attachments = f"{thread}/messages/{world.messages[OWNER].pk}/attachments"
    threads = f"/api/accounts/{owner.pk}/threads/chat"
    surveys = f"/api/accounts/{owner.pk}/surveys"
    refers = {
        "type": "object_reference",
        "content_type": ContentType.objects.get_for_model(Thread).pk,
        "object_id": world.thread.pk,
    }
    started = {"schema": schema.pk, "state": "scripted", "automated_sender": world.other.pk, **repeats}
    answered = {"text": "5", "related_question": with_words.questions.get(qid=1).pk}

    def starts_survey(client: APIClient) -> Any:
        made = client.post(surveys, {"schema": with_words.pk})
        return (
            client.post(f"/api/surveys/{made.json()['id']}/items", answered)
            if made.status_code == 201
            else made
        )

    found: dict[str, Do] = {
        "thread-details": lambda client: client.get(talk.path),
        "thread-messages-list": lambda client: client.get(f"{talk.path}/messages?limit=50"),
        "account-threads-list": lambda client: client.get(f"{threads}?limit=50"),
        "schema-details": lambda client: client.get(f"/api/schemas/{with_words.pk}"),
        "thread-message-attachment-details": lambda client: client.get(f"{attachments}/{row.pk}"),
        "thread-events": lambda client: client.get(f"{talk.path}/events?after=0"),
    }
    for name, do in found.items():
        yield name, "get", do
    for path in (f"{thread}/messages", threads):
        yield "search", "get", partial(_ask, "get", f"{path}?limit=50&q=message")
    writes: dict[str, tuple[str, Any]] = {
        "answer": (f"{talk.path}/messages", {"text": "5"}),
        "last answer": (f"{daily.path}/messages", {"text": "5"}),
        "attached": (f"{thread}/messages", {"text": "x", "attachments": [pdf]}),
        "attachment": (attachments, pdf),
        "reference": (attachments, refers),
        "started": (threads, started),
        "speaks": (threads, {**started, "automated_sender": owner.pk}),
    }
    for name, (path, body) in writes.items():
        yield name, "post", partial(_ask, "post", path, data=body)
    yield "attachment", "patch", lambda client: client.patch(f"{attachments}/{row.pk}", {"title": "B"})
    yield "survey", "post", starts_survey


def fingerprint() -> dict[str, list[Any]]:
    """Return all rows of this app."""
    return {
        model.__name__: sorted(model._base_manager.values_list(), key=repr)
        for model in apps.get_app_config("chat_api").get_models()
    }


def concerned(key: str) -> frozenset[str] | None:
    """Return the names of the endpoints that use the setting; None for all of them."""
    if not key.startswith(("PERMISSIONS_", "PAGINATION_")):
        return None
    return frozenset(
        name
        for name, views in ENDPOINTS.items()
        for view in views
        if key in (view.permission_setting, view.pagination_setting)
    )


def answers(world: World, settings: Any, key: str, *, whole: bool) -> dict[str, Any]:
    """Return the responses to the requests that use the setting, each rolled back; it is broken unless `whole`."""
    client = APIClient()
    client.force_authenticate(world.users[OWNER])
    found = {}
    names = concerned(key)
    for number, (name, method, do) in enumerate(_asked(world)):
        if names is not None and name not in names:
            continue
        with atomic():
            before = None if whole or method in READS else fingerprint()
            settings.CHAT_SETTINGS = host_of(None if whole else key)
            answer = do(client)
            settings.CHAT_SETTINGS = host_of()
            if before is not None and answer.status_code >= 400:
                assert fingerprint() == before, (
                    f"{name} {method}: {answer.status_code}, and something was written"
                )
            set_rollback()
        found[f"{number} {name} {method}"] = answer
    return found


def _asked(world: World) -> list[tuple[str, str, Do]]:
    if "asked" not in vars(world):
        vars(world)["asked"] = list(requests_of(world))
    found: list[tuple[str, str, Do]] = vars(world)["asked"]
    return found


def differing_keys(one: Any, other: Any, name: str = "") -> Iterator[str]:
    """Yield the innermost known fields in which two responses differ."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        for key in one:
            yield from differing_keys(one[key], other[key], key)
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for left, right in zip(one, other, strict=True):
            yield from differing_keys(left, right, name)
    elif one != other:
        yield name


#: Different at each request.
MOVING: Final = keys(
    "thread",
    "survey",
    "item",
    "submitted",
    "created",
    "updated",
    "next_restart",
    "ticket",
    "id",
    "expires",
    "message",
    "related_message",
)


# A failed query breaks the transaction on PostgreSQL only; `tests.test_hooks` also runs on SQLite.
@pytest.mark.slow
@pytest.mark.postgres_only
@pytest.mark.parametrize("key", HARM)
def test_hook_that_raises_affects_only_its_own_result(
    world: World, settings: Any, key: str, caplog: pytest.LogCaptureFixture
) -> None:
    harm = HARM[key]
    whole = answers(world, settings, key, whole=True)
    harmed = answers(world, settings, key, whole=False)
    changed = False
    for label, answer in harmed.items():
        was, now = whole[label], answer
        assert was.status_code < 500, label
        if now.status_code == 503:
            assert now.json()["code"] in CODES, label
            assert "get" not in label.split() or harm.hides, label
        else:
            assert now.status_code < 500, (label, now.content)
        if now.status_code != was.status_code:
            changed = True
            assert now.status_code in (503, 403, 404) or "get" not in label.split(), (label, now.content)
            assert "get" not in label.split() or harm.hides, (label, now.status_code)
        elif not harm.hides and now.headers.get("Content-Type") == "application/json":
            differing = set(differing_keys(was.json(), now.json())) - MOVING
            changed |= bool(differing)
            assert differing <= harm.keys, label
    logged = [record for record in caplog.records if record.name == "chat_api.hooks"]
    assert not changed or logged
    assert all(record.args == (key,) for record in logged), [record.args for record in logged]
    assert logged or key in CALLED_ELSEWHERE, "no request called the hook"


#: Hooks that are called only for frames, tasks, non-members, replies to questions of a type of the host, or schemas
#: that read a context.
CALLED_ELSEWHERE: Final = {
    "DEFAULT_USER_THREAD",
    "EXPRESSION_CONTEXT",
    "NOTIFICATION_TRANSPORTS",
    "USER_PHONE",
    "CUSTOM_ATTACHMENTS_THUMBNAIL_GENERATOR",
    "QUESTION_TYPES",
    "FLAG_RECIPIENTS",
}


def test_filter_whose_queryset_fails_hides_messages(
    world: World, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def refused(messages: Any, user: Any) -> Any:
        return messages.annotate(mistake=RawSQL("no_such_function(1)", ())).filter(mistake=1)

    owner = world.users[OWNER]
    client = APIClient()
    client.force_authenticate(owner)
    thread = f"/api/threads/{world.thread.pk}"
    message = world.messages["other"].pk
    UserThread.objects.filter(thread=world.thread).update(last_message=message)
    assert client.get(thread).json()["last_message_data"]["id"] == message

    settings.CHAT_SETTINGS = {"CHAT_MESSAGE_FILTER_QUERYSET": refused}
    with atomic():
        shown = client.get(thread).json()
        assert (shown["id"], shown["last_message_data"], shown["unread"]) == (world.thread.pk, None, 0)
        assert client.get(f"/api/accounts/{owner.pk}/threads/chat?limit=5").status_code == 200
    for path in (f"{thread}/messages?limit=5", f"{thread}/messages/{message}"):
        with atomic():
            answer = client.get(path)
            set_rollback()
        assert (answer.status_code, answer.json()["code"]) == (503, "HOST_ERROR")
    assert {record.args for record in caplog.records if record.name == "chat_api.hooks"} == {
        ("CHAT_MESSAGE_FILTER_QUERYSET",)
    }
