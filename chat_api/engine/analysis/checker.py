"""The checker: finds errors in the questions of a schema before it is published."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from chat_api.engine.analysis.combinations import Combinations
from chat_api.engine.analysis.language_checks import Language
from chat_api.engine.analysis.question_checks import check_questions
from chat_api.engine.analysis.reachability import (
    Exits,
    Loop,
    all_exits,
    endless_loops,
    path_text,
    reachable,
    silent_loops,
    targets_of,
)
from chat_api.engine.analysis.text_checks import TextNames
from chat_api.engine.analysis.variable_values import EVALUATIONS_MAX, VariableValues
from chat_api.engine.script import QuestionType, Script
from chat_api.engine.script_source import NO_RULES, RawGroup, RawQuestion, RawRules, script_of
from chat_api.engine.templates import DEFAULT_ROOTS


class Severity(StrEnum):
    """Errors prevent a schema from being published, warnings do not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """An issue of the question with `qid` (None: of the whole schema); `hint` says how to fix it."""

    code: str
    qid: int | None
    text: str
    hint: str
    severity: Severity = Severity.ERROR


def check(
    questions: Iterable[RawQuestion],
    groups: Iterable[RawGroup] = (),
    rules: RawRules = NO_RULES,
    *,
    roots: Collection[str] | None = DEFAULT_ROOTS,
    context_roots: Collection[str] | None = (),
) -> list[Finding]:
    """Return the findings about a schema, by the position of questions; errors prevent publishing.

    `roots` are the first names that are available in texts, `context_roots` those of what the host knows of a person in
    expressions (None: any, because the host adds some). Errors are certain: a question or condition is reported as
    unreachable only if no path leads to it. Where that is undecided, a warning says so. Takes time about linear in the
    size of the schema.
    """
    raws = sorted(questions, key=lambda raw: (raw.position, raw.id))
    if not raws:
        return [Finding("empty_schema", None, "The schema has no questions.", "Add a question.")]
    raw_groups = list(groups)
    script = script_of(raws, raw_groups, rules)
    language = Language.of(script, raws, raw_groups, context_roots)
    values = language.values
    exits = all_exits(script, values)
    texts = TextNames(
        script, values.names, roots, language.typed is not None, language.scores, language.names
    )
    findings = [
        Finding(code, qid, text, hint, Severity(severity))
        for code, qid, text, hint, severity in chain(
            check_questions(raws, values, texts, is_typed=script.is_typed),
            *map(texts.of_group, raw_groups),
            language.findings(exits),
        )
    ]
    findings += _missing_targets(script, exits)
    findings += _unreachable_rules(script, exits, values)
    findings += _impossible_rules(script, exits, values)
    findings += _unreachable_questions(script, exits)
    findings += [_silent_loop(loop) for loop in silent_loops(script, exits)]
    findings += _endless_loops(script, exits)
    index_by_qid = {raw.qid: index for index, raw in reversed(list(enumerate(raws)))}
    findings.sort(
        key=lambda finding: -1 if finding.qid is None else index_by_qid.get(finding.qid, len(index_by_qid))
    )
    if values.is_exhausted:
        findings.insert(0, _limit_reached())
    return findings


def has_errors(findings: Iterable[Finding]) -> bool:
    """Return whether any finding prevents the schema from being published."""
    return any(finding.severity == Severity.ERROR for finding in findings)


def _missing_targets(script: Script, exits: dict[int, Exits]) -> Iterable[Finding]:
    for index, question in enumerate(script.questions):
        exit_ = exits[index]
        for qid in sorted(exit_.stated.union(exit_.qids)):
            if script.questions_by_qid.get(qid) is None:
                yield Finding(
                    "missing_question",
                    question.qid,
                    f"Question with QID {qid} does not exists.",
                    f"Question {question.qid} leads to it. Add it, or change the next question; -1 ends the script.",
                    Severity.ERROR if qid in exit_.stated else Severity.WARNING,
                )
        for target in dict.fromkeys(rule.target for rule in exit_.undecided):
            yield Finding(
                "undecided_target",
                question.qid,
                f'The target "{target}" in fork with QID {question.qid} depends on variables.',
                "The questions it leads to were not checked. Use a plain QID to have them checked.",
                Severity.WARNING,
            )


