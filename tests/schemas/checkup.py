"""A questionnaire that uses every column of the questionnaire language."""

from __future__ import annotations

import copy
from typing import Any

_CHECKUP: dict[str, Any] = {
    "name": "Checkup",
    "type": "survey",
    "match_text": True,
    "groups": [
        {
            "name": "Medicines",
            "key": "meds",
            "show_if": "age > 3",
            "text": "Now about {{ user.first_name }}.",
            "text_i18n": {"pl": "Opowiedz."},
            "layout": "page",
            "repeat": {"count": None, "min": 0, "max": 5, "add": 4},
        }
    ],
    "questions": [
        {
            "qid": 1,
            "type": "int",
            "name": "age",
            "text": "How old are you?",
            "hint": "In {{ variables.unit }} years.",
            "hint_i18n": {"pl": "W latach."},
            "required_message": "Enter your age.",
            "required_message_i18n": {"pl": "Podaj wiek."},
            "skip": "Skip",
            "skip_i18n": {"pl": "Pomiń"},
            "limits": {"min": 0, "max": "100 + 20", "also": [999]},
            "constraints": [
                {
                    "check": "value != 13",
                    "message": "Not 13.",
                    "message_i18n": {"pl": "Nie 13."},
                    "severity": "warning",
                },
                {"check": "value >= 0", "message": "No."},
            ],
            "default": "30",
        },
        {
            "qid": 2,
            "type": "choice",
            "name": "pain",
            "text": "Pain?",
            "variable_modifications": [["old", "coalesce(age, 0)"]],
            "answers": [
                {"text": "no", "value": 0},
                {"text": "a little", "value": "some", "weight": 1.5},
                {"text": "yes", "value": True, "show_if": "age < 18"},
            ],
        },
        {"qid": 3, "type": "calculation", "name": "decade", "calculate": "age // 10", "text": ""},
        {
            "qid": 4,
            "type": "text",
            "name": "drug",
            "group": "Medicines",
            "text": "Which?",
            "show_if": "age > 1",
        },
    ],
    "scores": [
        {
            "name": "burden",
            "label": "Burden",
            "label_i18n": {"pl": "Obciążenie"},
            "expression": "weight(pain) + 1",
            "bands": [{"from": 0, "to": 5, "label": "low", "label_i18n": {"pl": "małe"}, "severity": "ok"}],
        }
    ],
    "flags": [{"name": "old", "if": "age > 100", "label": "Old", "label_i18n": {"pl": "Wiek"}}],
}


def checkup() -> dict[str, Any]:
    """Return the compact document, to be changed."""
    return copy.deepcopy(_CHECKUP)
