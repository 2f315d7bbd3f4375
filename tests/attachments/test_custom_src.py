"""Attachment types of the host as in 0.8.8: they own `src`, and PRE_SAVE is applied once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from chat_api.settings import chat_settings
from tests.attachments import readme
from tests.attachments.conftest import VIDEO, Place

pytestmark = pytest.mark.django_db

WANTED = {"non_field_errors": ["I want this field!"]}
KEY = "?some_magic_key=dsaokpdsa"
PATH = "tests.attachments.readme."


@pytest.fixture(autouse=True)
def _types(chat: Any) -> Iterator[None]:
    chat(TYPES_CUSTOM_ATTACHMENTS=(("pdf", "PDF File"),))
    yield
    readme.SEEN.clear()


@pytest.fixture
def printed(chat: Any) -> None:
    chat(
        CUSTOM_ATTACHMENTS_VALIDATION={"pdf": PATH + "validation_func"},
        CUSTOM_ATTACHMENTS_PRE_SAVE={"pdf": PATH + "pre_save_func"},
        CUSTOM_ATTACHMENTS_THUMBNAIL_GENERATOR={"pdf": PATH + "thumbnail_generator_func"},
        CUSTOM_ATTACHMENTS_GET_SRC={"pdf": PATH + "get_src_func"},
        CUSTOM_ATTACHMENTS_GET_THUMBNAIL={"pdf": PATH + "get_thumbnail_func"},
    )


@pytest.mark.usefixtures("printed")
def test_functions_of_the_readme_work(place: Place) -> None:
    for body in ({}, {"url": "https://a.example"}, {"src": None}):
        refused = place.post(type="pdf", **body)
        assert (refused.status_code, refused.json()) == (400, WANTED)
    made = place.attach(type="pdf", src="https://a.example/b.pdf", title="t")
    assert (made["src"], made["thumbnail"]) == (
        f"https://a.example/b.pdf{KEY}",
        "https://a.example/b.pdf.png",
    )
    path = f"{place.path}/{made['id']}"
    changed = place.client.patch(path, {"title": "u"}, format="json")
    assert (changed.status_code, changed.json()) == (200, {**made, "title": "u"})
    moved = place.client.patch(path, {"src": "c"}, format="json").json()
    assert (moved["src"], moved["thumbnail"]) == (f"c{KEY}", "c.png")
    assert place.client.get(place.path).json() == [moved]


@pytest.mark.usefixtures("printed")
def test_pre_save_gets_the_parent_of_a_new_attachment(place: Place) -> None:
    made = place.attach(type="pdf", src="a")
    holder = {f"{place.key}_id": place.holder.pk}
    assert [{"type": "pdf", "src": "a", **holder}] == readme.SEEN
    place.client.patch(f"{place.path}/{made['id']}", {"src": "b", "title": "t"}, format="json")
    assert readme.SEEN[1:] == [{"type": "pdf", "src": "b", "title": "t"}]


@pytest.mark.usefixtures("printed")
def test_pre_save_gets_the_message_of_inline_attachments(message: Place) -> None:
    path = message.path.rsplit("/", 2)[0]
    body = {"text": "x", "attachments": [{"type": "pdf", "src": "a"}, {"type": "pdf", "src": "b"}]}
    sent = message.client.post(path, body, format="json")
    assert sent.status_code == 201, sent.content
    assert [shown["src"] for shown in sent.json()["attachments_data"]] == [f"a{KEY}", f"b{KEY}"]
    assert [data["message_id"] for data in readme.SEEN] == [sent.json()["id"]] * 2
    refused = message.client.post(path, {"text": "x", "attachments": [{"type": "pdf"}]}, format="json")
    assert refused.json() == {"attachments": [WANTED]}


def test_pre_save_is_not_applied_again_to_unchanged_values(place: Place, chat: Any) -> None:
    chat(CUSTOM_ATTACHMENTS_PRE_SAVE={"pdf": readme.prefixes})
    made = place.attach(type="pdf", src="a.pdf", title="a")
    path = f"{place.path}/{made['id']}"

    def stored() -> tuple[str, str]:
        row: Any = place.model._default_manager.get(pk=made["id"])
        return row.src, row.title

    assert stored() == ("s3://bucket/a.pdf", "PDF: a")
    for method in (place.client.patch, place.client.put):
        assert method(path, {"description": "d"}, format="json").status_code == 200
        assert stored() == ("s3://bucket/a.pdf", "PDF: a")
    place.client.patch(path, {"title": "b"}, format="json")
    assert stored() == ("s3://bucket/a.pdf", "PDF: b")
    place.client.patch(path, {"src": "b.pdf"}, format="json")
    assert stored() == ("s3://bucket/b.pdf", "PDF: b")


def test_validation_is_not_applied_again_to_unchanged_values(place: Place, chat: Any) -> None:
    def prefixing(data: dict[str, Any]) -> dict[str, Any]:
        assert data["src"]
        return {**data, "src": "x" + data["src"]}

    chat(CUSTOM_ATTACHMENTS_VALIDATION={"pdf": prefixing})
    made = place.attach(type="pdf", src="a")
    place.client.patch(f"{place.path}/{made['id']}", {"title": "t"}, format="json")
    assert place.model._default_manager.get(pk=made["id"]).src == "xa"


@pytest.mark.parametrize(
    ("src", "shown"),
    [
        ("https://a.example/b", "https://a.example/b"),
        ("javascript:alert(1)", ""),
        ("s3://bucket/a", ""),
        ("", ""),
    ],
)
def test_src_without_a_function_shows_web_urls_only(place: Place, src: str, shown: str) -> None:
    assert place.attach(type="pdf", src=src)["src"] == shown


@pytest.mark.parametrize("column", ["src", "title", "description"])
def test_none_from_pre_save_is_stored_as_an_empty_string(place: Place, chat: Any, column: str) -> None:
    chat(CUSTOM_ATTACHMENTS_PRE_SAVE={"pdf": lambda data: {**data, column: None}})
    made = place.attach(type="pdf", src="https://a.example", title="t", description="d")
    assert made[column] == ""


def test_src_must_be_a_string_of_limited_length(place: Place) -> None:
    too_long = "x" * (chat_settings.MESSAGE_TEXT_MAX + 1)
    wrong: Any
    for wrong in ({"a": 1}, [], True, "\x00", too_long):
        refused = place.post(type="pdf", src=wrong)
        assert (refused.status_code, list(refused.json())) == (400, ["src"])
    made = place.attach(type="pdf", src="x" * chat_settings.MESSAGE_TEXT_MAX)
    refused = place.client.patch(f"{place.path}/{made['id']}", {"src": []}, format="json")
    assert (refused.status_code, list(refused.json())) == (400, ["src"])


def test_other_types_ignore_src(place: Place) -> None:
    made = place.attach(type="youtube", url=VIDEO, src={"any": "thing"})
    assert made["src"] == VIDEO
    path = f"{place.path}/{made['id']}"
    assert place.client.put(path, {**made, "src": "javascript:alert(1)"}, format="json").json() == made
    assert place.model._default_manager.get(pk=made["id"]).src == ""


def test_src_can_be_sent_as_a_form(place: Place) -> None:
    sent = place.client.post(place.path, {"type": "pdf", "src": "https://a.example/"}, format="multipart")
    assert (sent.status_code, sent.json()["src"]) == (201, "https://a.example/")


def test_src_of_a_template_is_copied_to_the_attachment(db: None) -> None:
    from chat_api.chat.actions.questions import question_message
    from chat_api.chat.script_context import context_for
    from chat_api.schemas.compiled import compiled
    from chat_api.schemas.models import AttachmentTemplate
    from tests.factories import MemberFactory, draft_schema

    schema = draft_schema([{"type": "text"}])
    question = schema.questions.get()
    AttachmentTemplate.objects.create(question=question, type="pdf", src="https://a.example/")
    member: Any = MemberFactory(schema=schema)
    _, (attachment,) = question_message(compiled(schema), question.pk, context_for(member), sender_id=None)
    assert attachment.src == "https://a.example/"
