"""Results of surveys: counted for the admin page, exported as tables."""

from chat_api.schemas.results.histogram import Bar
from chat_api.schemas.results.tallies import FlagResults, ScoreResults
from chat_api.surveys.results.tally import (
    QuestionResults,
    SchemaResults,
    VersionResults,
    results_of,
    versions_of,
)

__all__ = [
    "Bar",
    "FlagResults",
    "QuestionResults",
    "SchemaResults",
    "ScoreResults",
    "VersionResults",
    "results_of",
    "versions_of",
]