def _unreachable_rules(script: Script, exits: dict[int, Exits], values: VariableValues) -> Iterable[Finding]:
    """Yield an error where the rule is the only way to a question; else a warning, since the script works."""
    lost = _lost(script, exits)
    for index, question in enumerate(script.questions):
        for rule in exits[index].never_chosen:
            targets = {script.index_by_qid.get(qid) for qid in targets_of(rule, question, values)}
            yield Finding(
                "unreachable_condition",
                question.qid,
                f'Unreachable condition "{rule.condition}" in fork with QID {question.qid}',
                "It is never true, or an earlier rule always applies. Change or delete it.",
                Severity.WARNING if lost.isdisjoint(targets) else Severity.ERROR,
            )


def _lost(script: Script, exits: dict[int, Exits]) -> set[int | None]:
    """Return the indexes of the questions that nothing reaches, not even starting at a group."""
    if not script.questions:
        return set()
    found = reachable(script, exits, [0, *_group_starts(script).values()])
    return {index for index in range(len(script.questions)) if index not in found}


def _impossible_rules(script: Script, exits: dict[int, Exits], values: VariableValues) -> Iterable[Finding]:
    """Yield warnings, not errors: a front end that asks the questions in another order may satisfy the conditions."""
    if values.is_exhausted:
        return
    combinations = Combinations.of(script, exits, values)
    for index, question in enumerate(script.questions):
        if question.type != QuestionType.FORK:
            continue
        reported = {id(rule) for rule in exits[index].never_chosen}
        rest = [rule for rule in question.rules if id(rule) not in reported]
        for rule in combinations.impossible_rules(question, rest):
            yield Finding(
                "unreachable_condition",
                question.qid,
                f'Unreachable condition "{rule.condition}" in fork with QID {question.qid}',
                "No combination of answers makes it true. Change or delete it.",
                Severity.WARNING,
            )


def _unreachable_questions(script: Script, exits: dict[int, Exits]) -> Iterable[Finding]:
    """Yield a warning where starting at a group reaches the question, since that may be intended; else an error."""
    if not script.questions:
        return
    found = reachable(script, exits, [0])
    by_group = reachable(script, exits, _group_starts(script).values())
    for index, question in enumerate(script.questions):
        if index in found or script.questions_by_qid.get(question.qid) is not question:
            continue
        in_group = index in by_group
        yield Finding(
            "unreachable_question",
            question.qid,
            f"No path to question with QID {question.qid}.",
            "It is reached only by starting at its group. Link to it from another question if it should be asked."
            if in_group
            else "Link to it from another question, or delete it.",
            Severity.WARNING if in_group else Severity.ERROR,
        )


def _group_starts(script: Script) -> dict[int, int]:
    """Return the index of the first question of each group, by group id."""
    starts: dict[int, int] = {}
    for index, question in enumerate(script.questions):
        if question.group_id is not None:
            starts.setdefault(question.group_id, index)
    return starts


def _endless_loops(script: Script, exits: dict[int, Exits]) -> Iterable[Finding]:
    """Yield a warning for each endless cycle of questions; unreachable ones are reported as unreachable only."""
    found = reachable(script, exits, [0, *_group_starts(script).values()]) if script.questions else set()
    for loop in endless_loops(script, exits):
        if script.index_by_qid[loop.path[0]] in found:
            yield Finding(
                "endless_questions",
                loop.path[0],
                f"Infinite loop detected. Path: {path_text(loop.path)}",
                "These questions repeat forever. Set the next question of one of them to -1 if the script should end.",
                Severity.WARNING,
            )


def _silent_loop(loop: Loop) -> Finding:
    path = path_text(loop.path)
    if loop.certain:
        return Finding(
            "infinite_loop",
            loop.path[0],
            f"Infinite loop detected. Path: {path}",
            "The loop asks nothing and has no exit. Add a question or an exit.",
        )
    return Finding(
        "undecided_loop",
        loop.path[0],
        f"Possible infinite loop. Path: {path}",
        "The loop asks nothing, and its conditions may never lead out of it. Add a question if they do not.",
        Severity.WARNING,
    )


def _limit_reached() -> Finding:
    return Finding(
        "bound_met",
        None,
        f"Not all expressions were checked: that takes more than {EVALUATIONS_MAX} evaluations.",
        "Some issues may be missing. Use fewer or simpler expressions to have all of them checked.",
        Severity.WARNING,
    )
