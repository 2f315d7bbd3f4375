"""Factories of rows. `draft_schema` and `published_schema` create schemas with their questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from factory.declarations import LazyAttribute, LazyFunction, Sequence, SubFactory
from factory.django import DjangoModelFactory, Password

from chat_api.chat.models import Message, Thread, UserThread
from chat_api.schemas.models import Answer, Group, Question, Schema
from chat_api.surveys.models import Survey, SurveyItem

PASSWORD = "a password for the tests"


class UserFactory(DjangoModelFactory[User]):
    """A user who can sign in with `PASSWORD`."""

    class Meta:
        model = get_user_model()
        skip_postgeneration_save = True

    username = Sequence(lambda n: f"user{n}")
    first_name = Sequence(lambda n: f"First{n}")
    last_name = Sequence(lambda n: f"Last{n}")
    email = LazyAttribute(lambda user: f"{user.username}@example.test")
    password = Password(PASSWORD)


class SchemaFactory(DjangoModelFactory[Schema]):
    """A draft, to which questions can still be added. Publish it with `publish_unchecked`."""

    class Meta:
        model = Schema

    name = Sequence(lambda n: f"schema {n}")
    type = "survey"


class GroupFactory(DjangoModelFactory[Group]):
    class Meta:
        model = Group

    schema = SubFactory(SchemaFactory)
    name = Sequence(lambda n: f"group {n}")
    position = Sequence(lambda n: n)


class QuestionFactory(DjangoModelFactory[Question]):
    """A text question that ends the script, with the next free qid and position of its schema."""

    class Meta:
        model = Question

    schema = SubFactory(SchemaFactory)
    qid = LazyAttribute(lambda question: question.schema.questions.count() + 1)
    position = LazyAttribute(lambda question: question.qid)
    type = "text"
    text = LazyAttribute(lambda question: f"Question {question.qid}?")
    next_qid = -1


class AnswerFactory(DjangoModelFactory[Answer]):
    class Meta:
        model = Answer

    question = SubFactory(QuestionFactory, type="choice", next_qid=None)
    position = LazyAttribute(lambda answer: answer.question.answers.count() + 1)
    text = LazyAttribute(lambda answer: f"Answer {answer.position}")
    next_qid = -1


class SurveyFactory(DjangoModelFactory[Survey]):
    """A bare row without a state; `chat_api.surveys.actions` starts a complete survey."""

    class Meta:
        model = Survey

    user = SubFactory(UserFactory)
    schema = LazyFunction(lambda: published_schema([{"type": "text"}]))


class SurveyItemFactory(DjangoModelFactory[SurveyItem]):
    class Meta:
        model = SurveyItem

    survey = SubFactory(SurveyFactory)
    related_question = LazyAttribute(lambda item: item.survey.schema.questions.first())
    position = LazyAttribute(lambda item: item.related_question.position)
    sender = LazyAttribute(lambda item: item.survey.user)
    text = "an answer"


class ThreadFactory(DjangoModelFactory[Thread]):
    class Meta:
        model = Thread

    title = Sequence(lambda n: f"thread {n}")


class MemberFactory(DjangoModelFactory[UserThread]):
    """A membership as a bare row, with the permissions of an added member."""

    class Meta:
        model = UserThread

    thread = SubFactory(ThreadFactory)
    user = SubFactory(UserFactory)


class MessageFactory(DjangoModelFactory[Message]):
    """A message as a bare row: no unread rows, no events."""

    class Meta:
        model = Message

    thread = SubFactory(ThreadFactory)
    sender = SubFactory(UserFactory)
    text = Sequence(lambda n: f"message {n}")


def draft_schema(
    questions: Iterable[Mapping[str, Any]] = (),
    *,
    groups: Mapping[str, Mapping[str, Any]] | None = None,
    **schema: Any,
) -> Schema:
    """Create an unpublished schema with `questions`, in four queries however many there are.

    Each question is a mapping of columns (`group` can be a name) and `answers`, a list of mappings of columns.
    The defaults are `type` text, `qid` counted from 1, `position` the qid, and `next_qid` the qid of the
    following question or -1 after the last one (null for choices and forks); for an answer, `position`
    counted from 1 and `next_qid` as for a question. `groups` are further columns of groups by name.
    """
    made = SchemaFactory.create(**schema)
    given = [{"qid": number, **question} for number, question in enumerate(questions, start=1)]
    following = [question["qid"] for question in given[1:]] + [-1] * bool(given)
    made_groups = _groups(made, given, groups or {})
    rows = []
    answers: list[tuple[Question, int, list[Mapping[str, Any]]]] = []
    for question, next_qid in zip(given, following, strict=True):
        columns = {key: value for key, value in question.items() if key not in ("answers", "group")}
        kind = columns.setdefault("type", "text")
        columns.setdefault("next_qid", None if kind in ("choice", "multichoice", "fork") else next_qid)
        columns.setdefault("position", columns["qid"])
        columns.setdefault("text", f"Question {columns['qid']}?")
        row = Question(schema=made, group=made_groups.get(question.get("group")), **columns)
        rows.append(row)
        answers.append((row, next_qid, question.get("answers", [])))
    Question.objects.bulk_create(rows)
    Answer.objects.bulk_create(
        Answer(**{"question": row, "position": number, "next_qid": next_qid, **answer})
        for row, next_qid, offered in answers
        for number, answer in enumerate(offered, start=1)
    )
    return made


def _groups(
    schema: Schema, questions: list[dict[str, Any]], columns: Mapping[str, Mapping[str, Any]]
) -> dict[Any, Group]:
    names = dict.fromkeys(question["group"] for question in questions if question.get("group") is not None)
    rows = [
        Group(schema=schema, name=name, position=number, **columns.get(name, {}))
        for number, name in enumerate(names, start=1)
    ]
    Group.objects.bulk_create(rows)
    return {group.name: group for group in rows}


def publish_unchecked(schema: Schema) -> Schema:
    """Publish without the checker, so that tests can run invalid scripts."""
    schema.published = True
    schema.save()
    return schema


def published_schema(questions: Iterable[Mapping[str, Any]] = (), **schema: Any) -> Schema:
    """Create a published schema; the arguments are those of `draft_schema`."""
    return publish_unchecked(draft_schema(questions, **schema))
