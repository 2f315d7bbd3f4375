"""Real questionnaires, loaded from `../shared/data` beside the checkout, where texts of others stay."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.factories import published_schema

if TYPE_CHECKING:
    from chat_api.schemas.models import Schema

DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"


def questionnaire(name: str) -> dict[str, Any]:
    """Return the questionnaire `phq9` or `gad7`; skip the test if the data is not beside the checkout."""
    path = DATA / f"{name}.json"
    if not path.exists():
        pytest.skip(f"needs {name}.json in ../shared/data: real questionnaires are not part of the project")
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


def scored_items(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the items that count towards the total: those with the shared options."""
    return [item for item in document["items"] if item["own_options"] is None]


def questions_of(document: dict[str, Any], language: str = "en") -> list[dict[str, Any]]:
    """Return the questions for `published_schema`, in `language` and with translations.

    Each scored item (qids from 1) adds the value of the chosen option to `score`. If an unscored item follows,
    a fork leads to it only if `score` is above 0; the fork has the qid after that of the last scored item, and
    the unscored item the next one.
    """
    scored = scored_items(document)
    last = len(scored)
    unscored = [item for item in document["items"] if item["own_options"] is not None]
    questions = []
    for qid, item in enumerate(scored, start=1):
        after = qid + 1 if qid < last or unscored else -1
        offered = [
            {
                **in_all(option["text"], language),
                "next_qid": after,
                "variable_modifications": [["score", f"score + {option['value']}"]],
            }
            for option in document["options"]
        ]
        questions.append(_choice(qid, item["text"], offered, language))
    for item in unscored:
        fork, target = last + 1, last + 2
        rules = [[str(target), "score > 0"], ["-1", "1"]]
        questions.append({"qid": fork, "type": "fork", "text": "", "forking_rules": rules})
        offered = [
            {**in_all(choice["name"], language), "next_qid": -1} for choice in item["own_options"]["choices"]
        ]
        questions.append(_choice(target, item["text"], offered, language))
    return questions


def questionnaire_schema(document: dict[str, Any], **schema: Any) -> Schema:
    """Publish the questionnaire as a schema with the columns `schema`."""
    return published_schema(questions_of(document), **{"name": document["name"], **schema})


def in_all(texts: dict[str, str], language: str) -> dict[str, Any]:
    """Return a text in one language, and its translations into the others."""
    return {
        "text": texts[language],
        "text_i18n": {code: text for code, text in texts.items() if code != language},
    }


def _choice(qid: int, texts: dict[str, str], offered: list[dict[str, Any]], language: str) -> dict[str, Any]:
    return {"qid": qid, "type": "choice", **in_all(texts, language), "required": True, "answers": offered}
