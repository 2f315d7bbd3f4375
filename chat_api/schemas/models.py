"""Schemas, with their groups, questions, answers and attachment templates."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from django.db import models, router, transaction
from django.db.models.base import ModelBase

from chat_api.attachments.models import BaseAttachment, index_of_files
from chat_api.engine.question_types import registry
from chat_api.engine.script import QuestionType
from chat_api.lib.db.keys import ForeignKey
from chat_api.lib.db.managers import ChatModel
from chat_api.lib.errors import PublishedSchemaIsImmutable
from chat_api.schemas import validation
from chat_api.settings import chat_settings


def schema_types() -> list[tuple[str, Any]]:
    """Return TYPES_SCHEMA as choices."""
    return chat_settings.choices("TYPES_SCHEMA")


def question_types() -> list[tuple[str, str]]:
    """Return the types of questions as choices, those of the host among them."""
    return [(name, kind.label) for name, kind in registry.question_types().items()]


def _translations() -> Any:
    """Return the column of translations of a text, by language code."""
    return models.JSONField(default=dict, db_default={}, blank=True)


def refuse_if_published(schema_ids: Iterable[int | None], *, using: str) -> None:
    """Raise `PublishedSchemaIsImmutable` if one of the stored schemas is published.

    Locks them, so that none is published before the surrounding transaction ends. With ALLOW_EDIT_PUBLISHED_SCHEMAS
    published schemas get a new revision instead.
    """
    pks = {pk for pk in schema_ids if pk is not None}
    stored = Schema.objects.using(using).filter(pk__in=pks).order_by("pk").select_for_update()
    published = [schema.pk for schema in stored.only("pk", "published") if schema.published]
    if not published:
        return
    if not chat_settings.ALLOW_EDIT_PUBLISHED_SCHEMAS:
        raise PublishedSchemaIsImmutable
    # Cached schemas must not outlive that setting.
    Schema.objects.using(using).filter(pk__in=published).update(revision=uuid.uuid4())


class SchemaPart(ChatModel):
    """A part of a schema; it cannot be saved, moved or deleted once the schema is published."""

    #: The look-up path from the row to its schema.
    schema_path: ClassVar[str] = "schema"

    class Meta:
        abstract = True

    @property
    def owning_schema(self) -> Schema | None:
        """The schema that the row belongs to; None for a template without a question."""
        raise NotImplementedError

    def _refuse_if_published(self, using: str) -> None:
        """Check both the stored and the new schema of the row."""
        stored = type(self)._base_manager.using(using).filter(pk=self.pk)
        before = [] if self.pk is None else stored.values_list(self.schema_path, flat=True)
        owner = self.owning_schema
        refuse_if_published([*before, None if owner is None else owner.pk], using=using)

    def save(
        self,
        *,
        force_insert: bool | tuple[ModelBase, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        """Save the row. Raises `PublishedSchemaIsImmutable`."""
        using = using or router.db_for_write(type(self), instance=self)
        with transaction.atomic(using=using):
            self._refuse_if_published(using)
            super().save(
                force_insert=force_insert, force_update=force_update, using=using, update_fields=update_fields
            )

    def delete(self, using: str | None = None, keep_parents: bool = False) -> tuple[int, dict[str, int]]:
        """Delete the row. Raises `PublishedSchemaIsImmutable`."""
        using = using or router.db_for_write(type(self), instance=self)
        with transaction.atomic(using=using):
            self._refuse_if_published(using)
            return super().delete(using=using, keep_parents=keep_parents)


class Schema(ChatModel):
    """A version of a script or questionnaire. A published version never changes."""

    name = models.CharField(max_length=100)
    name_i18n = models.JSONField(default=dict, blank=True)
    version = models.IntegerField(default=1)
    type = models.CharField(max_length=100, choices=schema_types, db_index=True)
    published = models.BooleanField(default=False, db_index=True)
    deprecated = models.BooleanField(default=False, db_index=True)
    #: Numbers computed from the answers: `[{name, label, expression, bands: [{from, to, label, severity}]}, …]`.
    scores: Any = models.JSONField(null=True, blank=True)
    #: Conditions that somebody has to look at: `[{name, if, label, severity}, …]`.
    flags: Any = models.JSONField(null=True, blank=True)
    #: Whether a typed text chooses the answer whose text it equals, or else the one whose value it equals.
    match_text = models.BooleanField(default=False, db_default=False)
    #: New for each publication: the key of the compiled schema in the cache.
    revision = models.UUIDField(null=True, blank=True, editable=False)

    class Meta:
        app_label = "chat_api"
        unique_together = (("name", "version"),)
        permissions = (("publish_schema", "Can publish a schema"),)

    _publish: ClassVar[Callable[..., None]]
    _copy: ClassVar[Callable[..., Schema]]

    @classmethod
    def bind_actions(cls, *, publish: Callable[..., None], copy: Callable[..., Schema]) -> None:
        """Set the functions that `publish` and `copy_as_unpublished` call.

        Actions import models, so models cannot import actions; `chat_api.apps` connects them.
        """
        cls._publish, cls._copy = staticmethod(publish), staticmethod(copy)

    def __str__(self) -> str:
        return f"{self.name} ({self.version})"

    @property
    def is_frozen(self) -> bool:
        """Whether this version can no longer be changed."""
        return self.published and not chat_settings.ALLOW_EDIT_PUBLISHED_SCHEMAS

    def save(
        self,
        *,
        force_insert: bool | tuple[ModelBase, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        """Save the row, with a new revision if it is published. Raises `PublishedSchemaIsImmutable`."""
        using = using or router.db_for_write(Schema, instance=self)
        if self.published:
            self.revision = uuid.uuid4()
            update_fields = None if update_fields is None else {*update_fields, "revision"}
        with transaction.atomic(using=using):
            if self.pk is not None:
                refuse_if_published([self.pk], using=using)
            super().save(
                force_insert=force_insert, force_update=force_update, using=using, update_fields=update_fields
            )

    def delete(self, using: str | None = None, keep_parents: bool = False) -> tuple[int, dict[str, int]]:
        """Delete the schema with all parts. Raises `PublishedSchemaIsImmutable`."""
        using = using or router.db_for_write(Schema, instance=self)
        with transaction.atomic(using=using):
            refuse_if_published([self.pk], using=using)
            return super().delete(using=using, keep_parents=keep_parents)

    def clean(self) -> None:
        """Validate translations, scores and flags. Raises `ValidationError`."""
        super().clean()
        validation.clean_schema(self)

    @property
    def not_grouped_questions(self) -> models.QuerySet[Question]:
        """The questions without a group, by position."""
        return self.questions.filter(group=None)

    def publish(self) -> None:
        """Publish this version, see `chat_api.schemas.actions.publish`."""
        self._publish(schema=self)

    def copy_as_unpublished(self) -> None:
        """Turn `self` into a copy of this version, see `chat_api.schemas.actions.copy_as_unpublished`."""
        copy = self._copy(schema=self)
        self.__dict__.clear()
        self.__dict__.update(copy.__dict__)


class Group(SchemaPart):
    """A named part of a schema."""

    LAYOUT_LIST = "list"
    LAYOUT_PAGE = "page"
    LAYOUT_CHOICES = ((LAYOUT_LIST, "List"), (LAYOUT_PAGE, "Page"))

    schema = ForeignKey(Schema, on_delete=models.CASCADE, related_name="groups")
    name = models.CharField(max_length=100, db_index=True)
    name_i18n = models.JSONField(default=dict, blank=True)
    position = models.IntegerField(db_index=True)
    #: What expressions call a repeated group; `name` is for people.
    key = models.CharField(max_length=100, null=True, blank=True)
    show_if = models.TextField(null=True, blank=True)
    text = models.TextField(null=True, blank=True)
    text_i18n: Any = _translations()
    layout = models.CharField(max_length=20, choices=LAYOUT_CHOICES, null=True, blank=True)
    #: `{count: an expression or null, min, max, add: a qid}`.
    repeat: Any = models.JSONField(null=True, blank=True)

    class Meta:
        app_label = "chat_api"
        ordering = ("position",)
        unique_together = (("name", "schema"), ("position", "schema"))

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Validate the group, see `chat_api.schemas.validation`. Raises `ValidationError`."""
        super().clean()
        validation.clean_group(self)

    @property
    def owning_schema(self) -> Schema | None:
        """The schema of the group."""
        return self.schema


