"""One thread whose members write and answer; what they wrote is then moved to the day on which it belongs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max
from django.utils import timezone
from rest_framework.test import APIClient

from chat_api.api import Draft, OnFinish, ScriptPlan, add_member, mark_read, send_message
from chat_api.models import Flag, Message, Schema, ScriptRun, Thread, UserThread
from clinic.permissions import PATIENT_PERMISSIONS, STAFF_PERMISSIONS


def published(name: str) -> Schema:
    """Return the version of a questionnaire that is in use."""
    return Schema.objects.get(name=name, published=True, deprecated=False)


class Talk:
    """A thread. `at` sets the time that the next steps are moved to."""

    def __init__(self, member: UserThread) -> None:
        self.id = member.thread_id
        self._began = timezone.now() - timedelta(seconds=5)
        self._now = timezone.now()

    def at(self, *, days: float, minutes: int = 0) -> Talk:
        """Set the time of the next steps: this many days ago, and some minutes later."""
        self._now = timezone.now() - timedelta(days=days) + timedelta(minutes=minutes)
        return self

    def join(self, user: Any, plan: ScriptPlan | None = None) -> None:
        """Add a member: a patient, or somebody of the staff, who sees results; perhaps with a script."""
        changes: dict[str, Any] = {"permissions": STAFF_PERMISSIONS if user.is_staff else PATIENT_PERMISSIONS}
        if plan is not None:
            changes |= {
                "state": plan.state,
                "schema": plan.schema,
                "on_finish": plan.on_finish,
                "frequency_unit": plan.frequency_unit,
                "frequency_value": plan.frequency_value,
            }
        add_member(thread_id=self.id, user=user, changes=changes)
        self.date()

    def say(self, user: Any, text: str) -> None:
        """Send a text, or answer the current question with it."""
        self._send(user, Draft(text=text))

    def choose(self, user: Any, *values: Any, text: str = "") -> None:
        """Answer the current question with the options of these values."""
        question = self._member(user).question
        if question is None:
            raise LookupError(f"{user} is not asked anything.")
        chosen = question.answers.filter(value__in=values).order_by("position")
        self._send(user, Draft(text=text, answer_ids=tuple(answer.pk for answer in chosen)))

    def skip(self, user: Any) -> None:
        """Skip the current question."""
        self._send(user, Draft(skip=True))

    def confirm(self, user: Any) -> None:
        """Confirm the current control."""
        self._send(user, Draft())

    def show(self, user: Any, picture: str, text: str = "") -> None:
        """Send a picture over REST, which checks and stores it."""
        image = {"type": "image", "title": "", "file_content": picture}
        post(user, f"threads/{self.id}/messages", {"text": text, "attachments": [image]})
        self.date()

    def read(self, user: Any, *, but: int = 0) -> None:
        """Mark all messages as read, except for the last ones."""
        ids = list(Message.objects.filter(thread_id=self.id).order_by("-id").values_list("id", flat=True))
        if len(ids) > but:
            mark_read(user=user, thread_id=self.id, up_to=ids[but])

    def date(self) -> None:
        """Move what was written since the last step to the time of this one."""
        now, began = self._now, self._began
        new = Message.all_objects.filter(thread_id=self.id, created__gte=began)
        new.update(created=now, updated=now)
        Thread.objects.filter(pk=self.id, created__gte=began).update(created=now)
        UserThread.objects.filter(thread_id=self.id, created__gte=began).update(created=now)
        runs = ScriptRun.objects.filter(user_thread__thread_id=self.id)
        runs.filter(started__gte=began).update(started=now)
        runs.filter(finished__gte=began).update(finished=now)
        Flag.objects.filter(run__in=runs, raised__gte=began).update(raised=now)
        # Lists are ordered by it.
        last = Message.objects.filter(thread_id=self.id).aggregate(last=Max("created"))["last"] or now
        Thread.objects.filter(pk=self.id).update(updated=last)
        UserThread.objects.filter(thread_id=self.id).update(updated=last)

    def _member(self, user: Any) -> UserThread:
        return UserThread.objects.select_related("question").get(thread_id=self.id, user=user)

    def _send(self, user: Any, draft: Draft) -> None:
        send_message(author=self._member(user), draft=draft)
        self.date()


def weekly(schema: Schema) -> ScriptPlan:
    """Return a plan that asks the questions every week."""
    return ScriptPlan(schema=schema, on_finish=OnFinish.REPEAT, frequency_unit="weeks", frequency_value=1)


def post(user: Any, path: str, body: dict[str, Any], *, method: str = "post") -> Any:
    """Send a request to the REST API as the user, and return the response's data."""
    client = APIClient(SERVER_NAME="localhost")
    client.force_authenticate(user)
    response = getattr(client, method)(f"/api/{path}", body, format="json")
    if response.status_code >= 300:
        raise RuntimeError(f"{path}: {response.status_code} {response.content!r}")
    return response.json()


def local(when: datetime) -> str:
    """Return a time as a patient would type it."""
    return when.strftime("%Y-%m-%dT%H:%M")
