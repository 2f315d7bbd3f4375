"""The parts of a schema: groups, questions, answers and attachment templates."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from chat_api.attachments.models import BaseAttachment, index_of_files
from chat_api.engine.question_types import registry
from chat_api.engine.script import QuestionType
from chat_api.lib.db.keys import ForeignKey
from chat_api.schemas import validation
from chat_api.schemas.models.schema import Schema, SchemaPart


def question_types() -> list[tuple[str, str]]:
    """Return the types of questions as choices, those of the host among them."""
    return [(name, kind.label) for name, kind in registry.question_types().items()]


def _translations() -> Any:
    """Return the column of translations of a text, by language code."""
    return models.JSONField(default=dict, db_default={}, blank=True)


class Group(SchemaPart):
    """A named part of a schema."""

    LAYOUT_LIST = "list"
    LAYOUT_PAGE = "page"
    LAYOUT_CHOICES = ((LAYOUT_LIST, _("List")), (LAYOUT_PAGE, _("Page")))

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
