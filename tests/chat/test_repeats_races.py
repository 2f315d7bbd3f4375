"""Answers to one round at the same time, on PostgreSQL with real threads."""

from __future__ import annotations

from collections import Counter

import pytest

from chat_api.chat.models import Message
from tests.chat.talking import question
from tests.chat.test_races import at_once, posting
from tests.chat.test_repeats import form, start
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres_only]

ROUNDS = 20


@pytest.mark.parametrize("door", ["messages", "reply"])
def test_one_of_two_answers_at_once_to_a_round_counts(door: str) -> None:
    alice = UserFactory.create()
    called = {"qid": 2, "text": "Name?", "name": "called", "group": "children"}
    schema = form([called], {"min": ROUNDS})
    talk = start(alice, schema)
    for number in range(1, ROUNDS + 1):
        guarded = {"text": str(number), "question": question(schema, 2).pk, "instance": number}
        responses = at_once(*[posting(alice, f"{talk.path}/{door}", guarded)] * 2)
        assert Counter(response.status_code for response in responses) == {201: 1, 400: 1}
        refused = next(response for response in responses if response.status_code == 400)
        assert refused.json() in (
            {"instance": ["ALREADY_ANSWERED"]},
            {"question": ["ALREADY_ANSWERED"]},
            # The last round ends the script: before the request looks, or while it waits for the lock.
            {"non_field_errors": ["WRONG_STATE"]},
            {"non_field_errors": ["NO_CURRENT_QUESTION"]},
        )
    answers = Message.objects.filter(sender=alice).order_by("pk").values_list("text", "instance")
    assert [*answers] == [(str(number), number) for number in range(1, ROUNDS + 1)]
