"""Findings about the placeholders in texts of scripts with names and repeated groups."""

from __future__ import annotations

from typing import Any

import pytest

from chat_api.engine.analysis.checker import Severity, check
from chat_api.engine.script_source import RawGroup
from tests.engine.scripts import raw_questions

pytestmark = pytest.mark.sqlite_only


def found(
    outside: str = "", inside: str = "", *, roots: Any = frozenset({"user"}), **group: Any
) -> list[Any]:
    """Return code, qid, text and hint of the findings about texts in and after a repeated group."""
    script = raw_questions(
        [
            {"type": "int", "name": "number", "next": 2},
            {"type": "int", "name": "dose", "group": 1, "text": inside or "Dose?", "next": 3},
            {"group": 1, "next": 4},
            {"text": outside or "Rest?", "next": -1},
        ]
    )
    groups = [RawGroup(**{"id": 1, "position": 1, "key": "meds", "repeat": {"min": 1}, **group})]
    findings = check(script, groups, roots=roots)
    assert all(each.severity == Severity.WARNING for each in findings)
    return [(each.code, each.qid, each.text, each.hint) for each in findings]


NOTHING = "Correct it; now nothing is shown, or its fallback."


@pytest.mark.parametrize(
    "text",
    ["{{ answers.dose }}", "{{ index }}", "{{ answers.q2 }}", "{{ answers.q3 }}", "{{ answers.meds.dose }}"],
)
def test_a_repeated_group_reads_its_own_instance_its_place_and_its_lists(text: str) -> None:
    assert found(inside=text) == []
    assert found(texts=("{{ answers.number }}" + text,)) == []


def test_lists_can_be_read_outside_of_the_group() -> None:
    assert found("{{ answers.meds.dose }} {{ answers.number }}") == []


@pytest.mark.parametrize("name", ["dose", "q2"])
def test_a_repeated_answer_in_a_text_outside_is_a_warning_that_names_the_list(name: str) -> None:
    assert found(f"{{{{ answers.{name} }}}}") == [
        (
            "outside_repeat",
            4,
            f'"{name}" is repeated, and the text of question with QID 4 is outside of its group.',
            "Show the list of its answers, {{ answers.meds.dose }}.",
        )
    ]


def test_a_repeated_answer_without_a_name_needs_one_to_be_listed() -> None:
    ((code, _, _, hint),) = found("{{ answers.q3 }}")
    assert (code, hint) == (
        "outside_repeat",
        "Give the repeated question a name, and show the list of its answers by it.",
    )


def test_index_is_unknown_outside_of_repeated_groups() -> None:
    assert found("{{ index }}") == [
        (
            "unknown_name",
            4,
            'Unknown name "index" in the text of question with QID 4.',
            "It is the place in a repeated group, and known only there; now nothing is shown.",
        )
    ]
    assert found(inside="{{ index }}", repeat=None)[0][:2] == ("unknown_name", 2)
    # Another name of the host's.
    assert found("{{ index }}", roots=None) == found("{{ index }}", roots={"index"}) == []


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("answers.dosse", "Did you mean answers.dose?"),
        ("answers.meds.dosse", "Did you mean answers.meds.dose?"),
        ("answers.med.dose", "Did you mean answers.meds.dose?"),
        ("answers.meds.q2", "Did you mean answers.meds.dose?"),
        ("answers.meds.number", "Did you mean answers.number?"),
        ("answers.meds", "Did you mean answers.meds.dose?"),
        ("answers.meds.dose.x", "Did you mean answers.meds.dose?"),
        ("answers.zzzzzzzz", NOTHING),
        ("dose", "Did you mean answers.dose?"),
        ("meds.dose", "Did you mean answers.meds.dose?"),
        ("usr.name", NOTHING),
        ("users", "Did you mean user?"),
        ("thread.titles", "Did you mean thread.title?"),
    ],
)
def test_an_unknown_name_is_a_warning_with_the_nearest_one(name: str, hint: str) -> None:
    assert found(f"{{{{ {name} }}}}") == [
        ("unknown_name", 4, f'Unknown name "{name}" in the text of question with QID 4.', hint)
    ]


def test_texts_of_groups_are_checked_with_their_translations() -> None:
    where = "the text of the group of question with QID 2"
    assert found(texts=("Medicine {{ index }}", "{{ answers.dos }}", "{{ x() }}")) == [
        ("unknown_name", 2, f'Unknown name "answers.dos" in {where}.', "Did you mean answers.dose?"),
        (
            "bad_placeholder",
            2,
            f'Invalid placeholder "{{{{ x() }}}}" in {where}.',
            'Use {{ dotted.name }} or {{ dotted.name|fallback:"…" }}.',
        ),
    ]
