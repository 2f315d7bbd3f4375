"""The context in which the texts of a script are rendered for a member of a thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from typing import Final

from django.db.models import Max, Q
from django.utils import timezone

from chat_api.chat.models import Message
from chat_api.chat.models.membership import UserThread
from chat_api.engine import flow, flow_events
from chat_api.engine.rules import Variables
from chat_api.engine.run_state import RunState
from chat_api.engine.script import Question, Script
from chat_api.lib.db.timezones import in_utc
from chat_api.lib.languages import language_of
from chat_api.lib.text_formats import plain_text
from chat_api.lib.time_zones import time_zone_key
from chat_api.schemas.answer_texts import shown_answers, shown_scores, text_key
from chat_api.schemas.compiled import compiled
from chat_api.schemas.expression_context import logic_of
from chat_api.schemas.rendering import TextContext, shown_account
from chat_api.settings import chat_settings

#: Returns, by the id of the membership, the texts of answers by `q<qid>`.
Answers = Callable[[], Mapping[int, Mapping[str, str]]]


def context_for(
    member: UserThread,
    *,
    variables: Mapping[str, float] | None = None,
    just_answered: Mapping[str, str] | None = None,
    answers: Answers | None = None,
    language: str | None = None,
    state: RunState | None = None,
    asked: flow_events.Asked | None = None,
) -> TextContext:
    """Return the context, which is computed only if a text needs it.

    `variables` is the variables pool at the time of asking, by default the member's. `just_answered` are answers of
    the current run, by `q<qid>`, that are not stored yet. `answers` returns the stored ones; pass `answers_once` to
    share it between several members or texts. `language` defaults to the active language. `state` is what the rules of
    the run see, by default as it is stored. `asked` is the question whose text it is: in a round of a repeated group,
    texts show the answers of that round; by default those of the current one.
    """

    def make() -> Mapping[str, object]:
        known = answers_by_member([member]) if answers is None else answers()
        seen = stored_state(member) if state is None else state
        pool = dict(member.variables if variables is None else variables)
        texts: Mapping[str, str] = {**known.get(member.pk, {}), **(just_answered or {})}
        return {
            "user": shown_account(member.user, viewer=member.user),
            "sender": shown_account(member.automated_sender, viewer=member.user),
            "thread": {"id": member.thread_id, "title": member.thread.title, "type": member.type},
            "variables": pool,
            **shown_answers(texts, seen, asked, language),
            **_shown_scores(member, seen, pool, language),
        }

    return TextContext(subject=member, create=make, language=language)


def context_at(
    member: UserThread, question: Question, state: RunState | None, *, language: str | None = None
) -> TextContext:
    """Return the context of the texts of a question, in the round of its group that `state` stands in.

    All else is shown as it is stored.
    """
    asked = None
    if state is not None:
        asked = flow_events.Asked(question, None, (), member.variables, state.round_of(question) or None)
    return context_for(member, language=language, asked=asked)


def _shown_scores(
    member: UserThread, seen: RunState | None, pool: Variables, language: str | None
) -> Mapping[str, object]:
    schema = None if member.schema is None else compiled(member.schema)
    if schema is None or not schema.script.scores:
        return {}
    if seen is None:
        # Scores of a script without names read variables and the clock.
        seen = RunState(logic_of(schema.script))
        seen.at(in_utc(timezone.now()), time_zone_key(member.user))
    state, labelled = seen, schema.in_language(language).scores
    return shown_scores(state.logic, lambda: state.environment(pool), language, labelled)


def stored_state(member: UserThread) -> RunState | None:
    """Return what the rules of the member's run see, as it is stored; None for a script without names."""
    script = None if member.schema is None else compiled(member.schema).script
    if script is None or not script.is_typed:
        return None
    return state_at_question(member, script)


def state_at_question(member: UserThread, script: Script) -> RunState:
    """Return what the rules of the member's run see at the question that waits, as it is stored."""
    state = RunState.from_json(logic_of(script), member.values)
    if state.rounds is not None:
        # The host may have moved the member into a repeated group.
        question = script.questions_by_id.get(member.question_id or 0)
        if question is None:
            state.rounds.leave()
        else:
            flow.stand_at(script, question, member.variables, rules=state)
    return state


def language_for(member: UserThread) -> str | None:
    """Return the language in which the member is asked: the one that USER_LANGUAGE returns, if it is set."""
    # Do not load the user if it is not needed.
    return language_of(member.user) if chat_settings.has("USER_LANGUAGE") else None


def answers_once(members: Iterable[UserThread]) -> Answers:
    """Return a function that calls `answers_by_member` on first use and keeps the result."""
    return cache(partial(answers_by_member, members))


def answers_by_member(members: Iterable[UserThread]) -> dict[int, dict[str, str]]:
    """Return, by membership, the plain texts of the last answers in the current run, by `q<qid>`. Takes one query.

    Those of the rounds of repeated groups are also there, by `text_key`.
    """
    led = [member for member in members if member.schema_id is not None and not _run_is_new(member)]
    if not led:
        return {}
    # Messages of older releases have no run; they count as part of the current run.
    of_runs = Q(run_id__in=[member.run_id for member in led if member.run_id is not None])
    of_runs |= Q(run=None, thread_id__in=[member.thread_id for member in led if member.run_id is None])
    said = Message.objects.filter(
        of_runs,
        thread_id__in=[member.thread_id for member in led],
        sender_id__in={member.user_id for member in led},
        asks=False,
        related_question__isnull=False,
    )
    last = said.order_by().values("thread_id", "sender_id", "run_id", "related_question_id", "instance")
    rows = Message.objects.filter(pk__in=last.annotate(last=Max("pk")).values("last")).order_by("pk")
    by_place = {_place(member): member for member in led}
    found: dict[int, dict[str, str]] = {member.pk: {} for member in led}
    columns = (*_PLACE, "related_question__qid", "instance", "text", "text_format")
    for *place, qid, instance, stored, text_format in rows.values_list(*columns):
        member = by_place.get(tuple(place))
        if member is not None:
            text = plain_text(stored, text_format)
            found[member.pk][f"q{qid}"] = text
            if instance is not None:
                found[member.pk][text_key(qid, instance)] = text
    return found


_PLACE: Final = ("thread_id", "sender_id", "run_id", "related_question__schema_id")


def _place(member: UserThread) -> tuple[int | None, ...]:
    return member.thread_id, member.user_id, member.run_id, member.schema_id


def _run_is_new(member: UserThread) -> bool:
    """Return whether the member's run started in this transaction and is not stored yet."""
    run = member.run if "run" in member._state.fields_cache else None
    return run is not None and run.pk is None
