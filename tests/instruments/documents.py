"""The instruments as published schemas."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from chat_api.schemas.models import Question, Schema
from chat_api.schemas.portability.load import load
from tests.questionnaires import questionnaire
from tests.raised_flags import phq9

FORMS = Path(__file__).parent
#: From, to and label of each band of the GAD-7 (Spitzer, Kroenke, Williams, Löwe 2006).
GAD7_BANDS = [(0, 4, "minimal"), (5, 9, "mild"), (10, 14, "moderate"), (15, 21, "severe")]


def published(name: str, folder: Path) -> Schema:
    """Load the instrument through the same door as an author, with the checker; `folder` is for temporary files."""
    path = FORMS / f"{name}.yaml"
    if not path.exists():
        path = folder / f"{name}.json"
        path.write_text(json.dumps(_questionnaire(name)))
    return load([path], using="default", publish=True).schemas[0]


def questions_of(schema: Schema) -> dict[int, Question]:
    """Return the questions with their answers, by id."""
    return {row.pk: row for row in schema.questions.prefetch_related("answers")}


def _questionnaire(name: str) -> dict[str, Any]:
    if name == "gad7":
        return phq9.scored(name, "survey", GAD7_BANDS)
    document = phq9.document("survey")
    last = questionnaire(name)["items"][-1]
    names = [question["name"] for question in document["questions"]]
    document["questions"].append(
        {
            "qid": len(names) + 1,
            "type": "choice",
            "name": last["id"],
            "text": last["text"]["en"],
            "show_if": f"sum({', '.join(names)}) > 0",
            "answers": [
                {"text": choice["name"]["en"], "value": choice["value"]}
                for choice in last["own_options"]["choices"]
            ],
        }
    )
    return document
