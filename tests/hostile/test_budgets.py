"""Messages, pages, catch-ups and frames have size limits; large ones can still be read in parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext

from chat_api.chat.models import Attachment, Message, UserThread
from chat_api.settings import DEFAULTS
from chat_api.surveys.models import SurveyAttachment
from tests.attachments.conftest import Place, alice, bob, chat, client_of, message, place
from tests.chat.conftest import thread_with
from tests.chat.talking import Talk, talks
from tests.databases import connection
from tests.factories import MessageFactory, SurveyFactory, SurveyItemFactory, UserFactory, published_schema

__all__ = ["alice", "bob", "chat", "message", "place"]

pytestmark = pytest.mark.django_db

VIDEO = {"type": "youtube", "url": "https://youtu.be/dQw4w9WgXcQ"}
TOO_LARGE = {"non_field_errors": ["MESSAGE_TOO_LARGE"]}


@pytest.fixture
def both(alice: Any, bob: Any) -> list[Talk]:
    return talks(thread_with(alice, bob), alice, bob)


def pages_of(client: Any, path: str) -> list[list[Any]]:
    """Read a list page by page by following `next`."""
    pages = []
    following = path
    while following:
        answer = client.get(following)
        assert answer.status_code == 200, answer.content
        pages.append(answer.json()["results"])
        following = answer.json()["next"]
    return pages


# A message


@pytest.mark.parametrize("character", ["x", "é", "語", "🙂", '"', "<"])
def test_text_of_the_maximum_length_always_fits(both: list[Talk], character: str) -> None:
    text = character * DEFAULTS["MESSAGE_TEXT_MAX"]
    assert both[0].post(text=text).status_code == 201


def test_size_of_a_message_includes_meta_and_attachments(both: list[Talk], chat: Any) -> None:
    chat(MESSAGE_BYTES_MAX=1000)
    alice_talk, _ = both
    assert alice_talk.post(text="x" * 1000).status_code == 201
    assert alice_talk.refused(text="x" * 1001) == TOO_LARGE
    assert alice_talk.refused(text="é" * 501) == TOO_LARGE
    # The escaped text is measured.
    assert alice_talk.refused(text="<" * 251) == TOO_LARGE
    assert alice_talk.refused(text="x" * 500, meta={"a": "m" * 500}) == TOO_LARGE
    attached = [{**VIDEO, "options": "o" * 200, "description": "d" * 100}] * 3
    assert alice_talk.refused(text="x" * 100, attachments=attached) == TOO_LARGE
    assert alice_talk.post(text="x" * 100, attachments=attached[:2]).status_code == 201
    assert Message.objects.count() == 2
    assert Attachment.objects.count() == 2


def test_same_limit_applies_to_answers_to_a_script(both: list[Talk], chat: Any) -> None:
    alice_talk, _ = both
    schema = published_schema([{"type": "text", "next_qid": 2}, {"type": "text", "next_qid": -1}])
    path = f"{alice_talk.path}/users/{alice_talk.user.pk}"
    started = alice_talk.client.patch(path, {"state": "scripted", "schema": schema.pk}, format="json")
    assert started.status_code == 200, started.content
    chat(MESSAGE_BYTES_MAX=1000)
    assert alice_talk.refused(text="x" * 1001) == TOO_LARGE
    assert getattr(alice_talk.row.question, "qid", None) == 1
    alice_talk.say(text="x" * 900)
    assert getattr(alice_talk.row.question, "qid", None) == 2


def test_same_limit_applies_to_changes(message: Place, chat: Any) -> None:
    chat(MESSAGE_BYTES_MAX=1000)
    one = message.path.rsplit("/", 1)[0]
    message.attach(**VIDEO, options="o" * 500)
    for body in ({"text": "x" * 600}, {"meta": "m" * 600}):
        refused = message.client.patch(one, body, format="json")
        assert (refused.status_code, refused.json()) == (400, TOO_LARGE)
    assert message.client.patch(one, {"text": "x" * 300}, format="json").status_code == 200


def test_same_limit_applies_to_added_attachments(place: Place, chat: Any) -> None:
    chat(MESSAGE_BYTES_MAX=1250)
    made = [place.attach(**VIDEO, options="o" * 250) for _ in range(3)]
    refused = place.post(**VIDEO, options="o" * 250)
    assert (refused.status_code, refused.json()) == (400, TOO_LARGE)
    path = f"{place.path}/{made[0]['id']}"
    refused = place.client.patch(path, {"options": "o" * 600}, format="json")
    assert (refused.status_code, refused.json()) == (400, TOO_LARGE)
    assert place.client.get(place.path).json() == made
    assert place.client.patch(path, {"options": None}, format="json").status_code == 200
    assert place.post(**VIDEO, options="o" * 250).status_code == 201
    missing = place.client.patch(f"{place.path}/{10**6}", {"title": "t"}, format="json")
    assert missing.status_code == 404


# A page


def heavy_thread(both: list[Talk], number: int = 7) -> list[int]:
    alice_talk, _ = both
    return [alice_talk.say(text=f"{n}", meta={"a": "m" * 990})["id"] for n in range(number)]


@pytest.mark.parametrize("order", ["id", "-id"])
def test_large_page_ends_early_and_next_continues_there(both: list[Talk], chat: Any, order: str) -> None:
    alice_talk, bob_talk = both
    ids = heavy_thread(both)
    chat(PAGE_BYTES_MAX=3100)
    path = f"{alice_talk.path}/messages?limit=5&ordering={order}"
    pages = pages_of(bob_talk.client, path)
    assert [len(page) for page in pages] == [3, 3, 1]
    shown = [row["id"] for page in pages for row in page]
    assert shown == (ids if order == "id" else ids[::-1])
    # Only requested fields are measured, and a small page is complete.
    assert [len(page) for page in pages_of(bob_talk.client, f"{path}&fields=id")] == [5, 2]
    chat(PAGE_BYTES_MAX=5)
    assert [len(page) for page in pages_of(bob_talk.client, path)] == [1] * 7


def test_only_shown_messages_are_marked_as_read(both: list[Talk], chat: Any) -> None:
    alice_talk, bob_talk = both
    heavy_thread(both)
    chat(PAGE_BYTES_MAX=3100)
    bob_talk.client.get(f"{alice_talk.path}/messages?limit=5")
    assert bob_talk.thread()["unread"] == 4


def test_large_page_keeps_messages_nearest_to_the_anchor(both: list[Talk], chat: Any) -> None:
    alice_talk, bob_talk = both
    ids = heavy_thread(both)
    chat(PAGE_BYTES_MAX=3100)

    def shown(query: str) -> list[int]:
        return [
            row["id"] for row in bob_talk.client.get(f"{alice_talk.path}/messages?{query}").json()["results"]
        ]

    assert shown(f"limit=5&before={ids[6]}") == ids[3:6]
    assert shown(f"limit=5&before={ids[6]}&ordering=-id") == ids[3:6][::-1]
    assert shown(f"limit=5&after={ids[0]}") == ids[1:4]
    assert shown(f"limit=5&around={ids[3]}") == ids[2:5]
    following = bob_talk.client.get(f"{alice_talk.path}/messages?limit=5&before={ids[6]}").json()["next"]
    assert [row["id"] for row in bob_talk.client.get(following).json()["results"]] == ids[:3]


def test_size_of_a_page_includes_attachments(both: list[Talk], chat: Any) -> None:
    alice_talk, bob_talk = both
    for _ in range(3):
        alice_talk.say(text="x", attachments=[{**VIDEO, "options": "o" * 480}] * 2)
    chat(PAGE_BYTES_MAX=2400)
    assert [len(page) for page in pages_of(bob_talk.client, f"{alice_talk.path}/messages?limit=5")] == [2, 1]


def test_size_limit_applies_to_search_results(both: list[Talk], chat: Any) -> None:
    alice_talk, bob_talk = both
    for _ in range(5):
        alice_talk.say(text="needle " + "x" * 990)
    chat(PAGE_BYTES_MAX=2100)
    pages = pages_of(bob_talk.client, f"{alice_talk.path}/messages?limit=5&q=needle")
    assert [len(page) for page in pages] == [2, 2, 1]


def test_size_of_a_thread_list_includes_last_messages(alice: Any, bob: Any, chat: Any) -> None:
    for _ in range(5):
        thread = thread_with(alice, bob)
        talks(thread, bob, alice)[0].say(text="x", meta="m" * 990)
    chat(PAGE_BYTES_MAX=2100)
    client = client_of(alice)
    path = f"/api/accounts/{alice.pk}/threads/chat?limit=4"
    pages = pages_of(client, path)
    assert [len(page) for page in pages] == [2, 2, 1]
    assert len({row["id"] for page in pages for row in page}) == 5
    assert [len(page) for page in pages_of(client, f"{path}&fields=id")] == [4, 1]


def test_plain_list_over_the_limit_must_be_paged(alice: Any, chat: Any) -> None:
    schema = published_schema([{"type": "text", "next_qid": n + 2} for n in range(5)])
    survey: Any = SurveyFactory(user=alice, schema=schema)
    for question in schema.questions.all():
        item: Any = SurveyItemFactory(
            survey=survey, related_question=question, text="x" * 500, has_attachments=True
        )
        SurveyAttachment.objects.create(item=item, type="youtube", options="o" * 490)
    chat(PAGE_BYTES_MAX=2100)
    client, path = client_of(alice), f"/api/surveys/{survey.pk}/items"
    refused = client.get(path)
    assert (refused.status_code, refused.json()) == (400, {"limit": ["PAGE_TOO_LARGE"]})
    assert [len(page) for page in pages_of(client, f"{path}?limit=4")] == [2, 2, 1]
    chat(PAGE_BYTES_MAX=6000)
    assert len(client.get(path).json()) == 5


def test_pagination_of_the_host_without_offsets_is_not_limited(both: list[Talk], chat: Any) -> None:
    alice_talk, bob_talk = both
    heavy_thread(both)
    chat(PAGE_BYTES_MAX=3100, PAGINATION_MESSAGES_LIST="tests.hostile.test_budgets.Numbered")
    pages = pages_of(bob_talk.client, f"{alice_talk.path}/messages")
    assert [len(page) for page in pages] == [5, 2]


def _numbered() -> Any:
    from rest_framework.pagination import PageNumberPagination

    return type("Numbered", (PageNumberPagination,), {"page_size": 5})


Numbered = _numbered()


def test_large_page_costs_as_many_queries_as_a_small_one(
    both: list[Talk], chat: Any, django_assert_num_queries: Callable[..., Any]
) -> None:
    alice_talk, bob_talk = both
    heavy_thread(both)
    path, client = f"{alice_talk.path}/messages?limit=5&mark_read=false", bob_talk.client
    client.get(path)
    with CaptureQueriesContext(connection) as light:
        client.get(path)
    chat(PAGE_BYTES_MAX=3100)
    with django_assert_num_queries(len(light), connection=connection):
        client.get(path)


# Catch-up


def test_catch_up_over_the_limit_must_resync(both: list[Talk], chat: Any) -> None:
    alice_talk, bob_talk = both
    heavy_thread(both, 5)
    path = f"{alice_talk.path}/events?after=0"
    whole = bob_talk.client.get(path)
    assert (whole.json()["outcome"], len(whole.json()["events"])) == ("replayed", 5)
    chat(EVENT_BATCH_BYTES_MAX=len(whole.content) - 2000)
    assert bob_talk.client.get(path).json() == {"outcome": "resync", "head": 5, "events": []}
    part = bob_talk.client.get(f"{alice_talk.path}/events?after=3").json()
    assert (part["outcome"], len(part["events"])) == ("replayed", 2)


def test_size_of_catch_up_is_summed_over_its_parts(
    both: list[Talk], chat: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice_talk, bob_talk = both
    heavy_thread(both, 5)
    path = f"{alice_talk.path}/events?after=0"
    whole = len(bob_talk.client.get(path).content)
    monkeypatch.setattr("chat_api.chat.delivery.event_source._PART", 2)
    assert bob_talk.client.get(path).json()["outcome"] == "replayed"
    chat(EVENT_BATCH_BYTES_MAX=whole - 2000)
    assert bob_talk.client.get(path).json()["outcome"] == "resync"


# A frame


def test_frame_over_the_limit_names_what_to_load(both: list[Talk], chat: Any) -> None:
    alice_talk, bob_talk = both
    chat(WS_FRAME_OUT_MAX=20_000)
    small = alice_talk.say(text="small")["id"]
    large = alice_talk.say(text="x" * 25_000)["id"]
    alice_talk.client.patch(alice_talk.path, {"title": "t"}, format="json")
    events = bob_talk.client.get(f"{alice_talk.path}/events?after=0").json()["events"]
    created = [event for event in events if event["message"] == "message_created_or_updated"]
    assert created[0]["data"]["id"] == small
    assert created[0]["data"]["text"] == "small"
    stub = {"id": large, "thread": alice_talk.thread_id, "too_large": True}
    assert (created[1]["data"], created[1]["event"]["thread"]) == (stub, alice_talk.thread_id)
    # A large last message does not enlarge later frames.
    assert events[-1]["message"] == "thread_updated"
    assert events[-1]["data"]["last_message_data"] == stub
    assert [event["event"]["seq"] for event in events] == list(range(1, len(events) + 1))
    assert bob_talk.client.get(f"{alice_talk.path}/messages/{large}").json()["text"] == "x" * 25_000


def test_read_and_thread_frames_have_the_same_limit(both: list[Talk], chat: Any) -> None:
    alice_talk, bob_talk = both
    ids = [alice_talk.say(text="x")["id"] for _ in range(5)]
    MessageFactory.create_batch(300, thread_id=alice_talk.thread_id, sender=alice_talk.user)
    last = Message.objects.latest("pk")
    ids = list(Message.objects.values_list("pk", flat=True))
    from chat_api.chat.models import UnreadMessage

    UnreadMessage.objects.all().delete()
    UnreadMessage.objects.bulk_create(
        [
            UnreadMessage(message_id=pk, thread_id=alice_talk.thread_id, type="message", user=bob_talk.user)
            for pk in ids
        ]
    )
    chat(WS_FRAME_OUT_MAX=1024)
    bob_talk.client.post(f"{alice_talk.path}/read", {"up_to": last.pk}, format="json")
    UserThread.objects.filter(user=bob_talk.user).update(variables_pool={"a": "x" * 2000})
    alice_talk.client.patch(alice_talk.path, {"title": "t"}, format="json")
    read, updated = bob_talk.client.get(f"{alice_talk.path}/events?after=5").json()["events"][-2:]
    assert read["message"] == "messages_read"
    assert read["data"] == {"thread": alice_talk.thread_id, "user": bob_talk.user.pk, "too_large": True}
    assert updated["message"] == "thread_updated"
    assert updated["data"] == {"id": alice_talk.thread_id, "too_large": True}


def test_frames_over_the_limit_reveal_nothing_hidden(both: list[Talk], chat: Any) -> None:
    alice_talk, bob_talk = both
    chat(WS_FRAME_OUT_MAX=1024, CHAT_MESSAGE_USER_FILTER=lambda message, user: message.sender_id == user.pk)
    alice_talk.say(text="x" * 2000)
    (event,) = bob_talk.client.get(f"{alice_talk.path}/events?after=0").json()["events"]
    assert (event["message"], event["data"]) == ("skipped", {})
    assert client_of(UserFactory()).get(f"{alice_talk.path}/events?after=0").status_code == 403
