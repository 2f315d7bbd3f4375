"""The meaning of findings for authors who do not program, by code, in the language of the admin.

The texts of the checker name expressions, columns and QIDs; they follow as details.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chat_api.engine.analysis.checker import Finding

_WAY: Final[Mapping[str, Promise]] = {
    "empty_schema": _("The script has no questions yet."),
    "too_many_questions": _("The script has more questions than this site allows."),
    "missing_question": _("Something leads to a question that does not exist. Choose another target."),
    "unreachable_question": _("No way leads to this question: nobody will be asked it."),
    "unreachable_condition": _("This rule or condition never applies. Finish it, move it up, or remove it."),
    "dead_end": _("The script does not continue after this question. Choose what comes next."),
    "empty_choice": _("This question has no answers to choose from. Add one."),
    "empty_fork": _("This fork has no rules. Add one."),
    "infinite_loop": _("The script goes in circles here without asking anything. Lead one part elsewhere."),
    "endless_questions": _("The script can go in circles here and never end. Lead one part elsewhere."),
    "undecided_target": _("Where this leads depends on what is computed, and could not be checked."),
    "undecided_loop": _("Whether the script goes in circles here could not be checked."),
    "bound_met": _("The script has too many branches to check all of them."),
    "circle": _("Two questions need each other's answers. Change one of their conditions or calculations."),
    "outside_repeat": _("An answer of repeated questions is read outside their rounds, where it is a list."),
    "bad_repeat": _("The rounds of this group do not work as they are set."),
}

_ANSWERS: Final[Mapping[str, Promise]] = {
    "bad_range": _("The range needs two ends, the lower one first."),
    "empty_limits": _("No answer is within these limits."),
    "false_constraint": _("No answer passes this check."),
    "never_true": _("This condition is never met."),
    "refused_default": _("The suggested answer is not one that the question accepts."),
    "wrong_kind": _("A value is of another kind than needed here, for example a text instead of a number."),
    "equal_answers": _("Two answers are the same: nobody can distinguish them. Change one."),
    "empty_text": _("A text is missing."),
    "missing_translation": _("A translation is missing. The part Translations lists all of them."),
    "unused_column": _("Something is set that this type of question does not use."),
    "no_weights": _("The score counts a question whose answers have no points."),
    "overlapping_bands": _("Two bands overlap: the numbers in both belong to the second one."),
    "band_gap": _("Between two bands there is a gap: the numbers in it belong to the first one."),
}

_NAMES: Final[Mapping[str, Promise]] = {
    "bad_expression": _("An expression is not written correctly."),
    "failing_expression": _("An expression always fails."),
    "division_by_zero": _("An expression can divide by zero."),
    "kind_mismatch": _("An expression mixes numbers, texts or dates."),
    "unknown_function": _("An expression has a function that does not exist."),
    "unknown_name": _("An answer or a score is read here that does not exist."),
    "unknown_variable": _("A variable is read here that is set nowhere."),
    "bad_placeholder": _("A placeholder in a text is not written correctly."),
    "bad_modification": _("What a variable is set to is not written correctly."),
    "bad_rule": _("A rule is not written correctly."),
    "bad_name": _("This name is a word of expressions. Choose another one."),
    "name_conflict": _("A variable has the name of a question. Choose another one."),
    "duplicate_name": _("Two questions, groups or scores have the same name. Change one."),
    "duplicate_qid": _("Two questions have the same number. Change one."),
    "duplicate_position": _("Two questions have the same position. Change one."),
    "bad_qid": _("The number of this question is below 0."),
    "unknown_type": _("This site has no such type of questions."),
    "unknown_attachment_type": _("This site has no such type of attachments."),
}

#: By the code of the finding.
FINDING_TEXTS: Final[Mapping[str, Promise]] = {**_WAY, **_ANSWERS, **_NAMES}


def plain_text(finding: Finding) -> str:
    """Return what a finding means to authors, in the active language; empty for one of a host's checks."""
    return str(FINDING_TEXTS.get(finding.code, ""))


def shown_findings(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Return what pages show of findings: the plain text where there is one, and the checker's own as details."""
    return [
        {
            "qid": each.qid,
            "severity": each.severity.value,
            "plain": plain_text(each),
            "text": f"{each.text} {each.hint}",
            "code": each.code,
        }
        for each in findings
    ]
