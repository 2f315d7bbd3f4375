"""The cost of decoding an image is known before decoding, and limited per request."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageFile

from chat_api.attachments.image_cost import (
    NotAPicture,
    PictureWork,
    TooMuchWork,
    check_blocks,
    check_chunks,
    scans_of,
)
from tests.attachments.conftest import Place
from tests.attachments.pictures import animation, as_text, encoded, many_scans, picture, tiny_parts
from tests.attachments.storing import stored_files
from tests.work import work_of

LARGE = {"file_content": ["TOO_LARGE"]}
WRONG = {"file_content": ["INCORRECT_TYPE"]}

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("storage")]


@pytest.mark.parametrize(
    ("content", "errors", "most"),
    [
        (many_scans(2000), LARGE, 90_000),
        (many_scans(101), LARGE, 90_000),
        (tiny_parts("JPEG", 60_000), WRONG, 1_000_000),
        (tiny_parts("PNG", 30_000), WRONG, 1_000_000),
        (tiny_parts("GIF", 60_000), WRONG, 1_000_000),
    ],
    ids=["2,000 scans", "101 scans", "60,000 segments", "30,000 chunks", "60,000 blocks"],
)
def test_slow_image_is_refused_at_low_cost(
    place: Place, content: bytes, errors: dict[str, list[str]], most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = {"type": "image", "file_content": as_text(content)}
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda self: pytest.fail("It was decoded."))
    work, response = work_of(lambda: place.post(**body))
    assert (response.status_code, response.json()) == (400, errors)
    assert work < most
    assert stored_files() == set()
    assert not place.model._default_manager.exists()


def test_image_with_2000_scans_is_small_and_pillow_would_decode_it() -> None:
    assert 20_000 < len(many_scans(2000)) < 60_000
    assert Image.open(BytesIO(many_scans(101))).load() is not None


def test_ordinary_progressive_photo_is_accepted(place: Place, chat: Any) -> None:
    content = picture("JPEG", (300, 200), progressive=True)
    assert scans_of(content, 100) == content.count(b"\xff\xda") == 10
    place.attach(type="image", file_content=as_text(content))
    place.attach(type="image", file_content=as_text(many_scans(100)))
    chat(ATTACHMENT_SCANS_MAX=9)
    assert place.post(type="image", file_content=as_text(content)).json() == LARGE


def test_scan_markers_after_the_end_or_in_comments_do_not_count() -> None:
    marks = b"\xff\xda\x00\x02" * 500
    assert scans_of(picture("JPEG") + marks, 1) == 1
    assert scans_of(picture("JPEG", comment=marks), 1) == 1
    assert scans_of(picture("JPEG", restart_marker_blocks=1), 1) == 1


@pytest.mark.parametrize("end", range(2, 30))
def test_broken_files_are_measured_without_an_error(end: int) -> None:
    for name in ("JPEG", "PNG", "GIF"):
        content = picture(name)[:end] + b"\xff" * 5
        assert scans_of(content, 100) < 100
        check_chunks(content)
        check_blocks(content)
    with pytest.raises(NotAPicture):
        check_blocks(picture("GIF")[:end] + b"\x01" * 40_000)


@pytest.mark.parametrize("format", ["GIF", "PNG", "WEBP"])
def test_frames_of_an_animation_are_counted_before_decoding(
    place: Place, chat: Any, format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = {"type": "image", "file_content": as_text(animation(10, (100, 100), format))}
    chat(ATTACHMENT_PICTURE_WORK_MAX=100_000)
    assert place.post(**body).status_code == 201
    chat(ATTACHMENT_PICTURE_WORK_MAX=99_999)
    monkeypatch.setattr("chat_api.attachments.imaging._frames", None)
    assert place.post(**body).json() == LARGE


def test_images_of_one_message_share_a_budget(message: Place, chat: Any) -> None:
    chat(ATTACHMENT_PICTURE_WORK_MAX=30_000)
    image = {"type": "image", "file_content": as_text(picture("PNG", (100, 100)))}
    path = message.path.rsplit("/", 2)[0]
    three = message.client.post(path, {"text": "x", "attachments": [image] * 3}, format="json")
    assert three.status_code == 201, three.content
    before = stored_files()
    four = message.client.post(path, {"text": "x", "attachments": [image] * 4}, format="json")
    assert (four.status_code, four.json()) == (400, {"attachments": [{}, {}, {}, LARGE]})
    assert stored_files() == before
    # Each request has its own budget.
    assert message.post(**image).status_code == 201


def test_scan_costs_a_tenth_of_an_image(place: Place, chat: Any) -> None:
    body = {"type": "image", "file_content": as_text(picture("JPEG", (100, 100), progressive=True))}
    chat(ATTACHMENT_PICTURE_WORK_MAX=20_000)
    assert place.post(**body).status_code == 201
    chat(ATTACHMENT_PICTURE_WORK_MAX=19_999)
    assert place.post(**body).json() == LARGE


def test_refused_images_do_not_use_the_budget() -> None:
    work = PictureWork(10)
    with pytest.raises(TooMuchWork):
        work.spend(11)
    work.spend(10)
    with pytest.raises(TooMuchWork):
        work.spend(1)


def test_compressed_text_over_the_limit_is_refused(place: Place) -> None:
    from PIL.PngImagePlugin import PngInfo

    notes = PngInfo()
    for number in range(80):
        notes.add_text(f"n{number}", "x" * 1_000_000, zip=True)
    content = encoded(Image.new("RGB", (4, 4)), "PNG", pnginfo=notes)
    assert len(content) < 200_000
    assert place.post(type="image", file_content=as_text(content)).json() == WRONG