class Question(SchemaPart):
    """A step of a script: a question, a message, a control or a fork."""

    TYPE_CHOICE = QuestionType.CHOICE.value
    TYPE_MULTICHOICE = QuestionType.MULTICHOICE.value
    TYPE_TEXT = QuestionType.TEXT.value
    TYPE_DATE = QuestionType.DATE.value
    TYPE_TIME = QuestionType.TIME.value
    TYPE_DATETIME = QuestionType.DATETIME.value
    TYPE_INT = QuestionType.INT.value
    TYPE_FLOAT = QuestionType.FLOAT.value
    TYPE_RANGE = QuestionType.RANGE.value
    TYPE_MESSAGE = QuestionType.MESSAGE.value
    TYPE_FORK = QuestionType.FORK.value
    TYPE_CONTROL = QuestionType.CONTROL.value
    TYPE_CALCULATION = QuestionType.CALCULATION.value
    TYPE_FILE = QuestionType.FILE.value
    TYPE_LOCATION = QuestionType.LOCATION.value
    #: The built-in types; `question_types` returns those of the host, too.
    TYPE_CHOICES = tuple((name, kind.label) for name, kind in registry.BUILT_IN.items())
    CHOICES_TYPES = (TYPE_CHOICE, TYPE_MULTICHOICE)
    #: Types that say nothing, so that their text can be empty.
    TEXTLESS_TYPES = frozenset({TYPE_FORK, TYPE_CALCULATION})

    schema = ForeignKey(Schema, on_delete=models.CASCADE, related_name="questions")
    group = ForeignKey(Group, null=True, blank=True, on_delete=models.CASCADE, related_name="questions")
    qid = models.IntegerField(db_index=True)
    position = models.IntegerField(db_index=True)
    type = models.CharField(max_length=50, choices=question_types)
    text = models.TextField()
    text_i18n = models.JSONField(default=dict, blank=True)
    #: What expressions and texts call its answer.
    name = models.CharField(max_length=100, null=True, blank=True)
    hint = models.TextField(null=True, blank=True)
    hint_i18n: Any = _translations()
    next_qid = models.IntegerField(null=True, blank=True, help_text="The qid asked next; -1 ends the script.")
    required = models.BooleanField(default=False)
    choice_open = models.BooleanField(default=False)
    range_from = models.FloatField(null=True, blank=True)
    range_to = models.FloatField(null=True, blank=True)
    meta = models.JSONField(null=True, blank=True)
    has_attachments = models.BooleanField(default=False)
    variable_modifications = models.JSONField(default=list, blank=True)
    forking_rules = models.JSONField(default=list, blank=True)
    show_as_type = models.CharField(max_length=255, default="automated_message")
    comments = models.TextField(null=True, blank=True)
    show_if = models.TextField(null=True, blank=True)
    #: The text that offers to skip the question in a chat; null if it cannot be skipped.
    skip = models.TextField(null=True, blank=True)
    skip_i18n: Any = _translations()
    #: An expression whose value is suggested as the answer.
    default = models.TextField(null=True, blank=True)
    #: The expression of a calculation.
    calculate = models.TextField(null=True, blank=True)
    #: By name of the limit (`min`, `max_length`, `pattern`), a value or an expression.
    limits: Any = models.JSONField(null=True, blank=True)
    #: Conditions on a new answer: `[{check, message, severity}, …]`.
    constraints: Any = models.JSONField(null=True, blank=True)
    required_message = models.TextField(null=True, blank=True)
    required_message_i18n: Any = _translations()

    class Meta:
        app_label = "chat_api"
        ordering = ("position",)
        unique_together = (("qid", "schema"), ("position", "schema"))

    def __str__(self) -> str:
        return f"{self.qid}: {self.text[:60]}"

    @property
    def owning_schema(self) -> Schema | None:
        """The schema of the question."""
        return self.schema

    def clean_fields(self, exclude: Any = None) -> None:
        """Validate the columns; calculations and forks need no text. Raises `ValidationError`."""
        needs_text = self.text or self.type not in self.TEXTLESS_TYPES
        super().clean_fields(exclude if needs_text else {*(exclude or ()), "text"})

    def clean(self) -> None:
        """Validate the question, see `chat_api.schemas.validation`. Raises `ValidationError`."""
        super().clean()
        validation.clean_question(self)


