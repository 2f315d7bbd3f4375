"""Images: uploaded as base64 or form, recognized by content, re-encoded, with a thumbnail."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageChops, ImageCms, ImageStat

from chat_api.chat.models import Attachment, Message
from tests.attachments.conftest import Place, message_place
from tests.attachments.pictures import animation, as_text, encoded, picture
from tests.attachments.storing import stored_files

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("storage")]


def opened(place: Place, made: dict[str, Any], *, small: bool = False) -> Image.Image:
    """Return the stored image of an attachment, loaded."""
    row = place.model._default_manager.get(pk=made["id"])
    file: Any = row.thumbnail_image if small else row.file
    with file.open() as content:
        image = Image.open(BytesIO(content.read()))
    image.load()
    return image


def image_of(place: Place, content: bytes, **body: Any) -> dict[str, Any]:
    return place.attach(type="image", file_content=as_text(content), **body)


@pytest.mark.parametrize(
    ("format", "extension"), [("PNG", "png"), ("JPEG", "jpg"), ("GIF", "gif"), ("WEBP", "webp")]
)
def test_image_is_stored_under_a_random_name_with_a_thumbnail(
    place: Place, format: str, extension: str
) -> None:
    made = image_of(place, picture(format, (300, 150)), title="pic")
    row: Any = place.model._default_manager.get()
    assert stored_files() == {row.file.name, row.thumbnail_image.name}
    assert row.file.name.startswith("attachments/")
    assert row.file.name.endswith(f".{extension}")
    assert len(row.file.name.removeprefix("attachments/").removesuffix(f".{extension}")) == 22
    assert row.thumbnail_image.name.startswith("attachments/thumbnails/")
    assert made["src"] == row.file.url
    assert made["thumbnail"] == {"width": 100, "height": 50, "src": row.thumbnail_image.url}
    assert (opened(place, made).size, opened(place, made, small=True).size) == ((300, 150), (100, 50))
    assert opened(place, made).format == opened(place, made, small=True).format == format
    assert place.has_attachments()


@pytest.mark.parametrize("prefix", ["", "data:image/png;base64,", "data:;base64,"])
def test_base64_can_have_a_prefix_and_line_breaks(place: Place, prefix: str) -> None:
    text = as_text(picture())
    lines = "\r\n".join(text[at : at + 76] for at in range(0, len(text), 76))
    made = place.attach(type="image", file_content=prefix + lines)
    assert opened(place, made).getpixel((0, 0)) == (255, 0, 0)


def test_file_can_be_sent_as_a_form(place: Place) -> None:
    sent = SimpleUploadedFile("../../evil name.html", picture("JPEG"), content_type="text/html")
    response = place.client.post(
        place.path, {"type": "image", "title": "pic", "file": sent}, format="multipart"
    )
    assert response.status_code == 201, response.content
    made = response.json()
    assert made["title"] == "pic"
    assert "evil" not in made["src"]
    assert made["src"].endswith(".jpg")
    again = SimpleUploadedFile("b.png", picture("PNG"))
    path = f"{place.path}/{made['id']}"
    changed = place.client.patch(path, {"file": again}, format="multipart").json()
    assert changed["src"].endswith(".png")
    assert changed["title"] == "pic"


def test_message_form_can_include_files(message: Place) -> None:
    form = {
        "text": "two",
        "attachments[0]type": "image",
        "attachments[0]file": SimpleUploadedFile("a.png", picture("PNG")),
        "attachments[1]type": "image",
        "attachments[1]title": "second",
        "attachments[1]file": SimpleUploadedFile("b.gif", picture("GIF")),
    }
    path = message.path.rsplit("/", 2)[0]
    response = message.client.post(path, form, format="multipart")
    assert response.status_code == 201, response.content
    shown = response.json()["attachments_data"]
    assert [one["src"].rpartition(".")[2] for one in shown] == ["png", "gif"]
    assert shown[1]["title"] == "second"
    assert len(stored_files()) == 4


def test_image_file_is_required_only_at_creation(place: Place) -> None:
    assert place.post(type="image").json() == {"file_content": ["REQUIRED"]}
    assert place.post(type="image", file_content=None).json() == {
        "file_content": ["This field may not be null."]
    }
    made = image_of(place, picture())
    before = stored_files()
    changed = place.client.patch(f"{place.path}/{made['id']}", {"title": "new"}, format="json").json()
    assert (changed["title"], changed["src"], changed["thumbnail"]) == ("new", made["src"], made["thumbnail"])
    assert stored_files() == before


def test_photo_is_rotated_and_loses_its_location(place: Place) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # rotated by 90 degrees clockwise
    exif[0x010F] = "Maker of cameras"
    exif.get_ifd(0x8825)[2] = (52.0, 13.0, 48.0)
    made = image_of(place, picture("JPEG", exif=exif, comment=b"at home", quality=95))
    for small in (False, True):
        shown = opened(place, made, small=small)
        assert shown.size == (20, 40)
        assert not shown.getexif()
        assert not {"exif", "comment", "icc_profile", "xmp"} & shown.info.keys()
        red, _, blue = shown.convert("RGB").getpixel((10, 5))  # type: ignore[misc]
        assert red > 200 > 60 > blue
    assert made["thumbnail"]["width"], made["thumbnail"]["height"] == (20, 40)


def test_photo_that_needs_no_rotation_keeps_its_quality(place: Place) -> None:
    content = picture("JPEG", (64, 64), quality=70)
    made = image_of(place, content)
    before, after = Image.open(BytesIO(content)), opened(place, made)
    assert after.quantization == before.quantization  # type: ignore[attr-defined]
    differences = ImageStat.Stat(ImageChops.difference(before.convert("RGB"), after.convert("RGB")))
    assert max(differences.mean) < 4


def test_colours_with_a_profile_are_converted_to_srgb(place: Place) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    made = image_of(place, picture("PNG", icc_profile=profile))
    assert opened(place, made).getpixel((0, 0)) == (255, 0, 0)
    assert "icc_profile" not in opened(place, made).info
    broken = image_of(place, picture("PNG", icc_profile=b"nonsense"))
    assert opened(place, broken).getpixel((0, 0)) == (255, 0, 0)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_mode_of_png_is_supported(place: Place, mode: str) -> None:
    image = Image.new("I", (200, 100), 40_000).convert("I;16") if mode == "I;16" else None
    content = picture("PNG", (200, 100), mode) if image is None else encoded(image, "PNG")
    made = image_of(place, content)
    assert opened(place, made, small=True).size == (100, 50)


def test_cmyk_photos_are_supported(place: Place) -> None:
    made = image_of(place, picture("JPEG", (200, 100), "CMYK"))
    assert opened(place, made, small=True).size == (100, 50)


def test_transparency_is_kept(place: Place) -> None:
    image = Image.new("RGBA", (10, 10), (0, 0, 0, 0))
    for kind in ("PNG", "GIF", "WEBP"):
        made = image_of(place, encoded(image, kind))
        for small in (False, True):
            assert opened(place, made, small=small).convert("RGBA").getpixel((5, 5))[3] == 0  # type: ignore[index]


@pytest.mark.parametrize("format", ["GIF", "PNG", "WEBP"])
def test_animation_is_kept_and_its_thumbnail_is_still(place: Place, format: str) -> None:
    made = image_of(place, animation(5, format=format))
    stored: Any = opened(place, made)
    assert (stored.n_frames, stored.info["duration"]) == (5, 50)
    assert getattr(opened(place, made, small=True), "n_frames", 1) == 1


def test_format_that_the_setting_excludes_is_refused(place: Place, settings: Any) -> None:
    settings.ACCEPTED_IMAGE_MIME = ["image/png"]
    settings.MIME_TO_EXT = {"image/png": ".PNG"}
    assert image_of(place, picture("PNG"))["src"].endswith(".PNG")
    response = place.post(type="image", file_content=as_text(picture("JPEG")))
    assert (response.status_code, response.json()) == (400, {"non_field_errors": ["INCORRECT_TYPE"]})


def test_thumbnail_size_is_a_setting(place: Place, chat: Any) -> None:
    chat(ATTACHMENT_THUMBNAIL_SIZE=(30, 30))
    made = image_of(place, picture(size=(60, 20)))
    assert (made["thumbnail"]["width"], made["thumbnail"]["height"]) == (30, 10)


def test_new_file_replaces_the_old_one(place: Place, django_capture_on_commit_callbacks: Any) -> None:
    made = image_of(place, picture("PNG"))
    before = stored_files()
    path = f"{place.path}/{made['id']}"
    with django_capture_on_commit_callbacks(execute=True):
        changed = place.client.put(path, {"file_content": as_text(picture("GIF"))}, format="json").json()
        assert before <= stored_files()
    assert changed["src"].endswith(".gif")
    assert len(stored_files()) == 2
    assert not stored_files() & before


def test_files_are_deleted_with_the_row_after_commit(
    place: Place, django_capture_on_commit_callbacks: Any
) -> None:
    made = image_of(place, picture())
    with django_capture_on_commit_callbacks(execute=True):
        assert place.client.delete(f"{place.path}/{made['id']}").status_code == 204
        assert len(stored_files()) == 2
    assert stored_files() == set()


def test_files_are_deleted_with_their_parent(place: Place, django_capture_on_commit_callbacks: Any) -> None:
    image_of(place, picture())
    holder: Any = place.holder.thread if place.key == "message" else place.holder.survey
    with django_capture_on_commit_callbacks(execute=True):
        holder.delete()
    assert stored_files() == set()


def test_file_named_by_another_row_is_kept(place: Place, django_capture_on_commit_callbacks: Any) -> None:
    made = image_of(place, picture())
    row: Any = place.model._default_manager.get(pk=made["id"])
    twin = Attachment.objects.create(
        message=message_place(place.owner).holder,
        type="image",
        file=row.file.name,
        thumbnail_image=row.thumbnail_image.name,
    )
    with django_capture_on_commit_callbacks(execute=True):
        place.client.delete(f"{place.path}/{made['id']}")
    assert len(stored_files()) == 2
    with django_capture_on_commit_callbacks(execute=True):
        twin.delete()
    assert stored_files() == set()


def test_failing_deletion_of_a_file_does_not_fail_the_request(
    message: Place, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch, storage: Any
) -> None:
    made = image_of(message, picture())

    def broken(self: Any, name: str) -> None:
        raise OSError("down")

    monkeypatch.setattr(type(storage._wrapped), "delete", broken)
    with django_capture_on_commit_callbacks(execute=True):
        assert message.client.delete(f"{message.path}/{made['id']}").status_code == 204
    assert not message.has_attachments()


def test_repeated_message_leaves_no_second_file(message: Place) -> None:
    path = message.path.rsplit("/", 2)[0]
    body = {
        "text": "pic",
        "client_id": str(uuid4()),
        "attachments": [{"type": "image", "file_content": as_text(picture())}],
    }
    assert message.client.post(path, body, format="json").status_code == 201
    assert message.client.post(path, body, format="json").status_code == 200
    assert Message.objects.filter(text="pic").count() == 1
    assert len(stored_files()) == 2


def test_image_within_the_limits_is_accepted_whatever_the_memory_limit_of_django(
    place: Place, settings: Any, chat: Any
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    chat(ATTACHMENT_MAX_BYTES=100_000)
    noise = Image.effect_noise((200, 200), 100)
    assert 20_000 < len(encoded(noise, "PNG")) < 100_000
    image_of(place, encoded(noise, "PNG"))
    huge = place.post(type="image", file_content="A" * 300_000)
    assert (huge.status_code, huge.json()) == (
        413,
        {"detail": "The request's body is too large.", "code": "REQUEST_TOO_LARGE"},
    )
