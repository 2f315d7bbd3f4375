"""Validation of single rows of a schema, for the `clean` of their models."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from functools import partial
from math import isfinite
from typing import Any, Final

from django.core.exceptions import ValidationError

from chat_api.engine.expressions import ExpressionError, parse
from chat_api.engine.expressions.language import parse_typed
from chat_api.engine.script import END, QuestionType
from chat_api.lib.db.storable import DOCUMENT_DEPTH_MAX, DOCUMENT_NODES_MAX, json_problem
from chat_api.lib.languages import translation_errors
from chat_api.schemas import rule_validation

#: The columns of the questionnaire language that are texts or expressions; an empty one is stored as null.
_QUESTION_TEXTS: Final = ("name", "hint", "show_if", "skip", "default", "calculate", "required_message")
_GROUP_TEXTS: Final = ("key", "show_if", "text", "layout")
_ANSWER_TEXTS: Final = ("show_if",)


def clean_schema(schema: Any) -> None:
    """Raise `ValidationError` with all errors of the schema's own columns, by field."""
    errors: dict[str, list[str]] = {}
    _collect(errors, "name_i18n", translation_errors(schema.name_i18n))
    _collect_json(errors, schema, "scores", rule_validation.score_errors)
    _collect_json(errors, schema, "flags", rule_validation.flag_errors)
    if errors:
        raise ValidationError(errors)


def clean_group(group: Any, *, names: Collection[str] | None = None) -> None:
    """Raise `ValidationError` with all errors of the group, by field; `names` as for `clean_question`."""
    errors: dict[str, list[str]] = {}
    _empty_to_null(group, _GROUP_TEXTS)
    for column in ("name_i18n", "text_i18n"):
        _collect(errors, column, translation_errors(getattr(group, column)))
    _collect_name(errors, group, "key", names)
    _collect_expressions(errors, group, "show_if")
    _collect_json(errors, group, "repeat", rule_validation.repeat_errors)
    if group.repeat is not None and group.key is None:
        _collect(errors, "key", ["Enter a key: expressions call a repeated group by it."])
    if errors:
        raise ValidationError(errors)


def clean_question(
    question: Any, *, names: Collection[str] | None = None, is_typed: bool | None = None
) -> None:
    """Raise `ValidationError` with all errors of the question, by field.

    `names` are those of the other questions, and the keys of groups; `is_typed` is whether some question of the schema
    has a name, so that all expressions can use the questionnaire language. Both are looked up unless they are given,
    and only where they matter.
    """
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
    _empty_to_null(question, _QUESTION_TEXTS)
    typed = partial(_is_typed, question, is_typed)
    # Forms send null for an empty list.
    question.forking_rules = question.forking_rules or []
    if is_fork and not question.forking_rules:
        errors["forking_rules"] = ["Enter at least one rule for the fork."]
    elif not is_fork and question.forking_rules:
        errors["forking_rules"] = ["Only forks can have rules."]
    elif is_fork:
        _collect(errors, "forking_rules", rule_errors(question.forking_rules, typed))
    _collect(errors, "variable_modifications", modification_errors(question.variable_modifications, typed))
    _collect(errors, "meta", json_errors(question.meta))
    _collect_language(errors, question, names)
    if question.group is not None and question.group.schema_id != question.schema_id:
        errors["group"] = ["Choose a group of the same schema."]
    if errors:
        raise ValidationError(errors)


def _collect_language(errors: dict[str, list[str]], question: Any, names: Collection[str] | None) -> None:
    """Collect the errors of the columns of the questionnaire language, and of the translations."""
    for column in ("text_i18n", "hint_i18n", "skip_i18n", "required_message_i18n"):
        _collect(errors, column, translation_errors(getattr(question, column)))
    _collect_name(errors, question, "name", names)
    _collect_expressions(errors, question, "show_if", "default", "calculate")
    _collect_json(errors, question, "limits", rule_validation.limit_errors)
    _collect_json(errors, question, "constraints", rule_validation.constraint_errors)
    if question.type == QuestionType.CALCULATION and question.calculate is None:
        _collect(errors, "calculate", ["Enter the expression of the calculation."])


