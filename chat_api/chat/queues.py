"""The threads in which somebody waits for an answer of a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib.auth import get_user_model
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chat_api.chat.choices import State
from chat_api.chat.models import Message, Thread, UnreadMessage, UserThread
from chat_api.raised_flags.models import Flag

#: The switches of the queue, by the name of their parameter.
FILTERS: Final[Mapping[str, Promise]] = {
    "mine": _("Mine"),
    "unassigned": _("Assigned to nobody"),
    "unread": _("Unread by me"),
    "flagged": _("Flagged"),
}
_WORDS_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class Filters:
    """The parts of the queue that somebody wants to see."""

    user: Any
    chosen: frozenset[str]
    #: A part of the titles.
    words: str

    @classmethod
    def of(cls, query: Mapping[str, str], *, user: Any) -> Filters:
        """Return the filters of a query string; what is unknown in it is ignored."""
        words = query.get("q", "").replace("\x00", "").strip()[:_WORDS_MAX]
        return cls(user, frozenset(name for name in FILTERS if name in query), words)

    @property
    def query(self) -> str:
        """The query string of these filters."""
        names = {name: "" for name in FILTERS if name in self.chosen}
        return urlencode({**names, **({"q": self.words} if self.words else {})})


def waiting_threads(filters: Filters, *, flags: bool) -> QuerySet[Thread]:
    """Return the threads whose last message nobody of the staff has answered, who waits longest first.

    The message is neither a script's nor an answer to one, and its sender neither looks after the thread nor is staff.
    Those whose membership is closed wait no longer.
    Each has `waiting` (the id of the first message since the last answer), `since` (its time), `is_unread` (by the
    user) and `is_flagged`; without `flags`, no thread is flagged.
    """
    rows = Thread.objects.filter(last_message__deleted=False, last_message__sender__isnull=False)
    rows = rows.exclude(_answers("last_message__", F("assigned_to")))
    closed = UserThread.objects.filter(thread=OuterRef("pk"), user=OuterRef("last_message__sender"))
    rows = rows.exclude(Exists(closed.filter(state=State.CLOSED)))
    unread = UnreadMessage.objects.filter(thread=OuterRef("pk"), user_id=filters.user.pk)
    open_flags = Flag.objects.filter(cleared=None, run__user_thread__thread=OuterRef("pk"))
    said = Message.objects.filter(thread=OuterRef("pk"))
    answered = said.filter(_answers("", OuterRef("assigned_to"))).order_by("-pk").values("pk")[:1]
    rows = rows.annotate(answered=Coalesce(Subquery(answered), 0))
    first = said.filter(pk__gt=OuterRef("answered")).order_by("pk")
    rows = rows.annotate(
        waiting=Subquery(first.values("pk")[:1]),
        since=Subquery(first.values("created")[:1]),
        is_unread=Exists(unread),
        is_flagged=Exists(open_flags if flags else open_flags.none()),
    )
    matching = {
        "mine": Q(assigned_to=filters.user.pk),
        "unassigned": Q(assigned_to=None),
        "unread": Q(is_unread=True),
        "flagged": Q(is_flagged=True),
    }
    for name in FILTERS:
        if name in filters.chosen:
            rows = rows.filter(matching[name])
    if filters.words:
        rows = rows.filter(title__icontains=filters.words)
    return rows.select_related("assigned_to", "last_message__sender").order_by("waiting", "pk")


def _answers(prefix: str, assigned_to: Any) -> Q:
    """Return the condition of messages after which nobody waits: of scripts and answers to these, and of staff."""
    found = Q(**{f"{prefix}asks": True}) | Q(**{f"{prefix}related_question__isnull": False})
    found |= Q(**{f"{prefix}sender": assigned_to})
    if any(field.name == "is_staff" for field in get_user_model()._meta.concrete_fields):
        found |= Q(**{f"{prefix}sender__is_staff": True})
    return found
