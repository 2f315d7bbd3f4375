"""An ACCOUNT_SERIALIZER that needs a request, where there is none: frames, scripts, typing."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework import serializers

from chat_api.chat.delivery.frames import frames_of
from chat_api.chat.models import Message
from chat_api.utils.serializers import SimpleAccountSerializer
from tests.chat.talking import Talk, led
from tests.factories import published_schema
from tests.realtime.sockets import WRITING, Opener, outside

pytestmark = pytest.mark.django_db(transaction=True)

SHOWN: list[Any] = []


class WithPhoto(SimpleAccountSerializer):
    """Needs the request for a URL."""

    photo = serializers.SerializerMethodField()

    def get_photo(self, user: Any) -> str:
        SHOWN.append(user.pk)
        request = self.context["request"]
        assert (request.method, dict(request.query_params)) in (("GET", {}), ("POST", {}))
        return str(request.build_absolute_uri(f"/photos/{user.pk}"))


class PlainWithSeenBy(serializers.Serializer[Any]):
    """Shows to each who they are."""

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
async def test_frames_have_urls_of_the_site(both: list[Talk], opened: Opener) -> None:
    mine, bobs = both
    theirs = await opened(bobs.user)
    await outside(mine.say, text="Hi")
    (frame,) = await theirs.news()
    photo = f"https://clinic.example/photos/{mine.user.pk}"
    assert frame["data"]["sender_data"]["photo"] == photo
    assert photo in [user["photo"] for user in frame["data"]["thread_data"]["users_data"]]


def frames(talk: Talk, *users: Any) -> dict[Any, Any]:
    return frames_of(
        thread_id=talk.thread_id, first=1, last=1, user_ids=[user.pk for user in users], live=False
    )


@pytest.mark.usefixtures("with_photos")
def test_what_is_the_same_for_all_is_made_once(both: list[Talk]) -> None:
    mine, bobs = both
    mine.say(text="Hi")
    SHOWN.clear()
    made = frames(mine, mine.user, bobs.user)
    assert len(made) == 2
    # Once in the message, once more in each receiver's last message, once in the list of members.
    assert SHOWN.count(bobs.user.pk) == 1


def test_what_depends_on_the_receiver_is_made_for_each(both: list[Talk], settings: Any) -> None:
    settings.CHAT_SETTINGS = {"ACCOUNT_SERIALIZER": PlainWithSeenBy}
    mine, bobs = both
    mine.say(text="Hi")
    for user, (text,) in frames(mine, mine.user, bobs.user).items():
        other = bobs.user.pk if user == mine.user.pk else mine.user.pk
        assert text.count(f'"seen_by":{user}') >= 3
        assert f'"seen_by":{other}' not in text


def test_without_a_base_url_paths_stay_paths(both: list[Talk], settings: Any) -> None:
    settings.CHAT_SETTINGS = {"ACCOUNT_SERIALIZER": WithPhoto}
    mine, bobs = both
    mine.say(text="Hi")
    ((text,),) = frames(mine, bobs.user).values()
    assert f'"photo":"/photos/{mine.user.pk}"' in text


def test_scripts_show_users_to_the_member_whom_they_ask(both: list[Talk], settings: Any) -> None:
    settings.CHAT_SETTINGS = {"ACCOUNT_SERIALIZER": PlainWithSeenBy}
    mine, bobs = both
    schema = published_schema([{"type": "int", "text": "{{ user.seen_by }} {{ sender.seen_by }}"}])
    led(mine, schema, bobs.user, automated_sender=mine.user.pk)
    asked = Message.objects.get(asks=True, thread_id=mine.thread_id)
    assert asked.text == f"{bobs.user.pk} {bobs.user.pk}"


async def test_others_see_a_writer_as_anybody_does(both: list[Talk], opened: Opener, settings: Any) -> None:
    settings.CHAT_SETTINGS = {"ACCOUNT_SERIALIZER": PlainWithSeenBy}
    mine, bobs = both
    hers, theirs = await opened(mine.user), await opened(bobs.user)
    await theirs.send(WRITING, {"thread": mine.thread_id, "length": 5})
    assert await theirs.news() == []
    (frame,) = await hers.news()
    assert frame["data"]["sender_data"] == {"seen_by": None}
