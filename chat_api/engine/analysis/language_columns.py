"""Checks of names, limits and repeats, apart from the expressions in them."""

from __future__ import annotations

import keyword
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC
from typing import Final

from chat_api.engine.analysis.style_warnings import Row
from chat_api.engine.analysis.typed_names import short
from chat_api.engine.analysis.typed_questions import answered_range
from chat_api.engine.expressions.language import WORDS
from chat_api.engine.expressions.values import Kind
from chat_api.engine.logic import Logic
from chat_api.engine.numbers import is_number
from chat_api.engine.question_types.limit_checks import is_less, iso_value
from chat_api.engine.question_types.registry import question_type
from chat_api.engine.repeats import repeated_groups
from chat_api.engine.script import Group, Question, QuestionType, Script
from chat_api.engine.script_source import RawGroup, RawQuestion
from chat_api.engine.templates import DEFAULT_ROOTS

_ROOTS: Final = DEFAULT_ROOTS | {"scores", "bands"}
_QID: Final = re.compile(r"q[0-9]+")
_BY_DATE: Final = frozenset({Kind.DATE, Kind.TIME, Kind.DATETIME})
_COUNTS: Final = (("min_length", "max_length"), ("min_selected", "max_selected"))


def check_names(raws: Sequence[RawQuestion], groups: Sequence[RawGroup], logic: Logic) -> Iterator[Row]:
    """Yield the errors of names of questions and keys of groups, and of variables that are called like a question."""
    owners: dict[str, int | None] = {}
    for raw in raws:
        if raw.name is not None:
            owners.setdefault(raw.name, raw.qid)
    times = Counter(raw.name for raw in raws if raw.name is not None)
    for group in groups:
        if group.key is not None:
            owners.setdefault(group.key, None)
            times[group.key] += 1
    for name, qid in owners.items():
        if times[name] > 1:
            text = f'{times[name]} questions or groups are called "{short(name)}".'
            yield (
                "duplicate_name",
                qid,
                text,
                "Enter a different name for each; expressions read by it.",
                "error",
            )
        problem = _problem(name, logic.context_roots or frozenset())
        if problem:
            text = f'"{short(name)}" cannot be a name: {problem}.'
            yield "bad_name", qid, text, "Choose another name.", "error"
    yield from _variables(logic)


def _problem(name: str, context_roots: frozenset[str]) -> str:
    if not name.isidentifier() or not name.isascii():
        return "it is not made of ASCII letters, digits and underscores, or begins with a digit"
    if _QID.fullmatch(name):
        return "it stands for a question by its QID"
    if name in _ROOTS | context_roots:
        return "it stands for something else in texts and expressions"
    return "it is a word of the language" if name in WORDS or keyword.iskeyword(name) else ""


def _variables(logic: Logic) -> Iterator[Row]:
    clashing = logic.variables & logic.index_by_name.keys()
    for question in logic.script.questions if clashing else ():
        modifications = [*question.modifications, *(m for a in question.answers for m in a.modifications)]
        for name in dict.fromkeys(each.name for each in modifications if each.name in clashing):
            other = logic.script.questions[logic.index_by_name[name]].qid
            text = f'Question with QID {question.qid} sets "{name}", which is the name of question with QID {other}.'
            hint = "Rename the variable or the question; expressions read only the answer."
            yield "name_conflict", question.qid, text, hint, "error"


def check_limits(script: Script) -> Iterator[Row]:
    """Yield a warning for each plain limit of another kind than the question, and for limits that exclude all."""
    for question in script.questions:
        limits = question.limits or {}
        kind = question_type(question.type)
        is_by_date = kind.kind in _BY_DATE
        misfit = False
        for name in ("min", "max"):
            value = limits.get(name)
            if value is None or name not in kind.limits:
                continue
            is_date = isinstance(value, str) and iso_value(value) is not None
            if (is_by_date and is_number(value)) or (not is_by_date and is_date):
                misfit = True
                text = f"The limit {name} of question with QID {question.qid} is not a {kind.kind}."
                yield "wrong_kind", question.qid, text, "The limit never applies. Change it.", "warning"
        if not misfit and _excludes_all(question):
            text = f"No answer to question with QID {question.qid} is within its limits."
            yield (
                "empty_limits",
                question.qid,
                text,
                "Enter limits that leave something between them.",
                "warning",
            )


def _excludes_all(question: Question) -> bool:
    limits, taken = question.limits or {}, question_type(question.type).limits
    for lower, upper in _COUNTS:
        least, most = limits.get(lower), limits.get(upper)
        if lower in taken and is_number(least) and is_number(most) and least > most >= 0:
            return True
    needed = limits.get("min_selected")
    if "min_selected" in taken and is_number(needed) and needed > _selectable(question):
        return True
    if _is_backwards(limits, question_type(question.type).kind):
        return True
    is_number_question = question.type in (QuestionType.INT, QuestionType.FLOAT, QuestionType.RANGE)
    # A range with its ends in the wrong order is reported already.
    is_limited = any(limits.get(name) is not None for name in ("min", "max"))
    return is_number_question and is_limited and answered_range(question).never_has_value


def _selectable(question: Question) -> int:
    """Return how many answers can be chosen together."""
    together = sum(not answer.exclusive for answer in question.answers)
    return max(together, 1 if question.answers else 0)


def _is_backwards(limits: Mapping[str, object], kind: Kind | None) -> bool:
    """Return whether no date or time is between `min` and `max`, and none is accepted beside them."""
    least, most = limits.get("min"), limits.get("max")
    if kind not in _BY_DATE or not isinstance(least, str) or not isinstance(most, str) or limits.get("also"):
        return False
    start, end = iso_value(least), iso_value(most)
    try:
        return start is not None and end is not None and is_less(end, start, lambda: UTC)
    except TypeError:
        return False


def check_repeats(script: Script) -> Iterator[Row]:
    """Yield a warning for each repeated group that cannot be repeated as it says."""
    for group in script.groups:
        if group.repeat is not None:
            yield from _repeat(script, group)


def _repeat(script: Script, group: Group) -> Iterator[Row]:
    indexes = [index for index, question in enumerate(script.questions) if question.group_id == group.id]
    name = f'The repeated group "{group.key}"'
    if not indexes:
        return
    qid = script.questions[indexes[0]].qid
    if indexes[-1] - indexes[0] + 1 > len(indexes):
        text = f"{name} is not contiguous: other questions stand among its own."
        yield "bad_repeat", qid, text, "Move the questions of the group together.", "warning"
    part = repeated_groups(script).get(group.id)
    if part is not None and group.repeat is not None:
        wanted = max(group.repeat.min, group.repeat.max or 0)
        if wanted > part.most:
            text = f"{name} is asked at most {part.most} times, not {wanted} times."
            hint = f"Enter at most {part.most}; groups with many questions have fewer rounds."
            yield "bad_repeat", qid, text, hint, "warning"
    if group.repeat is None or group.repeat.add is None:
        return
    add = script.questions_by_qid.get(group.repeat.add)
    if add is None or add.group_id != group.id:
        text = (
            f"{name} is repeated by question with QID {group.repeat.add}, which is not one of its questions."
        )
        yield "bad_repeat", qid, text, "Enter the QID of a choice in the group.", "warning"
    elif add.type != QuestionType.CHOICE or all(answer.value is not True for answer in add.answers):
        text = f"{name} is repeated by question with QID {add.qid}, which has no answer with the value true."
        hint = "Use a choice with an answer whose value is true; now the group is never repeated."
        yield "bad_repeat", add.qid, text, hint, "warning"
