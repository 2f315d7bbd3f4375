"""Settings of schemas and of the scripts that they are compiled to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from chat_api.settings.rules import (
    FUNCTION,
    ByType,
    Choices,
    ListOf,
    MappingOf,
    Maybe,
    Name,
    NewName,
    Problem,
    Switch,
    Text,
    WholeNumber,
    subclass_of,
)
from chat_api.settings.setting import Setting
from chat_api.settings.table.known import built_in_question_types, type_in

_TYPES: Final = Setting(
    "TYPES_SCHEMA",
    (("survey", "Survey"), ("automated_flow", "Automated Flow")),
    Choices(longest=100),
    """
The types of schemas, as pairs of a name and a label. A change needs no migration.""",
)

#: The rule for a name of one of the host's types of schemas.
SCHEMA_TYPE: Final = type_in(_TYPES)


#: The suffixes of documents in SCRIPT_LIBRARY.
_DOCUMENTS: Final = (".yaml", ".yml", ".json")


def library_path(item: Any) -> Path | None:
    """Return the path that an item of SCRIPT_LIBRARY is; None for a function or its dotted path."""
    is_path = isinstance(item, str) and ("/" in item or item.lower().endswith(_DOCUMENTS))
    return Path(item) if is_path or isinstance(item, Path) else None


@dataclass(frozen=True)
class _LibraryItem:
    """The path of a document, or a function that returns documents; the files have a check of their own."""

    def __call__(self, value: Any, where: str) -> Iterator[Problem]:
        return FUNCTION(value, where) if library_path(value) is None else iter(())


_NAME: Final = Text(blank=False)
_FUNCTIONS: Final = ListOf(FUNCTION)

#: The parts of results that RESPONDENT_SEES can name.
RESULTS_PARTS: Final = frozenset({"values", "scores", "bands", "flags"})

SETTINGS: Final = (
    _TYPES,
    Setting(
        "TYPES_SCHEMA_LIST_THROUGH_API",
        ("survey", "automated_flow"),
        ListOf(SCHEMA_TYPE),
        """
The types that ``schemas/{type}`` lists. The response for any other type is 403.""",
    ),
    Setting(
        "TYPES_SCHEMA_GET_THROUGH_API",
        ("survey",),
        ListOf(SCHEMA_TYPE),
        """
The types that ``schemas/{pk}`` shows to every signed-in user. A schema of another type is shown only to users whose
assisted or frontend-controlled membership it leads.""",
    ),
    Setting(
        "ALLOW_EDIT_PUBLISHED_SCHEMAS",
        False,
        Switch(),
        """
**For development only.** Published schemas can be changed, and unpublished ones started. Conversations that run a
schema while it changes may end anywhere.""",
    ),
    Setting(
        "QUESTION_TYPES",
        {},
        MappingOf(
            NewName(longest=50, taken=built_in_question_types),
            subclass_of("chat_api.engine.question_types.base.BaseQuestionType"),
        ),
        """
Your own types of questions: a dict from a name to a subclass of ``chat_api.api.BaseQuestionType``, or its dotted path.
A change needs no migration. See :doc:`/howto/custom-question-types`.""",
    ),
    Setting(
        "QUESTION_CONTEXT_PROVIDERS",
        [],
        ByType(
            mapping=MappingOf(_NAME, ByType(sequence=_FUNCTIONS, other=FUNCTION)),
            sequence=_FUNCTIONS,
            other=_FUNCTIONS,
        ),
        """
Functions ``f(user_thread, question) -> dict``. Texts can use their values as variables besides ``user``, ``sender``,
``thread``, ``variables`` and ``answers``. For a text of a survey, the survey is passed in place of the member. The
functions of a list are called for every question that has variables in it. A dict is keyed by the question's
``show_as_type`` or by ``meta["context"]``, and only the matching functions are called. A function that raises is
logged and adds no values.""",
    ),
    Setting(
        "EXPRESSION_CONTEXT",
        None,
        Maybe(FUNCTION),
        """
``f(subject, schema) -> dict``: what you know about the person, for the expressions of scripts. ``patient.age`` reads
``{"patient": {"age": 71}}``. It is called at the start of a run with the member (``UserThread``), and at the start of a
survey with the ``Survey``, which is not stored yet; only if the schema reads a dotted name that belongs to neither a
question nor a group. The run or survey keeps the values that the schema reads until it is deleted, and no endpoint
shows them. Kept are numbers, texts of up to 1,000 characters, booleans, dates, times, and lists of numbers, texts and
booleans. A function that raises is logged, and the values are empty.""",
    ),
    Setting(
        "SCRIPT_LIBRARY",
        (),
        ListOf(_LibraryItem()),
        """
What the admin offers under *Begin from the library*, after PHQ-9, GAD-7, PHQ-2 and GAD-2: paths of compact documents
(``.yaml`` or ``.json``, absolute or from the working directory), and functions or their dotted paths that return a list
of such documents. See :ref:`script-library`.""",
    ),
    Setting(
        "META_RESOLVERS",
        {},
        MappingOf(_NAME, FUNCTION),
        """
A dict from a name to ``f(argument, context) -> value``: the value that replaces ``{"$resolve": "name:argument"}`` in
the ``meta`` of a question or an answer when it is shown. ``setting`` and ``constance`` are built in.""",
    ),
    Setting(
        "META_RESOLVER_SETTINGS_ALLOWED",
        (),
        ListOf(_NAME),
        """
The Django settings that ``{"$resolve": "setting:NAME"}`` may show. No other setting can be read.""",
    ),
    Setting(
        "FLAG_RECIPIENTS",
        None,
        Maybe(FUNCTION),
        """
``f(flag) -> users``: the users who are notified that an answer has raised a flag of its schema, by each of
``NOTIFICATION_TRANSPORTS``. The notification contains neither the flag's label nor the answer. With ``None``, nobody
is. See :doc:`/howto/scores-and-flags`.""",
    ),
    Setting(
        "RESPONDENT_SEES",
        (),
        ListOf(Name(lambda: RESULTS_PARTS, "part of the results")),
        """
What the user who answers sees of the results of their own answers: some of ``values``, ``scores``, ``bands``,
``flags``.""",
    ),
    Setting(
        "SCRIPT_STEPS_MAX",
        1000,
        WholeNumber(),
        """
The maximum number of steps that a script takes in one request without a question. A script that would take more is
ended, its member is opened, and an error is logged.""",
    ),
    Setting(
        "SCHEMA_QUESTIONS_MAX",
        5000,
        WholeNumber(),
        """
The maximum number of questions of a schema. A schema with more is neither loaded nor published.""",
    ),
    Setting(
        "SCHEMA_CACHE_SIZE",
        256,
        WholeNumber(least=0),
        """
The number of published schemas that each process keeps in memory in compiled form.""",
    ),
)
