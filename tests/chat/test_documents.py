"""JSON documents of objects: functions and the serializers that describe them have the same keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError, fields
from typing import Any

import pytest

from chat_api.attachments.documents import attachment_context, attachment_document
from chat_api.chat.documents import (
    member_document,
    message_document,
    sent_message_document,
    thread_document,
)
from chat_api.chat.models import Attachment, Message, Thread, UnreadMessage, UserThread
from chat_api.chat.serializers.attachments import AttachmentSerializer
from chat_api.chat.serializers.document_contexts import (
    member_context,
    message_context,
    reader_of,
    thread_context,
)
from chat_api.chat.serializers.responses import (
    MemberSerializer,
    MessageSerializer,
    SentMessageSerializer,
    ThreadSerializer,
)
from chat_api.lib.background_requests import BackgroundRequest
from chat_api.lib.rest.selection import EVERYTHING, Selection
from tests.chat.conftest import client_of, thread_with
from tests.factories import MessageFactory, published_schema

pytestmark = pytest.mark.django_db

Document = dict[str, Any]


@pytest.fixture
def thread(alice: Any, bob: Any) -> Thread:
    """A thread with something of everything: unread and deleted messages, meta, attachments, one without a sender."""
    thread = thread_with(alice, bob, title="Ward 3", permissions=8191)
    messages: list[Message] = [
        MessageFactory.create(thread=thread, sender=bob, text="&lt;hi&gt;", meta={"a": [1.5, None]}),
        MessageFactory.create(thread=thread, sender=alice, has_attachments=True),
        MessageFactory.create(thread=thread, sender=None),
        MessageFactory.create(thread=thread, sender=bob, deleted=True),
        MessageFactory.create(thread=thread, sender=bob),
    ]
    UnreadMessage.objects.create(thread=thread, user=alice, message=messages[0], type=thread.type)
    for title in ("one", "two"):
        Attachment.objects.create(
            message=messages[1], title=title, type="youtube", url="https://youtu.be/abc"
        )
    thread.users.update(last_message=messages[-1], schema=published_schema([{}]))
    return thread


@pytest.fixture
def row(thread: Thread, alice: Any) -> UserThread:
    return thread.users.get(user=alice)


def documents(row: UserThread, selection: Selection = EVERYTHING) -> dict[type, Document]:
    """Return one document of each kind as the member sees it, by the serializer that describes it."""
    context = {"request": BackgroundRequest(row.user), "viewer": row.user, "thread_type": row.type}
    message = Message.objects.filter(thread=row.thread, has_attachments=True).get()
    reader = reader_of(context)
    shown = message_context([message], reader=reader, selection=selection)
    threads = thread_context([row], reader=reader, selection=selection)
    attachment = message.attachments.first()
    assert attachment is not None
    return {
        MessageSerializer: message_document(message, shown),
        SentMessageSerializer: sent_message_document(message, shown, answer_ids=[1], thread=dict),
        ThreadSerializer: thread_document(row, threads),
        MemberSerializer: member_document(row, member_context(row, reader=reader, selection=selection)),
        AttachmentSerializer: attachment_document(
            attachment, attachment_context(AttachmentSerializer, context, selection)
        ),
    }


def test_serializers_describe_the_fields_of_documents(row: UserThread) -> None:
    for kind, document in documents(row).items():
        described = {name for name, field in kind().fields.items() if not field.write_only}
        # The message is of no repeated group.
        assert set(document) == described - {"instance"}, kind


def test_only_the_selected_field_is_shown(row: UserThread) -> None:
    everything = documents(row)
    for kind, document in everything.items():
        for name, value in document.items():
            one = documents(row, Selection(frozenset({name})))[kind]
            assert one == {name: value}, kind


def test_unknown_fields_show_nothing(row: UserThread) -> None:
    assert all(document == {} for document in documents(row, Selection(frozenset({"nothing"}))).values())


def test_rows_are_not_changed(row: UserThread) -> None:
    columns = {field.attname for field in UserThread._meta.concrete_fields}
    documents(row)
    assert set(vars(row)) - columns == {"_state"}


def test_contexts_cannot_be_changed(row: UserThread) -> None:
    context = {"request": BackgroundRequest(row.user), "thread_type": row.type}
    shown = thread_context([row], reader=reader_of(context))
    for frozen in (shown, shown.last_message, shown.reader):
        with pytest.raises(FrozenInstanceError):
            setattr(frozen, fields(frozen)[0].name, None)  # type: ignore[arg-type]


def everything(messages: Any, user: Any) -> Any:
    """Filter nothing, as a host's function."""
    return messages


