"""Validation of compact documents by JSON Schema.

An editor validates the same document again and again, with one question changed: valid questions are remembered, by a
digest of their content, and not validated again.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b
from importlib.resources import files
from threading import Lock
from typing import Any, Final

import jsonschema

from chat_api.engine.question_types.registry import question_types

#: The number of questions that a process remembers; each takes about 200 bytes.
_KNOWN_MAX: Final = 20_000
_known: OrderedDict[bytes, None] = OrderedDict()
_lock: Final = Lock()


def validator() -> Any:
    """Return the validator of documents with the types of questions that there are now."""
    return _validator_of(tuple(question_types()))


def errors_in(data: Any) -> list[jsonschema.ValidationError]:
    """Return all errors of a compact document, with their positions."""
    types = tuple(question_types())
    validator = _validator_of(types)
    questions = data.get("questions") if isinstance(data, dict) else None
    if not isinstance(questions, list):
        return list(validator.iter_errors(data))
    digests = [_digest(types, question) for question in questions]
    with _lock:
        new = [place for place, digest in enumerate(digests) if digest not in _known]
    if len(new) < len(questions):
        # The position of an error counts all questions.
        rest = {**data, "questions": [questions[place] for place in new]}
        if next(validator.iter_errors(rest), None) is None:
            _remember(digests)
            return []
    errors = list(validator.iter_errors(data))
    if not errors:
        _remember(digests)
    return errors


def _digest(types: tuple[str, ...], question: Any) -> bytes:
    # `repr` distinguishes 1 from 1.0, true and "1".
    return blake2b(repr((types, question)).encode(errors="surrogatepass"), digest_size=16).digest()


def _remember(digests: Iterable[bytes]) -> None:
    with _lock:
        for digest in digests:
            _known[digest] = None
            _known.move_to_end(digest)
        while len(_known) > _KNOWN_MAX:
            _known.popitem(last=False)


@lru_cache(maxsize=10)
def _validator_of(types: tuple[str, ...]) -> Any:
    """Return the validator of documents whose questions have one of these types; the file has the built-in ones."""
    text = files("chat_api.schemas").joinpath("compact.schema.json").read_text(encoding="utf-8")
    schema = json.loads(text)
    schema["$defs"]["question"]["properties"]["type"]["enum"] = list(types)
    return jsonschema.Draft202012Validator(schema)
