"""Settings of surveys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from chat_api.settings.rules import Fields, ListOf, MappingOf, Rule, Switch, WholeNumber
from chat_api.settings.setting import Setting
from chat_api.settings.table.scripts import SCHEMA_TYPE

_SWITCHES: Final[Mapping[str, Rule]] = {"NO_STATE_UPDATE": Switch()}

SETTINGS: Final = (
    Setting(
        "SURVEYS_ALLOWED_SCHEMA_TYPES",
        ("survey",),
        ListOf(SCHEMA_TYPE),
        """
The types of schemas that surveys can use. Any other type is rejected with ``schema: NOT_ALLOWED``.""",
    ),
    Setting(
        "SURVEYS_GLOBAL_LIST_ALL",
        False,
        Switch(),
        """
Whether ``surveys`` lists all surveys for every user. If not, staff see all of them and other users see their own.""",
    ),
    Setting(
        "SURVEYS_REQUIRE_SUBMIT",
        False,
        Switch(),
        """
Whether results count only submitted surveys as completed. If not, they also count those that have an answer and are
complete.""",
    ),
    Setting(
        "OPTIMIZATIONS_BY_SURVEY_TYPE",
        {},
        MappingOf(SCHEMA_TYPE, Fields(_SWITCHES, "switch of survey types")),
        """
A dict from a type of schema to ``{"NO_STATE_UPDATE": True}``: the ``state`` of its surveys does not change.""",
    ),
    Setting(
        "SURVEY_STATE_QUESTIONS_KEPT",
        20_000,
        WholeNumber(least=0),
        """
The number of questions whose states each process keeps in memory, over all surveys: the next answer to such a survey
costs only what it changes. A question takes about 1 KB; with 0 nothing is kept.""",
    ),
)
