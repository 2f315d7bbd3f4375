"""The names of question types in the language of the admin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from chat_api.engine.question_types.registry import question_types
from chat_api.engine.script import QuestionType

#: The labels of the built-in types, marked for translation: the engine, which has them too, knows no Django.
TYPE_LABELS: Final[Mapping[str, Promise]] = {
    QuestionType.CHOICE: pgettext_lazy("question type", "Choice"),
    QuestionType.MULTICHOICE: pgettext_lazy("question type", "Multiple choice"),
    QuestionType.TEXT: pgettext_lazy("question type", "Text"),
    QuestionType.DATE: pgettext_lazy("question type", "Date"),
    QuestionType.TIME: pgettext_lazy("question type", "Time"),
    QuestionType.DATETIME: pgettext_lazy("question type", "Date and time"),
    QuestionType.INT: pgettext_lazy("question type", "Whole number"),
    QuestionType.FLOAT: pgettext_lazy("question type", "Number"),
    QuestionType.RANGE: pgettext_lazy("question type", "Range"),
    QuestionType.MESSAGE: pgettext_lazy("question type", "Message"),
    QuestionType.FORK: pgettext_lazy("question type", "Fork"),
    QuestionType.CONTROL: pgettext_lazy("question type", "Control"),
    QuestionType.CALCULATION: pgettext_lazy("question type", "Calculation"),
    QuestionType.FILE: pgettext_lazy("question type", "File"),
    QuestionType.LOCATION: pgettext_lazy("question type", "Location"),
}


def type_label(name: str) -> str:
    """Return the label of a question type; that of a host's type as the host wrote it, the name of an unknown one."""
    label = TYPE_LABELS.get(name)
    if label is not None:
        return str(label)
    kind = question_types().get(name)
    return name if kind is None else str(kind.label)
