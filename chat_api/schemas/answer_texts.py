"""Answers as the texts of a script show them, by the numbers and the names of their questions."""

from __future__ import annotations

from collections.abc import Mapping

from chat_api.engine.run_state import RunState
from chat_api.lib.languages import shown_value


def with_names(by_qid: Mapping[str, str], state: RunState, language: str | None) -> dict[str, str]:
    """Return the texts by `q<qid>` with those by name, also of calculations, for the answers that count.

    Numbers and dates are shown by name as in `language` (None: the active one), all else as by `q<qid>`.
    """
    found = dict(by_qid)
    values = state.values()
    for name, index in state.logic.index_by_name.items():
        if (value := values.get(name)) is not None:
            typed = by_qid.get(f"q{state.logic.script.questions[index].qid}", "")
            shown = shown_value(value, language)
            found[name] = typed if shown is None else shown
    return found
