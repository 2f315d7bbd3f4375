"""Rendering of questions for a user: placeholders in texts, and `$resolve` in meta."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from importlib import import_module
from typing import Any, Final

from django.conf import settings as django_settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DEFAULT_DB_ALIAS
from rest_framework.utils.encoders import JSONEncoder

from chat_api.engine.script import Script
from chat_api.engine.templates import render
from chat_api.lib.hooks import degraded
from chat_api.lib.rest.accounts import account_document
from chat_api.schemas.compiled import CompiledSchema
from chat_api.schemas.documents import OPTIONAL_COLUMNS
from chat_api.schemas.models import Question
from chat_api.schemas.translations.documents import DETAILS
from chat_api.settings import chat_settings, import_setting

logger = logging.getLogger("chat_api.schemas")

Document = dict[str, Any]

_RESOLVE: Final = "$resolve"
_PROVIDERS: Final = "QUESTION_CONTEXT_PROVIDERS"
_RESOLVERS: Final = "META_RESOLVERS"


@dataclass(slots=True)
class TextContext:
    """The values that are available in texts, created on first use.

    `subject` is passed to QUESTION_CONTEXT_PROVIDERS: the member (`UserThread`) or the `Survey`. `create` returns
    `user`, `sender`, `thread`, `variables` and `answers` (plain texts by `q<qid>`).
    """

    subject: object
    create: Callable[[], Mapping[str, object]]
    #: The language of the texts; None for the active one.
    language: str | None = None
    #: Returns by question id the answers that questions of the script suggest; None where documents show none.
    suggest: Callable[[Script], Mapping[int, Any]] | None = None
    #: Returns the ids of the questions of the script that may suggest answers.
    suggesting: Callable[[Script], frozenset[int]] | None = None
    #: Returns by id of a repeated group the numbers of its instances, in their order, and the contexts of their texts;
    #: None where documents show no instances.
    instances: Callable[[], Mapping[int, Sequence[tuple[int, TextContext]]]] | None = None
    #: What does not depend on the instance, and what it was made of; the contexts of all instances have the same.
    shared: dict[tuple[str, object], Any] = field(default_factory=dict)
    _values: Mapping[str, object] | None = field(default=None, init=False)

    def __call__(self) -> Mapping[str, object]:
        """Return the values."""
        if self._values is None:
            self._values = self.create()
        return self._values


def shown_question(
    schema: CompiledSchema, question_id: int, context: Callable[[], Mapping[str, object]]
) -> Document:
    """Return the document of a question in the context's language, with texts rendered and meta resolved.

    If the question has neither placeholders nor `$resolve`, return the shared document itself, which must not be
    changed, without calling `context`. Raises `KeyError` for a question of another schema.
    """
    schema = schema.in_language(getattr(context, "language", None))
    document: Document = schema.question(question_id)
    if question_id not in schema.dynamic:
        return document
    values = _values(document, context)

    def fill(text: str) -> str:
        return render(text, values) if "{{" in text else text

    def resolved(meta: Any) -> Any:
        return _resolved(meta, values, {} if shared is None else shared)

    shared = context.shared if isinstance(context, TextContext) else None
    return filled(document, fill, resolved)


def filled(
    document: Document, fill: Callable[[str], str], resolved: Callable[[Any], Any] = lambda meta: meta
) -> Document:
    """Return the document of a question with all texts filled in by `fill`, and each meta by `resolved`."""
    return {
        **document,
        **_filled_details(document, fill),
        "text": fill(document["text"]),
        "meta": resolved(document["meta"]),
        "answers": [
            {**answer, "text": fill(answer["text"]), "meta": resolved(answer["meta"])}
            for answer in document["answers"]
        ],
        "attachments": [
            {**attachment, "title": fill(attachment["title"])} for attachment in document["attachments"]
        ],
    }


def with_default(document: Document, value: Any) -> Document:
    """Return the document of a question with `default`, the answer that it suggests; None for none."""
    return document if value is None else {**document, "default": value}


def filling(document: Document, context: Callable[[], Mapping[str, object]]) -> Callable[[str], str]:
    """Return a function that renders texts of a question; `context` is called for the first one with a placeholder."""
    values = cache(partial(_values, document, context))
    return lambda text: render(text, values()) if "{{" in text else text


def shown_text(text: str, context: Callable[[], Mapping[str, object]]) -> str:
    """Return a text of a group, rendered; `QUESTION_CONTEXT_PROVIDERS` are for questions and add nothing to it."""
    return render(text, context()) if "{{" in text else text


def _filled_details(document: Document, fill: Callable[[str], str]) -> Document:
    """Return those of hint, messages and the like that the question has."""
    filled: Document = {name: fill(document[name]) for name in DETAILS if name in document}
    if "constraints" in document:
        filled["constraints"] = [
            {**item, "message": fill(item["message"])} for item in document["constraints"]
        ]
    return filled


def shown_account(user: Any, *, viewer: Any) -> Mapping[str, object]:
    """Return the fields of a user that are available in texts for `viewer`, from ACCOUNT_SERIALIZER.

    Empty without a user, or if the serializer fails. Scripts also run without a request (restarts), so the serializer
    always gets a `BackgroundRequest` by `viewer`.
    """
    if user is None:
        return {}
    # As in a response: UUIDs and dates are strings there.
    shown = json.loads(json.dumps(account_document(user, viewer=viewer), cls=JSONEncoder))
    return shown if isinstance(shown, dict) else {}


def _values(document: Document, context: Callable[[], Mapping[str, object]]) -> dict[str, object]:
    values = dict(context())
    providers = _providers(document)
    if not providers:
        return values
    shared = context.shared if isinstance(context, TextContext) else {}
    key = (_PROVIDERS, document["id"])
    if key not in shared:
        provided: dict[str, object] = {}
        subject = getattr(context, "subject", None)
        for provider in providers:
            call = partial(_call_provider, provider, subject, document)
            provided.update(degraded(_PROVIDERS, call, fallback={}))
        shared[key] = provided
    values.update(shared[key])
    return values


def _call_provider(entry: Any, subject: object, document: Document) -> dict[str, object]:
    provider = import_setting(_PROVIDERS, entry)
    return dict(provider(subject, _as_question(document)))


def _providers(document: Document) -> list[Any]:
    """Return the providers for the question, or their dotted paths."""
    configured = chat_settings.QUESTION_CONTEXT_PROVIDERS
    if isinstance(configured, Mapping):
        meta = document["meta"]
        named = meta.get("context") if isinstance(meta, dict) else None
        keys = [document["show_as_type"], *([named] if isinstance(named, str) else [])]
        configured = [entry for key in dict.fromkeys(keys) for entry in _as_list(configured.get(key))]
    return list(configured)


def _as_list(entry: Any) -> list[Any]:
    if entry is None:
        return []
    return list(entry) if isinstance(entry, list | tuple) else [entry]


def _as_question(document: Document) -> Question:
    sources = {"schema_id": "schema", "group_id": "group"}
    # Documents have the optional columns only where they are set.
    found = {**dict.fromkeys(OPTIONAL_COLUMNS), **document}
    columns = {
        column.attname: found[sources.get(column.attname, column.attname)]
        for column in Question._meta.concrete_fields
        if sources.get(column.attname, column.attname) in found
    }
    return Question.from_db(DEFAULT_DB_ALIAS, list(columns), list(columns.values()))


def is_resolved_by_host(meta: Any) -> bool:
    """Return whether a value in the meta comes from one of META_RESOLVERS, which read the context of texts."""
    if isinstance(meta, list):
        return any(map(is_resolved_by_host, meta))
    if not isinstance(meta, dict):
        return False
    if meta.keys() == {_RESOLVE}:
        return str(meta[_RESOLVE]).partition(":")[0] in chat_settings.META_RESOLVERS
    return any(map(is_resolved_by_host, meta.values()))


def _resolved(meta: Any, values: Mapping[str, object], shared: dict[tuple[str, object], Any]) -> Any:
    if isinstance(meta, list):
        return [_resolved(value, values, shared) for value in meta]
    if not isinstance(meta, dict):
        return meta
    if meta.keys() != {_RESOLVE}:
        return {key: _resolved(value, values, shared) for key, value in meta.items()}
    if is_resolved_by_host(meta):
        return _resolve(meta[_RESOLVE], values)
    # Those that are built in do not read the context.
    key = (_RESOLVE, str(meta[_RESOLVE]))
    if key not in shared:
        shared[key] = _resolve(meta[_RESOLVE], values)
    return shared[key]


def _resolve(reference: Any, values: Mapping[str, object]) -> Any:
    name, _, argument = str(reference).partition(":")
    host = chat_settings.META_RESOLVERS
    if name not in host and name not in _BUILT_IN:
        logger.error("Unknown resolver %r in the meta of a question.", reference)
        return None

    def resolved() -> Any:
        resolver = import_setting(_RESOLVERS, host[name]) if name in host else _BUILT_IN[name]
        return json.loads(json.dumps(resolver(argument, values), cls=DjangoJSONEncoder, allow_nan=False))

    return degraded(_RESOLVERS, resolved, fallback=None)


def _constance(argument: str, context: Mapping[str, object]) -> Any:
    return getattr(import_module("constance").config, argument)


def _setting(argument: str, context: Mapping[str, object]) -> Any:
    if argument not in chat_settings.META_RESOLVER_SETTINGS_ALLOWED:
        raise LookupError(f"{argument} is not in META_RESOLVER_SETTINGS_ALLOWED")
    return getattr(django_settings, argument)


_BUILT_IN: Final[dict[str, Callable[[str, Mapping[str, object]], Any]]] = {
    "constance": _constance,
    "setting": _setting,
}
