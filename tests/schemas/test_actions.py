"""Publishing, copying and deleting schemas; what is published never changes."""

from __future__ import annotations

from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext

from chat_api.lib.errors import PublishedSchemaIsImmutable
from chat_api.schemas.actions import (
    SchemaHasErrors,
    SchemaInUse,
    copy_as_unpublished,
    delete_drafts,
    publish,
)
from chat_api.schemas.models import Answer, AttachmentTemplate, Group, Question, Schema
from tests.databases import connection
from tests.factories import (
    SurveyFactory,
    SurveyItemFactory,
    draft_schema,
    publish_unchecked,
    published_schema,
)
from tests.schemas.conftest import sleep_draft

pytestmark = pytest.mark.django_db


def states(name: str) -> dict[int, str]:
    """Give `active`, `deprecated` or `draft` by version."""
    return {
        row.version: "draft" if not row.published else "deprecated" if row.deprecated else "active"
        for row in Schema.objects.filter(name=name)
    }


class TestPublishing:
    def test_it_marks_the_earlier_versions_as_deprecated(self):
        first, second = (draft_schema([{}], name="a", version=version) for version in (1, 2))
        draft_schema([{}], name="a", version=3)
        other = published_schema([{}], name="b")
        publish(schema=first)
        assert states("a") == {1: "active", 2: "draft", 3: "draft"}
        publish(schema=second)
        assert states("a") == {1: "deprecated", 2: "active", 3: "draft"}
        assert states("b") == {1: "active"}
        assert second.published
        assert not Schema.objects.get(pk=other.pk).deprecated

    def test_a_deprecated_version_published_again_is_the_active_one(self):
        first, second = (draft_schema([{}], name="a", version=version) for version in (1, 2))
        publish(schema=first)
        publish(schema=second)
        first.refresh_from_db()
        revision = first.revision
        publish(schema=first)
        assert states("a") == {1: "active", 2: "deprecated"}
        assert first.revision == revision
        publish(schema=first)
        assert states("a") == {1: "active", 2: "deprecated"}

    def test_a_schema_with_errors_stays_a_draft_and_the_findings_say_why(self):
        before = published_schema([{}], name="a")
        broken = draft_schema([{"next_qid": 7}], name="a", version=2)
        with pytest.raises(SchemaHasErrors) as caught:
            publish(schema=broken)
        assert {finding.code for finding in caught.value.findings} == {"missing_question"}
        assert caught.value.errors["schema"][0].startswith("Question with QID 7 does not exists.")
        assert states("a") == {1: "active", 2: "draft"}
        assert not before.deprecated

    def test_warnings_do_not_keep_a_schema_from_being_published(self):
        doubtful = draft_schema([{"text": "{{ variables.nothing }}"}])
        publish(schema=doubtful)
        assert doubtful.published

    def test_an_empty_schema_is_not_published(self):
        with pytest.raises(SchemaHasErrors):
            publish(schema=draft_schema())

    def test_a_schema_of_too_many_questions_is_not_published(self, settings):
        settings.CHAT_SETTINGS = {"SCHEMA_QUESTIONS_MAX": 2}
        with pytest.raises(SchemaHasErrors) as caught:
            publish(schema=draft_schema([{}, {}, {}]))
        assert caught.value.findings[0].code == "too_many_questions"

    def test_what_is_stored_counts_not_what_was_set_and_not_saved(self):
        schema = draft_schema([{}], name="stored")
        schema.name = "not stored"
        publish(schema=schema)
        assert states("stored") == {1: "active"}

    def test_the_method_of_the_model_does_the_same(self, draft):
        draft.publish()
        assert Schema.objects.get().published

    def test_a_schema_deleted_meanwhile_is_not_there(self, draft):
        Schema.objects.all().delete()
        with pytest.raises(Schema.DoesNotExist):
            publish(schema=draft)

    def test_it_costs_the_same_with_5_and_with_50_questions(self):
        def cost(size: int) -> int:
            schema = draft_schema([{} for _ in range(size)])
            with CaptureQueriesContext(connection) as captured:
                publish(schema=schema)
            return len(captured)

        assert cost(5) == cost(50)


