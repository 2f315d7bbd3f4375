"""Questions for a place."""

from __future__ import annotations

from chat_api.engine.expressions.values import Kind, Value
from chat_api.engine.numbers import PLAIN
from chat_api.engine.question_types.base import BaseQuestionType, Notation
from chat_api.engine.question_types.number_texts import LENGTH_MAX
from chat_api.engine.question_types.stored_values import location_of
from chat_api.engine.script import Question, QuestionType


class LocationQuestion(BaseQuestionType):
    """A place, by its coordinates."""

    name = QuestionType.LOCATION
    label = "Location"
    summary = "Coordinates, as ``latitude,longitude`` in degrees, and perhaps ``,accuracy`` in metres."
    kind = Kind.LOCATION
    control = "location"

    def read(self, question: Question, text: str, notation: Notation) -> Value:
        """Return the place. Raises `ValueError` if there is none with these coordinates."""
        parts = [part.strip() for part in text.split(",")]
        if len(text) > LENGTH_MAX or not all(PLAIN.fullmatch(part) for part in parts):
            raise ValueError("not coordinates")
        return location_of(",".join(parts))
