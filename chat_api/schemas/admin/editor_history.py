"""The author of the last change of a script, by the admin's history."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from chat_api.lib.user_names import name_of
from chat_api.schemas.models import Question, Schema

#: What the history says about a saved script; as all of it, in English.
SCRIPT_CHANGED: Final = "Changed the script."
#: Saves of a user within this time are one entry.
_TOGETHER: Final = timedelta(minutes=10)


def log_script_change(model_admin: Any, request: HttpRequest, schema: Schema) -> None:
    """Add the change to the admin's history; the last entry gets the new time if it is the same and recent."""
    now = timezone.now()
    last = _entries(schema).order_by("-action_time", "-pk").first()
    is_same = (
        last is not None
        and last.user_id == request.user.pk
        and last.action_flag == CHANGE
        and last.change_message == SCRIPT_CHANGED
        and last.action_time > now - _TOGETHER
    )
    if last is not None and is_same:
        LogEntry.objects.filter(pk=last.pk).update(action_time=now)
    else:
        model_admin.log_change(request, schema, SCRIPT_CHANGED)


def last_change(schema: Schema) -> tuple[str | None, datetime | None]:
    """Return the name of the user of the last change of the schema or a question of it in the admin, and its time."""
    questions = [str(pk) for pk in schema.questions.values_list("pk", flat=True)]
    kinds = ContentType.objects.get_for_models(Schema, Question)
    found = LogEntry.objects.filter(
        Q(content_type=kinds[Schema], object_id=str(schema.pk))
        | Q(content_type=kinds[Question], object_id__in=questions)
    )
    last = found.select_related("user").order_by("-action_time", "-pk").first()
    if last is None:
        return None, None
    return name_of(last.user), last.action_time


def _entries(schema: Schema) -> Any:
    kind = ContentType.objects.get_for_model(Schema)
    return LogEntry.objects.filter(content_type=kind, object_id=str(schema.pk))
