"""What is found, and what is not: the same for every backend."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import override_settings

from chat_api.chat.models import Message, Thread, UserThread
from tests.chat.talking import Talk, begin
from tests.factories import UserFactory, published_schema
from tests.search.asked import ASKED, STRANGE, TEXTS
from tests.search.conftest import Searching, searching

pytestmark = pytest.mark.django_db


def only_without_secret(messages: Any, user: Any) -> Any:
    """A host's filter."""
    return messages.exclude(type="secret")


@pytest.fixture
def mine(backend: Any, alice: Any, bob: Any) -> Searching:
    return searching(alice, bob)


def test_words_and_phrases(mine: Searching):
    stored = {mine.talk.say(text=text)["text"]: text for text in TEXTS}
    expected = {
        (asked, order): {text for text in TEXTS if text.startswith(tuple(found))} if found else set()
        for asked, found in ASKED
        for order in ("-id", "-rank")
    }
    assert expected == {
        (asked, order): {stored[text] for text in mine.texts(asked, ordering=order)}
        for asked, order in expected
    }


def test_signs_are_data(mine: Searching):
    for text in TEXTS:
        mine.talk.say(text=text)
    for order in ("id", "-rank"):
        assert {asked: mine.texts(asked, ordering=order) for asked in STRANGE} == {
            asked: [] for asked in STRANGE
        }
    assert {asked: mine.threads(asked) for asked in STRANGE} == {asked: [] for asked in STRANGE}


def test_without_a_query_everything_is_listed(mine: Searching):
    mine.talk.say(text="hello")
    (shown,) = mine.objects("")
    assert "highlight" not in shown


def test_a_sender_is_found_by_his_full_name(mine: Searching, bob: Any):
    bob.first_name, bob.last_name = "Zoë", "O'Neill"
    bob.save()
    Talk(bob, mine.talk.thread_id).say(text="good morning")
    mine.talk.say(text="good evening")
    assert mine.texts("zoe") == mine.texts('"o neill"') == mine.texts("morning nei") == ["good morning"]
    assert mine.texts('"morning zoe"') == []


def test_only_this_threads_messages_are_found(mine: Searching, alice: Any, bob: Any, carol: Any):
    other, theirs = searching(alice, bob), searching(bob, carol)
    for found in (mine, other, theirs):
        found.talk.say(text=f"treasure {found.talk.thread_id}")
    assert mine.texts("treasure") == [f"treasure {mine.talk.thread_id}"]
    assert mine.texts(str(other.talk.thread_id)) == []
    assert sorted(mine.threads("treasure")) == sorted([mine.talk.thread_id, other.talk.thread_id])
    assert mine.threads("treasure", kind="tracker") == []
    assert theirs.threads(f"treasure {theirs.talk.thread_id}") == [theirs.talk.thread_id]
    assert Searching(Talk(alice, theirs.talk.thread_id)).raw("treasure").status_code == 403


def test_who_left_finds_nothing(mine: Searching, bob: Any):
    mine.talk.say(text="treasure")
    left = Searching(Talk(bob, mine.talk.thread_id))
    assert left.threads("treasure") == [mine.talk.thread_id]
    UserThread.objects.filter(user=bob).delete()
    assert left.threads("treasure") == []


def test_hidden_messages_are_not_found(mine: Searching, settings: Any, backend: Any):
    settings.CHAT_SETTINGS = {**backend, "CHAT_MESSAGE_FILTER_QUERYSET": only_without_secret}
    mine.talk.say(text="treasure one", type="secret")
    assert mine.texts("treasure") == []
    assert mine.threads("treasure") == []
    mine.talk.say(text="treasure two")
    assert mine.texts("treasure") == mine.texts("treasure", ordering="-rank") == ["treasure two"]
    assert mine.threads("treasure") == [mine.talk.thread_id]


def test_edited_messages_are_found_as_they_are_now(mine: Searching):
    made = mine.talk.say(text="the first version")
    path = f"{mine.talk.path}/messages/{made['id']}"
    assert mine.talk.client.patch(path, {"text": "the second one"}, format="json").status_code == 200
    assert mine.texts("first") == mine.texts("version") == []
    assert mine.texts("second") == ["the second one"]


def test_deleted_messages_are_not_found(mine: Searching):
    made = [mine.talk.say(text=f"treasure {number}")["id"] for number in range(3)]
    assert mine.talk.client.delete(f"{mine.talk.path}/messages/{made[1]}").status_code == 204
    assert mine.texts("treasure") == ["treasure 2", "treasure 0"]
    # However it was deleted, and whatever the index says.
    Message.objects.get(pk=made[2]).delete()
    Message.objects.filter(pk=made[0]).delete()
    assert mine.texts("treasure") == mine.texts("treasure", ordering="-rank") == []
    assert mine.threads("treasure") == []


def test_a_deleted_thread_leaves_nothing(mine: Searching):
    mine.talk.say(text="treasure")
    Thread.objects.get(pk=mine.talk.thread_id).delete()
    assert mine.threads("treasure") == []


def test_what_a_script_says_is_found_until_it_is_rolled_back(backend: Any, alice: Any):
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


