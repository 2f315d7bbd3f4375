"""Finding out what is wrong with a script before anybody talks to it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from chat_api.engine.analysis import question_checks
from chat_api.engine.analysis.combinations import Combinations
from chat_api.engine.analysis.reachability import Exits, Loop, endless, exits_of, loops, reachable
from chat_api.engine.analysis.variable_values import WORK_MAX, Effects
from chat_api.engine.script import Modification, QuestionType, Script
from chat_api.engine.script_source import RawQuestion, script_of
from chat_api.engine.templates import DEFAULT_ROOTS

#: A longer way round is shown by its beginning.
_PATH_SHOWN: Final = 20
_ARROW: Final = " -> "


class Severity(StrEnum):
    """Whether a finding keeps a schema from being published."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong, or undecided, at the question with `qid` (None: about the whole schema)."""

    code: str
    qid: int | None
    text: str
    hint: str
    severity: Severity = Severity.ERROR


def check(
    questions: Iterable[RawQuestion], *, roots: Collection[str] | None = DEFAULT_ROOTS
) -> list[Finding]:
    """Give all that is wrong with a schema's questions, by position; errors keep it from being published.

    `roots` are the first names that texts may speak of (None: any, as the host provides more). What is called
    an error is certain. A question or condition is only called unreachable if nothing can lead there; what
    could not be decided is said, as a warning. Takes time about linear in the schema's size.
    """
    raws = sorted(questions, key=lambda raw: (raw.position, raw.id))
    if not raws:
        return [Finding("empty_schema", None, "The schema has no questions.", "Add a question.")]
    script = script_of(raws)
    effects = Effects.of(_modifications(script))
    exits = {place: exits_of(question, effects) for place, question in enumerate(script.questions)}
    findings = [
        Finding(code, qid, text, hint, Severity(severity))
        for code, qid, text, hint, severity in question_checks.inspect(raws, effects, roots)
    ]
    findings += _references(script, exits)
    findings += _conditions(script, exits)
    findings += _combinations(script, exits, effects)
    findings += _unreached(script, exits)
    findings += [_loop_finding(loop) for loop in loops(script, exits)]
    findings += _endless(script, exits)
    places = {raw.qid: place for place, raw in reversed(list(enumerate(raws)))}
    findings.sort(key=lambda finding: -1 if finding.qid is None else places.get(finding.qid, len(places)))
    if effects.is_exhausted:
        findings.insert(0, _exhausted())
    return findings


def has_errors(findings: Iterable[Finding]) -> bool:
    """Say whether these findings keep a schema from being published."""
    return any(finding.severity == Severity.ERROR for finding in findings)


def _modifications(script: Script) -> Iterable[Modification]:
    for question in script.questions:
        yield from question.modifications
        for answer in question.answers:
            yield from answer.modifications


def _references(script: Script, exits: dict[int, Exits]) -> Iterable[Finding]:
    for place, question in enumerate(script.questions):
        exit_ = exits[place]
        for qid in sorted(exit_.named.union(exit_.qids)):
            if script.by_qid(qid) is None:
                yield Finding(
                    "missing_question",
                    question.qid,
                    f"Question with QID {qid} does not exists.",
                    f"Question {question.qid} leads to it: add it, or lead elsewhere; -1 ends the script.",
                    Severity.ERROR if qid in exit_.named else Severity.WARNING,
                )
        for target in dict.fromkeys(rule.target for rule in exit_.undecided):
            yield Finding(
                "undecided_target",
                question.qid,
                f'The target "{target}" in fork with QID {question.qid} depends on variables.',
                "Which questions it can lead to was not decided; a plain qid can be checked.",
                Severity.WARNING,
            )


def _conditions(script: Script, exits: dict[int, Exits]) -> Iterable[Finding]:
    for place, question in enumerate(script.questions):
        for rule in exits[place].idle:
            yield Finding(
                "unreachable_condition",
                question.qid,
                f'Unreachable condition "{rule.condition}" in fork with QID {question.qid}',
                "A rule before it always decides, or it can never be true: change it, or take it out.",
            )


def _combinations(script: Script, exits: dict[int, Exits], effects: Effects) -> Iterable[Finding]:
    """Conditions that no combination of answers makes true; a frontend that asks in any order may do it."""
    if effects.is_exhausted:
        return
    combinations = Combinations.of(script, exits, effects)
    for place, question in enumerate(script.questions):
        if question.type != QuestionType.FORK:
            continue
        told = {id(rule) for rule in exits[place].idle}
        rest = [rule for rule in question.rules if id(rule) not in told]
        for rule in combinations.impossible(question, rest):
            yield Finding(
                "unreachable_condition",
                question.qid,
                f'Unreachable condition "{rule.condition}" in fork with QID {question.qid}',
                "No answers that can be given together make it decide: change it, or take it out.",
                Severity.WARNING,
            )


def _unreached(script: Script, exits: dict[int, Exits]) -> Iterable[Finding]:
    """Yield questions that nothing reaches; one that only a start at its group reaches is a warning, not an error."""
    if not script.questions:
        return
    found = reachable(script, exits, [0])
    by_group = reachable(script, exits, _starts(script).values())
    for place, question in enumerate(script.questions):
        if place in found or script.by_qid(question.qid) is not question:
            continue
        grouped = place in by_group
        yield Finding(
            "unreachable_question",
            question.qid,
            f"No path to question with QID {question.qid}.",
            "Only a start at its group comes to it: lead to it, if it should be asked otherwise."
            if grouped
            else "Lead to it from another question, or take it out.",
            Severity.WARNING if grouped else Severity.ERROR,
        )


def _starts(script: Script) -> dict[int, int]:
    """Return the place of the first question of each group."""
    starts: dict[int, int] = {}
    for place, question in enumerate(script.questions):
        if question.group_id is not None:
            starts.setdefault(question.group_id, place)
    return starts


def _shown(loop: Loop) -> str:
    shown = [str(qid) for qid in loop.path]
    if len(shown) > _PATH_SHOWN:
        shown = [*shown[:_PATH_SHOWN], "…", shown[-1]]
    return _ARROW.join(shown)


def _endless(script: Script, exits: dict[int, Exits]) -> Iterable[Finding]:
    """Ways round that are asked again and again; those that nothing comes to are told as that."""
    found = reachable(script, exits, [0, *_starts(script).values()]) if script.questions else set()
    for loop in endless(script, exits):
        if script.places_by_qid[loop.path[0]] in found:
            yield Finding(
                "endless_questions",
                loop.path[0],
                f"Infinite loop detected. Path: {_shown(loop)}",
                "These questions are asked again and again: lead one of them to -1, if the script is to end.",
                Severity.WARNING,
            )


def _loop_finding(loop: Loop) -> Finding:
    path = _shown(loop)
    if loop.certain:
        return Finding(
            "infinite_loop",
            loop.path[0],
            f"Infinite loop detected. Path: {path}",
            "Nothing is asked on this way, and nothing leads out of it: put a question in it, or a way out.",
        )
    return Finding(
        "undecided_loop",
        loop.path[0],
        f"Possible infinite loop. Path: {path}",
        "Nothing is asked on this way; whether its conditions always lead out of it was not decided.",
        Severity.WARNING,
    )


def _exhausted() -> Finding:
    return Finding(
        "bound_met",
        None,
        f"The expressions were not all followed: they take more than {WORK_MAX} evaluations.",
        "Conditions may be worse than reported; fewer and simpler expressions can be followed.",
        Severity.WARNING,
    )
