"""Checks of the expressions of a script with names: whether they can be read, fit together, and can be true."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from chat_api.engine.analysis.style_warnings import Row
from chat_api.engine.analysis.typed_names import Names, short
from chat_api.engine.analysis.typed_questions import answered_range
from chat_api.engine.analysis.typed_ranges import Range
from chat_api.engine.analysis.typed_sites import Role, Site, sites_of
from chat_api.engine.analysis.typed_values import TypedValues
from chat_api.engine.expressions import ExpressionError
from chat_api.engine.expressions.environment import Environment
from chat_api.engine.expressions.grammar import Tree
from chat_api.engine.expressions.language import FUNCTIONS, Expression, parse_typed
from chat_api.engine.expressions.text_functions import compiled_pattern
from chat_api.engine.expressions.values import Kind, Value
from chat_api.engine.question_types.base import AnswerRefused
from chat_api.engine.question_types.registry import BUILT_IN, check_reply
from chat_api.engine.script import Question
from chat_api.engine.suggestions import reply_with

_ERROR: Final = "error"
_WARNING: Final = "warning"
#: Functions that can fail by what is written in the expression itself.
_CHECKED: Final = frozenset({"matches", "date"})
_PARTS_OF_A_DATE: Final = 3
_NUMBERS: Final = frozenset({Kind.NUMBER})
_DAYS: Final = frozenset({Kind.DATE, Kind.DATETIME})
#: The roles of expressions whose value has to be a number, with what that value is.
_NUMERIC: Final = {
    Role.MODIFICATION: "A variable is always a number.",
    Role.TARGET: "The target of a rule is the QID of a question.",
    Role.SCORE: "A score is a number.",
    Role.COUNT: "How often a group is repeated is a number.",
}


def check_expressions(values: TypedValues, names: Names) -> Iterator[Row]:
    """Yield the findings about each expression, by question."""
    seen: set[tuple[int | None, Role, str]] = set()
    for site in sites_of(values.logic.script):
        key = (site.qid, site.role, site.source)
        if site.qid is None or key not in seen:
            seen.add(key)
            yield from _check(site, values, names)


def _check(site: Site, values: TypedValues, names: Names) -> Iterator[Row]:
    where = f'"{short(site.source)}" of {site.owner}'
    formula = values.logic.formula(site.source, site.question)
    try:
        tree = parse_typed(site.source) if formula.expression is None else formula.expression.tree
    except ExpressionError as error:
        yield _unreadable(where, site, str(error))
        return
    found = list(names.findings(site, tree))
    yield from found
    if formula.expression is None:
        if not any(code in _EXPLAIN for code, *_ in found):
            yield _unreadable(where, site, formula.error)
        return
    failing = _failing(where, site, formula.expression)
    if failing is not None:
        yield failing
        return
    yield from _names_of_scores(where, site, tree, values, formula.expression)
    misfits = list(_values(where, site, values, is_explained=bool(found)))
    if site.role is Role.DEFAULT and site.question is not None:
        misfits = [*_default(where, site.question, formula.expression, misfits)]
    yield from misfits


def _default(where: str, question: Question, expression: Expression, misfits: Sequence[Row]) -> Iterator[Row]:
    """Yield the findings about a default; one that reads nothing is tried as an answer, whatever the limits."""
    if expression.tree.names or expression.reads_clock or expression.scores or question.type not in BUILT_IN:
        yield from misfits
        return
    value = expression.value(Environment())
    unlimited = replace(question, limits=None, constraints=())
    try:
        if value is not None:
            check_reply(unlimited, reply_with(unlimited, value))
    except AnswerRefused:
        text = f"The value of {where} is not an answer to it."
        hint = "It is never suggested. Change the expression."
        yield from misfits or [("refused_default", question.qid, text, hint, _WARNING)]
    else:
        # A text can be a number, a date or a place.
        yield from (each for each in misfits if each[0] != "wrong_kind")


#: Findings that say already why an expression cannot be read.
_EXPLAIN: Final = frozenset({"unknown_function", "outside_repeat", "unknown_name"})


def _unreadable(where: str, site: Site, reason: str) -> Row:
    hint = "Correct it; the documentation describes the language of expressions."
    return "bad_expression", site.qid, f"Invalid expression {where}: {reason}.", hint, _ERROR


def _failing(where: str, site: Site, expression: Expression) -> Row | None:
    """Return an error about an expression that has no value: it reads nothing, or has a call that always fails."""
    tree = expression.tree
    try:
        if not (tree.names or expression.reads_clock or expression.scores):
            expression.value(Environment())
        _check_constants(tree)
    except ExpressionError as error:
        text = f"Expression {where} always fails: {error}."
        return "failing_expression", site.qid, text, "Correct it; now it is always skipped.", _ERROR
    return None


def _check_constants(tree: Tree) -> None:
    """Raise `ExpressionError` for an invalid pattern in quotes, and for a date in numbers that does not exist."""
    if tree.functions.isdisjoint(_CHECKED):
        return
    for node in ast.walk(tree.root):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        args: list[Value] = [each.value for each in node.args if isinstance(each, ast.Constant)]  # type: ignore[misc]
        if node.func.id == "date" and len(args) == len(node.args) == _PARTS_OF_A_DATE:
            FUNCTIONS["date"].call("date", Environment(), args, {})
        elif node.func.id == "matches" and isinstance(node.args[-1], ast.Name):
            pattern = tree.texts.get(node.args[-1].id)
            if pattern is not None:
                compiled_pattern(pattern)


def _names_of_scores(
    where: str, site: Site, tree: Tree, values: TypedValues, expression: Expression
) -> Iterator[Row]:
    script = values.logic.script
    known = {score.name for score in script.scores}
    for name in sorted(expression.scores - known):
        text = f'Unknown score "{short(name)}" in expression {where}.'
        yield "unknown_name", site.qid, text, "Add it to the scores; now it is always empty.", _WARNING
    if "weight" not in tree.functions:
        return
    for name in sorted(expression.questions):
        question = script.questions[values.logic.index_by_name[name]]
        if _weighs(tree, name) and values.weightless(name):
            text = f'Expression {where} weighs "{name}": no answer to question with QID {question.qid} has a weight.'
            hint = "Give its answers a weight, or a number as value; now it counts for nothing."
            yield "no_weights", site.qid, text, hint, _WARNING


def _weighs(tree: Tree, name: str) -> bool:
    return "".join(tree.source.split()).find(f"weight({name})") >= 0


def _values(where: str, site: Site, values: TypedValues, *, is_explained: bool) -> Iterator[Row]:
    """Yield the findings about what the expression gives; `is_explained` if a name in it is unknown anyway."""
    value: Range | None = None
    if site.role is Role.CONSTRAINT and site.question is not None:
        value = answered_range(site.question)
    judged = values.judged(site.source, site.question, value)
    for misfit in judged.misfits:
        text = f"Expression {where} never works: {misfit}."
        hint = "Compare and calculate with values of one kind; number(…), text(…) and date(…) convert."
        yield "kind_mismatch", site.qid, text, hint, _ERROR
    if judged.misfits:
        return
    if judged.range.divides_by_zero:
        text = f"Possible division by zero in expression {where}."
        hint = "Guard it, for example x / y if y else 0; otherwise it may be skipped."
        yield "division_by_zero", site.qid, text, hint, _WARNING
    yield from _wrong_kinds(where, site, judged.range)
    if site.role in (Role.CONDITION, Role.FLAG, Role.CONSTRAINT) and not is_explained:
        truth = values.truth(site.source, site.question, value)
        if truth is False:
            yield from _never_true(where, site, judged.range)


def _never_true(where: str, site: Site, found: Range) -> Iterator[Row]:
    if site.role is not Role.CONSTRAINT:
        hint = "Nothing that can be answered makes it true. Change or delete it."
        yield "never_true", site.qid, f"Condition {where} is never true.", hint, _WARNING
    elif not found.may_fail:
        # An expression without a value refuses nothing.
        severity = _WARNING if site.detail == "warning" else _ERROR
        text = f"Constraint {where} is always false."
        hint = "No answer is accepted. Change or delete it."
        yield "false_constraint", site.qid, text, hint, severity


def _wrong_kinds(where: str, site: Site, found: Range) -> Iterator[Row]:
    """Yield a warning for a value that is never of the kind that is needed here."""
    wanted, reason = _NUMBERS, _NUMERIC.get(site.role, "")
    if site.question is not None and site.role is Role.DEFAULT:
        wanted, reason = answered_range(site.question).families, "It is never suggested."
    elif site.question is not None and site.role is Role.LIMIT:
        families = answered_range(site.question).families
        is_bound = site.detail in ("min", "max")
        wanted = families if is_bound else _NUMBERS
        if wanted & _DAYS:
            wanted |= _DAYS
        reason = "The limit never applies."
    if reason and found.families and wanted and found.families.isdisjoint(wanted):
        kinds, needed = " or ".join(sorted(found.families)), " or ".join(sorted(wanted))
        text = f"Expression {where} gives a {kinds}, not a {needed}."
        yield "wrong_kind", site.qid, text, f"{reason} Change the expression.", _WARNING
