"""Scripts in the short notation of the case files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from chat_api.engine.script import Script
from chat_api.engine.script_source import RawAnswer, RawGroup, RawQuestion, script_of
from chat_api.engine.survey import Answered, survey_state

CASES = Path(__file__).parent / "cases"


def cases(name: str) -> Any:
    """Load a case file."""
    return yaml.safe_load((CASES / f"{name}.yaml").read_text(encoding="utf-8"))


def raw_question(number: int, described: dict[str, Any]) -> RawQuestion:
    """Build a question from `next`, `mods`, `rules`, …; the default type is text.

    The default id is 100 + the number; the default ids of the answers to question 107 are 1071, 1072, …
    """
    known = dict(described)
    question_id = known.pop("id", 100 + number)
    answers = tuple(
        RawAnswer(
            id=answer.get("id", question_id * 10 + answer_number),
            position=answer_number,
            text=answer.get("text", f"A{answer_number}"),
            next_qid=answer.get("next"),
            variable_modifications=answer.get("mods", []),
            exclusive=answer.get("exclusive", False),
            value=answer.get("value"),
            weight=answer.get("weight"),
            show_if=answer.get("show_if"),
        )
        for answer_number, answer in enumerate(known.pop("answers", ()), start=1)
    )
    return RawQuestion(
        id=question_id,
        qid=known.pop("qid", number),
        position=known.pop("position", number),
        type=known.pop("type", "text"),
        text=known.pop("text", "Question"),
        next_qid=known.pop("next", None),
        variable_modifications=known.pop("mods", []),
        forking_rules=known.pop("rules", []),
        group_id=known.pop("group", None),
        answers=answers,
        **known,
    )


def raw_questions(described: list[dict[str, Any]]) -> list[RawQuestion]:
    """Build questions; the default qid and position are the number in the list, from 1."""
    return [raw_question(number, question) for number, question in enumerate(described, start=1)]


def script(described: list[dict[str, Any]], groups: Iterable[RawGroup] = ()) -> Script:
    """Build a script from questions in short notation."""
    return script_of(raw_questions(described), groups)


def survey_variables(script: Script, answered: Answered) -> Mapping[str, float]:
    """Return the variables set by the visible questions and the answers chosen on them."""
    state = survey_state(script, answered)
    return {} if state is None else state.variables