PAGES: list[Callable[[list[int]], str]] = [
    lambda ids: "limit=50",
    lambda ids: "limit=2",
    lambda ids: "limit=2&ordering=-id",
    lambda ids: "limit=2&ordering=id",
    lambda ids: f"limit=2&before={ids[-1]}",
    lambda ids: f"limit=2&before={ids[-1]}&ordering=-id",
    lambda ids: f"limit=2&after={ids[0]}",
    lambda ids: f"limit=2&after={ids[0]}&ordering=-id",
    lambda ids: f"limit=2&after={ids[-1]}",
    lambda ids: "limit=50&fields=id,text,sender_data__last_name",
    lambda ids: "limit=50&fields=attachments_data__title,is_read",
    lambda ids: "limit=50&before=x",
    lambda ids: "limit=50&before=1&after=2",
    lambda ids: "limit=0",
    lambda ids: "ordering=text",
]


@pytest.mark.parametrize("page", PAGES)
def test_pages_of_rows_and_of_querysets_are_the_same(
    page: Callable[[list[int]], str], thread: Thread, alice: Any, settings: Any
) -> None:
    ids = list(Message.objects.filter(thread=thread).order_by("pk").values_list("pk", flat=True))
    path = f"/api/threads/{thread.pk}/messages?{page(ids)}&mark_read=false"
    by_rows = client_of(alice).get(path)
    settings.CHAT_SETTINGS = {"CHAT_MESSAGE_FILTER_QUERYSET": everything}
    by_querysets = client_of(alice).get(path)
    assert (by_rows.status_code, by_rows.content) == (by_querysets.status_code, by_querysets.content)


def everyone(message: Any, user: Any) -> bool:
    """Hide nothing, as a host's function."""
    return True


@pytest.mark.parametrize(
    "fields", ["", "id,last_message_data__text", "unread,users_data__id,question_data__qid"]
)
def test_lists_of_threads_are_the_same_by_plain_rows_and_by_querysets(
    fields: str, thread: Thread, alice: Any, bob: Any, settings: Any
) -> None:
    thread_with(alice, title="Empty")
    other = thread_with(bob, alice, title="Ward 4")
    message = MessageFactory.create(thread=other, sender=bob)
    UnreadMessage.objects.create(thread=other, user=alice, message=message, type=other.type)
    other.users.update(last_message=message)
    path = f"/api/accounts/{alice.pk}/threads/{thread.type}?limit=2&fields={fields}"
    by_rows = [client_of(alice).get(path).json(), client_of(alice).get(f"{path}&offset=2").json()]
    settings.CHAT_SETTINGS = {
        "CHAT_MESSAGE_FILTER_QUERYSET": everything,
        "CHAT_MESSAGE_USER_FILTER": everyone,
        "PREPARED_QUERIES": False,
    }
    by_querysets = [client_of(alice).get(f"{path}&offset={offset}").json() for offset in (0, 2)]
    assert [page["results"] for page in by_rows] == [page["results"] for page in by_querysets]
    assert [len(page["results"]) for page in by_rows] == [2, 1]
    assert [page["next"] is None for page in by_rows] == [page["next"] is None for page in by_querysets]
