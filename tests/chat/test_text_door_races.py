"""Typed lines at the same time, on PostgreSQL with real threads."""

from __future__ import annotations

from collections import Counter
from functools import partial

import pytest

from chat_api.chat.models import Message
from tests.chat.talking import begin
from tests.chat.test_races import at_once, posting
from tests.factories import UserFactory, published_schema

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres_only]

ROUNDS = 30
ASKED = {"type": "choice", "answers": [{"text": "Yes"}, {"text": "No"}]}


def test_one_of_two_replies_at_once_to_a_question_is_its_answer() -> None:
    alice = UserFactory.create()
    talk = begin(alice, published_schema([ASKED] * (ROUNDS + 1)))
    for number in range(1, ROUNDS + 1):
        guarded = {"text": "1", "question": talk.row.question_id}
        responses = at_once(*[posting(alice, f"{talk.path}/reply", guarded)] * 2)
        statuses = Counter(response.status_code for response in responses)
        assert statuses == {201: 1, 400: 1}
        refused = next(response for response in responses if response.status_code == 400)
        assert refused.json() == {"question": ["ALREADY_ANSWERED"]}
        assert Message.objects.filter(sender=alice).count() == number


def test_replies_at_once_without_the_question_never_answer_one_question_twice() -> None:
    alice = UserFactory.create()
    talk = begin(alice, published_schema([ASKED] * (2 * ROUNDS + 1)))
    for _ in range(ROUNDS):
        reply = partial(posting(alice, f"{talk.path}/reply", {"text": "2"}))
        for response in at_once(reply, reply):
            # The later one is refused, or, if its request began after the first, answers the next question.
            assert response.status_code == 201 or response.json() == {"question": ["ALREADY_ANSWERED"]}
    answered = Message.objects.filter(sender=alice).values_list("related_question", flat=True)
    assert len(answered) == len({*answered}) >= ROUNDS
