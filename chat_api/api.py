"""The Python API: everything that a host's code imports to act on threads, surveys and schemas.

The promise: a name in `__all__` keeps its meaning and its arguments within a major version; before it is changed or
removed, it is deprecated for at least one minor version, with a warning that names its successor. Whatever a host
imports from elsewhere (apart from models, signals, permission classes, transports, search backends and
`chat_api.realtime`, which have public paths of their own) may change in any release.

Each action is one transaction. It checks no permissions, as that is the job of views and socket commands. If it rejects
something, it raises one of the errors below and writes nothing. Import this module where models can be imported: in
views, tasks and commands, or within `AppConfig.ready`.
"""

from chat_api.chat.actions import (
    Draft,
    ScriptPlan,
    Sent,
    ThreadDraft,
    add_member,
    assign_thread,
    create_thread,
    create_thread_once,
    delete_message,
    mark_read,
    remove_member,
    roll_back,
    send_message,
    start_script,
    stop_script,
)
from chat_api.chat.choices import Notification, OnFinish, Permission, State
from chat_api.chat.prompts import prompt_document
from chat_api.engine.expressions.values import Kind, Location
from chat_api.engine.question_types.base import BaseQuestionType, Notation
from chat_api.lib.errors import ChatAPIError, Gone, InvalidInput, PublishedSchemaIsImmutable
from chat_api.schemas.actions import SchemaHasErrors, SchemaInUse, copy_as_unpublished, publish
from chat_api.surveys.actions import (
    add_instance,
    answer_question,
    remove_answer,
    remove_instance,
    start_survey,
    start_survey_once,
    submit_survey,
)
from chat_api.surveys.results import (
    Bar,
    FlagResults,
    QuestionResults,
    SchemaResults,
    ScoreResults,
    results_of,
)

__all__ = [
    "Bar",
    "BaseQuestionType",
    "ChatAPIError",
    "Draft",
    "FlagResults",
    "Gone",
    "InvalidInput",
    "Kind",
    "Location",
    "Notation",
    "Notification",
    "OnFinish",
    "Permission",
    "PublishedSchemaIsImmutable",
    "QuestionResults",
    "SchemaHasErrors",
    "SchemaInUse",
    "SchemaResults",
    "ScoreResults",
    "ScriptPlan",
    "Sent",
    "State",
    "ThreadDraft",
    "add_instance",
    "add_member",
    "answer_question",
    "assign_thread",
    "copy_as_unpublished",
    "create_thread",
    "create_thread_once",
    "delete_message",
    "mark_read",
    "prompt_document",
    "publish",
    "remove_answer",
    "remove_instance",
    "remove_member",
    "results_of",
    "roll_back",
    "send_message",
    "start_script",
    "start_survey",
    "start_survey_once",
    "stop_script",
    "submit_survey",
]
