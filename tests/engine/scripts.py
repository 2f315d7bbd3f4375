"""Scripts for the engine's tests, from the short form of the case files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from chat_api.engine.script import Script
from chat_api.engine.script_source import RawAnswer, RawQuestion, script_of

CASES = Path(__file__).parent / "cases"


def cases(name: str) -> Any:
    """Read a case file."""
    return yaml.safe_load((CASES / f"{name}.yaml").read_text(encoding="utf-8"))


def raw_question(place: int, described: dict[str, Any]) -> RawQuestion:
    """Build a question: `next`, `mods`, `rules` are short names; it is a text question where it says nothing.

    Ids are 100 more than the place; the answers of a question with id 107 have 1071, 1072, … where not given.
    """
    known = dict(described)
    question_id = known.pop("id", 100 + place)
    answers = tuple(
        RawAnswer(
            id=answer.get("id", question_id * 10 + number),
            position=number,
            text=answer.get("text", f"A{number}"),
            next_qid=answer.get("next"),
            variable_modifications=answer.get("mods", []),
            exclusive=answer.get("exclusive", False),
        )
        for number, answer in enumerate(known.pop("answers", ()), start=1)
    )
    return RawQuestion(
        id=question_id,
        qid=known.pop("qid", place),
        position=known.pop("position", place),
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
    """Build questions; each without a qid or position has its place in the list, from 1."""
    return [raw_question(place, question) for place, question in enumerate(described, start=1)]


def script(described: list[dict[str, Any]]) -> Script:
    """Build a script of such questions."""
    return script_of(raw_questions(described))
