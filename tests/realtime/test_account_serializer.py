"""An ACCOUNT_SERIALIZER that needs a request, where there is none: in frames, scripts and typing."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework import serializers

from chat_api.chat.delivery.frames import frames_of
from chat_api.chat.models import Message
from chat_api.utils.serializers import SimpleAccountSerializer
from tests.chat.talking import Talk, start_script
from tests.factories import published_schema
from tests.realtime.sockets import WRITING, Opener, outside

pytestmark = pytest.mark.django_db(transaction=True)

SHOWN: list[Any] = []


class WithPhoto(SimpleAccountSerializer):
    """Builds a URL from the request."""

    photo = serializers.SerializerMethodField()

    def get_photo(self, user: Any) -> str:
        SHOWN.append(user.pk)
        request = self.context["request"]
        assert (request.method, dict(request.query_params)) in (("GET", {}), ("POST", {}))
        return str(request.build_absolute_uri(f"/photos/{user.pk}"))


class PlainWithSeenBy(serializers.Serializer[Any]):
    """Shows the id of the receiver."""

    seen_by = serializers.SerializerMethodField()

    def get_seen_by(self, user: Any) -> Any:
        return self.context["request"].user.pk


@pytest.fixture
def with_photos(settings: Any) -> None:
    SHOWN.clear()
    settings.CHAT_SETTINGS = {
        "ACCOUNT_SERIALIZER": WithPhoto,
        "NOTIFICATION_BASE_URL": "https://clinic.example/chat/",
    }


@pytest.mark.usefixtures("with_photos")
async def test_frames_have_absolute_urls(both: list[Talk], opened: Opener) -> None:
    alice_talk, bob_talk = both
    bob_socket = await opened(bob_talk.user)
    await outside(alice_talk.say, text="Hi")
    (frame,) = await bob_socket.news()
    photo = f"https://clinic.example/photos/{alice_talk.user.pk}"
    assert frame["data"]["sender_data"]["photo"] == photo
    assert photo in [user["photo"] for user in frame["data"]["thread_data"]["users_data"]]


def frames(talk: Talk, *users: Any) -> dict[Any, Any]:
    return frames_of(
        thread_id=talk.thread_id, first=1, last=1, user_ids=[user.pk for user in users], live=False
    )


@pytest.mark.usefixtures("with_photos")
def test_parts_shared_by_receivers_are_serialized_once(both: list[Talk]) -> None:
    alice_talk, bob_talk = both
    alice_talk.say(text="Hi")
    SHOWN.clear()
    made = frames(alice_talk, alice_talk.user, bob_talk.user)
    assert len(made) == 2
    # Once in the message, once more in each receiver's last message, once in the list of members.
    assert SHOWN.count(bob_talk.user.pk) == 1


def test_parts_that_depend_on_the_receiver_are_serialized_for_each(both: list[Talk], settings: Any) -> None:
    settings.CHAT_SETTINGS = {"ACCOUNT_SERIALIZER": PlainWithSeenBy}
    alice_talk, bob_talk = both
    alice_talk.say(text="Hi")
    for user, (text,) in frames(alice_talk, alice_talk.user, bob_talk.user).items():
        other = bob_talk.user.pk if user == alice_talk.user.pk else alice_talk.user.pk
        assert text.count(f'"seen_by":{user}') >= 3
        assert f'"seen_by":{other}' not in text


def test_urls_stay_relative_without_a_base_url(both: list[Talk], settings: Any) -> None:
    settings.CHAT_SETTINGS = {"ACCOUNT_SERIALIZER": WithPhoto}
    alice_talk, bob_talk = both
    alice_talk.say(text="Hi")
    ((text,),) = frames(alice_talk, bob_talk.user).values()
    assert f'"photo":"/photos/{alice_talk.user.pk}"' in text


def test_script_texts_show_users_as_seen_by_the_member(both: list[Talk], settings: Any) -> None:
    settings.CHAT_SETTINGS = {"ACCOUNT_SERIALIZER": PlainWithSeenBy}
    alice_talk, bob_talk = both
    schema = published_schema([{"type": "int", "text": "{{ user.seen_by }} {{ sender.seen_by }}"}])
    start_script(alice_talk, schema, bob_talk.user, automated_sender=alice_talk.user.pk)
    asked = Message.objects.get(asks=True, thread_id=alice_talk.thread_id)
    assert asked.text == f"{bob_talk.user.pk} {bob_talk.user.pk}"


async def test_typing_member_is_shown_as_seen_by_anonymous_users(
    both: list[Talk], opened: Opener, settings: Any
) -> None:
    settings.CHAT_SETTINGS = {"ACCOUNT_SERIALIZER": PlainWithSeenBy}
    alice_talk, bob_talk = both
    alice_socket, bob_socket = await opened(alice_talk.user), await opened(bob_talk.user)
    await bob_socket.send(WRITING, {"thread": alice_talk.thread_id, "length": 5})
    assert await bob_socket.news() == []
    (frame,) = await alice_socket.news()
    assert frame["data"]["sender_data"] == {"seen_by": None}
