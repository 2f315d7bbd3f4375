"""Validation and representation of each attachment type."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType

from chat_api.attachments.models import attachment_types
from chat_api.attachments.types.base import AttachmentType
from chat_api.attachments.types.registry import BUILT_IN, type_named
from chat_api.attachments.types.youtube import video_id
from chat_api.common import AttachmentTypes
from tests.attachments.conftest import PLAIN, VIDEO
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

KEYS = {
    "title",
    "description",
    "src",
    "id",
    "thumbnail",
    "options",
    "object_id",
    "content_type",
    "type",
    "content_type_name",
}
PREVIEW = {"width": 480, "height": 360, "src": "https://i.ytimg.com/vi/dQw4w9WgXcQ/hqdefault.jpg"}

#: For each type that can be created: a body and its representation.
MADE: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "youtube": ({"url": VIDEO}, {"src": VIDEO, "thumbnail": PREVIEW, "content_type_name": None}),
    "object_reference": (
        {"object_id": "alice", "content_type": "users"},
        {"src": "", "thumbnail": None, "content_type_name": "user"},
    ),
    "plain": ({}, {"src": "", "thumbnail": None, "content_type_name": None}),
}

#: For each type that can be created: refused bodies with their errors.
REFUSED: dict[str, list[tuple[dict[str, Any], dict[str, Any]]]] = {
    "youtube": [
        ({}, {"url": ["REQUIRED"]}),
        ({"url": None}, {"url": ["This field may not be null."]}),
        ({"url": ""}, {"url": ["This field may not be blank."]}),
        ({"url": 7}, {"url": ["INCORRECT_URL"]}),
        ({"url": []}, {"url": ["Not a valid string."]}),
        ({"url": "nope"}, {"url": ["INCORRECT_URL"]}),
        ({"url": "https://example.com/watch?v=x"}, {"url": ["INCORRECT_URL"]}),
        (
            {"url": f"https://youtu.be/{'x' * 200}"},
            {"url": ["Ensure this field has no more than 200 characters."]},
        ),
        ({"title": "x\0", "options": "\ud800"}, {"url": ["REQUIRED"], "title": [...], "options": [...]}),
    ],
    "object_reference": [
        ({}, {"object_id": ["REQUIRED"], "content_type": ["REQUIRED"]}),
        ({"object_id": "alice"}, {"content_type": ["REQUIRED"]}),
        ({"content_type": "users"}, {"object_id": ["REQUIRED"]}),
        ({"object_id": None, "content_type": "users"}, {"object_id": ["REQUIRED"]}),
        ({"object_id": 999_999, "content_type": "users"}, {"object_id": ["DOES_NOT_EXIST"]}),
        ({"object_id": -1, "content_type": "users"}, {"object_id": ["DOES_NOT_EXIST"]}),
        ({"object_id": 2**31, "content_type": "users"}, {"object_id": ["DOES_NOT_EXIST"]}),
        ({"object_id": 10**40, "content_type": "users"}, {"object_id": ["DOES_NOT_EXIST"]}),
        ({"object_id": "alice", "content_type": "sessions"}, {"object_id": ["DOES_NOT_EXIST"]}),
        ({"object_id": "alice", "content_type": "groups"}, {"object_id": ["DOES_NOT_EXIST"]}),
        ({"object_id": "x", "content_type": "users"}, {"object_id": ["A valid integer is required."]}),
        ({"object_id": True, "content_type": "users"}, {"object_id": ["A valid integer is required."]}),
        (
            {"object_id": "alice", "content_type": 999_999},
            {"content_type": ['Invalid pk "999999" - object does not exist.']},
        ),
        (
            {"object_id": "alice", "content_type": 10**40},
            {"content_type": [f'Invalid pk "{10**40}" - object does not exist.']},
        ),
        (
            {"object_id": "alice", "content_type": [1]},
            {"content_type": ["Incorrect type. Expected pk value, received list."]},
        ),
    ],
    "plain": [
        ({"title": "t" * 256}, {"title": ["Ensure this field has no more than 255 characters."]}),
        ({"title": None}, {"title": ["This field may not be null."]}),
        ({"description": {}}, {"description": ["Not a valid string."]}),
        ({"file_content": 1.5, "url": "javascript:alert(1)"}, {"url": ["INCORRECT_URL"]}),
        ({"file_content": []}, {"file_content": ["Not a valid string."]}),
        ({"object_id": "alice"}, {"content_type": ["REQUIRED"]}),
        ({"object_id": "alice", "content_type": "groups"}, {"object_id": ["DOES_NOT_EXIST"]}),
        ({"options": {"deep": ...}}, {"options": ["This is nested deeper than 32 levels."]}),
    ],
}


@pytest.fixture(autouse=True)
def _types(chat: Any) -> None:
    chat(TYPES_CUSTOM_ATTACHMENTS=PLAIN, ATTACHMENT_REFERENCE_MODELS=("auth.User", "sessions.Session"))


def filled(body: dict[str, Any], owner: Any) -> dict[str, Any]:
    """Return the body with ids instead of names."""
    deep: Any = 1
    for _ in range(40):
        deep = [deep]
    models = {"users": ("auth", "user"), "groups": ("auth", "group"), "sessions": ("sessions", "session")}
    types = {name: ContentType.objects.get_by_natural_key(*key).pk for name, key in models.items()}
    names = {"alice": owner.pk, **types}
    body = {
        key: names[value] if isinstance(value, str) and value in names else value
        for key, value in body.items()
    }
    return {**body, "options": {"deep": deep}} if body.get("options") == {"deep": ...} else body


def test_every_type_that_can_be_created_has_cases() -> None:
    makeable = {name for name, _ in attachment_types() if type_named(name).can_be_made}
    assert makeable == {*BUILT_IN, "plain"}
    # Images are tested in their own modules.
    assert makeable - {"image"} == set(MADE) == set(REFUSED)
    assert all(isinstance(type_named(name), AttachmentType) for name in makeable)


@pytest.mark.parametrize("name", MADE)
def test_attachment_has_exactly_these_fields_in_every_response(place: Any, name: str) -> None:
    body, shown = MADE[name]
    body = filled(body, place.owner)
    made = place.attach(type=name, title=" t ", description="d", options={"o": [1, None]}, **body)
    assert set(made) == {*KEYS, place.key}
    common = {
        "title": "t",
        "description": "d",
        "options": {"o": [1, None]},
        "type": name,
        place.key: place.holder.pk,
    }
    reference = {"object_id": body.get("object_id"), "content_type": body.get("content_type")}
    assert {key: made[key] for key in made if key != "id"} == {**common, **shown, **reference}
    assert place.client.get(f"{place.path}/{made['id']}").json() == made
    assert place.client.get(place.path).json() == [made]
    assert place.has_attachments()


@pytest.mark.parametrize(
    ("name", "body", "errors"),
    [(name, body, errors) for name, cases in REFUSED.items() for body, errors in cases],
)
def test_errors_of_a_type_are_reported_per_field(
    message: Any, name: str, body: dict[str, Any], errors: dict[str, Any]
) -> None:
    response = message.post(type=name, **filled(body, message.owner))
    assert response.status_code == 400
    reported = response.json()
    assert set(reported) == set(errors)
    for field, texts in errors.items():
        assert reported[field] == (
            ["This contains a character that cannot be stored."] if texts == [...] else texts
        )
    assert not message.has_attachments()
    assert message.client.get(message.path).json() == []


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, "This field is required."),
        ({"type": None}, "This field may not be null."),
        ({"type": "zzz"}, '"zzz" is not a valid choice.'),
        ({"type": ["youtube"]}, "\"['youtube']\" is not a valid choice."),
    ],
)
def test_type_that_cannot_be_created_is_refused(place: Any, body: dict[str, Any], error: str) -> None:
    response = place.post(**body)
    assert (response.status_code, response.json()) == (400, {"type": [error]})


@pytest.mark.parametrize("body", [[], "x", [{"type": "plain"}], None])
def test_body_must_be_an_object(place: Any, body: Any) -> None:
    response = place.client.post(place.path, data=body, format="json")
    assert response.status_code == 400
    assert not place.has_attachments()


@pytest.mark.parametrize("method", ["put", "patch"])
def test_type_is_fixed_and_fields_that_are_not_sent_are_kept(place: Any, method: str) -> None:
    made = place.attach(type="youtube", url=VIDEO, title="a", options=[1])
    path = f"{place.path}/{made['id']}"
    body = {"type": "plain", "title": "b", "id": 99, place.key: 99, "src": "x", "thumbnail": {"x": 1}}
    changed = getattr(place.client, method)(path, body)
    assert (changed.status_code, changed.json()) == (200, {**made, "title": "b"})
    assert place.client.get(path).json() == changed.json()


def test_changed_video_has_a_new_preview(place: Any) -> None:
    made = place.attach(type="youtube", url=VIDEO)
    changed = place.client.patch(f"{place.path}/{made['id']}", {"url": "https://youtu.be/x"}).json()
    preview = {**PREVIEW, "src": "https://i.ytimg.com/vi/x/hqdefault.jpg"}
    assert changed == {**made, "src": "https://youtu.be/x", "thumbnail": preview}
    refused = place.client.patch(f"{place.path}/{made['id']}", {"url": "https://example.com/"})
    assert (refused.status_code, refused.json()) == (400, {"url": ["INCORRECT_URL"]})


def test_both_parts_of_a_reference_are_checked_when_one_changes(place: Any, user_type: int) -> None:
    other: Any = UserFactory()
    made = place.attach(type="object_reference", object_id=place.owner.pk, content_type=user_type)
    path = f"{place.path}/{made['id']}"
    assert place.client.patch(path, {"object_id": other.pk}).json() == {**made, "object_id": other.pk}
    for body, errors in (
        ({"object_id": 999_999}, {"object_id": ["DOES_NOT_EXIST"]}),
        ({"object_id": None}, {"object_id": ["REQUIRED"]}),
        (
            {"object_id": None, "content_type": None},
            {"object_id": ["REQUIRED"], "content_type": ["REQUIRED"]},
        ),
    ):
        refused = place.client.patch(path, body)
        assert (refused.status_code, refused.json()) == (400, errors)
    other.delete()
    assert place.client.patch(path, {"title": "still there"}).status_code == 200


def test_only_objects_visible_to_the_user_can_be_referenced(place: Any, user_type: int, chat: Any) -> None:
    chat(ATTACHMENT_REFERENCE_FILTER="tests.attachments.host.visible_users")
    stranger: Any = UserFactory()
    place.attach(type="object_reference", object_id=place.owner.pk, content_type=user_type)
    refused = place.post(type="object_reference", object_id=stranger.pk, content_type=user_type)
    assert (refused.status_code, refused.json()) == (400, {"object_id": ["DOES_NOT_EXIST"]})
    chat(ATTACHMENT_REFERENCE_MODELS=())
    refused = place.post(type="object_reference", object_id=place.owner.pk, content_type=user_type)
    assert (refused.status_code, refused.json()) == (400, {"object_id": ["DOES_NOT_EXIST"]})


def test_upgraded_video_is_shown_and_can_be_changed_except_to_an_invalid_url(
    place: Any,
) -> None:
    row = place.row(type=AttachmentTypes.YOUTUBE, url="http://y/1", thumbnail={"src": "ytthumb"}, title="a")
    path = f"{place.path}/{row.pk}"
    shown = place.client.get(path).json()
    assert (shown["src"], shown["thumbnail"]) == ("http://y/1", {"src": "ytthumb"})
    assert place.client.patch(path, {"title": "b"}).json() == {**shown, "title": "b"}
    refused = place.client.patch(path, {"url": "http://y/2"})
    assert (refused.status_code, refused.json()) == (400, {"url": ["INCORRECT_URL"]})


def test_stored_image_is_shown_and_its_texts_can_be_changed(place: Any) -> None:
    row = place.row(type="image", file="attachments/a.png", thumbnail_image="attachments/thumbnails/a.png")
    path = f"{place.path}/{row.pk}"
    shown = place.client.get(path).json()
    assert shown["src"] == "/media/attachments/a.png"
    assert shown["thumbnail"] == {"width": 100, "height": 100, "src": "/media/attachments/thumbnails/a.png"}
    changed = place.client.patch(path, {"title": "b"}).json()
    assert changed == {**shown, "title": "b"}
    bare = place.row(type="image")
    shown = place.client.get(f"{place.path}/{bare.pk}").json()
    assert (shown["src"], shown["thumbnail"]) == ("", None)


def test_type_removed_by_the_host_is_still_shown(place: Any, chat: Any) -> None:
    made = place.attach(type="plain", url="https://files.example/a", title="a")
    chat(TYPES_CUSTOM_ATTACHMENTS=())
    assert place.client.get(place.path).json() == [made]
    path = f"{place.path}/{made['id']}"
    assert place.client.patch(path, {"title": "b"}).json() == {**made, "title": "b"}
    assert place.post(type="plain").json() == {"type": ['"plain" is not a valid choice.']}


@pytest.mark.parametrize(
    ("url", "found"),
    [
        (VIDEO, "dQw4w9WgXcQ"),
        ("http://youtube.com/watch?t=1&v=abc", "abc"),
        ("https://m.youtube.com/watch?v=abc#t=1", "abc"),
        ("https://music.youtube.com/watch?v=a-_9", "a-_9"),
        ("https://WWW.YouTube.com/watch?v=abc", "abc"),
        ("https://youtu.be/abc?si=x", "abc"),
        ("https://www.youtube.com/embed/abc", "abc"),
        ("https://www.youtube-nocookie.com/embed/abc/", "abc"),
        ("https://www.youtube.com/shorts/abc", "abc"),
        ("https://www.youtube.com/live/abc?feature=share", "abc"),
        ("https://www.youtube.com/v/abc", "abc"),
        ("https://www.youtube.com/", None),
        ("https://www.youtube.com/@somebody", None),
        ("https://www.youtube.com/watch", None),
        ("https://www.youtube.com/watch?v=", None),
        ("https://www.youtube.com/embed/a/b", None),
        ("https://www.youtube.com/watch?v=a%22b", None),
        ("https://youtu.be/", None),
        ("https://youtube.com.example.com/watch?v=abc", None),
        ("https://notyoutube.com/watch?v=abc", None),
        ("https://example.com/?u=https://youtu.be/abc", None),
        ("https://youtu.be@example.com/abc", None),
        ("https://me:secret@youtu.be/abc", None),
        ("ftp://youtu.be/abc", None),
        ("javascript://youtu.be/%0aalert(1)", None),
        ("//youtu.be/abc", None),
        ("https://youtu.be/abc\nx", None),
        ("https://[youtu.be/abc", None),
        ("youtu.be/abc", None),
        ("", None),
    ],
)
def test_urls_of_videos_are_recognized(url: str, found: str | None) -> None:
    assert video_id(url) == found
