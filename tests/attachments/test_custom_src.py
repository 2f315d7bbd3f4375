"""A host's own types as 0.8.8 had them: `src` is theirs, and what they do at storing is done once."""

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
def test_the_printed_functions_work(place: Place) -> None:
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
def test_pre_save_knows_what_the_new_one_hangs_on(place: Place) -> None:
    made = place.attach(type="pdf", src="a")
    holder = {f"{place.key}_id": place.holder.pk}
    assert [{"type": "pdf", "src": "a", **holder}] == readme.SEEN
    place.client.patch(f"{place.path}/{made['id']}", {"src": "b", "title": "t"}, format="json")
    assert readme.SEEN[1:] == [{"type": "pdf", "src": "b", "title": "t"}]


@pytest.mark.usefixtures("printed")
def test_so_it_does_for_those_that_come_with_a_message(message: Place) -> None:
    path = message.path.rsplit("/", 2)[0]
    body = {"text": "x", "attachments": [{"type": "pdf", "src": "a"}, {"type": "pdf", "src": "b"}]}
    sent = message.client.post(path, body, format="json")
    assert sent.status_code == 201, sent.content
    assert [shown["src"] for shown in sent.json()["attachments_data"]] == [f"a{KEY}", f"b{KEY}"]
    assert [data["message_id"] for data in readme.SEEN] == [sent.json()["id"]] * 2
    refused = message.client.post(path, {"text": "x", "attachments": [{"type": "pdf"}]}, format="json")
    assert refused.json() == {"attachments": [WANTED]}


def test_what_is_done_at_storing_is_not_done_again_at_a_change(place: Place, chat: Any) -> None:
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


def test_nor_is_what_a_validation_makes_of_the_data(place: Place, chat: Any) -> None:
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
def test_without_a_function_only_addresses_of_the_web_are_shown(place: Place, src: str, shown: str) -> None:
    assert place.attach(type="pdf", src=src)["src"] == shown


@pytest.mark.parametrize("column", ["src", "title", "description"])
def test_what_pre_save_empties_is_stored_as_an_empty_text(place: Place, chat: Any, column: str) -> None:
    chat(CUSTOM_ATTACHMENTS_PRE_SAVE={"pdf": lambda data: {**data, column: None}})
    made = place.attach(type="pdf", src="https://a.example", title="t", description="d")
    assert made[column] == ""


def test_src_is_a_text_of_a_bounded_length(place: Place) -> None:
    too_long = "x" * (chat_settings.MESSAGE_TEXT_MAX + 1)
    wrong: Any
    for wrong in ({"a": 1}, [], True, "\x00", too_long):
        refused = place.post(type="pdf", src=wrong)
        assert (refused.status_code, list(refused.json())) == (400, ["src"])
    made = place.attach(type="pdf", src="x" * chat_settings.MESSAGE_TEXT_MAX)
    refused = place.client.patch(f"{place.path}/{made['id']}", {"src": []}, format="json")
    assert (refused.status_code, list(refused.json())) == (400, ["src"])


def test_other_types_pass_it_over_as_ever(place: Place) -> None:
    made = place.attach(type="youtube", url=VIDEO, src={"any": "thing"})
    assert made["src"] == VIDEO
    path = f"{place.path}/{made['id']}"
    assert place.client.put(path, {**made, "src": "javascript:alert(1)"}, format="json").json() == made
    assert place.model._default_manager.get(pk=made["id"]).src == ""


def test_a_form_writes_it_too(place: Place) -> None:
    sent = place.client.post(place.path, {"type": "pdf", "src": "https://a.example/"}, format="multipart")
    assert (sent.status_code, sent.json()["src"]) == (201, "https://a.example/")


def test_a_template_hands_its_src_on(db: None) -> None:
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
