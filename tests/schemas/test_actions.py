"""Publishing, copying and deleting schemas; published schemas are immutable."""

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
    """Return `active`, `deprecated` or `draft` by version."""
    return {
        row.version: "draft" if not row.published else "deprecated" if row.deprecated else "active"
        for row in Schema.objects.filter(name=name)
    }


class TestPublishing:
    def test_earlier_versions_become_deprecated(self):
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

    def test_deprecated_version_can_become_active_again(self):
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

    def test_schema_with_errors_is_not_published_and_error_has_findings(self):
        before = published_schema([{}], name="a")
        broken = draft_schema([{"next_qid": 7}], name="a", version=2)
        with pytest.raises(SchemaHasErrors) as caught:
            publish(schema=broken)
        assert {finding.code for finding in caught.value.findings} == {"missing_question"}
        assert caught.value.errors["schema"][0].startswith("Question with QID 7 does not exists.")
        assert states("a") == {1: "active", 2: "draft"}
        assert not before.deprecated

    def test_schema_with_warnings_can_be_published(self):
        doubtful = draft_schema([{"text": "{{ variables.nothing }}"}])
        publish(schema=doubtful)
        assert doubtful.published

    def test_empty_schema_cannot_be_published(self):
        with pytest.raises(SchemaHasErrors):
            publish(schema=draft_schema())

    def test_schema_with_too_many_questions_cannot_be_published(self, settings):
        settings.CHAT_SETTINGS = {"SCHEMA_QUESTIONS_MAX": 2}
        with pytest.raises(SchemaHasErrors) as caught:
            publish(schema=draft_schema([{}, {}, {}]))
        assert caught.value.findings[0].code == "too_many_questions"

    def test_unsaved_attributes_are_ignored(self):
        schema = draft_schema([{}], name="stored")
        schema.name = "not stored"
        publish(schema=schema)
        assert states("stored") == {1: "active"}

    def test_model_method_publishes(self, draft):
        draft.publish()
        assert Schema.objects.get().published

    def test_publishing_deleted_schema_raises_does_not_exist(self, draft):
        Schema.objects.all().delete()
        with pytest.raises(Schema.DoesNotExist):
            publish(schema=draft)

    def test_number_of_queries_is_constant(self):
        def cost(size: int) -> int:
            schema = draft_schema([{} for _ in range(size)])
            with CaptureQueriesContext(connection) as captured:
                publish(schema=schema)
            return len(captured)

        assert cost(5) == cost(50)


class TestCopying:
    def test_copy_is_next_version_with_all_parts(self, api, published):
        copy = copy_as_unpublished(schema=published)
        assert (copy.name, copy.version, copy.published, copy.deprecated) == ("Sleep", 2, False, False)
        publish_unchecked(copy)

        def shown(schema: Schema) -> Any:
            return without_ids(api.get(f"/api/schemas/{schema.pk}").json())

        assert shown(copy) == {**shown(published), "version": 2}
        assert Schema.objects.get(version=1).questions.count() == copy.questions.count() == 5

    def test_copy_shares_files_and_comments_with_original(self, published):
        copy = copy_as_unpublished(schema=published)
        assert copy.questions.get(qid=50).comments == "the last"
        files = AttachmentTemplate.objects.exclude(file="").values_list("file", flat=True)
        assert list(files) == ["attachments/moon.png", "attachments/moon.png"]

    def test_original_keeps_its_attachments(self, published):
        before = set(published.questions.values_list("attachments", flat=True))
        copy_as_unpublished(schema=published)
        assert set(published.questions.values_list("attachments", flat=True)) == before

    def test_repeated_copies_get_consecutive_versions(self, published):
        Schema.objects.create(name="Sleep", version=7, type="survey")
        assert [copy_as_unpublished(schema=published).version for _ in range(3)] == [8, 9, 10]

    def test_model_method_turns_instance_into_copy(self, published):
        original = published.pk
        published.copy_as_unpublished()
        assert (published.version, published.published) == (2, False)
        assert published.pk != original
        published.name = "Renamed"
        published.save()
        assert Schema.objects.get(pk=original).name == "Sleep"

    def test_number_of_queries_is_constant(self):
        def cost(size: int) -> int:
            schema = draft_schema([{"type": "choice", "answers": [{}] * 4} for _ in range(size)])
            with CaptureQueriesContext(connection) as captured:
                copy_as_unpublished(schema=schema)
            return len(captured)

        assert cost(5) == cost(1000)


class TestPublishedSchema:
    def rows(self, schema: Schema) -> list[Any]:
        question = schema.questions.get(qid=10)
        return [
            schema,
            schema.groups.get(),
            question,
            question.answers.first(),
            question.attachments.first(),
        ]

    def test_published_schema_and_its_parts_cannot_be_saved_or_deleted(self, published):
        for row in self.rows(published):
            with pytest.raises(PublishedSchemaIsImmutable):
                row.save()
            with pytest.raises(PublishedSchemaIsImmutable):
                row.delete()

    def test_instances_loaded_before_publishing_cannot_be_saved(self, draft):
        rows = self.rows(Schema.objects.get(pk=draft.pk))
        publish(schema=draft)
        for row in rows:
            with pytest.raises(PublishedSchemaIsImmutable):
                row.save()
        assert Schema.objects.get().published

    def test_parts_cannot_be_added_or_moved(self, published):
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

    def test_setting_allows_editing(self, published, settings):
        settings.CHAT_SETTINGS = {"ALLOW_EDIT_PUBLISHED_SCHEMAS": True}
        for row in self.rows(published):
            row.save()
        Question.objects.get(qid=50).delete()
        assert published.questions.count() == 4


class TestDeletingDrafts:
    def test_drafts_are_deleted_with_all_parts(self, draft):
        other = sleep_draft(name="other")
        assert delete_drafts(schemas=[draft]) == 1
        assert list(Schema.objects.all()) == [other]
        assert set(Question.objects.values_list("schema", flat=True)) == {other.pk}

    def test_no_draft_is_deleted_if_one_schema_is_published(self, draft):
        with pytest.raises(PublishedSchemaIsImmutable):
            delete_drafts(schemas=[draft, published_schema([{}])])
        assert Schema.objects.count() == 2

    def test_draft_in_use_is_not_deleted_and_error_lists_references(self, draft):
        SurveyFactory(schema=draft)
        SurveyFactory(schema=draft)
        SurveyItemFactory(related_question=draft.questions.get(qid=50))
        with pytest.raises(SchemaInUse) as caught:
            delete_drafts(schemas=[draft])
        assert caught.value.referring == {"survey": 2, "survey item": 1}
        assert caught.value.errors == {
            "schema": ["Cannot delete Sleep (1): it is referred to by survey: 2, survey item: 1."]
        }
        assert Schema.objects.filter(pk=draft.pk).exists()


def without_ids(document: Any) -> Any:
    """Return the document without ids."""
    left_out = {"id", "schema", "group", "question"}
    if isinstance(document, list):
        return [without_ids(each) for each in document]
    if isinstance(document, dict):
        return {key: without_ids(value) for key, value in document.items() if key not in left_out}
    return document
