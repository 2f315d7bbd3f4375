"""Superseded messages are found by nobody, unless they ask for these."""

from __future__ import annotations

from typing import Any

import pytest

from chat_api.chat.choices import PERMISSIONS_ALL
from chat_api.chat.models import Attachment, Message
from chat_api.schemas.models import Schema
from tests.attachments.pictures import as_text, picture
from tests.chat.talking import Talk, answer
from tests.chat.test_correcting import corrected, start
from tests.factories import MemberFactory, UserFactory
from tests.search.conftest import index_all

pytestmark = pytest.mark.django_db

PNG = {"type": "image", "file_content": as_text(picture())}


@pytest.fixture
def doctor(alice: Any) -> tuple[Talk, dict[str, Any], int]:
    """Return the talk of another member, an answer with an attachment, and the id of the answer before it."""
    talk = start(alice)
    first = talk.say(answers=[answer(Schema.objects.get(), 1, 1)])
    said = talk.say(text="hedgehog", attachments=[PNG])
    talk.say(text="3")
    other = UserFactory.create()
    MemberFactory.create(thread_id=talk.thread_id, user=other, permissions=PERMISSIONS_ALL)
    return Talk(other, talk.thread_id), said, first["id"]


def supersede(talk: Talk, first: int) -> None:
    mine = Talk(Message.objects.get(pk=first).sender, talk.thread_id)
    corrected(mine, first, answers=[answer(Schema.objects.get(), 1, 2)])


def file_of(talk: Talk, message: dict[str, Any], query: str = "") -> Any:
    pk = Attachment.objects.get(message=message["id"]).pk
    return talk.client.get(f"/api/attachments/message/{pk}/file{query}")


def found(talk: Talk) -> tuple[list[str], int]:
    """Return the texts of messages, and the number of threads, that a search finds."""
    index_all()
    texts = [message["text"] for message in talk.messages("&q=hedgehog")]
    threads = talk.client.get(f"/api/accounts/{talk.user.pk}/threads/chat?limit=9&q=hedgehog").json()
    return texts, len(threads["results"])


def test_search_does_not_find_superseded_messages(doctor: Any) -> None:
    talk, _, first = doctor
    assert found(talk) == (["hedgehog"], 1)
    supersede(talk, first)
    assert found(talk) == ([], 0)


def test_superseded_messages_are_not_unread_and_not_the_last_message(doctor: Any) -> None:
    talk, said, first = doctor
    supersede(talk, first)
    thread = talk.thread()
    assert thread["last_message_data"]["text"] == "Why not?"
    assert thread["unread"] == sum(not message["is_read"] for message in talk.messages())
    assert talk.client.get(f"{talk.path}/messages/{said['id']}").status_code == 404


def test_files_of_superseded_messages_are_those_that_the_list_with_them_shows(doctor: Any) -> None:
    talk, said, first = doctor
    supersede(talk, first)
    (shown,) = [each for each in talk.messages("&superseded=true") if each["text"] == "hedgehog"]
    assert [each["id"] for each in shown["attachments_data"]] == [
        each["id"] for each in said["attachments_data"]
    ]
    for query in ("", "?thumbnail=true"):
        response = file_of(talk, said, query)
        assert (response.status_code, response["Content-Type"]) == (200, "image/png")
        assert b"".join(response).startswith(b"\x89PNG")
    attachments = f"{talk.path}/messages/{said['id']}/attachments"
    assert talk.client.get(attachments).status_code == 404
    assert file_of(Talk(UserFactory.create(), talk.thread_id), said).status_code == 404


def test_files_of_deleted_messages_are_not_found(doctor: Any) -> None:
    talk, said, _ = doctor
    mine = Talk(Message.objects.get(pk=said["id"]).sender, talk.thread_id)
    assert mine.client.delete(f"{talk.path}/messages/{said['id']}").status_code == 204
    assert file_of(talk, said).status_code == 404
