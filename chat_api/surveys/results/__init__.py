"""Results of surveys: counted for the admin page, exported as tables."""

from chat_api.surveys.results.histogram import Bar
from chat_api.surveys.results.tally import (
    QuestionResults,
    SchemaResults,
    VersionResults,
    results_of,
    versions_of,
)

__all__ = ["Bar", "QuestionResults", "SchemaResults", "VersionResults", "results_of", "versions_of"]