def test_types_of_threads_can_be_left_out(mine: Searching, backend: Any):
    with override_settings(
        CHAT_SETTINGS={**backend, "OPTIMIZATIONS_BY_THREAD_TYPE": {"chat": {"NOT_INDEXED": True}}}
    ):
        mine.talk.say(text="treasure")
    assert mine.texts("treasure") == []


def test_a_query_has_its_limits(mine: Searching):
    mine.talk.say(text=" ".join(f"w{number}" for number in range(30)))
    assert len(mine.texts(" ".join(f"w{number}" for number in range(20)))) == 1
    many = " ".join(f"w{number}" for number in range(21))
    path = f"/api/accounts/{mine.talk.user.pk}/threads/chat"
    in_all = mine.talk.client.get(path, {"q": many, "limit": "5"})
    for response in (mine.raw(many), mine.raw("x" * 501), in_all):
        assert response.status_code == 400
        assert response.json() == {"q": ["TOO_LONG"]}
    assert mine.texts("x" * 500) == []


def test_long_words_and_texts(mine: Searching):
    long = "a" * 3000
    mine.talk.say(text=f"{long} " + "\ufdfa " * 30_000)
    assert len(mine.texts("a" * 400)) == 1


def test_the_newest_come_first_and_the_best_on_request(mine: Searching):
    for text in ("apple apple apple", "an apple with many other words around it, as it were", "pear"):
        mine.talk.say(text=text)
    assert [text[:8] for text in mine.texts("apple")] == ["an apple", "apple ap"]
    assert [text[:8] for text in mine.texts("apple", ordering="-id")] == ["an apple", "apple ap"]
    assert [text[:8] for text in mine.texts("apple", ordering="id")] == ["apple ap", "an apple"]
    assert [text[:8] for text in mine.texts("apple", ordering="-rank")] == ["apple ap", "an apple"]
    assert [text[:8] for text in mine.texts("apple", ordering="rank")] == ["an apple", "apple ap"]
    assert mine.raw("", ordering="-rank").status_code == 400
    assert mine.raw("apple", ordering="-rnak").status_code == 400


def test_pages_fields_filters_and_anchors(mine: Searching):
    made = [mine.talk.say(text=f"apple {number}")["id"] for number in range(5)]
    page = mine.raw("apple", limit=2, offset=2).json()
    assert [message["id"] for message in page["results"]] == [made[2], made[1]]
    assert "q=apple" in page["next"]
    assert mine.objects("apple", fields="id,highlight", id__lt=made[1]) == [
        {"id": made[0], "highlight": "<mark>apple</mark> 0"}
    ]
    assert mine.objects("apple", fields="id", id=made[3]) == [{"id": made[3]}]
    assert [found["id"] for found in mine.objects("apple", before=made[2])] == [made[1], made[0]]
    ranked = [message["id"] for message in mine.objects("apple", ordering="-rank")]
    paged = [mine.objects("apple", ordering="-rank", limit=1, offset=at)[0]["id"] for at in range(5)]
    assert ranked == paged
    assert sorted(ranked) == made


def test_threads_keep_their_order_and_pages(mine: Searching, alice: Any):
    all_of_them = [mine] + [searching(alice) for _ in range(3)]
    for found in all_of_them:
        found.talk.say(text="apple")
    newest = [found.talk.thread_id for found in reversed(all_of_them)]
    assert mine.threads("apple") == newest
    assert mine.threads("apple", limit=2, offset=1) == newest[1:3]


def test_looking_marks_nothing_as_read(mine: Searching, bob: Any):
    mine.talk.say(text="apple")
    theirs = Searching(Talk(bob, mine.talk.thread_id))
    for _ in range(2):
        (shown,) = theirs.objects("apple")
        assert shown["is_read"] is False
    theirs.threads("apple")
    assert theirs.talk.thread()["unread"] == 1


def test_matches_are_marked(mine: Searching):
    mine.talk.say(text='Łódź & <b>"Lodz"</b>, lodziarz')
    (shown,) = mine.objects("lodz")
    assert shown["highlight"] == (
        "<mark>Łódź</mark> &amp; &lt;b&gt;&quot;<mark>Lodz</mark>&quot;&lt;/b&gt;, <mark>lodziarz</mark>"
    )


def test_hosts_that_cut_messages_cut_what_was_found(mine: Searching, backend: Any):
    mine.talk.say(text="apple")
    for fields, keys in ((["id", "text"], {"id", "text", "highlight"}), (["id"], {"id"})):
        with override_settings(
            CHAT_SETTINGS={**backend, "OPTIMIZATIONS_BY_THREAD_TYPE": {"chat": {"LIMIT_FIELDS_TO": fields}}}
        ):
            (shown,) = mine.objects("apple")
            assert shown.keys() == keys


def test_without_escaping_texts_are_searched_and_shown_as_they_are(
    mine: Searching, settings: Any, backend: Any
):
    settings.CHAT_SETTINGS = {**backend, "ESCAPE_TEXT": False}
    mine.talk.say(text="a &lt; apple <i>")
    assert mine.objects("lt")[0]["highlight"] == "a &amp;<mark>lt</mark>; apple &lt;i&gt;"