class TestCopying:
    def test_the_copy_is_the_next_version_with_all_that_is_under_it(self, api, published):
        copy = copy_as_unpublished(schema=published)
        assert (copy.name, copy.version, copy.published, copy.deprecated) == ("Sleep", 2, False, False)
        publish_unchecked(copy)

        def shown(schema: Schema) -> Any:
            return without_ids(api.get(f"/api/schemas/{schema.pk}").json())

        assert shown(copy) == {**shown(published), "version": 2}
        assert Schema.objects.get(version=1).questions.count() == copy.questions.count() == 5

    def test_its_comments_and_files_are_the_originals(self, published):
        copy = copy_as_unpublished(schema=published)
        assert copy.questions.get(qid=50).comments == "the last"
        files = AttachmentTemplate.objects.exclude(file="").values_list("file", flat=True)
        assert list(files) == ["attachments/moon.png", "attachments/moon.png"]

    def test_the_original_keeps_its_attachments(self, published):
        before = set(published.questions.values_list("attachments", flat=True))
        copy_as_unpublished(schema=published)
        assert set(published.questions.values_list("attachments", flat=True)) == before

    def test_copying_again_and_again_takes_the_next_free_version(self, published):
        Schema.objects.create(name="Sleep", version=7, type="survey")
        assert [copy_as_unpublished(schema=published).version for _ in range(3)] == [8, 9, 10]

    def test_the_method_of_the_model_turns_it_into_the_copy(self, published):
        original = published.pk
        published.copy_as_unpublished()
        assert (published.version, published.published) == (2, False)
        assert published.pk != original
        published.name = "Renamed"
        published.save()
        assert Schema.objects.get(pk=original).name == "Sleep"

    def test_it_costs_the_same_with_5_and_with_1000_questions(self):
        def cost(size: int) -> int:
            schema = draft_schema([{"type": "choice", "answers": [{}] * 4} for _ in range(size)])
            with CaptureQueriesContext(connection) as captured:
                copy_as_unpublished(schema=schema)
            return len(captured)

        assert cost(5) == cost(1000)


class TestWhatIsPublished:
    def rows(self, schema: Schema) -> list[Any]:
        question = schema.questions.get(qid=10)
        return [
            schema,
            schema.groups.get(),
            question,
            question.answers.first(),
            question.attachments.first(),
        ]

    def test_it_and_all_under_it_refuse_to_be_saved_and_deleted(self, published):
        for row in self.rows(published):
            with pytest.raises(PublishedSchemaIsImmutable):
                row.save()
            with pytest.raises(PublishedSchemaIsImmutable):
                row.delete()

    def test_rows_read_before_the_publication_refuse_as_well(self, draft):
        rows = self.rows(Schema.objects.get(pk=draft.pk))
        publish(schema=draft)
        for row in rows:
            with pytest.raises(PublishedSchemaIsImmutable):
                row.save()
        assert Schema.objects.get().published

    def test_nothing_is_added_to_it_or_moved_out_of_it(self, published):
        elsewhere = draft_schema([{"qid": 99}])
        question = published.questions.get(qid=50)
        with pytest.raises(PublishedSchemaIsImmutable):
            Group.objects.create(schema=published, name="new", position=9)
        with pytest.raises(PublishedSchemaIsImmutable):
            Answer.objects.create(question=question, position=9, text="new", next_qid=-1)
        question.schema = elsewhere
        with pytest.raises(PublishedSchemaIsImmutable):
            question.save()
        stray = elsewhere.questions.get()
        stray.schema = published
        with pytest.raises(PublishedSchemaIsImmutable):
            stray.save()

    def test_a_host_may_allow_it_for_development(self, published, settings):
        settings.CHAT_SETTINGS = {"ALLOW_EDIT_PUBLISHED_SCHEMAS": True}
        for row in self.rows(published):
            row.save()
        Question.objects.get(qid=50).delete()
        assert published.questions.count() == 4


class TestDeletingDrafts:
    def test_they_go_with_all_that_is_under_them(self, draft):
        other = sleep_draft(name="other")
        assert delete_drafts(schemas=[draft]) == 1
        assert list(Schema.objects.all()) == [other]
        assert set(Question.objects.values_list("schema", flat=True)) == {other.pk}

    def test_a_published_one_keeps_all_of_them(self, draft):
        with pytest.raises(PublishedSchemaIsImmutable):
            delete_drafts(schemas=[draft, published_schema([{}])])
        assert Schema.objects.count() == 2

    def test_one_that_something_refers_to_stays_and_the_error_says_what_refers_to_it(self, draft):
        SurveyFactory(schema=draft)
        SurveyFactory(schema=draft)
        SurveyItemFactory(related_question=draft.questions.get(qid=50))
        with pytest.raises(SchemaInUse) as caught:
            delete_drafts(schemas=[draft])
        assert caught.value.referring == {"survey": 2, "survey item": 1}
        assert caught.value.errors == {
            "schema": ["Sleep (1) stays, as it is referred to by survey: 2, survey item: 1."]
        }
        assert Schema.objects.filter(pk=draft.pk).exists()


def without_ids(document: Any) -> Any:
    """Give the document without what names its rows."""
    left_out = {"id", "schema", "group", "question"}
    if isinstance(document, list):
        return [without_ids(each) for each in document]
    if isinstance(document, dict):
        return {key: without_ids(value) for key, value in document.items() if key not in left_out}
    return document
