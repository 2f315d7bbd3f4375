"""Files with false types or excessive sizes: each is refused with its code, and no file is left."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from chat_api.chat.choices import PERMISSIONS_ALL, Permission
from chat_api.chat.models import Message, UserThread
from tests.attachments.conftest import Place
from tests.attachments.pictures import SCRIPT, animation, as_text, encoded, picture, png_of, zipped
from tests.attachments.storing import stored_files

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("storage")]

OF_FIELD = {"file_content": ["INCORRECT_TYPE"]}
OF_KIND = {"non_field_errors": ["INCORRECT_TYPE"]}
LARGE = {"file_content": ["TOO_LARGE"]}
_GIF_WITH_SCRIPT = b"GIF89a/*" + b"\x00" * 5 + b"*/=1;" + SCRIPT
_JPEG = picture("JPEG", (64, 64))

#: By name: the content and the expected errors.
HOSTILE: dict[str, tuple[Callable[[], bytes], dict[str, list[str]]]] = {
    "50,000 x 50,000 pixels": (lambda: png_of(50_000, 50_000), LARGE),
    "2 to the 31st pixels wide": (lambda: png_of(2**31 - 1, 1), LARGE),
    "no pixels at all": (lambda: png_of(0, 0), OF_FIELD),
    "a truncated PNG": (lambda: picture("PNG", (64, 64))[:-40], OF_FIELD),
    "a truncated JPEG": (lambda: _JPEG[: len(_JPEG) // 2], OF_FIELD),
    "a header of PNG with HTML behind": (lambda: png_of(1, 1)[:33] + b"<html><body>" + SCRIPT, OF_FIELD),
    "a signature of PNG alone": (lambda: b"\x89PNG\r\n\x1a\n", OF_FIELD),
    "a whole PNG with a script behind": (lambda: picture("PNG") + SCRIPT, OF_FIELD),
    "a whole JPEG with a script in its comment": (lambda: picture("JPEG", comment=SCRIPT), OF_FIELD),
    "a GIF that is a script": (lambda: _GIF_WITH_SCRIPT, OF_FIELD),
    "a whole GIF with a script in its comment": (lambda: picture("GIF", comment=SCRIPT), OF_FIELD),
    "a PNG with PHP in it": (lambda: picture("PNG") + b"<?php system($_GET[0]); ?>", OF_FIELD),
    "an SVG": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>", OF_KIND),
    "an HTML page": (lambda: b"<!doctype html>" + SCRIPT, OF_KIND),
    "a zip": (zipped, OF_KIND),
    "a BMP": (lambda: picture("BMP"), OF_KIND),
    "an icon": (lambda: picture("ICO", (16, 16)), OF_KIND),
    "a text": (lambda: b"hello world, plain text", OF_KIND),
    "11 MiB": (lambda: b"\0" * (11 * 2**20), LARGE),
    "a thousand frames": (lambda: animation(1000, (1, 1)), LARGE),
    "frames of more pixels together": (lambda: animation(60, (1000, 1000)), LARGE),
    "nothing": (lambda: b"", OF_FIELD),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_is_refused_with_its_code_and_leaves_nothing(place: Place, name: str) -> None:
    make, errors = HOSTILE[name]
    response = place.post(type="image", file_content=as_text(make()))
    assert (response.status_code, response.json()) == (400, errors)
    assert stored_files() == set()
    assert not place.model._default_manager.exists()
    assert not place.has_attachments()


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_in_a_form_is_refused(message: Place, name: str) -> None:
    make, errors = HOSTILE[name]
    sent = {"type": "image", "file": SimpleUploadedFile("a.png", make(), content_type="image/png")}
    response = message.client.post(message.path, sent, format="multipart")
    said = {key.replace("file_content", "file"): codes for key, codes in errors.items()}
    assert (response.status_code, response.json()) == (400, said)
    assert stored_files() == set()


@pytest.mark.parametrize(
    "text", ["a", "====", "not base64!", "data:image/png;base64", "data:image/png;base64,%%%", "é", "A" * 5]
)
def test_invalid_base64_is_refused(place: Place, text: str) -> None:
    response = place.post(type="image", file_content=text)
    assert (response.status_code, response.json()) == (400, OF_FIELD)
    assert stored_files() == set()


def test_change_to_a_hostile_file_changes_nothing(place: Place) -> None:
    made = place.attach(type="image", file_content=as_text(picture()))
    before = stored_files()
    body = {"title": "new", "file_content": as_text(zipped())}
    response = place.client.patch(f"{place.path}/{made['id']}", body, format="json")
    assert (response.status_code, response.json()) == (400, OF_KIND)
    assert place.client.get(f"{place.path}/{made['id']}").json() == made
    assert stored_files() == before


def test_one_bad_attachment_refuses_the_message_and_leaves_no_file(message: Place) -> None:
    path = message.path.rsplit("/", 2)[0]
    good = {"type": "image", "file_content": as_text(picture())}
    for bad, errors in (
        ({"type": "image", "file_content": as_text(zipped())}, OF_KIND),
        ({"type": "image"}, {"file_content": ["REQUIRED"]}),
    ):
        response = message.client.post(path, {"text": "x", "attachments": [good, bad]}, format="json")
        assert (response.status_code, response.json()) == (400, {"attachments": [{}, errors]})
    assert stored_files() == set()
    assert not Message.objects.filter(text="x").exists()


def test_message_refused_for_another_reason_leaves_no_file(message: Place) -> None:
    without = PERMISSIONS_ALL & ~Permission.THREAD_REOPEN
    UserThread.objects.filter(user=message.owner).update(state="closed", permissions=without)
    body = {"text": "x", "attachments": [{"type": "image", "file_content": as_text(picture())}]}
    response = message.client.post(message.path.rsplit("/", 2)[0], body, format="json")
    assert (response.status_code, response.json()) == (400, {"non_field_errors": ["THREAD_IS_CLOSED"]})
    single = message.post(type="image", file_content=as_text(picture()))
    assert (single.status_code, single.json()) == (400, {"non_field_errors": ["THREAD_IS_CLOSED"]})
    assert stored_files() == set()


@pytest.mark.parametrize(
    "other", [{"type": "youtube", "url": "https://youtu.be/dQw4w9WgXcQ"}, {"type": "plain"}]
)
def test_types_without_files_refuse_files(place: Place, chat: Any, other: dict[str, str]) -> None:
    chat(TYPES_CUSTOM_ATTACHMENTS=[("plain", "Plain")])
    sent = {**other, "file": SimpleUploadedFile("a.html", SCRIPT)}
    response = place.client.post(place.path, sent, format="multipart")
    assert (response.status_code, response.json()) == (400, {"file": ["NOT_ALLOWED"]})
    assert stored_files() == set()


def test_text_in_place_of_a_file_is_refused(place: Place) -> None:
    response = place.post(type="image", file="attachments/of-somebody-else.png")
    assert response.status_code == 400
    assert "The submitted data was not a file" in response.json()["file"][0]


def test_limits_are_settings(place: Place, chat: Any) -> None:
    chat(ATTACHMENT_MAX_PIXELS=99)
    body = {"type": "image", "file_content": as_text(picture(size=(10, 10)))}
    assert place.post(**body).json() == LARGE
    chat(ATTACHMENT_MAX_PIXELS=100, ATTACHMENT_MAX_BYTES=50)
    assert place.post(**body).json() == LARGE
    chat(ATTACHMENT_MAX_BYTES=10_000)
    assert place.post(**body).status_code == 201


def test_stored_image_has_no_extra_data(message: Place) -> None:
    """Bytes after the end of an image, and chunks that do not affect its looks, are not stored."""
    secret = b"PK\x05\x06 somebody's archive"
    tail = message.attach(type="image", file_content=as_text(picture("PNG") + secret))
    image = Image.new("RGB", (4, 4))
    noted = message.attach(type="image", file_content=as_text(encoded(image, "GIF", comment=b"secret")))
    for made in (tail, noted):
        row: Any = message.model._default_manager.get(pk=made["id"])
        with row.file.open() as file:
            content = file.read()
        assert secret not in content
        assert b"secret" not in content
