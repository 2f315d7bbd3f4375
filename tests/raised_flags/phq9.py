"""The PHQ-9 as a compact document with its published scoring, and a flag for thoughts of suicide."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management import call_command

from chat_api.schemas.actions import publish
from chat_api.schemas.models import Answer, Schema
from tests.questionnaires import questionnaire, scored_items

#: From, to and label of each band (Kroenke, Spitzer, Williams 2001).
BANDS = [
    (0, 4, "minimal"),
    (5, 9, "mild"),
    (10, 14, "moderate"),
    (15, 19, "moderately severe"),
    (20, 27, "severe"),
]
#: Texts that only those who see results may read.
SECRETS = ("Thoughts of being better off dead", "moderately severe", "PHQ-9 total", "ideation", "phq9_total")


def document(kind: str) -> dict[str, Any]:
    """Return the compact document for a schema of that type."""
    described = scored("phq9", kind, BANDS)
    described["flags"] = [
        {
            "name": "ideation",
            "if": "phq9_9 > 0",
            "label": "Thoughts of being better off dead",
            "severity": "high",
        }
    ]
    return described


def scored(name: str, kind: str, bands: Sequence[tuple[int, int, str]]) -> dict[str, Any]:
    """Return the compact document of a questionnaire whose total has these bands: from, to and label."""
    source = questionnaire(name)
    items = scored_items(source)
    answers = [
        {"text": option["text"]["en"], "value": option["value"], "weight": option["value"]}
        for option in source["options"]
    ]
    questions = [
        {
            "qid": qid,
            "type": "choice",
            "name": item["id"],
            "text": item["text"]["en"],
            "required": True,
            "answers": answers,
        }
        for qid, item in enumerate(items, start=1)
    ]
    names = ", ".join(f"weight({item['id']})" for item in items)
    label = name.upper().replace("9", "-9").replace("7", "-7")
    return {
        "name": f"{label} as {kind}",
        "type": kind,
        "questions": questions,
        "scores": [
            {
                "name": f"{name}_total",
                "label": f"{label} total",
                "expression": f"sum({names})",
                "bands": [{"from": low, "to": high, "label": label} for low, high, label in bands],
            }
        ],
    }


def phq9(folder: Path, kind: str = "automated_flow") -> Schema:
    """Load and publish the questionnaire."""
    path = folder / "phq9.json"
    path.write_text(json.dumps(document(kind)))
    call_command("load_schema", str(path), verbosity=0)
    schema = Schema.objects.latest("pk")
    publish(schema=schema)
    return schema


def chosen(schema: Schema, qid: int, value: int) -> int:
    """Return the id of the answer with the value."""
    return Answer.objects.get(question__schema=schema, question__qid=qid, value=value).pk
