"""States of surveys."""

from chat_api.engine.survey.state import Answered, SurveyState, survey_state

__all__ = ["Answered", "SurveyState", "survey_state"]
