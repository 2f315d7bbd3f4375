"""The forms of our pages: a reply in a preview, a file to be loaded."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from chat_api.engine.question_types.base import Reply
from chat_api.engine.script import CHOICE_TYPES, Question, QuestionType
from chat_api.schemas.portability.parsing import BYTES_MAX
from chat_api.schemas.preview import REPLIES_MAX

_INPUTS: Final = {
    QuestionType.INT: "number",
    QuestionType.FLOAT: "number",
    QuestionType.RANGE: "number",
    QuestionType.DATE: "date",
    QuestionType.TIME: "time",
    QuestionType.DATETIME: "datetime-local",
}
#: What a code says to a person who tries a script.
_SAID: Final = {
    "REQUIRED": "An answer is needed.",
    "TOO_MANY": "Only one answer may be chosen.",
    "WRONG_VALUE": "The question does not take this.",
    "EXCLUSIVE": "One of these can only be chosen alone.",
    "WRONG_STATE": "The question does not take this.",
}


def replies_from(text: str) -> list[Reply]:
    """Give the replies that a page brought back; what is none of ours is an empty talk."""
    try:
        raw = json.loads(text)
        return [Reply(str(said), tuple(int(pk) for pk in chosen)) for said, chosen in raw[:REPLIES_MAX]]
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return []


class ReplyForm:
    """What a person is shown to answer one question with."""

    def __init__(
        self, question: Question, errors: Mapping[str, Sequence[str]], given: Mapping[str, Any]
    ) -> None:
        self.question = question
        refused = bool(errors)
        text, chosen = self.given(given) if refused else ("", ())
        self.text = text
        self.errors = [_SAID.get(code, code) for codes in errors.values() for code in codes]
        self.is_choice = question.type in CHOICE_TYPES
        self.input = "checkbox" if question.type == QuestionType.MULTICHOICE else "radio"
        self.answers = [(answer, answer.id in chosen) for answer in question.answers]
        self.takes_text = question.type not in (*CHOICE_TYPES, QuestionType.CONTROL) or question.choice_open
        self.text_input = _INPUTS.get(QuestionType(question.type), "text")
        self.step = "any" if question.type in (QuestionType.FLOAT, QuestionType.RANGE) else None

    @staticmethod
    def given(data: Any) -> tuple[str, tuple[int, ...]]:
        """Give text and ids of chosen answers from the page's form; what is no id is none."""
        raw = data.getlist("answers") if hasattr(data, "getlist") else []
        return str(data.get("text", "")), tuple(int(pk) for pk in raw if pk.isdecimal() and len(pk) < 10)


class UploadForm(forms.Form):
    """A file with schemas."""

    file = forms.FileField(
        label="File",
        help_text="JSON, YAML or XML of dump_schema, or a compact document written by hand.",
    )

    def clean_file(self) -> Any:
        """Refuse a file larger than any schema."""
        file = self.cleaned_data["file"]
        if file.size > BYTES_MAX:
            raise ValidationError(f"The file is larger than {BYTES_MAX} bytes.")
        return file