def clean_answer(answer: Any, *, qids: Collection[int] | None = None, is_typed: bool | None = None) -> None:
    """Raise `ValidationError` with all errors of the answer, by field.

    `qids` are those of its schema, if the caller knows them; else one query looks up `next_qid`. While its question has
    no schema, which is an error of the question, `next_qid` is not checked. `is_typed` as for `clean_question`.
    """
    errors: dict[str, list[str]] = {}
    _empty_to_null(answer, _ANSWER_TEXTS)
    typed = partial(_is_typed, getattr(answer, "question", None), is_typed)
    if answer.next_qid not in (None, END) and not _next_question_exists(answer, qids):
        errors["next_qid"] = [f"The schema has no question with QID {answer.next_qid}."]
    _collect(errors, "meta", json_errors(answer.meta))
    _collect(errors, "text_i18n", translation_errors(answer.text_i18n))
    _collect(errors, "variable_modifications", modification_errors(answer.variable_modifications, typed))
    _collect_expressions(errors, answer, "show_if")
    _collect_json(errors, answer, "value", rule_validation.value_errors)
    if answer.weight is not None and not isfinite(answer.weight):
        _collect(errors, "weight", ["Enter a finite number."])
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


def rule_errors(raw: Any, typed: Callable[[], bool]) -> list[str]:
    """Return the errors of a list of `[qid, condition]` pairs of expressions.

    `typed` returns whether they can use the questionnaire language; it is only called if one does.
    """
    return _pair_errors(raw, "rule", "[qid, condition]", (0, 1), typed)


def modification_errors(raw: Any, typed: Callable[[], bool]) -> list[str]:
    """Return the errors of a list of `[variable, expression]` pairs; `typed` as for `rule_errors`."""
    errors = _pair_errors(raw, "modification", "[variable, expression]", (1,), typed)
    if not errors:
        errors = [f"{name!r} is not a valid variable name." for name, _ in raw if not name.isidentifier()]
    return errors


def _pair_errors(
    raw: Any, noun: str, shape: str, expressions: tuple[int, ...], typed: Callable[[], bool]
) -> list[str]:
    if not isinstance(raw, list):
        return [f"Enter a list of {shape} pairs."]
    errors = []
    for number, pair in enumerate(raw, start=1):
        if not (isinstance(pair, list) and len(pair) == 2 and all(isinstance(item, str) for item in pair)):
            errors.append(f"{noun.capitalize()} {number} is not a {shape} pair of texts.")
            continue
        for index in expressions:
            reason = _reason(pair[index], typed)
            if reason is not None:
                errors.append(f"{noun.capitalize()} {number}, {pair[index]!r}: {reason}")
    return errors


def _reason(source: str, typed: Callable[[], bool]) -> ExpressionError | None:
    """Return why this is not an expression."""
    try:
        parse(source)
    except ExpressionError as error:
        try:
            parse_typed(source)
        except ExpressionError as typed_error:
            return typed_error if typed() else error
        return None if typed() else error
    return None


def _is_typed(question: Any, known: bool | None) -> bool:
    """Return whether some question of the schema has a name."""
    if known is not None:
        return known
    if getattr(question, "name", None):
        return True
    schema = getattr(question, "schema", None)
    return schema is not None and bool(schema.questions.filter(name__isnull=False).exists())


def _empty_to_null(row: Any, columns: Iterable[str]) -> None:
    """Set empty columns to null, as forms send them."""
    for column in columns:
        if not (getattr(row, column) or "").strip():
            setattr(row, column, None)


def _collect_name(errors: dict[str, list[str]], row: Any, column: str, names: Collection[str] | None) -> None:
    """Collect the errors of the name of a question, or of the key of a group."""
    name = getattr(row, column)
    if name is None:
        return
    found = rule_validation.name_errors(name)
    if not found and (name in names if names is not None else _is_taken(row, name)):
        found = [f"{name!r} is the name of another question or the key of another group."]
    _collect(errors, column, found)


def _is_taken(row: Any, name: str) -> bool:
    schema = getattr(row, "schema", None)
    if schema is None or schema.pk is None:
        return False
    for rows in (schema.questions.filter(name=name), schema.groups.filter(key=name)):
        others = rows.exclude(pk=row.pk) if isinstance(row, rows.model) else rows
        if others.exists():
            return True
    return False


def _collect_expressions(errors: dict[str, list[str]], row: Any, *columns: str) -> None:
    for column in columns:
        source = getattr(row, column)
        if source is not None:
            _collect(errors, column, rule_validation.expression_errors(source))


def _collect_json(
    errors: dict[str, list[str]], row: Any, column: str, check: Callable[[Any], list[str]]
) -> None:
    """Collect the errors of a JSON column: first those of its size, then those of its content."""
    value = getattr(row, column)
    if value is not None:
        _collect(errors, column, json_errors(value) or check(value))


def _collect(errors: dict[str, list[str]], field: str, found: list[str]) -> None:
    if found:
        errors.setdefault(field, []).extend(found)
