"""What can be done with surveys. Each action is one transaction; these are also the library's Python API."""

from chat_api.surveys.actions.surveys import (
    answer_question,
    change_answer,
    delete_survey,
    earlier_start,
    remove_answer,
    start_survey,
    start_survey_once,
    submit_survey,
    touch_survey,
)

__all__ = [
    "answer_question",
    "change_answer",
    "delete_survey",
    "earlier_start",
    "remove_answer",
    "start_survey",
    "start_survey_once",
    "submit_survey",
    "touch_survey",
]
