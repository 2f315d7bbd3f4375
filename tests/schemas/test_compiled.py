"""The cache of compiled schemas, and the number of queries of the API."""

from __future__ import annotations

import pytest
from django.test.utils import CaptureQueriesContext

from chat_api.lib.db.transactions import atomic, set_rollback
from chat_api.schemas.compiled import clear_cache, compiled
from chat_api.schemas.models import AttachmentTemplate, Question, Schema
from tests.databases import connection
from tests.factories import draft_schema, publish_unchecked, published_schema

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_cache():
    clear_cache()


def test_published_schema_is_cached_and_takes_no_query(published, django_assert_num_queries):
    with django_assert_num_queries(4):
        first = compiled(published)
    with django_assert_num_queries(0):
        assert compiled(Schema(pk=published.pk, published=True, revision=published.revision)) is first


def test_draft_is_not_cached(draft):
    assert compiled(draft) is not compiled(draft)


def test_nothing_is_cached_while_published_schemas_can_be_edited(published, settings):
    settings.CHAT_SETTINGS = {"ALLOW_EDIT_PUBLISHED_SCHEMAS": True}
    assert compiled(published) is not compiled(published)


def test_edits_under_that_setting_are_visible_afterwards(published, settings):
    assert compiled(published).script.questions_by_qid[40].text == "How old?"
    settings.CHAT_SETTINGS = {"ALLOW_EDIT_PUBLISHED_SCHEMAS": True}
    question = published.questions.get(qid=40)
    question.text = "How old are you?"
    question.save()
    settings.CHAT_SETTINGS = {}
    published.refresh_from_db()
    assert compiled(published).script.questions_by_qid[40].text == "How old are you?"


def test_id_reused_after_rollback_does_not_return_old_schema():
    with atomic():
        gone = publish_unchecked(draft_schema([{"text": "gone"}]))
        compiled(gone)
        set_rollback()
    here = Schema.objects.create(pk=gone.pk, name="here", type="survey")
    Question.objects.create(schema=here, qid=1, position=1, type="text", text="here", next_qid=-1)
    publish_unchecked(here)
    assert compiled(here).script.first.text == "here"


def test_cache_size_is_limited(settings):
    settings.CHAT_SETTINGS = {"SCHEMA_CACHE_SIZE": 2}
    rows = [published_schema([{}]) for _ in range(3)]
    first, second = compiled(rows[0]), compiled(rows[1])
    assert compiled(rows[0]) is first
    third = compiled(rows[2])
    assert compiled(rows[0]) is first
    assert compiled(rows[2]) is third
    assert compiled(rows[1]) is not second


def test_urls_of_stored_files_are_computed_for_each_request(published, api, settings):
    first = published.questions.get(qid=10)

    def address() -> str:
        body = api.get(f"/api/schemas/{published.pk}?fields=groups__questions__attachments__src").json()
        return str(body["groups"][0]["questions"][0]["attachments"][1]["src"])

    settings.MEDIA_URL = "/media/"
    assert address() == "/media/attachments/moon.png"
    settings.MEDIA_URL = "https://elsewhere.test/"
    assert address() == "https://elsewhere.test/attachments/moon.png"
    assert first.pk in compiled(published).volatile


def test_dynamic_questions_have_placeholder_or_resolve(published):
    schema = published_schema(
        [
            {"text": "plain {braces}", "meta": {"a": 1}},
            {"text": "Hello {{ user.first_name }}"},
            {"meta": {"deep": [{"x": {"$resolve": "setting:X"}}]}},
            {"type": "choice", "answers": [{"text": "{{ variables.x }}"}]},
        ]
    )
    found = compiled(schema)
    qids = {found.script.questions_by_id[pk].qid for pk in found.dynamic}
    assert qids == {2, 3, 4}


def test_templates_are_ordered_by_creation(published):
    first = published.questions.get(qid=10)
    assert compiled(published).templates[first.pk] == tuple(
        AttachmentTemplate.objects.filter(question=first).order_by("pk")
    )


@pytest.mark.parametrize("is_cached", [True, False], ids=["cached", "not cached"])
def test_number_of_queries_is_constant(api, is_cached):
    def cost(size: int) -> int:
        made = published_schema(
            [
                {"type": "choice", "group": f"g{n % 5}", "answers": [{"text": "a"}, {"text": "b"}]}
                for n in range(size)
            ]
        )
        path = f"/api/schemas/{made.pk}"
        if is_cached:
            api.get(path)
        else:
            clear_cache()
        with CaptureQueriesContext(connection) as captured:
            body = api.get(path).json()
        assert sum(len(group["questions"]) for group in body["groups"]) == size
        return len(captured)

    # Session, user, schema; and its groups, questions, answers, attachments.
    assert cost(10) == cost(500) == (3 if is_cached else 7)


def test_cached_json_equals_rendered_document(api, published):
    path = f"/api/schemas/{published.pk}"
    ready = api.get(path)
    assert ready["Content-Type"] == "application/json"
    assert ready.json() == ready.data
    indented = api.get(path, headers={"accept": "application/json; indent=4"})
    assert indented.content.startswith(b"{\n    ")
    assert indented.json() == ready.json()
    page = api.get(path, headers={"accept": "text/html"})
    assert page["Content-Type"].startswith("text/html")
    assert b"How old?" in page.content


def test_deprecation_is_visible_immediately(api):
    first, second = (draft_schema([{}], name="a", version=version) for version in (1, 2))
    first.publish()
    path = f"/api/schemas/{first.pk}"
    assert api.get(path).json()["deprecated"] is False
    second.publish()
    assert api.get(path).json()["deprecated"] is True
    first.publish()
    assert api.get(path).json()["deprecated"] is False
