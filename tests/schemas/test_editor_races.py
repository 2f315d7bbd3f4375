"""Two authors save a script at the same time, with threads."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from chat_api.schemas.editing import read_script
from tests.factories import draft_schema
from tests.schemas.admin_pages import ask, client_with, document
from tests.schemas.test_races import ROUNDS, at_once

pytestmark = [pytest.mark.postgres_only, pytest.mark.django_db(transaction=True)]


def test_exactly_one_of_two_saves_with_the_same_token_wins() -> None:
    authors = {name: client_with(is_superuser=True, first_name=name, last_name="") for name in ("Ann", "Bob")}
    for _ in range(ROUNDS):
        schema = draft_schema([{"text": "old"}])
        token = read_script(schema).token

        def save(name: str, schema: Any = schema, token: str = token) -> Any:
            content = document(
                {"qid": 1, "type": "text", "text": name}, {"qid": 2, "type": "text", "text": "x"}
            )
            return ask(authors[name], schema, "save", document=content, token=token)

        responses = at_once(*[partial(save, name) for name in authors])
        statuses = {name: response.status_code for name, response in zip(authors, responses, strict=True)}
        assert sorted(statuses.values()) == [200, 409]
        winner = min(statuses, key=lambda name: statuses[name])
        conflict = next(response.json() for response in responses if response.status_code == 409)
        assert schema.questions.get(qid=1).text == winner
        assert conflict["document"]["questions"][0]["text"] == winner
        assert conflict["token"] == read_script(schema).token
        # The history is written right after the script.
        assert conflict["by"] in (winner, None)
