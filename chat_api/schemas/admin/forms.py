"""Forms of the admin views: the reply in a preview, and the upload of a file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from chat_api.engine.numbers import format_number
from chat_api.engine.question_types.base import Reply
from chat_api.engine.question_types.registry import question_type
from chat_api.engine.script import CHOICE_TYPES, Question, QuestionType
from chat_api.schemas.portability.parsing import BYTES_MAX
from chat_api.schemas.preview import REPLIES_MAX

#: The input of HTML, by control of the question type.
_INPUTS: Final = {
    "number": "number",
    "slider": "number",
    "date": "date",
    "time": "time",
    "datetime-local": "datetime-local",
}
#: Before the paths of the host's data in the names of the controls.
CONTEXT_PREFIX: Final = "context."
_MESSAGES: Final = {
    "REQUIRED": "Enter an answer.",
    "TOO_MANY": "Choose only one answer.",
    "EXCLUSIVE": "Choose an exclusive answer alone.",
    "WRONG_STATE": "Leave this empty; the question does not accept it.",
}
_VALUE_MESSAGES: Final[dict[str, str]] = {
    QuestionType.INT: "Enter a whole number.",
    QuestionType.FLOAT: "Enter a number.",
    QuestionType.DATE: "Enter a valid date.",
    QuestionType.TIME: "Enter a valid time.",
    QuestionType.DATETIME: "Enter a valid date and time.",
}


def replies_from(text: str) -> list[Reply]:
    """Return the replies of a hidden field; an invalid value is an empty list."""
    try:
        raw = json.loads(text)
        return [Reply(str(text), tuple(int(pk) for pk in chosen)) for text, chosen in raw[:REPLIES_MAX]]
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return []


def context_from(data: Mapping[str, Any]) -> dict[str, str]:
    """Return by path the texts that stand for the host's data in a submitted form."""
    return {
        name.removeprefix(CONTEXT_PREFIX): str(data[name]) for name in data if name.startswith(CONTEXT_PREFIX)
    }


def error_message(question: Question, code: str) -> str:
    """Return the message for the code of a rejected reply."""
    if code != "WRONG_VALUE":
        return _MESSAGES.get(code, code)
    if (
        question.type == QuestionType.RANGE
        and question.range_from is not None
        and question.range_to is not None
    ):
        return (
            f"Enter a number from {format_number(question.range_from)} to {format_number(question.range_to)}."
        )
    return _VALUE_MESSAGES.get(question.type, "Choose one of the answers.")


class ReplyForm:
    """The controls to answer one question."""

    def __init__(
        self, question: Question, errors: Mapping[str, Sequence[str]], data: Mapping[str, Any]
    ) -> None:
        self.question = question
        text, chosen = self.submitted(data) if errors else ("", ())
        self.text = text
        self.errors = [error_message(question, code) for codes in errors.values() for code in codes]
        self.is_choice = question.type in CHOICE_TYPES
        self.input = "checkbox" if question.type == QuestionType.MULTICHOICE else "radio"
        self.answers = [(answer, answer.id in chosen) for answer in question.answers]
        self.takes_text = question.type not in (*CHOICE_TYPES, QuestionType.CONTROL) or question.choice_open
        self.text_input = _INPUTS.get(question_type(question.type).control, "text")
        self.step = "any" if question.type in (QuestionType.FLOAT, QuestionType.RANGE) else None

    @staticmethod
    def submitted(data: Any) -> tuple[str, tuple[int, ...]]:
        """Return the text and the ids of the chosen answers in a submitted form; invalid ids are ignored."""
        raw = data.getlist("answers") if hasattr(data, "getlist") else []
        return str(data.get("text", "")), tuple(int(pk) for pk in raw if pk.isdecimal() and len(pk) < 10)


class UploadForm(forms.Form):
    """The upload of a file with schemas."""

    file = forms.FileField(
        label="File",
        help_text="A file of dump_schema (JSON, YAML or XML), or a compact document.",
    )

    def clean_file(self) -> Any:
        """Reject files that are too large."""
        file = self.cleaned_data["file"]
        if file.size > BYTES_MAX:
            raise ValidationError(f"Choose a file of at most {BYTES_MAX // 2**20} MB.")
        return file
