"""Attachment types of the host: functions as callables or dotted paths, with or without the serializer."""

from __future__ import annotations

from typing import Any

import pytest

from chat_api.attachments.serializers import template_document
from chat_api.attachments.types.registry import type_named
from chat_api.schemas.models import AttachmentTemplate
from tests.attachments import host
from tests.attachments.conftest import Place, client_of
from tests.factories import draft_schema

pytestmark = pytest.mark.django_db

PATHS = "tests.attachments.host."


@pytest.fixture(autouse=True)
def _types(chat: Any) -> None:
    chat(TYPES_CUSTOM_ATTACHMENTS=(("pdf", "PDF File"), ("map", "Map")))


@pytest.mark.parametrize("function", [host.returns_data, PATHS + "returns_data"])
def test_validation_can_return_data_or_raise(place: Place, chat: Any, function: Any) -> None:
    chat(CUSTOM_ATTACHMENTS_VALIDATION={"pdf": function})
    refused = place.post(type="pdf", title="a")
    assert (refused.status_code, refused.json()) == (400, {"non_field_errors": ["I want a URL!"]})
    assert place.attach(type="pdf", title="a", url="https://a.example/b")["title"] == "A"
    assert place.attach(type="map", title="a")["title"] == "a"


def test_validation_can_return_errors_as_in_0_8_8(place: Place, chat: Any) -> None:
    chat(CUSTOM_ATTACHMENTS_VALIDATION={"pdf": PATHS + "returns_errors", "map": host.refuses_the_type})
    refused = place.post(type="pdf")
    assert (refused.status_code, refused.json()) == (400, {"title": ["REQUIRED"], "url": ["REQUIRED"]})
    assert place.attach(type="pdf", title="a")["title"] == "a"
    assert place.post(type="map").json() == {"type": ["NOT_TODAY"]}


def test_validation_can_change_the_data_and_gets_the_serializer(place: Place, chat: Any) -> None:
    chat(CUSTOM_ATTACHMENTS_VALIDATION={"pdf": host.returns_nothing})
    assert place.attach(type="pdf")["title"] == "pdf of Alice"
    place.owner.first_name = "Eve"
    place.owner.save()
    refused = client_of(place.owner).post(place.path, {"type": "pdf"})
    assert (refused.status_code, refused.json()) == (400, {"title": ["ONLY_ALICE"]})


def test_errors_of_fields_and_of_the_host_are_reported_together(place: Place, chat: Any) -> None:
    chat(CUSTOM_ATTACHMENTS_VALIDATION={"pdf": host.returns_errors})
    refused = place.post(type="pdf", description=[], url="javascript:alert(1)", object_id=1)
    assert refused.json() == {
        "description": ["Not a valid string."],
        "url": ["INCORRECT_URL"],
        "content_type": ["REQUIRED"],
        "title": ["REQUIRED"],
    }


@pytest.mark.parametrize("function", [host.returns_nonsense, "nowhere.at_all"])
def test_raising_validation_refuses_the_attachment_and_is_logged(
    function: Any, message: Place, chat: Any, caplog: pytest.LogCaptureFixture
) -> None:
    chat(CUSTOM_ATTACHMENTS_VALIDATION={"pdf": function})
    answer = message.post(type="pdf")
    assert (answer.status_code, answer.json()["code"]) == (503, "HOST_ERROR")
    assert "CUSTOM_ATTACHMENTS_VALIDATION" in caplog.text
    assert "'pdf'" in caplog.text or "nowhere.at_all" in caplog.text


