"""The library's Python API for surveys.

Each action is one transaction and locks the survey first. A submitted survey accepts no more writes: actions that would
change it raise `InvalidInput` (`survey`: SUBMITTED).
"""

from chat_api.surveys.actions.instances import NoSuchInstance, add_instance, remove_instance
from chat_api.surveys.actions.items import answer_question, change_answer, remove_answer
from chat_api.surveys.actions.surveys import (
    delete_survey,
    earlier_start,
    start_survey,
    start_survey_once,
    submit_survey,
    touch_survey,
)

__all__ = [
    "NoSuchInstance",
    "add_instance",
    "answer_question",
    "change_answer",
    "delete_survey",
    "earlier_start",
    "remove_answer",
    "remove_instance",
    "start_survey",
    "start_survey_once",
    "submit_survey",
    "touch_survey",
]
