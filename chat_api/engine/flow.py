"""The flow of a script: from an answer to the next question that waits for one."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from chat_api.engine.flow_events import (
    Asked,
    Event,
    Outcome,
    Walk,
)
from chat_api.engine.question_types.base import CheckedReply
from chat_api.engine.rules import UNTYPED, Rules, Variables
from chat_api.engine.script import (
    CHOICE_TYPES,
    END,
    Question,
    QuestionType,
    Script,
    parse_modifications,
)
from chat_api.engine.walker import Walker, qid_beyond

_NOTHING: Final = Script.build(())
#: Stands for the question of logged modifications.
_NOWHERE: Final = Question(0, 0, 0, QuestionType.FORK, "")


def start(
    script: Script,
    *,
    at: int | None,
    variables: Variables,
    repeat_from: int | None,
    limit: int,
    only: Collection[str] | None = None,
    rules: Rules = UNTYPED,
) -> Walk:
    """Start at the qid `at` (None: the first question) and walk to the first question that waits."""
    first = script.first.qid if at is None and script.first is not None else at
    return Walker(script, dict(variables), limit, repeat_from, only=only, rules=rules).walk_to(first, None)


def skip_to(
    script: Script, qid: int | None, variables: Variables, *, limit: int, rules: Rules = UNTYPED
) -> Walk:
    """Move to the first question from `qid` on that waits, without asking any: the front end asks them."""
    return Walker(script, dict(variables), limit, silently=True, rules=rules).walk_to(qid, None)


def ask_now(
    question: Question,
    variables: Variables,
    *,
    only: Collection[str] | None = None,
    rules: Rules = UNTYPED,
) -> tuple[Asked, dict[str, float], tuple[Event, ...]]:
    """Ask a single question; return the event, the variables after it, and the failures of its modifications."""
    walker = Walker(_NOTHING, dict(variables), 1, only=only, rules=rules)
    asked = walker.ask(question, None)
    return asked, walker.variables, tuple(walker.events[1:])


def stand_at(
    script: Script, question: Question, variables: Variables, *, rules: Rules, instance: int | None = None
) -> None:
    """Move to a round of a question's group; rules see its answers. Without `instance`: the current or first one."""
    if rules.rounds is not None:
        Walker(script, dict(variables), 1, rules=rules).stand_at(question, instance)


@dataclass(frozen=True, slots=True)
class Replaced:
    """The effect of asking and answering a question at the point where it was answered before.

    `asked` has the variables that the question's text shows; `events` are those of the answers, and failures.
    """

    asked: Asked
    events: tuple[Event, ...]
    variables: dict[str, float]


def answer_again(
    question: Question,
    checked: CheckedReply,
    before: Iterable[object],
    after: Iterable[object],
    *,
    only: Collection[str] | None = None,
) -> Replaced:
    """Ask and answer a question again, between the logged modifications `before` and `after` it (see `recompute`)."""
    after = list(after)
    walker = Walker(_NOTHING, recompute(before), 1, only=only)
    done = walker.modify(question, question.modifications)
    asked = Asked(question, None, done, recompute(after, walker.variables))
    walker.apply_answers(question, checked)
    return Replaced(asked, tuple(walker.events), recompute(after, walker.variables))


def answer(
    script: Script,
    question: Question,
    checked: CheckedReply | None,
    variables: Variables,
    *,
    repeat_from: int | None,
    limit: int,
    silently: bool = False,
    stay: bool = False,
    replaced: Replaced | None = None,
    only: Collection[str] | None = None,
    rules: Rules = UNTYPED,
    skip: bool = False,
) -> Walk:
    """Apply a checked reply (None: the confirmation of a control) and walk to the next question that waits.

    The modifications of the chosen answers are applied in the order given; the first given answer decides where the
    script continues. With `silently` (the front end asks the questions) nothing is asked or changed on the way. With
    `stay` the script stays at the question, unless the answer leads to the end. `repeat_from` is the qid at which an
    immediately repeating script starts again, `limit` the maximum number of steps without waiting. `replaced` is the
    effect that the reply already had in place of an earlier one; `variables` are ignored then. `only` are the
    variables that can be changed (None: all). With `skip` the question was skipped: it hands on like a hidden one.
    """
    walker = Walker(script, dict(variables), limit, repeat_from, silently, only, rules)
    rounds = rules.rounds
    if rounds is not None:
        walker.stand_at(question)
    if replaced is not None:
        walker.variables, walker.events = dict(replaced.variables), list(replaced.events)
    elif checked is not None:
        walker.apply_answers(question, checked)
    chosen = checked.answers if checked is not None else ()
    next_qid = chosen[0].next_qid if question.type in CHOICE_TYPES and chosen else question.next_qid
    if skip:
        next_qid = qid_beyond(script, question)
    adds = rounds is not None and rounds.adds(question, chosen)
    if stay and (adds or (next_qid is not None and next_qid > END)):
        return Walk(tuple(walker.events), question, walker.variables, Outcome.WAITING)
    if rounds is not None and adds:
        next_qid = rounds.begin_next()
    return walker.walk_to(next_qid, question)


def recompute(modifications: Iterable[object], variables: Variables | None = None) -> dict[str, float]:
    """Return `variables` after logged lists of `[name, expression]` pairs, applied in order."""
    walker = Walker(_NOTHING, dict(variables or {}), 1)
    for raw in modifications:
        walker.modify(_NOWHERE, parse_modifications(raw))
    return walker.variables
