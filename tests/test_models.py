"""The columns, keys and names of the models, which host code and existing databases rely on."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.db.models import CASCADE, PROTECT, SET_NULL, ProtectedError
from django.db.models.fields import NOT_PROVIDED

import chat_api.models
from chat_api.chat.models import Message, UserThread
from chat_api.schemas.models import Question, Schema
from tests.factories import AnswerFactory, MemberFactory, MessageFactory, SurveyItemFactory, draft_schema

#: Foreign key, its on_delete, whether it may be null, and its related name.
KEYS = """
Thread.last_message            SET_NULL null last_in_threads
UserThread.thread              CASCADE  -    users
UserThread.automated_sender    SET_NULL null automated_threads_sent_by
UserThread.initial_question    PROTECT  null states_inited_with
UserThread.question            PROTECT  null states_with
UserThread.related_message     SET_NULL null states_related_with
UserThread.last_message        SET_NULL null last_in_user_threads
UserThread.schema              PROTECT  null user_threads
Message.thread                 CASCADE  -    messages
Message.related_question       PROTECT  null messages
Message.predecessor            PROTECT  null preceeding_messages
Attachment.message             CASCADE  -    attachments
UnreadMessage.message          CASCADE  -    unread_states
UnreadMessage.thread           CASCADE  -    unread_messages
UnreadMessage.user             CASCADE  -    unread_messages
ThreadWSSubscription.thread    CASCADE  -    ws_subscription
ThreadWSSubscription.user      CASCADE  -    ws_subscription
VariableModification.user_thread     CASCADE - variable_modifications
VariableModification.related_message CASCADE null variable_modifications
Group.schema                   CASCADE  -    groups
Question.schema                CASCADE  -    questions
Question.group                 CASCADE  null questions
Answer.question                CASCADE  -    answers
AttachmentTemplate.question    CASCADE  null attachments
Survey.automated_sender        SET_NULL null automated_surveys_sent_by
Survey.schema                  PROTECT  -    surveys
SurveyItem.survey              CASCADE  -    survey_items
SurveyItem.related_question    PROTECT  -    survey_items
SurveyAttachment.item          CASCADE  -    attachments
"""

#: Column, its kind, its default (- for none), and whether it has its own index.
COLUMNS = """
Thread.title                   CharField(255)  ''        -
Thread.type                    CharField(50)   'chat'    -
UserThread.created             DateTimeField   -         index
UserThread.frequency_unit      CharField(50)   None      -
UserThread.frequency_value     IntegerField    None      -
UserThread.next_restart        DateTimeField   None      index
UserThread.notifications       IntegerField    3         -
UserThread.on_finish           CharField(50)   'open'    -
UserThread.permissions         IntegerField    19        -
UserThread.state               CharField(50)   'open'    -
UserThread.type                CharField(50)   -         index
UserThread.variables_pool      JSONField       {}        -
Message.has_attachments        BooleanField    False     -
Message.meta                   JSONField       None      -
Message.text                   TextField       ''        -
Message.type                   CharField(50)   'message' index
Message.updated                DateTimeField   -         index
Message.deleted                BooleanField    False     -
Attachment.type                CharField(50)   -         -
Attachment.url                 URLField(200)   None      -
Attachment.file                FileField(100)  None      -
Attachment.thumbnail_image     ImageField(100) None      -
Attachment.object_id           PositiveIntegerField None -
UnreadMessage.type             CharField(50)   -         -
VariableModification.variable_modifications JSONField [] -
VariableModification.related_message_answer_id IntegerField None -
Schema.deprecated              BooleanField    False     index
Schema.published               BooleanField    False     index
Schema.name                    CharField(100)  -         -
Schema.type                    CharField(100)  -         index
Schema.version                 IntegerField    1         -
Group.name                     CharField(100)  -         index
Group.position                 IntegerField    -         index
Question.choice_open           BooleanField    False     -
Question.next_qid              IntegerField    None      -
Question.position              IntegerField    -         index
Question.qid                   IntegerField    -         index
Question.range_from            FloatField      None      -
Question.required              BooleanField    False     -
Question.comments              TextField       None      -
Question.variable_modifications JSONField      []        -
Question.forking_rules         JSONField       []        -
Question.show_as_type          CharField(255)  'automated_message' -
Answer.next_qid                IntegerField    -         -
Answer.position                IntegerField    -         index
Answer.exclusive               BooleanField    False     -
Answer.variable_modifications  JSONField       []        -
Survey.created                 DateTimeField   -         index
Survey.updated                 DateTimeField   -         index
Survey.state                   JSONField       None      -
SurveyItem.position            IntegerField    -         index
SurveyItem.type                CharField(50)   'answer'  -
SurveyItem.updated             DateTimeField   -         index
"""

UNIQUE = {
    "UserThread": {("user", "thread")},
    "Schema": {("name", "version")},
    "Group": {("name", "schema"), ("position", "schema")},
    "Question": {("qid", "schema"), ("position", "schema")},
    "Answer": {("position", "question")},
    "SurveyItem": {("survey", "related_question", "instance")},
    "UnreadMessage": {("message", "user")},
}

ON_DELETE = {"CASCADE": CASCADE, "PROTECT": PROTECT, "SET_NULL": SET_NULL}


def rows(table: str) -> list[list[str]]:
    return [line.split() for line in table.strip().splitlines()]


def field_of(place: str) -> Any:
    model, _, name = place.partition(".")
    return getattr(chat_api.models, model)._meta.get_field(name)


@pytest.mark.parametrize(("place", "on_delete", "null", "name"), rows(KEYS), ids=lambda part: part)
def test_foreign_key_has_its_on_delete_null_and_related_name(
    place: str, on_delete: str, null: str, name: str
):
    key = field_of(place)
    assert key.remote_field.on_delete is ON_DELETE[on_delete]
    assert key.null == (null == "null")
    assert key.remote_field.get_accessor_name() == name


@pytest.mark.parametrize(("place", "kind", "default", "index"), rows(COLUMNS), ids=lambda part: part)
def test_column_has_its_kind_default_and_index(place: str, kind: str, default: str, index: str):
    column = field_of(place)
    length = "" if getattr(column, "max_length", None) is None else f"({column.max_length})"
    assert f"{type(column).__name__}{length}" == kind
    without = column.default is NOT_PROVIDED and not column.null
    assert ("-" if without else repr(column.get_default())) == default
    assert column.db_index == (index == "index")


@pytest.mark.parametrize("name", UNIQUE)
def test_unique_constraints_stay(name: str):
    meta = getattr(chat_api.models, name)._meta
    together = {
        *map(tuple, meta.unique_together),
        *(constraint.fields for constraint in meta.total_unique_constraints),
    }
    assert together == UNIQUE[name]


@pytest.mark.parametrize(
    "model", list(apps.get_app_config("chat_api").get_models()), ids=lambda model: model.__name__
)
def test_primary_keys_are_32_bit_and_tables_are_named_after_models(model: type[models.Model]):
    assert type(model._meta.pk) is models.AutoField
    linked = {"MessageAnswer": "message_answers", "SurveyItemAnswer": "surveyitem_answers"}
    assert model._meta.db_table == f"chat_api_{linked.get(model.__name__, model._meta.model_name)}"
    assert getattr(chat_api.models, model.__name__) is model


def test_keys_of_conversations_and_surveys_protect_schemas():
    under_a_schema = {"Group", "Question", "Answer", "AttachmentTemplate"}
    script = {chat_api.models.Schema, chat_api.models.Question, chat_api.models.Answer}
    keys = [
        field
        for model in apps.get_app_config("chat_api").get_models()
        if model.__name__ not in under_a_schema
        for field in model._meta.fields
        if field.is_relation and field.related_model in script
    ]
    assert len(keys) == 11
    assert {key.remote_field.on_delete for key in keys} == {PROTECT}


@pytest.mark.django_db
def test_row_that_a_conversation_or_survey_refers_to_cannot_be_deleted():
    schema = draft_schema([{"type": "choice", "answers": [{}]}, {}])
    first, second = schema.questions.all()
    answer = first.answers.get()
    message = MessageFactory(related_question=first)
    message.answers.add(answer)
    item = SurveyItemFactory(related_question=second)
    MemberFactory(schema=schema)
    for row in (schema, first, second, answer):
        with pytest.raises(ProtectedError):
            row.delete()
    item.delete()
    second.delete()
    assert list(schema.questions.all()) == [first]


@pytest.mark.django_db
def test_draft_without_references_is_deleted_with_its_questions():
    answer = AnswerFactory()
    answer.question.schema.delete()
    assert not Schema.objects.exists()
    assert not Question.objects.exists()


@pytest.mark.django_db
def test_messages_of_a_deleted_account_stay():
    member = MemberFactory()
    message = MessageFactory(thread=member.thread, sender=member.user)
    led = MemberFactory(thread=member.thread, automated_sender=member.user)
    member.user.delete()
    assert Message.objects.get(pk=message.pk).sender is None
    assert UserThread.objects.get().pk == led.pk
    assert UserThread.objects.get().automated_sender is None


def test_flags_and_states_keep_their_names_and_numbers():
    names = [
        "MESSAGES_READ",
        "MESSAGES_CREATE",
        "MESSAGES_EDIT",
        "MESSAGES_DELETE",
        "THREAD_READ",
        "THREAD_EDIT",
        "THREAD_DELETE",
        "THREAD_ADD_USER",
        "THREAD_REMOVE_USER",
        "THREAD_CONTROL_OTHERS",
        "THREAD_BREAK_STATE",
        "THREAD_ROLLBACK",
        "THREAD_REOPEN",
    ]
    flags = [getattr(UserThread, f"PERMISSION_{name}") for name in names]
    assert flags == [1 << number for number in range(13)]
    ways = [
        "NOTIFICATIONS_UNREAD",
        "NOTIFICATIONS_WS",
        "NOTIFICATIONS_PUSH",
        "NOTIFICATIONS_EMAIL",
        "NOTIFICATIONS_SMS",
    ]
    assert [getattr(UserThread, name) for name in ways] == [1, 2, 4, 8, 16]
    assert UserThread.NOTIFIACTIONS_UNREAD == 1
    assert UserThread.NOTIFICATIONS_DEFAULT == 3
    for constant, values in (
        ("STATE", ["scripted", "scripted_fe_controlled", "assisted", "closed", "open"]),
        ("ON_FINISH", ["open", "close", "repeat"]),
        ("FREQUENCY_UNIT", ["hours", "days", "weeks", "months"]),
    ):
        assert [getattr(UserThread, f"{constant}_{value.upper()}") for value in values] == values
        assert {value for value, _ in getattr(UserThread, f"{constant}_CHOICES")} == set(values)


def test_question_types_keep_their_names():
    kinds = [
        "choice",
        "multichoice",
        "text",
        "date",
        "time",
        "datetime",
        "int",
        "float",
        "range",
        "message",
        "fork",
        "control",
        "calculation",
        "file",
        "location",
    ]
    assert [getattr(Question, f"TYPE_{kind.upper()}") for kind in kinds] == kinds
    assert [kind for kind, _ in Question.TYPE_CHOICES] == kinds
    assert Question.CHOICES_TYPES == ("choice", "multichoice")


@pytest.mark.django_db
def test_list_of_messages_leaves_out_deleted_ones():
    kept, gone = MessageFactory(), MessageFactory()
    gone.delete()
    assert list(Message.objects.all()) == [kept]
    assert kept.thread.messages.count() + gone.thread.messages.count() == 1
    assert set(Message.all_objects.all()) == {kept, gone}
