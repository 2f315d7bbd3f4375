"""The answers of a run and of its rounds as plain JSON."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from typing import Any, Final

from chat_api.engine.given_answers import (
    GivenAnswer,
    given_to_json,
    listed,
    typed_by_key,
    typed_to_json,
)
from chat_api.engine.repeats import INSTANCES_MAX
from chat_api.engine.rounds import Part, Place, Round, Rounds
from chat_api.engine.script import Question, Script

#: The maximum number of characters of a text in a stored state that no expression reads; its message has all of it.
UNREAD_TEXT_MAX: Final = 200

#: Returns the names of the questions that expressions read; they are found when first needed.
Names = Callable[[], Collection[str]]


def items_of(
    script: Script, part: Part, names_read: Names, *, instance: int | None = None
) -> Iterator[dict[str, Any]]:
    """Yield the answers of a part of a run as they are stored, with the number of the round, if it is one.

    Long texts of questions whose names `names_read` does not return are cut: the state is read with each message.
    """
    questions = script.questions_by_id
    for pk, given in part.given.items():
        question = questions[pk]
        # All answers are stored after each of them: most have nothing to cut.
        if given.other or (isinstance(given.value, str) and len(given.value) > UNREAD_TEXT_MAX):
            given = _bounded(question, given, names_read)
        item: dict[str, Any] = (
            {"question": pk} if instance is None else {"question": pk, "instance": instance}
        )
        yield given_to_json(question, given, item)


def _bounded(question: Question, given: GivenAnswer, names_read: Names) -> GivenAnswer:
    value, other = given.value, given.other
    if question.name in names_read():
        return given
    if isinstance(value, str):
        value = value[:UNREAD_TEXT_MAX]
    return replace(given, value=value, other=None if other is None else other[:UNREAD_TEXT_MAX])


def rounds_to_json(rounds: Rounds) -> dict[str, Any] | None:
    """Return where the walk is, and what the answers of its rounds do not say; None before the first round."""
    parts = [_round_to_json(group.group.id, number, part) for group, number, part in rounds.begun()]
    place = rounds.place
    if place.group is None:
        return {"parts": parts} if parts else None
    now = {"group": place.group.group.id, "number": place.number, "planned": place.planned}
    return {"parts": parts, "now": now}


def _round_to_json(group_id: int, number: int, part: Round) -> dict[str, Any]:
    document: dict[str, Any] = {"group": group_id, "number": number}
    if part.calculated:
        document["calculated"] = {str(pk): typed_to_json(value) for pk, value in part.calculated.items()}
    if part.hidden:
        document["hidden"] = sorted(part.hidden)
    return document


def load_rounds(rounds: Rounds, raw: Any) -> None:
    """Take over what `rounds_to_json` has stored, once the answers are there, and show the round of the walk."""
    stored = raw if isinstance(raw, dict) else {}
    for document in listed(stored.get("parts"), dict):
        group, number = rounds.groups.get(whole(document.get("group"))), whole(document.get("number"))
        if group is not None and 1 <= number <= INSTANCES_MAX:
            calculated = typed_by_key(document.get("calculated"))
            part = rounds.round(group, number)
            for question in rounds.questions_of(group):
                if str(question.id) in calculated:
                    part.calculated[question.id] = calculated[str(question.id)]
            part.hidden = {*listed(document.get("hidden"), int)}
    now = stored.get("now")
    now = now if isinstance(now, dict) else {}
    group, number = rounds.groups.get(whole(now.get("group"))), whole(now.get("number"))
    if group is not None and 0 <= number <= INSTANCES_MAX:
        rounds.place = Place(group, number, whole(now.get("planned")))
    rounds.expose_all()
    rounds.show_place()


def whole(raw: Any) -> int:
    """Return a stored whole number; 0 for anything else."""
    return raw if type(raw) is int else 0
