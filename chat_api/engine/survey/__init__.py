"""States of surveys."""

from chat_api.engine.survey.state import (
    Answered,
    SurveyFacts,
    SurveyState,
    survey_facts,
    survey_state,
    survey_variables,
)

__all__ = ["Answered", "SurveyFacts", "SurveyState", "survey_facts", "survey_state", "survey_variables"]