class Answer(SchemaPart):
    """An answer that a choice offers."""

    schema_path = "question__schema"

    question = ForeignKey(Question, on_delete=models.CASCADE, related_name="answers")
    position = models.IntegerField(db_index=True)
    text = models.TextField()
    text_i18n = models.JSONField(default=dict, blank=True)
    next_qid = models.IntegerField(help_text="The qid asked next; -1 ends the script.")
    exclusive = models.BooleanField(default=False)
    #: The number, text or boolean that stands for the answer in expressions; null for its text.
    value: Any = models.JSONField(null=True, blank=True)
    #: The number that it counts for in scores; null for `value` if that is a number.
    weight = models.FloatField(null=True, blank=True)
    show_if = models.TextField(null=True, blank=True)
    meta = models.JSONField(null=True, blank=True)
    variable_modifications = models.JSONField(default=list, blank=True)
    comments = models.TextField(null=True, blank=True)

    class Meta:
        app_label = "chat_api"
        ordering = ("position",)
        unique_together = (("position", "question"),)

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def owning_schema(self) -> Schema | None:
        """The schema of the answer's question."""
        return self.question.schema

    def clean(self) -> None:
        """Validate the answer, including its `next_qid`. Raises `ValidationError`."""
        super().clean()
        validation.clean_answer(self)


class AttachmentTemplate(BaseAttachment, SchemaPart):
    """An attachment of a question; the message that asks the question gets a copy."""

    file_kind = "question"

    schema_path = "question__schema"

    question = ForeignKey(
        Question, null=True, blank=True, on_delete=models.CASCADE, related_name="attachments"
    )
    title_i18n = models.JSONField(default=dict, blank=True)
    description_i18n = models.JSONField(default=dict, blank=True)

    class Meta:
        app_label = "chat_api"
        indexes = (index_of_files("chat_api_template_file"),)

    def __str__(self) -> str:
        return self.title or f"{self.type} {self.pk}"

    def clean(self) -> None:
        """Validate JSON columns and translations. Raises `ValidationError`."""
        super().clean()
        validation.clean_translations(self, "title", "description")

    @property
    def owning_schema(self) -> Schema | None:
        """The schema of the template's question; None without one."""
        return self.question.schema if self.question is not None else None
