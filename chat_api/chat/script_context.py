"""What the texts of a script can speak of when it talks to a member of a thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from typing import Final

from django.db.models import Max, Q

from chat_api.chat.models import Message
from chat_api.chat.models.membership import UserThread
from chat_api.lib.languages import language_of
from chat_api.schemas.rendering import TextContext, shown_account
from chat_api.settings import chat_settings

#: Gives the texts of answers by `q<qid>`, by the id of the membership.
Answers = Callable[[], Mapping[int, Mapping[str, str]]]


def context_for(
    member: UserThread,
    *,
    variables: Mapping[str, float] | None = None,
    just_answered: Mapping[str, str] | None = None,
    answers: Answers | None = None,
    language: str | None = None,
) -> TextContext:
    """Give the context, which is made when some text turns out to need one.

    `variables` is the pool at the moment of asking; the member's own where it is not given. `just_answered` are
    answers of the current run, by `q<qid>`, that are not stored yet; `answers` gives those that are, where the caller
    asks for several members or for several texts at once (`answers_once`). `language` is the one to speak, the active
    one where it is not given.
    """

    def make() -> Mapping[str, object]:
        known = answers_by_member([member]) if answers is None else answers()
        return {
            "user": shown_account(member.user, viewer=member.user),
            "sender": shown_account(member.automated_sender, viewer=member.user),
            "thread": {"id": member.thread_id, "title": member.thread.title, "type": member.type},
            "variables": dict(member.variables if variables is None else variables),
            "answers": {**known.get(member.pk, {}), **(just_answered or {})},
        }

    return TextContext(subject=member, make=make, language=language)


def language_for(member: UserThread) -> str | None:
    """Give the language in which the member is asked: his own, where the host's USER_LANGUAGE knows it."""
    # The user is not read where nobody asks about him.
    return language_of(member.user) if chat_settings.has("USER_LANGUAGE") else None


def answers_once(members: Iterable[UserThread]) -> Answers:
    """Give what gives `answers_by_member`, asked when first wanted and only then."""
    return cache(partial(answers_by_member, members))


def answers_by_member(members: Iterable[UserThread]) -> dict[int, dict[str, str]]:
    """Give, for each member with a script, the texts of his last answers in his current run, by `q<qid>`. One query."""
    led = [member for member in members if member.schema_id is not None and not _run_is_new(member)]
    if not led:
        return {}
    # What an older release left has no run: it is of the run that the member is in.
    of_runs = Q(run_id__in=[member.run_id for member in led if member.run_id is not None])
    of_runs |= Q(run=None, thread_id__in=[member.thread_id for member in led if member.run_id is None])
    said = Message.objects.filter(
        of_runs,
        thread_id__in=[member.thread_id for member in led],
        sender_id__in={member.user_id for member in led},
        asks=False,
        related_question__isnull=False,
    )
    last = said.order_by().values("thread_id", "sender_id", "run_id", "related_question_id")
    rows = Message.objects.filter(pk__in=last.annotate(last=Max("pk")).values("last"))
    by_place = {_place(member): member for member in led}
    found: dict[int, dict[str, str]] = {member.pk: {} for member in led}
    for *place, qid, text in rows.values_list(*_PLACE, "related_question__qid", "text"):
        member = by_place.get(tuple(place))
        if member is not None:
            found[member.pk][f"q{qid}"] = text
    return found


_PLACE: Final = ("thread_id", "sender_id", "run_id", "related_question__schema_id")


def _place(member: UserThread) -> tuple[int | None, ...]:
    return member.thread_id, member.user_id, member.run_id, member.schema_id


def _run_is_new(member: UserThread) -> bool:
    """Say whether the member's run began in this transaction and is not stored yet."""
    run = member.run if "run" in member._state.fields_cache else None
    return run is not None and run.pk is None
