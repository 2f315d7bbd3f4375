"""How far a conversation has come, estimated from the longest way that is left of its script."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from chat_api.engine.script import END, PASSED_TYPES, Question, Script
from chat_api.engine.walker import qid_beyond

_PREPARED = "remaining questions"


def progress_at(script: Script, question: Question) -> float:
    """Return the part of the script that lies before the question: 0 at its beginning, always less than 1.

    It never decreases on a way through a script without cycles, because the longest way that is left becomes shorter
    with each question. Shorter paths make it grow faster. A question that leads back counts once.
    """
    remaining = _remaining(script)
    left = remaining.get(question.id, 1)
    longest = max(left, remaining[script.questions[0].id] if script.questions else left, 1)
    # Rounded down, so that it stays below 1.
    return (longest - max(left, 1)) * 1000 // longest / 1000


def _remaining(script: Script) -> Mapping[int, int]:
    """Return, by question id, the number of questions on the longest way from the question to the end, with itself."""
    known = script.prepared.get(_PREPARED)
    if isinstance(known, dict):
        return known
    found: dict[int, int] = {}
    for question in script.questions:
        if question.id not in found:
            _measure(script, question, found)
    script.prepared[_PREPARED] = found
    return found


def _measure(script: Script, start: Question, found: dict[int, int]) -> None:
    """Add what can be reached from `start` to `found`, depth first; an exit that leads back is dropped."""
    way: list[tuple[Question, Iterator[Question]]] = [(start, _exits(script, start))]
    longest = {start.id: 0}
    while way:
        question, exits = way[-1]
        following = next(exits, None)
        if following is None:
            way.pop()
            found[question.id] = longest.pop(question.id) + (question.type not in PASSED_TYPES)
            if way:
                before = way[-1][0].id
                longest[before] = max(longest[before], found[question.id])
        elif following.id in found:
            longest[question.id] = max(longest[question.id], found[following.id])
        elif following.id not in longest:
            longest[following.id] = 0
            way.append((following, _exits(script, following)))


def _exits(script: Script, question: Question) -> Iterator[Question]:
    """Yield the questions that can follow, as far as they are written as numbers."""
    qids = [question.next_qid, *(answer.next_qid for answer in question.answers)]
    qids += [int(rule.target) for rule in question.rules if rule.target.isascii() and rule.target.isdigit()]
    if script.is_typed:
        qids.append(qid_beyond(script, question))
    for qid in dict.fromkeys(qids):
        if qid is not None and qid > END and qid in script.questions_by_qid:
            yield script.questions_by_qid[qid]
