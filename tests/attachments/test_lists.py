"""Lists of attachments: order, filters, pages and query counts."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test.utils import CaptureQueriesContext

from chat_api.chat.models import Attachment
from tests.attachments.conftest import PLAIN, Place, message_place
from tests.databases import connection
from tests.factories import MessageFactory, UserFactory

pytestmark = pytest.mark.django_db

SAVEPOINTS = ("SAVEPOINT", "RELEASE SAVEPOINT")


@pytest.fixture(autouse=True)
def _types(chat: Any) -> None:
    chat(TYPES_CUSTOM_ATTACHMENTS=PLAIN, ATTACHMENT_REFERENCE_MODELS=("auth.User",))


def ids(place: Place, query: str) -> list[int]:
    return [row["id"] for row in place.client.get(f"{place.path}?{query}").json()]


def test_attachments_are_listed_by_id_and_can_be_ordered_and_filtered(place: Place) -> None:
    first, second, third = made = [place.attach(type="plain")["id"] for _ in range(3)]
    place.client.patch(f"{place.path}/{first}", {"title": "moved"})
    assert ids(place, "") == made
    assert ids(place, "ordering=-id&fields=id") == made[::-1]
    assert ids(place, f"id__gt={first}") == [second, third]
    assert ids(place, f"id__in={first},{third}&ordering=-id") == [third, first]
    assert ids(place, f"{place.key}={place.holder.pk}") == made
    assert ids(place, f"{place.key}={place.holder.pk + 1}") == []
    assert ids(place, "type=youtube") == made
    for name in ("id", "id__gt", "id__in", f"{place.key}__lte"):
        refused = place.client.get(f"{place.path}?{name}=x")
        assert (refused.status_code, list(refused.json())) == (400, [name])


def test_limit_pages_the_list(place: Place) -> None:
    made = [place.attach(type="plain")["id"] for _ in range(3)]
    page = place.client.get(f"{place.path}?limit=2&fields=id").json()
    assert page["results"] == [{"id": pk} for pk in made[:2]]
    rest = place.client.get(page["next"]).json()
    assert rest["results"] == [{"id": made[2]}]
    assert rest["next"] is None


def test_plain_list_has_all_attachments(place: Place, chat: Any) -> None:
    made = [place.attach(type="plain")["id"] for _ in range(3)]
    chat(TYPES_CUSTOM_ATTACHMENTS=PLAIN, PAGE_SIZE_MAX=2)
    assert ids(place, "") == made
    page = place.client.get(f"{place.path}?limit=50").json()
    assert [row["id"] for row in page["results"]] == made[:2]
    assert page["next"] is not None


def queries(place: Place, method: str, path: str, body: Any = None, *, status: int = 200) -> int:
    """Send the request and return its number of queries, without savepoints of the test."""
    with CaptureQueriesContext(connection) as captured:
        answer = getattr(place.client, method)(path, body) if body else getattr(place.client, method)(path)
    assert answer.status_code == status, answer.content
    return sum(not query["sql"].startswith(SAVEPOINTS) for query in captured)


def rows(place: Place, number: int, user_type: int) -> None:
    """Create `number` attachments of each type."""
    for count in range(number):
        place.row(type="youtube", url=f"https://youtu.be/{count}")
        place.row(type="plain")
        place.row(type="image", file="attachments/a.png", thumbnail_image="attachments/thumbnails/a.png")
        place.row(type="object_reference", object_id=place.owner.pk, content_type_id=user_type)


def test_list_costs_the_same_however_much_is_attached(place: Place, user_type: int) -> None:
    ContentType.objects.get_for_id(user_type)
    counts = []
    for number in (1, 10):
        rows(place, number, user_type)
        counts.append(queries(place, "get", place.path))
    assert counts[0] == counts[1] <= 5


def test_page_of_messages_costs_the_same_however_much_is_attached(
    alice: Any, bob: Any, user_type: int
) -> None:
    ContentType.objects.get_for_id(user_type)
    counts = []
    for number in (1, 10):
        place = message_place(alice, bob)
        for _ in range(number):
            place.holder = MessageFactory(thread=place.holder.thread, sender=alice)
            rows(place, number, user_type)
        path = place.path.rsplit("/", 2)[0]
        counts.append(queries(place, "get", f"{path}?limit=50"))
    assert counts[0] == counts[1]


def test_sending_attachments_costs_the_same_however_many(message: Place, user_type: int) -> None:
    ContentType.objects.get_for_id(user_type)
    path = message.path.rsplit("/", 2)[0]
    people = UserFactory.create_batch(6)
    counts = []
    for number in (1, 6):
        attachments = [
            attachment
            for person in people[:number]
            for attachment in (
                {"type": "object_reference", "object_id": person.pk, "content_type": user_type},
                {"type": "youtube", "url": "https://youtu.be/x"},
                {"type": "plain"},
            )
        ]
        counts.append(queries(message, "post", path, {"text": "hi", "attachments": attachments}, status=201))
    assert counts[0] == counts[1]
    assert Attachment.objects.count() == 21


def test_attaching_costs_the_same_however_much_is_attached(place: Place, user_type: int) -> None:
    counts = []
    for number in (0, 4):
        rows(place, number, user_type)
        counts.append(queries(place, "post", place.path, {"type": "plain"}, status=201))
    # Two of them load session and user.
    assert counts[0] <= 13
    assert counts[1] <= counts[0]


def test_fields_that_are_not_requested_cost_no_query(message: Place, user_type: int) -> None:
    message.row(type="object_reference", object_id=message.owner.pk, content_type_id=user_type)
    path = message.path.rsplit("/", 2)[0]
    wanted = queries(message, "get", f"{path}?limit=5&fields=id,attachments_data")
    assert queries(message, "get", f"{path}?limit=5&fields=id") == wanted - 1
