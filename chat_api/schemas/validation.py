"""Validation of single questions and answers, for `Question.clean` and `Answer.clean`."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError

from chat_api.engine.expressions import ExpressionError, parse
from chat_api.engine.script import END, QuestionType
from chat_api.lib.db.storable import DOCUMENT_DEPTH_MAX, DOCUMENT_NODES_MAX, json_problem
from chat_api.lib.languages import translation_errors


def clean_question(question: Any) -> None:
    """Raise `ValidationError` with all errors of the question, by field."""
    errors: dict[str, list[str]] = {}
    is_choice = question.type in question.CHOICES_TYPES
    is_fork = question.type == QuestionType.FORK
    if question.type == QuestionType.RANGE:
        for name in ("range_from", "range_to"):
            if getattr(question, name) is None:
                errors.setdefault(name, []).append("Enter both ends of the range.")
        start, end = question.range_from, question.range_to
        if start is not None and end is not None and start >= end:
            errors["range_to"] = ["Enter a number greater than the start of the range."]
    if question.choice_open and not is_choice:
        errors["choice_open"] = ["Only choices can allow a free-text answer."]
    if question.next_qid is None and not is_choice and not is_fork:
        errors["next_qid"] = ["Enter the QID of the next question; -1 ends the script."]
    # Forms send null for an empty list.
    question.forking_rules = question.forking_rules or []
    if is_fork and not question.forking_rules:
        errors["forking_rules"] = ["Enter at least one rule for the fork."]
    elif not is_fork and question.forking_rules:
        errors["forking_rules"] = ["Only forks can have rules."]
    elif is_fork:
        _collect(errors, "forking_rules", rule_errors(question.forking_rules))
    _collect(errors, "variable_modifications", modification_errors(question.variable_modifications))
    _collect(errors, "meta", json_errors(question.meta))
    _collect(errors, "text_i18n", translation_errors(question.text_i18n))
    if question.group is not None and question.group.schema_id != question.schema_id:
        errors["group"] = ["Choose a group of the same schema."]
    if errors:
        raise ValidationError(errors)


def clean_answer(answer: Any, *, qids: Collection[int] | None = None) -> None:
    """Raise `ValidationError` with all errors of the answer, by field.

    `qids` are those of its schema, if the caller knows them; else one query looks up `next_qid`. While its question has
    no schema, which is an error of the question, `next_qid` is not checked.
    """
    errors: dict[str, list[str]] = {}
    if answer.next_qid not in (None, END) and not _next_question_exists(answer, qids):
        errors["next_qid"] = [f"The schema has no question with QID {answer.next_qid}."]
    _collect(errors, "meta", json_errors(answer.meta))
    _collect(errors, "text_i18n", translation_errors(answer.text_i18n))
    _collect(errors, "variable_modifications", modification_errors(answer.variable_modifications))
    if errors:
        raise ValidationError(errors)


def clean_translations(row: Any, *names: str) -> None:
    """Raise `ValidationError` if the translations of these columns are not texts by language."""
    errors = {f"{name}_i18n": translation_errors(getattr(row, f"{name}_i18n")) for name in names}
    if any(errors.values()):
        raise ValidationError({name: found for name, found in errors.items() if found})


def _next_question_exists(answer: Any, qids: Collection[int] | None) -> bool:
    if qids is not None:
        return answer.next_qid in qids
    question = getattr(answer, "question", None)
    schema = getattr(question, "schema", None)
    # A new question is not stored yet, and its answer can lead to the question itself.
    if question is None or schema is None or answer.next_qid == question.qid:
        return True
    return bool(schema.questions.filter(qid=answer.next_qid).exists())


def json_errors(value: Any) -> list[str]:
    """Return the errors of a JSON value of a schema: content that cannot be stored, depth, size."""
    problem = json_problem(value, depth_max=DOCUMENT_DEPTH_MAX, nodes_max=DOCUMENT_NODES_MAX)
    return [] if problem is None else [problem.text]


def rule_errors(raw: Any) -> list[str]:
    """Return the errors of a list of `[qid, condition]` pairs of expressions."""
    return _pair_errors(raw, "rule", "[qid, condition]", expressions=(0, 1))


def modification_errors(raw: Any) -> list[str]:
    """Return the errors of a list of `[variable, expression]` pairs."""
    errors = _pair_errors(raw, "modification", "[variable, expression]", expressions=(1,))
    if not errors:
        errors = [f"{name!r} is not a valid variable name." for name, _ in raw if not name.isidentifier()]
    return errors


def _pair_errors(raw: Any, noun: str, shape: str, *, expressions: tuple[int, ...]) -> list[str]:
    if not isinstance(raw, list):
        return [f"Enter a list of {shape} pairs."]
    errors = []
    for number, pair in enumerate(raw, start=1):
        if not (isinstance(pair, list) and len(pair) == 2 and all(isinstance(item, str) for item in pair)):
            errors.append(f"{noun.capitalize()} {number} is not a {shape} pair of texts.")
            continue
        for index in expressions:
            try:
                parse(pair[index])
            except ExpressionError as error:
                errors.append(f"{noun.capitalize()} {number}, {pair[index]!r}: {error}")
    return errors


def _collect(errors: dict[str, list[str]], field: str, found: list[str]) -> None:
    if found:
        errors.setdefault(field, []).extend(found)
