"""Rows for inputs to name: threads in every state, surveys, attachments, and the people of the four roles."""

from __future__ import annotations

import base64
import uuid
from dataclasses import dataclass, field
from typing import Any, Final

from django.contrib.contenttypes.models import ContentType

from chat_api.chat.choices import PERMISSIONS_ALL
from chat_api.chat.models import Attachment, Message, Thread, UserThread
from chat_api.notifications.unsubscribe import Unsubscription, token_for
from chat_api.schemas.models import Answer, AttachmentTemplate, Group, Question
from chat_api.surveys.actions import start_survey
from chat_api.surveys.models import SurveyAttachment, SurveyItem
from tests.chat.talking import begin
from tests.factories import (
    PASSWORD,
    MemberFactory,
    MessageFactory,
    ThreadFactory,
    UserFactory,
    published_schema,
)

OWNER, MEMBER, STRANGER, ANONYMOUS = ROLES = ("owner", "member", "stranger", "anonymous")

_VIDEO: Final = {"type": "youtube", "url": "https://www.youtube.com/watch?v=abcdefghijk"}

#: A script with every type of question; each is reached from the one before.
QUESTIONS: Final[list[dict[str, Any]]] = [
    {"type": "message", "text": "Hello {{ user.first_name }}"},
    {
        "type": "choice",
        "choice_open": True,
        "answers": [{"variable_modifications": [["x", "x + 1"]]}, {}],
        "required": True,
        "group": "first",
    },
    {"type": "multichoice", "answers": [{}, {"exclusive": True}], "group": "first"},
    {"type": "int", "text": "{{ answers.q2 }}?", "group": "first"},
    {"type": "range", "range_from": 0, "range_to": 10},
    {"type": "float"},
    {"type": "date"},
    {"type": "time", "meta": {"format": "iso"}},
    {"type": "datetime"},
    {
        "type": "fork",
        "forking_rules": [["11", "x > 3"], ["11", "1"]],
        "variable_modifications": [["x", "x * 2"]],
    },
    {"type": "control"},
    {"type": "text"},
]


@dataclass
class World:
    """Some rows, and by the name of a parameter or key the values that stand for them."""

    users: dict[str, Any] = field(default_factory=dict)
    pools: dict[str, list[Any]] = field(default_factory=dict)

    @classmethod
    def create(cls) -> World:
        """Store a new world beside the ones before it."""
        world = cls({role: UserFactory.create() for role in (OWNER, MEMBER, STRANGER)})
        schemas = [published_schema(QUESTIONS, type=kind) for kind in ("survey", "automated_flow")]
        world._threads(schemas)
        world._survey(schemas[0])
        world._fill_pools()
        return world

    def headers(self, role: str) -> dict[str, str]:
        """Return the headers by which a request of that role signs in."""
        if role == ANONYMOUS:
            return {}
        word = base64.b64encode(f"{self.users[role].username}:{PASSWORD}".encode()).decode()
        return {"Authorization": f"Basic {word}"}

    def _threads(self, schemas: list[Any]) -> None:
        owner, member = self.users[OWNER], self.users[MEMBER]
        for schema in schemas:
            for state in ("scripted", "scripted_fe_controlled", "assisted"):
                talk = begin(owner, schema, state=state)
                self._join(Thread.objects.get(pk=talk.thread_id), member)
        plain = ThreadFactory.create()
        MemberFactory.create(thread=plain, user=owner, permissions=PERMISSIONS_ALL)
        self._join(plain, member)
        for user in (owner, member):
            message = MessageFactory.create(thread=plain, sender=user, has_attachments=True)
            Attachment.objects.create(message=message, **_VIDEO)

    def _join(self, thread: Thread, user: Any) -> None:
        MemberFactory.create(thread=thread, user=user)
        UserThread.objects.filter(thread=thread, user=self.users[OWNER]).update(permissions=PERMISSIONS_ALL)

    def _survey(self, schema: Any) -> None:
        survey = start_survey(user=self.users[OWNER], schema=schema)
        for question in schema.questions.filter(type__in=("text", "int"))[:2]:
            item = SurveyItem.objects.create(
                survey=survey, related_question=question, position=question.position, text="1"
            )
            SurveyAttachment.objects.create(item=item, **_VIDEO)
        # As a migration of the host would: the schema is published already.
        AttachmentTemplate.objects.bulk_create([AttachmentTemplate(question=question, **_VIDEO)])

    def _fill_pools(self) -> None:
        users = [user.pk for user in self.users.values()]
        threads = _last(Thread, 8)
        questions, answers, messages = _last(Question, 24), _last(Answer, 8), _last(Message, 12)
        schemas, surveys = _last(Question, 24, "schema_id"), _last(SurveyItem, 2, "survey_id")
        attachments = _last(Attachment, 2) + _last(SurveyAttachment, 2)
        self.pools = {
            **dict.fromkeys(("user_id", "user", "automated_sender", "sender"), users),
            **dict.fromkeys(("thread_id", "thread"), threads),
            **dict.fromkeys(
                ("message_id", "message", "messages", "up_to", "before", "after", "around"), messages
            ),
            **dict.fromkeys(("question", "related_question", "initial_question"), questions),
            **dict.fromkeys(("survey_id", "survey"), surveys),
            "answers": answers,
            "schema": schemas,
            "group": _last(Group, 2),
            "item_id": _last(SurveyItem, 2),
            "object_id": threads,
            "content_type": [ContentType.objects.get_for_model(Thread).pk],
            "client_id": [str(uuid.uuid4()) for _ in range(3)],
            "kind": ["message", "item", "question"],
            "token": [token_for(Unsubscription(users[0], threads[0], "email"))],
            "id": attachments,
            "threads.pk": threads,
            "schemas.pk": schemas,
            "messages.pk": messages,
            "surveys.pk": surveys,
            "items.pk": _last(SurveyItem, 2),
            "attachments.pk": attachments,
        }


def _last(model: Any, most: int, column: str = "pk") -> list[Any]:
    found = model._base_manager.order_by("-pk").values_list(column, flat=True)[:most]
    return list(dict.fromkeys(found))