def test_pre_save_and_thumbnail_generator_set_the_stored_values_in_order(place: Place, chat: Any) -> None:
    chat(
        CUSTOM_ATTACHMENTS_PRE_SAVE={"pdf": PATHS + "stores_pages"},
        CUSTOM_ATTACHMENTS_THUMBNAIL_GENERATOR={"pdf": host.makes_thumbnail},
    )
    chat(CUSTOM_ATTACHMENTS_GET_SRC={"pdf": lambda obj: obj.url})
    made = place.attach(type="pdf", file_content="a")
    url = "https://files.example/a.pdf"
    assert (made["src"], made["thumbnail"]) == (url, {"src": f"{url}.png", "of": None})
    path = f"{place.path}/{made['id']}"
    changed = place.client.patch(path, {"file_content": "b"}).json()
    url = "https://files.example/b.pdf"
    assert (changed["src"], changed["thumbnail"]) == (url, {"src": f"{url}.png", "of": made["id"]})
    assert place.client.patch(path, {"title": "t"}).json() == {**changed, "title": "t"}
    for response in (
        place.post(type="pdf", file_content="broken"),
        place.client.patch(path, {"file_content": "broken"}),
    ):
        assert (response.status_code, response.json()) == (400, {"file_content": ["BROKEN"]})
    assert place.client.get(place.path).json() == [{**changed, "title": "t"}]


def test_pre_save_of_0_8_8_that_returns_nothing_is_supported(place: Place, chat: Any) -> None:
    chat(CUSTOM_ATTACHMENTS_PRE_SAVE={"pdf": host.changes_in_place})
    assert place.attach(type="pdf", description="new")["description"] == "seen"


def test_host_sets_src_and_thumbnail_of_an_attachment(place: Place, chat: Any) -> None:
    row = place.row(type="pdf", url="https://a.example/b", thumbnail={"src": "t.png"})
    plain = {"src": "", "thumbnail": {"src": "t.png"}}
    path = f"{place.path}/{row.pk}?fields=src,thumbnail"
    assert place.client.get(path).json() == plain
    chat(
        CUSTOM_ATTACHMENTS_GET_SRC={"pdf": PATHS + "signed_src"},
        CUSTOM_ATTACHMENTS_GET_THUMBNAIL={"pdf": host.small},
    )
    shown = {"src": "https://a.example/b?key=1", "thumbnail": {"src": "t.png", "small": True}}
    assert place.client.get(path).json() == shown
    chat(CUSTOM_ATTACHMENTS_GET_SRC={"pdf": host.src_for})
    assert place.client.get(path).json()["src"] == "https://a.example/b?user=alice"
    chat(CUSTOM_ATTACHMENTS_GET_SRC={"pdf": lambda obj: None})
    assert place.client.get(path).json()["src"] == ""


def test_functions_of_the_host_get_the_reader_of_the_message(message: Place, chat: Any, bob: Any) -> None:
    message.row(type="pdf", url="https://a.example/b")
    chat(CUSTOM_ATTACHMENTS_GET_SRC={"pdf": host.src_for})
    path = f"{message.path.rsplit('/', 1)[0]}?fields=attachments_data__src"
    for client, name in ((message.client, "alice"), (client_of(bob), "bob"), (message.client, "alice")):
        shown = client.get(path).json()
        assert shown == {"attachments_data": [{"src": f"https://a.example/b?user={name}"}]}


def test_built_in_types_cannot_be_replaced(chat: Any) -> None:
    built_in = type_named("youtube")
    chat(
        TYPES_CUSTOM_ATTACHMENTS=(("youtube", "Ours"),),
        CUSTOM_ATTACHMENTS_GET_SRC={"youtube": host.signed_src},
    )
    assert type_named("youtube") is built_in


def test_templates_use_the_same_functions(db: None, chat: Any) -> None:
    question = draft_schema([{"type": "text"}]).questions.get()
    template = AttachmentTemplate.objects.create(
        question=question, type="pdf", url="https://a.example/b", title="How to"
    )
    chat(
        CUSTOM_ATTACHMENTS_GET_SRC={"pdf": host.signed_src},
        CUSTOM_ATTACHMENTS_GET_THUMBNAIL={"pdf": takes_both},
    )
    assert template_document(template) == {
        "question": question.pk,
        "title": "How to",
        "type": "pdf",
        "description": "",
        "src": "https://a.example/b?key=1",
        "id": template.pk,
        "thumbnail": {"of": "How to", "nobody": True},
        "options": None,
        "object_id": None,
        "content_type": None,
    }


def takes_both(obj: Any, serializer: Any) -> dict[str, Any]:
    return {"of": obj.title, "nobody": "request" not in serializer.context}
