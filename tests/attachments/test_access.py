"""Permissions to read and change attachments, and the paths under which they are found."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.permissions import AllowAny
from rest_framework.test import APIClient

from chat_api.chat.choices import PERMISSIONS_ALL, Permission, State
from chat_api.chat.models import Attachment, Message, UserThread
from chat_api.permissions import NoOne
from chat_api.realtime.models import ThreadEvent
from tests.attachments.conftest import PLAIN, Place, client_of, item_place, message_place
from tests.factories import MemberFactory, MessageFactory, UserFactory

pytestmark = pytest.mark.django_db

NO_PERMISSION = {"detail": "You do not have permission to perform this action."}
PLAIN_BODY = {"type": "plain"}


@pytest.fixture(autouse=True)
def _types(chat: Any) -> None:
    chat(TYPES_CUSTOM_ATTACHMENTS=PLAIN)


def permit(place: Place, user: Any, permissions: int, **columns: Any) -> APIClient:
    """Set the permissions of the user in the thread; return their client."""
    rows = UserThread.objects.filter(thread=place.holder.thread, user=user)
    assert rows.update(permissions=permissions, **columns) == 1
    return client_of(user)


def statuses(client: APIClient, place: Place, pk: int) -> dict[str, int]:
    """Send every kind of request, DELETE last; return the statuses."""
    path = f"{place.path}/{pk}"
    return {
        "list": client.get(place.path).status_code,
        "post": client.post(place.path, PLAIN_BODY).status_code,
        "get": client.get(path).status_code,
        "put": client.put(path, {"title": "b"}).status_code,
        "patch": client.patch(path, {"title": "b"}).status_code,
        "delete": client.delete(path).status_code,
    }


@pytest.mark.slow
def test_each_method_needs_its_permissions(message: Place, alice: Any) -> None:
    reads, creates, edits = Permission.MESSAGES_READ, Permission.MESSAGES_CREATE, Permission.MESSAGES_EDIT
    # The response to a change shows the attachment.
    needs = {
        "list": reads,
        "post": creates,
        "get": reads,
        "put": edits | reads,
        "patch": edits | reads,
        "delete": edits,
    }
    done = {"post": 201, "delete": 204}
    for has in (*Permission, reads | edits, *(PERMISSIONS_ALL & ~flag for flag in Permission)):
        Attachment.objects.all().delete()
        pk = message.row(type="plain").pk
        found = statuses(permit(message, alice, int(has)), message, pk)
        assert found == {
            name: done.get(name, 200) if has & needed == needed else 403 for name, needed in needs.items()
        }, has
        permit(message, alice, PERMISSIONS_ALL)


def test_attachments_of_other_members_are_read_only(message: Place, bob: Any) -> None:
    pk = message.attach(**PLAIN_BODY)["id"]
    found = statuses(client_of(bob), message, pk)
    assert found == {"list": 200, "post": 403, "get": 200, "put": 403, "patch": 403, "delete": 403}
    assert message.client.get(message.path).json()[0]["title"] == ""


def test_foreign_and_missing_parents_give_the_same_response(place: Place) -> None:
    pk = place.attach(**PLAIN_BODY)["id"]
    other = client_of(UserFactory())
    assert set(statuses(other, place, pk).values()) == {403}
    refused = other.get(place.path)
    number = str(place.holder.thread_id if place.key == "message" else place.holder.survey_id)
    nowhere = other.get(place.path.replace(f"/{number}/", "/999999/", 1))
    assert (nowhere.status_code, nowhere.content) == (refused.status_code, refused.content)
    assert refused.json() == NO_PERMISSION
    assert set(statuses(APIClient(), place, pk).values()) <= {401, 403}
    assert place.client.get(place.path).json()[0]["id"] == pk


def test_attachment_is_found_only_under_its_own_parent(alice: Any, bob: Any) -> None:
    for first, second in (
        (message_place(alice, bob), message_place(alice, bob)),
        (item_place(alice), item_place(alice)),
    ):
        pk = first.attach(**PLAIN_BODY)["id"]
        own, other = first.path.split("/"), second.path.split("/")
        elsewhere = [
            "/".join([*own[:5], "999999", own[6]]),
            "/".join([*own[:3], other[3], *own[4:]]),
            second.path,
        ]
        for path in elsewhere:
            for method in ("get", "put", "patch", "delete"):
                answer = getattr(first.client, method)(f"{path}/{pk}")
                assert answer.status_code == 404, (method, path)
        for path in elsewhere[:2]:
            assert first.client.get(path).status_code == 404
            assert first.client.post(path, PLAIN_BODY).status_code == 404
        assert first.client.get(f"{first.path}/{pk}").status_code == 200
        for path in (f"{first.path}/x", f"{first.path}/{pk}/", f"{first.path}/{10**40}"):
            assert first.client.get(path).status_code == 404


def test_attachments_of_hidden_or_deleted_messages_are_not_found(
    message: Place, alice: Any, chat: Any
) -> None:
    pk = message.attach(**PLAIN_BODY)["id"]
    chat(CHAT_MESSAGE_FILTER_QUERYSET="tests.attachments.host.without_secrets")
    assert message.client.get(message.path).status_code == 200
    Message.objects.filter(pk=message.holder.pk).update(type="secret")
    assert set(statuses(message.client, message, pk).values()) == {404}
    Message.objects.filter(pk=message.holder.pk).update(type="message", deleted=True)
    assert set(statuses(message.client, message, pk).values()) == {404}


def test_closed_member_cannot_attach_or_change_but_can_delete(message: Place, alice: Any) -> None:
    pk = message.attach(**PLAIN_BODY)["id"]
    client = permit(message, alice, PERMISSIONS_ALL & ~Permission.THREAD_REOPEN, state=State.CLOSED)
    refused = client.post(message.path, PLAIN_BODY)
    assert (refused.status_code, refused.json()) == (400, {"non_field_errors": ["THREAD_IS_CLOSED"]})
    refused = client.patch(f"{message.path}/{pk}", {"title": "b"})
    assert (refused.status_code, refused.json()) == (400, {"non_field_errors": ["THREAD_IS_CLOSED"]})
    refused = client.post(message.path, {})
    closed = {"non_field_errors": ["THREAD_IS_CLOSED"]}
    assert (refused.status_code, refused.json()) == (400, {**closed, "type": ["This field is required."]})
    refused = client.patch(f"{message.path}/{pk}", {"title": []})
    assert (refused.status_code, refused.json()) == (400, {**closed, "title": ["Not a valid string."]})
    assert [row["title"] for row in client.get(message.path).json()] == [""]
    assert client.delete(f"{message.path}/{pk}").status_code == 204


def test_attaching_as_a_closed_member_with_reopen_opens_the_thread(
    message: Place, alice: Any, bob: Any
) -> None:
    permit(message, bob, 1, state=State.CLOSED)
    client = permit(message, alice, PERMISSIONS_ALL, state=State.CLOSED)
    assert client.post(message.path, PLAIN_BODY).status_code == 201
    states = UserThread.objects.filter(thread=message.holder.thread).values_list("state", flat=True)
    assert set(states) == {State.OPEN}


def test_survey_is_not_visible_to_members_of_a_shared_thread(alice: Any, bob: Any) -> None:
    place = item_place(alice)
    pk = place.attach(**PLAIN_BODY)["id"]
    assert set(statuses(client_of(bob), place, pk).values()) == {403}


def test_readers_get_options_and_head_and_405_for_other_methods(place: Place) -> None:
    pk = place.attach(**PLAIN_BODY)["id"]
    for path, wrong in ((place.path, "put"), (f"{place.path}/{pk}", "post")):
        assert place.client.options(path).status_code == 200
        assert place.client.head(path).status_code == 200
        assert getattr(place.client, wrong)(path, {}).status_code == 405
    assert place.client.options(place.path).json()["actions"]["POST"]["type"]["required"] is True


def test_permission_classes_can_be_replaced_at_any_time(place: Place, chat: Any) -> None:
    pk = place.attach(**PLAIN_BODY)["id"]
    parts = ("ATTACHMENTS_LIST_BY_MESSAGE_ID", "ATTACHMENT_OBJECT_BY_MESSAGE_ID")
    if place.key == "item":
        parts = ("SURVEY_ATTACHMENT_LIST_BY_ITEM_ID", "SURVEY_ATTACHMENT_OBJECT_BY_ITEM_ID")
    chat(**{f"PERMISSIONS_{parts[0]}": NoOne})
    assert (place.client.get(place.path).status_code, place.client.get(f"{place.path}/{pk}").status_code) == (
        403,
        200,
    )
    chat(**{f"PERMISSIONS_{parts[1]}": NoOne})
    assert place.client.get(f"{place.path}/{pk}").status_code == 403
    chat(**{f"PERMISSIONS_{part}": AllowAny for part in parts})
    guest = client_of(UserFactory())
    assert [row["id"] for row in guest.get(place.path).json()] == [pk]


def test_non_member_cannot_attach_to_messages(message: Place, chat: Any) -> None:
    chat(PERMISSIONS_ATTACHMENTS_LIST_BY_MESSAGE_ID=AllowAny)
    refused = client_of(UserFactory()).post(message.path, PLAIN_BODY)
    assert (refused.status_code, refused.json()) == (400, {"non_field_errors": ["THREAD_IS_CLOSED"]})
    assert message.client.get(message.path).json() == []


def test_each_change_of_attachments_is_one_event_and_changes_nothing_else(
    message: Place, alice: Any, bob: Any
) -> None:
    newer: Any = MessageFactory(thread=message.holder.thread, sender=bob)
    UserThread.objects.filter(thread=message.holder.thread).update(last_message=newer)
    message.holder.thread.refresh_from_db()
    before = (message.holder.thread.updated, message.holder.thread.last_message_id)

    def events() -> list[tuple[str, dict[str, Any]]]:
        rows = ThreadEvent.objects.filter(thread=message.holder.thread).order_by("seq")
        return list(rows.values_list("name", "data"))

    event = ("message_created_or_updated", {"message": message.holder.pk, "deleted": False})
    pk = message.attach(**PLAIN_BODY)["id"]
    assert (events(), message.has_attachments()) == ([event], True)
    message.client.patch(f"{message.path}/{pk}", {"title": "b"})
    assert (events(), message.has_attachments()) == ([event] * 2, True)
    second = message.attach(**PLAIN_BODY)["id"]
    message.client.delete(f"{message.path}/{pk}")
    assert (events(), message.has_attachments()) == ([event] * 4, True)
    message.client.delete(f"{message.path}/{second}")
    assert (events(), message.has_attachments()) == ([event] * 5, False)
    assert message.client.delete(f"{message.path}/{second}").status_code == 404
    message.post(type="zzz")
    assert events() == [event] * 5
    message.holder.thread.refresh_from_db()
    assert (message.holder.thread.updated, message.holder.thread.last_message_id) == before
    assert set(message.holder.thread.users.values_list("last_message", flat=True)) == {newer.pk}


def test_has_attachments_of_an_item_follows_its_attachments(alice: Any) -> None:
    place = item_place(alice)
    first, second = (place.attach(**PLAIN_BODY)["id"] for _ in range(2))
    assert place.has_attachments()
    place.client.delete(f"{place.path}/{first}")
    assert place.has_attachments()
    place.client.delete(f"{place.path}/{second}")
    assert not place.has_attachments()


def test_number_of_attachments_is_limited_by_the_host(place: Place, chat: Any) -> None:
    chat(MESSAGE_ATTACHMENTS_MAX=2)
    kept = [place.attach(**PLAIN_BODY)["id"] for _ in range(2)]
    refused = place.post(**PLAIN_BODY)
    assert (refused.status_code, refused.json()) == (400, {"non_field_errors": ["TOO_MANY"]})
    assert [row["id"] for row in place.client.get(place.path).json()] == kept


def test_member_who_joins_later_sees_attachments(message: Place) -> None:
    made = message.attach(**PLAIN_BODY)
    late = UserFactory()
    MemberFactory(thread=message.holder.thread, user=late)
    assert client_of(late).get(message.path).json() == [made]
