"""Questions for a text: anything that is not blank."""

from __future__ import annotations

from typing import Final

from chat_api.engine.question_types.base import Validator, validate_typed
from chat_api.engine.script import QuestionType

VALIDATORS: Final[dict[QuestionType, Validator]] = {
    QuestionType.TEXT: validate_typed(lambda question, text: True, blank="REQUIRED"),
}
