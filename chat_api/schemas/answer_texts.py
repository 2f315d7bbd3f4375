"""Answers as the texts of a script show them, by the numbers and the names of their questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from chat_api.engine.expressions.values import Value
from chat_api.engine.rules import Variables
from chat_api.engine.run_state import RunState
from chat_api.engine.scores import band_of, results_of
from chat_api.engine.script import Score, Script
from chat_api.lib.languages import shown_value


def with_names(
    by_qid: Mapping[str, str], script: Script, values: Mapping[str, Value], language: str | None
) -> dict[str, str]:
    """Return the texts by `q<qid>` with those by name, for the answers and calculations that have `values`.

    Numbers and dates are shown by name as in `language` (None: the active one), all else as by `q<qid>`.
    """
    found = dict(by_qid)
    for question in script.questions:
        if question.name is not None and (value := values.get(question.name)) is not None:
            shown = shown_value(value, language)
            found[question.name] = by_qid.get(f"q{question.qid}", "") if shown is None else shown
    return found


def shown_scores(
    state: RunState | None, variables: Variables, language: str | None, labelled: Iterable[Score]
) -> dict[str, dict[str, str]]:
    """Return `scores`, as numbers in the language, and `bands`, as their labels, by name; empty ones are left out.

    `labelled` are the scores of the script with their labels in the language.
    """
    if state is None:
        return {}
    results = results_of(state.logic, state.environment(variables))
    scores = {
        name: shown_value(value, language) or ""
        for name, value in results.scores.items()
        if value is not None
    }
    bands: dict[str, str] = {}
    for score in labelled:
        band = band_of(score, results.scores.get(score.name))
        if band is not None:
            bands.setdefault(score.name, band.label)
    return {"scores": scores, "bands": bands}
