"""The clinic in which the examples of the references run: people, threads, a script, a survey.

Ids and times are the same in every run and on every database, so an example shows exactly what the library returns.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import time_machine
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connections, router
from django.db.models import Q
from rest_framework.test import APIClient

from chat_api import models
from chat_api.chat import actions
from chat_api.chat.actions import Draft, ScriptPlan, ThreadDraft
from chat_api.notifications.unsubscribe import Unsubscription, token_for
from chat_api.surveys.actions import add_instance, answer_question, start_survey
from tests.factories import UserFactory, draft_schema, publish_unchecked, published_schema

NOW: Final = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
HOST: Final = "clinic.example"
EVERY_PERMISSION: Final = 8191
PUSH_ENDPOINT: Final = "https://fcm.googleapis.com/fcm/send/old-phone"
#: The first id of each model. They differ, so that readers can distinguish a thread's id from a message's.
FIRST_IDS: Final[dict[Any, int]] = {
    get_user_model(): 11,
    models.Thread: 7,
    models.UserThread: 70,
    models.Message: 101,
    models.Attachment: 31,
    models.Schema: 4,
    models.Group: 40,
    models.Question: 41,
    models.Answer: 51,
    models.AttachmentTemplate: 61,
    models.Survey: 3,
    models.SurveyItem: 21,
    models.SurveyAttachment: 91,
    models.ScriptRun: 5,
    models.Flag: 94,
}


@contextmanager
def at(when: datetime) -> Iterator[None]:
    """Stop the clock at `when`."""
    with time_machine.travel(when, tick=False):
        yield


@dataclass
class Clinic:
    """All rows, as they are at nine o'clock; each part is ten minutes older than the next."""

    people: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def build(cls) -> Clinic:
        """Create all rows."""
        for model, first in FIRST_IDS.items():
            _set_next_id(model, first)
        clinic = cls()
        steps = (
            clinic._hire,
            clinic._write_schemas,
            clinic._talk,
            clinic._begin_script,
            clinic._begin_survey,
        )
        for number, step in enumerate(steps):
            with at(NOW - timedelta(minutes=10 * (len(steps) - number))):
                step()
        with at(NOW - timedelta(minutes=5)):
            clinic._begin_tracker()
            clinic._begin_medication()
        return clinic

    def client(self, name: str | None) -> APIClient:
        """Return a client signed in as that person; None is an anonymous client."""
        client = APIClient(HTTP_HOST=HOST)
        if name is not None:
            client.force_authenticate(self.people[name])
        return client

    def filled_in(self, path: str) -> str:
        """Return the path with the token of Anna's mails where it says ``<token>``."""
        token = token_for(Unsubscription(self.people["anna"].pk, self.thread.pk, "email"))
        return path.replace("<token>", token)

    def _hire(self) -> None:
        people: dict[str, dict[str, Any]] = {
            "anna": {"first_name": "Anna", "last_name": "Nowak"},
            "ben": {"first_name": "Ben", "last_name": "Okafor"},
            "carla": {"first_name": "Carla", "last_name": "Reyes"},
            "root": {"first_name": "Ruth", "last_name": "Lind", "is_superuser": True, "is_staff": True},
        }
        for name, columns in people.items():
            self.people[name] = UserFactory.create(username=name, **columns)
        keys = {"p256dh": "A" * 87, "auth": "A" * 22}
        self.client("anna").post("/api/push-devices", {"endpoint": PUSH_ENDPOINT, "keys": keys})

    def _write_schemas(self) -> None:
        sleep = {
            "text": "How did you sleep?",
            "type": "choice",
            "answers": [
                {"text": "Well", "variable_modifications": [["good_nights", "good_nights + 1"]]},
                {"text": "Badly"},
            ],
        }
        self.check_in = published_schema(
            [
                sleep,
                {"text": "How many hours?", "type": "int", "name": "hours"},
                {"text": "Thank you!", "type": "message"},
            ],
            name="Morning check-in",
            type="automated_flow",
            scores=[
                {
                    "name": "rest",
                    "label": "Rest",
                    "expression": "hours",
                    "bands": [
                        {"from": 0, "to": 5, "label": "little"},
                        {"from": 6, "to": 24, "label": "enough"},
                    ],
                }
            ],
            flags=[{"name": "sleepless", "label": "Hardly any sleep", "if": "hours < 4", "severity": "high"}],
        )
        pain = {
            "text": "Where does it hurt?",
            "type": "multichoice",
            "required": True,
            "answers": [{"text": "Head"}, {"text": "Back"}],
        }
        self.questionnaire = draft_schema(
            [pain, {"text": "Since when?", "required": True, "group": "Details"}],
            name="Pain",
            type="survey",
        )
        question = self.questionnaire.questions.get(qid=1)
        models.AttachmentTemplate.objects.create(question=question, title="A body", **_image("body"))
        models.Question.objects.filter(pk=question.pk).update(has_attachments=True)
        publish_unchecked(self.questionnaire)

    def _talk(self) -> None:
        anna, ben = self.people["anna"], self.people["ben"]
        draft = ThreadDraft(type="chat", title="Blood test")
        patient = actions.create_thread(creator=anna, draft=draft, permissions=EVERY_PERMISSION)
        self.thread = patient.thread
        nurse = actions.add_member(
            thread_id=patient.thread_id, user=ben, changes={"permissions": EVERY_PERMISSION}
        )
        visitor = actions.add_member(thread_id=patient.thread_id, user=self.people["carla"])
        actions.remove_member(user_thread=visitor, by=visitor.user)
        letter = models.Attachment(title="The letter", **_image("letter"))
        question = Draft(text="When do I get my results?", attachments=(letter,))
        actions.send_message(author=patient, draft=question)
        actions.send_message(author=nurse, draft=Draft(text="They are here. Please call me."))

    def _begin_script(self) -> None:
        plan = ScriptPlan(schema=self.check_in)
        draft = ThreadDraft(type="chat", title="Check-in", plan=plan)
        member = actions.create_thread(creator=self.people["anna"], draft=draft, permissions=EVERY_PERMISSION)
        well = self.check_in.questions.get(qid=1).answers.get(position=1)
        actions.send_message(author=member, draft=Draft(answer_ids=(well.pk,)))

    def _begin_tracker(self) -> None:
        pain = {
            "text": "How strong is the pain?",
            "type": "int",
            "name": "pain",
            "limits": {"min": 0, "max": 10},
        }
        tablets = {"text": "How many tablets?", "type": "int", "name": "tablets", "show_if": "pain > 3"}
        tracker = published_schema([pain, tablets, {"text": "Anything else?"}], name="Pain tracker")
        plan = ScriptPlan(schema=tracker)
        draft = ThreadDraft(type="tracker", title="Pain", plan=plan)
        member = actions.create_thread(creator=self.people["ben"], draft=draft, permissions=EVERY_PERMISSION)
        for text in ("6", "2"):
            actions.send_message(author=member, draft=Draft(text=text))
            member.refresh_from_db()

    def _begin_medication(self) -> None:
        medication = published_schema(
            [
                {"text": "Which medicine?", "name": "medicine", "required": True, "group": "Medication"},
                {
                    "text": "How many tablets a day?",
                    "type": "int",
                    "name": "tablets",
                    "limits": {"min": 1},
                    "group": "Medication",
                },
            ],
            groups={"Medication": {"key": "meds", "repeat": {"count": None, "min": 0, "max": 9}}},
            name="Medication",
            type="survey",
        )
        ben = self.people["ben"]
        survey = start_survey(user=ben, schema=medication)
        group = medication.groups.get()
        for _ in range(2):
            number = add_instance(survey=survey, group_id=group.pk)
        first = medication.questions.get(qid=1)
        answer_question(survey=survey, question_id=first.pk, instance=number, text="Aspirin", sender=ben)

    def _begin_survey(self) -> None:
        anna = self.people["anna"]
        survey = start_survey(user=anna, schema=self.questionnaire)
        question = self.questionnaire.questions.get(qid=1)
        head = question.answers.get(position=1)
        item = answer_question(survey=survey, question_id=question.pk, answers=[head.pk], sender=anna)
        models.SurveyAttachment.objects.create(item=item, title="Where", **_image("back"))
        models.SurveyItem.objects.filter(pk=item.pk).update(has_attachments=True)
        complete = start_survey(user=anna, schema=self.questionnaire)
        answer_question(survey=complete, question_id=question.pk, answers=[head.pk], sender=anna)
        since = self.questionnaire.questions.get(qid=2)
        answer_question(survey=complete, question_id=since.pk, text="For a week", sender=anna)


def fixed_tokens() -> Callable[[int], str]:
    """Return a `secrets.token_urlsafe` whose tokens are the same in every run: names of files, tickets."""
    numbers = itertools.count(1)

    def token_urlsafe(length: int) -> str:
        digest = hashlib.shake_128(str(next(numbers)).encode()).digest(length)
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    return token_urlsafe


def without_notes(messages: Any, user: Any) -> Any:
    """Hide notes from everybody but their authors: a host's `CHAT_MESSAGE_FILTER_QUERYSET`."""
    return messages.exclude(~Q(sender=user), type="note")


def _image(name: str) -> dict[str, Any]:
    """Return the columns of an attached image, which is stored under that name."""
    stored = {
        column: default_storage.save(f"{folder}/{name}.png", ContentFile(_PNG))
        for column, folder in (("file", "attachments"), ("thumbnail_image", "attachments/thumbnails"))
    }
    return {"type": "image", "thumbnail": {"width": 320, "height": 240}, **stored}


def _set_next_id(model: Any, number: int) -> None:
    connection = connections[router.db_for_write(model)]
    table, column = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence(%s, %s), %s, false)", [f'"{table}"', column, number]
            )
        else:
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, number - 1])


#: One pixel.
_PNG: Final = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
