"""Messages, pages, histories and frames have budgets of bytes: large ones go on being readable, part by part."""

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
    """Read a list page by page, as `next` says."""
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
def test_a_text_of_the_most_characters_always_fits(both: list[Talk], character: str) -> None:
    text = character * DEFAULTS["MESSAGE_TEXT_MAX"]
    assert both[0].post(text=text).status_code == 201


def test_a_message_counts_with_meta_and_with_what_is_attached(both: list[Talk], chat: Any) -> None:
    chat(MESSAGE_BYTES_MAX=1000)
    mine, _ = both
    assert mine.post(text="x" * 1000).status_code == 201
    assert mine.refused(text="x" * 1001) == TOO_LARGE
    assert mine.refused(text="é" * 501) == TOO_LARGE
    # As it is stored, with what was escaped.
    assert mine.refused(text="<" * 251) == TOO_LARGE
    assert mine.refused(text="x" * 500, meta={"a": "m" * 500}) == TOO_LARGE
    attached = [{**VIDEO, "options": "o" * 200, "description": "d" * 100}] * 3
    assert mine.refused(text="x" * 100, attachments=attached) == TOO_LARGE
    assert mine.post(text="x" * 100, attachments=attached[:2]).status_code == 201
    assert Message.objects.count() == 2
    assert Attachment.objects.count() == 2


def test_a_script_is_answered_within_the_same_bound(both: list[Talk], chat: Any) -> None:
    mine, _ = both
    schema = published_schema([{"type": "text", "next_qid": 2}, {"type": "text", "next_qid": -1}])
    path = f"{mine.path}/users/{mine.user.pk}"
    started = mine.client.patch(path, {"state": "scripted", "schema": schema.pk}, format="json")
    assert started.status_code == 200, started.content
    chat(MESSAGE_BYTES_MAX=1000)
    assert mine.refused(text="x" * 1001) == TOO_LARGE
    assert getattr(mine.row.question, "qid", None) == 1
    mine.say(text="x" * 900)
    assert getattr(mine.row.question, "qid", None) == 2


def test_a_change_cannot_make_it_larger_either(message: Place, chat: Any) -> None:
    chat(MESSAGE_BYTES_MAX=1000)
    one = message.path.rsplit("/", 1)[0]
    message.attach(**VIDEO, options="o" * 500)
    for body in ({"text": "x" * 600}, {"meta": "m" * 600}):
        refused = message.client.patch(one, body, format="json")
        assert (refused.status_code, refused.json()) == (400, TOO_LARGE)
    assert message.client.patch(one, {"text": "x" * 300}, format="json").status_code == 200


def test_attaching_one_by_one_ends_at_the_bound(place: Place, chat: Any) -> None:
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
    mine, _ = both
    return [mine.say(text=f"{n}", meta={"a": "m" * 990})["id"] for n in range(number)]


@pytest.mark.parametrize("order", ["id", "-id"])
def test_a_heavy_page_ends_early_and_next_goes_on_there(both: list[Talk], chat: Any, order: str) -> None:
    mine, other = both
    ids = heavy_thread(both)
    chat(PAGE_BYTES_MAX=3100)
    path = f"{mine.path}/messages?limit=5&ordering={order}"
    pages = pages_of(other.client, path)
    assert [len(page) for page in pages] == [3, 3, 1]
    shown = [row["id"] for page in pages for row in page]
    assert shown == (ids if order == "id" else ids[::-1])
    # Light keys do not make a page heavy, and a light page has what it may.
    assert [len(page) for page in pages_of(other.client, f"{path}&fields=id")] == [5, 2]
    chat(PAGE_BYTES_MAX=5)
    assert [len(page) for page in pages_of(other.client, path)] == [1] * 7


def test_only_what_is_shown_is_marked_as_read(both: list[Talk], chat: Any) -> None:
    mine, other = both
    heavy_thread(both)
    chat(PAGE_BYTES_MAX=3100)
    other.client.get(f"{mine.path}/messages?limit=5")
    assert other.thread()["unread"] == 4


def test_beside_an_anchor_the_nearest_are_kept(both: list[Talk], chat: Any) -> None:
    mine, other = both
    ids = heavy_thread(both)
    chat(PAGE_BYTES_MAX=3100)

    def shown(query: str) -> list[int]:
        return [row["id"] for row in other.client.get(f"{mine.path}/messages?{query}").json()["results"]]

    assert shown(f"limit=5&before={ids[6]}") == ids[3:6]
    assert shown(f"limit=5&before={ids[6]}&ordering=-id") == ids[3:6][::-1]
    assert shown(f"limit=5&after={ids[0]}") == ids[1:4]
    assert shown(f"limit=5&around={ids[3]}") == ids[2:5]
    following = other.client.get(f"{mine.path}/messages?limit=5&before={ids[6]}").json()["next"]
    assert [row["id"] for row in other.client.get(following).json()["results"]] == ids[:3]


def test_attachments_count_on_a_page(both: list[Talk], chat: Any) -> None:
    mine, other = both
    for _ in range(3):
        mine.say(text="x", attachments=[{**VIDEO, "options": "o" * 480}] * 2)
    chat(PAGE_BYTES_MAX=2400)
    assert [len(page) for page in pages_of(other.client, f"{mine.path}/messages?limit=5")] == [2, 1]


def test_search_results_count_alike(both: list[Talk], chat: Any) -> None:
    mine, other = both
    for _ in range(5):
        mine.say(text="needle " + "x" * 990)
    chat(PAGE_BYTES_MAX=2100)
    pages = pages_of(other.client, f"{mine.path}/messages?limit=5&q=needle")
    assert [len(page) for page in pages] == [2, 2, 1]


