"""Answers as the texts of a script show them, by the numbers and the names of their questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from chat_api.engine import flow_events
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


def text_key(qid: int, instance: int) -> str:
    """Return the key of the text of an answer that was given in a round; no text can name it."""
    return f"q{qid}#{instance}"


def of_round(texts: Mapping[str, str], state: RunState, asked: flow_events.Asked | None) -> Mapping[str, str]:
    """Return the texts by `q<qid>` that are shown in a round of a repeated group, by default the current one."""
    rounds = state.rounds
    if rounds is None:
        return texts
    group, number = rounds.place.group, rounds.place.number
    if asked is not None:
        group, number = rounds.group_of(asked.question), asked.instance or 0
    shown = {key: text for key, text in texts.items() if "#" not in key}
    for question in () if group is None else rounds.questions_of(group):
        text = texts.get(text_key(question.qid, number))
        shown.pop(f"q{question.qid}", None)
        if text is not None:
            shown[f"q{question.qid}"] = text
    return shown


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
