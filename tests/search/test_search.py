"""Search results, which are the same with every backend."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import override_settings

from chat_api.chat.models import Message, Thread, UserThread
from tests.chat.talking import Talk, begin
from tests.factories import UserFactory, published_schema
from tests.search.conftest import Searching, searching
from tests.search.queries import ASKED, STRANGE, TEXTS

pytestmark = pytest.mark.django_db


def only_without_secret(messages: Any, user: Any) -> Any:
    """Return the messages that the host permits."""
    return messages.exclude(type="secret")


@pytest.fixture
def alice_search(backend: Any, alice: Any, bob: Any) -> Searching:
    return searching(alice, bob)


def test_words_and_phrases_are_found(alice_search: Searching):
    stored = {alice_search.talk.say(text=text)["text"]: text for text in TEXTS}
    expected = {
        (asked, order): {text for text in TEXTS if text.startswith(tuple(found))} if found else set()
        for asked, found in ASKED
        for order in ("-id", "-rank")
    }
    assert expected == {
        (asked, order): {stored[text] for text in alice_search.texts(asked, ordering=order)}
        for asked, order in expected
    }


def test_special_characters_are_data(alice_search: Searching):
    for text in TEXTS:
        alice_search.talk.say(text=text)
    for order in ("id", "-rank"):
        assert {asked: alice_search.texts(asked, ordering=order) for asked in STRANGE} == {
            asked: [] for asked in STRANGE
        }
    assert {asked: alice_search.threads(asked) for asked in STRANGE} == {asked: [] for asked in STRANGE}


def test_without_a_query_everything_is_listed(alice_search: Searching):
    alice_search.talk.say(text="hello")
    (shown,) = alice_search.objects("")
    assert "highlight" not in shown


def test_sender_is_found_by_full_name(alice_search: Searching, bob: Any):
    bob.first_name, bob.last_name = "Zoë", "O'Neill"
    bob.save()
    Talk(bob, alice_search.talk.thread_id).say(text="good morning")
    alice_search.talk.say(text="good evening")
    assert (
        alice_search.texts("zoe")
        == alice_search.texts('"o neill"')
        == alice_search.texts("morning nei")
        == ["good morning"]
    )
    assert alice_search.texts('"morning zoe"') == []


def test_only_messages_of_the_thread_are_found(alice_search: Searching, alice: Any, bob: Any, carol: Any):
    other, bob_search = searching(alice, bob), searching(bob, carol)
    for found in (alice_search, other, bob_search):
        found.talk.say(text=f"treasure {found.talk.thread_id}")
    assert alice_search.texts("treasure") == [f"treasure {alice_search.talk.thread_id}"]
    assert alice_search.texts(str(other.talk.thread_id)) == []
    assert sorted(alice_search.threads("treasure")) == sorted(
        [alice_search.talk.thread_id, other.talk.thread_id]
    )
    assert alice_search.threads("treasure", kind="tracker") == []
    assert bob_search.threads(f"treasure {bob_search.talk.thread_id}") == [bob_search.talk.thread_id]
    assert Searching(Talk(alice, bob_search.talk.thread_id)).raw("treasure").status_code == 403


def test_former_member_finds_nothing(alice_search: Searching, bob: Any):
    alice_search.talk.say(text="treasure")
    left = Searching(Talk(bob, alice_search.talk.thread_id))
    assert left.threads("treasure") == [alice_search.talk.thread_id]
    UserThread.objects.filter(user=bob).delete()
    assert left.threads("treasure") == []


def test_hidden_messages_are_not_found(alice_search: Searching, settings: Any, backend: Any):
    settings.CHAT_SETTINGS = {**backend, "CHAT_MESSAGE_FILTER_QUERYSET": only_without_secret}
    alice_search.talk.say(text="treasure one", type="secret")
    assert alice_search.texts("treasure") == []
    assert alice_search.threads("treasure") == []
    alice_search.talk.say(text="treasure two")
    assert (
        alice_search.texts("treasure") == alice_search.texts("treasure", ordering="-rank") == ["treasure two"]
    )
    assert alice_search.threads("treasure") == [alice_search.talk.thread_id]


def test_edited_messages_are_found_by_their_new_text(alice_search: Searching):
    made = alice_search.talk.say(text="the first version")
    path = f"{alice_search.talk.path}/messages/{made['id']}"
    assert alice_search.talk.client.patch(path, {"text": "the second one"}, format="json").status_code == 200
    assert alice_search.texts("first") == alice_search.texts("version") == []
    assert alice_search.texts("second") == ["the second one"]


def test_deleted_messages_are_not_found(alice_search: Searching):
    made = [alice_search.talk.say(text=f"treasure {number}")["id"] for number in range(3)]
    assert alice_search.talk.client.delete(f"{alice_search.talk.path}/messages/{made[1]}").status_code == 204
    assert alice_search.texts("treasure") == ["treasure 2", "treasure 0"]
    # However it was deleted, and whatever the index contains.
    Message.objects.get(pk=made[2]).delete()
    Message.objects.filter(pk=made[0]).delete()
    assert alice_search.texts("treasure") == alice_search.texts("treasure", ordering="-rank") == []
    assert alice_search.threads("treasure") == []


def test_deleted_thread_is_removed_from_the_index(alice_search: Searching):
    alice_search.talk.say(text="treasure")
    Thread.objects.get(pk=alice_search.talk.thread_id).delete()
    assert alice_search.threads("treasure") == []


def test_messages_of_a_script_are_found_until_a_rollback(backend: Any, alice: Any):
    bot = UserFactory.create(first_name="Robo", last_name="Nurse")
    schema = published_schema(
        [{"text": "Any <b>treasure</b>?"}, {"text": "More treasure?"}, {"text": "End."}]
    )
    with override_settings(
        CHAT_SETTINGS={**backend, "AUTOMATED_SENDERS": lambda user: type(user).objects.all()}
    ):
        found = Searching(begin(alice, schema, permissions=8191, automated_sender=bot.pk))
        found.talk.say(text="my treasure")
        assert found.texts("treasure") == ["More treasure?", "my treasure", "Any <b>treasure</b>?"]
        assert found.texts("robo nurse treas") == ["More treasure?", "Any <b>treasure</b>?"]
        assert found.talk.roll_back().status_code == 200
        assert found.texts("treasure") == ["Any <b>treasure</b>?"]


def test_thread_types_can_be_excluded(alice_search: Searching, backend: Any):
    with override_settings(
        CHAT_SETTINGS={**backend, "OPTIMIZATIONS_BY_THREAD_TYPE": {"chat": {"NOT_INDEXED": True}}}
    ):
        alice_search.talk.say(text="treasure")
    assert alice_search.texts("treasure") == []


def test_query_length_is_limited(alice_search: Searching):
    alice_search.talk.say(text=" ".join(f"w{number}" for number in range(30)))
    assert len(alice_search.texts(" ".join(f"w{number}" for number in range(20)))) == 1
    many = " ".join(f"w{number}" for number in range(21))
    path = f"/api/accounts/{alice_search.talk.user.pk}/threads/chat"
    in_all = alice_search.talk.client.get(path, {"q": many, "limit": "5"})
    for response in (alice_search.raw(many), alice_search.raw("x" * 501), in_all):
        assert response.status_code == 400
        assert response.json() == {"q": ["TOO_LONG"]}
    assert alice_search.texts("x" * 500) == []


def test_long_words_and_texts_are_found(alice_search: Searching):
    long = "a" * 3000
    alice_search.talk.say(text=f"{long} " + "\ufdfa " * 30_000)
    assert len(alice_search.texts("a" * 400)) == 1


def test_results_are_ordered_by_time_or_rank(alice_search: Searching):
    for text in ("apple apple apple", "an apple with many other words around it, as it were", "pear"):
        alice_search.talk.say(text=text)
    assert [text[:8] for text in alice_search.texts("apple")] == ["an apple", "apple ap"]
    assert [text[:8] for text in alice_search.texts("apple", ordering="-id")] == ["an apple", "apple ap"]
    assert [text[:8] for text in alice_search.texts("apple", ordering="id")] == ["apple ap", "an apple"]
    assert [text[:8] for text in alice_search.texts("apple", ordering="-rank")] == ["apple ap", "an apple"]
    assert [text[:8] for text in alice_search.texts("apple", ordering="rank")] == ["an apple", "apple ap"]
    assert alice_search.raw("", ordering="-rank").status_code == 400
    assert alice_search.raw("apple", ordering="-rnak").status_code == 400


def test_search_works_with_pages_fields_filters_and_anchors(alice_search: Searching):
    made = [alice_search.talk.say(text=f"apple {number}")["id"] for number in range(5)]
    page = alice_search.raw("apple", limit=2, offset=2).json()
    assert [message["id"] for message in page["results"]] == [made[2], made[1]]
    assert "q=apple" in page["next"]
    assert alice_search.objects("apple", fields="id,highlight", id__lt=made[1]) == [
        {"id": made[0], "highlight": "<mark>apple</mark> 0"}
    ]
    assert alice_search.objects("apple", fields="id", id=made[3]) == [{"id": made[3]}]
    assert [found["id"] for found in alice_search.objects("apple", before=made[2])] == [made[1], made[0]]
    ranked = [message["id"] for message in alice_search.objects("apple", ordering="-rank")]
    paged = [alice_search.objects("apple", ordering="-rank", limit=1, offset=at)[0]["id"] for at in range(5)]
    assert ranked == paged
    assert sorted(ranked) == made


def test_threads_keep_their_order_and_pages(alice_search: Searching, alice: Any):
    all_of_them = [alice_search] + [searching(alice) for _ in range(3)]
    for found in all_of_them:
        found.talk.say(text="apple")
    newest = [found.talk.thread_id for found in reversed(all_of_them)]
    assert alice_search.threads("apple") == newest
    assert alice_search.threads("apple", limit=2, offset=1) == newest[1:3]


def test_search_marks_nothing_as_read(alice_search: Searching, bob: Any):
    alice_search.talk.say(text="apple")
    bob_search = Searching(Talk(bob, alice_search.talk.thread_id))
    for _ in range(2):
        (shown,) = bob_search.objects("apple")
        assert shown["is_read"] is False
    bob_search.threads("apple")
    assert bob_search.talk.thread()["unread"] == 1


def test_matches_are_highlighted(alice_search: Searching):
    alice_search.talk.say(text='Łódź & <b>"Lodz"</b>, lodziarz')
    (shown,) = alice_search.objects("lodz")
    assert shown["highlight"] == (
        "<mark>Łódź</mark> &amp; &lt;b&gt;&quot;<mark>Lodz</mark>&quot;&lt;/b&gt;, <mark>lodziarz</mark>"
    )


def test_field_limits_apply_to_search_results(alice_search: Searching, backend: Any):
    alice_search.talk.say(text="apple")
    for fields, keys in ((["id", "text"], {"id", "text", "highlight"}), (["id"], {"id"})):
        with override_settings(
            CHAT_SETTINGS={**backend, "OPTIMIZATIONS_BY_THREAD_TYPE": {"chat": {"LIMIT_FIELDS_TO": fields}}}
        ):
            (shown,) = alice_search.objects("apple")
            assert shown.keys() == keys


def test_unescaped_texts_are_searched_and_shown_unchanged(
    alice_search: Searching, settings: Any, backend: Any
):
    settings.CHAT_SETTINGS = {**backend, "ESCAPE_TEXT": False}
    alice_search.talk.say(text="a &lt; apple <i>")
    assert alice_search.objects("lt")[0]["highlight"] == "a &amp;<mark>lt</mark>; apple &lt;i&gt;"
