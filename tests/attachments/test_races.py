"""Two requests about attachments at the same time, on PostgreSQL with real threads."""

from __future__ import annotations

from collections import Counter
from functools import partial

import pytest

from tests.attachments.conftest import PLAIN, Place, client_of
from tests.chat.test_races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres_only]

ROUNDS = 20


@pytest.fixture(autouse=True)
def _types(chat) -> None:
    chat(TYPES_CUSTOM_ATTACHMENTS=PLAIN, MESSAGE_ATTACHMENTS_MAX=2)


def test_two_additions_at_once_do_not_exceed_the_limit(place: Place) -> None:
    clients = [client_of(place.owner) for _ in range(2)]
    for _ in range(ROUNDS):
        place.model._default_manager.all().delete()
        place.attach(type="plain")
        answers = at_once(*[partial(client.post, place.path, {"type": "plain"}) for client in clients])
        assert Counter(answer.status_code for answer in answers) == {201: 1, 400: 1}
        assert place.model._default_manager.count() == 2


def test_has_attachments_is_right_after_addition_and_deletion_at_once(place: Place) -> None:
    clients = [client_of(place.owner) for _ in range(2)]
    for _ in range(ROUNDS):
        place.model._default_manager.all().delete()
        path = f"{place.path}/{place.attach(type='plain')['id']}"
        made, taken = at_once(
            partial(clients[0].post, place.path, {"type": "plain"}), partial(clients[1].delete, path)
        )
        assert (made.status_code, taken.status_code) == (201, 204)
        assert place.has_attachments()


def test_one_of_two_deletions_at_once_is_not_found(place: Place) -> None:
    clients = [client_of(place.owner) for _ in range(2)]
    for _ in range(ROUNDS):
        path = f"{place.path}/{place.attach(type='plain')['id']}"
        answers = at_once(*[partial(client.delete, path) for client in clients])
        assert Counter(answer.status_code for answer in answers) == {204: 1, 404: 1}
        assert not place.has_attachments()