def test_a_list_of_threads_counts_their_last_messages(alice: Any, bob: Any, chat: Any) -> None:
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


def test_a_plain_list_that_is_too_heavy_asks_for_pages(alice: Any, chat: Any) -> None:
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


def test_a_hosts_own_pagination_without_offsets_is_left_alone(both: list[Talk], chat: Any) -> None:
    mine, other = both
    heavy_thread(both)
    chat(PAGE_BYTES_MAX=3100, PAGINATION_MESSAGES_LIST="tests.hostile.test_budgets.Numbered")
    pages = pages_of(other.client, f"{mine.path}/messages")
    assert [len(page) for page in pages] == [5, 2]


def _numbered() -> Any:
    from rest_framework.pagination import PageNumberPagination

    return type("Numbered", (PageNumberPagination,), {"page_size": 5})


Numbered = _numbered()


def test_the_number_of_queries_is_that_of_a_light_page(
    both: list[Talk], chat: Any, django_assert_num_queries: Callable[..., Any]
) -> None:
    mine, other = both
    heavy_thread(both)
    path, client = f"{mine.path}/messages?limit=5&mark_read=false", other.client
    client.get(path)
    with CaptureQueriesContext(connection) as light:
        client.get(path)
    chat(PAGE_BYTES_MAX=3100)
    with django_assert_num_queries(len(light), connection=connection):
        client.get(path)


# A history


def test_a_history_that_is_too_heavy_is_to_be_read_anew(both: list[Talk], chat: Any) -> None:
    mine, other = both
    heavy_thread(both, 5)
    path = f"{mine.path}/events?after=0"
    whole = other.client.get(path)
    assert (whole.json()["outcome"], len(whole.json()["events"])) == ("replayed", 5)
    chat(EVENT_BATCH_BYTES_MAX=len(whole.content) - 2000)
    assert other.client.get(path).json() == {"outcome": "resync", "head": 5, "events": []}
    part = other.client.get(f"{mine.path}/events?after=3").json()
    assert (part["outcome"], len(part["events"])) == ("replayed", 2)


def test_a_history_of_many_parts_is_added_up(
    both: list[Talk], chat: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, other = both
    heavy_thread(both, 5)
    path = f"{mine.path}/events?after=0"
    whole = len(other.client.get(path).content)
    monkeypatch.setattr("chat_api.chat.delivery.event_source._PART", 2)
    assert other.client.get(path).json()["outcome"] == "replayed"
    chat(EVENT_BATCH_BYTES_MAX=whole - 2000)
    assert other.client.get(path).json()["outcome"] == "resync"


# A frame


def test_a_frame_that_is_too_large_says_what_to_read(both: list[Talk], chat: Any) -> None:
    mine, other = both
    chat(WS_FRAME_OUT_MAX=20_000)
    small = mine.say(text="small")["id"]
    large = mine.say(text="x" * 25_000)["id"]
    mine.client.patch(mine.path, {"title": "t"}, format="json")
    events = other.client.get(f"{mine.path}/events?after=0").json()["events"]
    created = [event for event in events if event["message"] == "message_created_or_updated"]
    assert created[0]["data"]["id"] == small
    assert created[0]["data"]["text"] == "small"
    stub = {"id": large, "thread": mine.thread_id, "too_large": True}
    assert (created[1]["data"], created[1]["event"]["thread"]) == (stub, mine.thread_id)
    # A large last message does not make every later frame large.
    assert events[-1]["message"] == "thread_updated"
    assert events[-1]["data"]["last_message_data"] == stub
    assert [event["event"]["seq"] for event in events] == list(range(1, len(events) + 1))
    assert other.client.get(f"{mine.path}/messages/{large}").json()["text"] == "x" * 25_000


def test_receipts_and_threads_have_small_frames_as_well(both: list[Talk], chat: Any) -> None:
    mine, other = both
    ids = [mine.say(text="x")["id"] for _ in range(5)]
    MessageFactory.create_batch(300, thread_id=mine.thread_id, sender=mine.user)
    last = Message.objects.latest("pk")
    ids = list(Message.objects.values_list("pk", flat=True))
    from chat_api.chat.models import UnreadMessage

    UnreadMessage.objects.all().delete()
    UnreadMessage.objects.bulk_create(
        [
            UnreadMessage(message_id=pk, thread_id=mine.thread_id, type="message", user=other.user)
            for pk in ids
        ]
    )
    chat(WS_FRAME_OUT_MAX=1024)
    other.client.post(f"{mine.path}/read", {"up_to": last.pk}, format="json")
    UserThread.objects.filter(user=other.user).update(variables_pool={"a": "x" * 2000})
    mine.client.patch(mine.path, {"title": "t"}, format="json")
    read, updated = other.client.get(f"{mine.path}/events?after=5").json()["events"][-2:]
    assert read["message"] == "messages_read"
    assert read["data"] == {"thread": mine.thread_id, "user": other.user.pk, "too_large": True}
    assert updated["message"] == "thread_updated"
    assert updated["data"] == {"id": mine.thread_id, "too_large": True}


def test_strangers_are_told_no_more_by_small_frames(both: list[Talk], chat: Any) -> None:
    mine, other = both
    chat(WS_FRAME_OUT_MAX=1024, CHAT_MESSAGE_USER_FILTER=lambda message, user: message.sender_id == user.pk)
    mine.say(text="x" * 2000)
    (event,) = other.client.get(f"{mine.path}/events?after=0").json()["events"]
    assert (event["message"], event["data"]) == ("skipped", {})
    assert client_of(UserFactory()).get(f"{mine.path}/events?after=0").status_code == 403
