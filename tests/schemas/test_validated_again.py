"""Documents are judged the same, however often their questions were validated before."""

from __future__ import annotations

from typing import Any

import pytest

from chat_api.schemas.portability import BadDocument
from chat_api.schemas.portability.compact import from_compact
from tests.schemas.admin_pages import document
from tests.schemas.test_host_question_types import Even

GOOD = {"qid": 1, "type": "text", "text": "a", "required": True}


def reasons(content: Any) -> list[str]:
    try:
        from_compact(content, using="default")
    except BadDocument as error:
        return list(error.reasons)
    return []


def test_error_after_known_questions_is_at_its_place() -> None:
    bad = {"qid": 2, "type": "nothing"}
    assert reasons(document(GOOD)) == []
    for _ in range(2):
        assert [each.split(":")[0] for each in reasons(document(GOOD, bad, GOOD))] == ["questions[1].type"]


@pytest.mark.parametrize("required", [1, 1.0, "true", None])
def test_value_that_equals_a_valid_one_is_not_taken_for_it(required: Any) -> None:
    assert reasons(document(GOOD)) == []
    assert reasons(document({**GOOD, "required": required})) != []


def test_known_questions_do_not_hide_errors_of_the_document() -> None:
    assert reasons(document(GOOD)) == []
    assert reasons(document(GOOD, unknown=1)) != []
    assert reasons({**document(GOOD), "groups": 7}) != []
    assert reasons({**document(GOOD), "questions": {}}) != []


def test_type_of_the_host_is_valid_only_while_it_is_there(settings: Any) -> None:
    own = {"qid": 1, "type": "even", "text": "?"}
    settings.CHAT_SETTINGS = {"QUESTION_TYPES": {"even": Even}}
    assert reasons(document(own)) == []
    settings.CHAT_SETTINGS = {}
    assert reasons(document(own)) != []
