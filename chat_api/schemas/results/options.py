"""The choices that a table of results leaves to its reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from chat_api.lib.tables import ExportRefused
from chat_api.schemas.pooling import ALL_VERSIONS

#: How a table shows a multiple choice.
COLUMNS: Final = "columns"
LIST: Final = "list"
MULTICHOICES: Final = (COLUMNS, LIST)
#: Name and text of the switch that both pages of results have.
LABELS_SWITCH: Final = ("labels", "Texts of answers instead of their values")


@dataclass(frozen=True, slots=True)
class TableOptions:
    """How a table shows the results of a script.

    `labels` shows the texts of chosen answers instead of their values. `all_versions` has all published versions in one
    table. `superseded` adds columns of answers that corrections superseded. `typed` shows values also for scripts that
    use nothing of the questionnaire language. `multichoice` is one of `MULTICHOICES`; None: a column for each option in
    formats without lists. With `repeat`, the key of a repeated group, a row is a round or instance of that group.
    """

    labels: bool = False
    all_versions: bool = False
    superseded: bool = False
    typed: bool = False
    multichoice: str | None = None
    repeat: str | None = None

    @classmethod
    def of_query(cls, query: Mapping[str, Any]) -> TableOptions:
        """Return the options that a URL asks for; an empty value of the last two is none. Raises `ExportRefused`."""
        multichoice = query.get("multichoice") or None
        if multichoice is not None and multichoice not in MULTICHOICES:
            raise ExportRefused(f"Choose {' or '.join(MULTICHOICES)} for multichoice.")
        return cls(
            labels="labels" in query,
            all_versions=ALL_VERSIONS in query,
            superseded="superseded" in query,
            typed="typed" in query,
            multichoice=multichoice,
            repeat=query.get("repeat") or None,
        )

    def is_per_option(self, *, lists: bool) -> bool:
        """Return whether a multiple choice has a column for each option; `lists` is whether cells can hold lists."""
        return not lists if self.multichoice is None else self.multichoice == COLUMNS


DEFAULT_OPTIONS: Final = TableOptions()
