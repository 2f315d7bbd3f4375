"""The earlier state of a client and the events since then give the current REST responses, for every change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from chat_api.realtime.events import EVENTS
from chat_api.realtime.testing import ClientState, assert_events_rebuild_state
from tests.chat.conftest import thread_with
from tests.chat.talking import Talk, set_state, start_script, talks
from tests.factories import UserFactory, published_schema

pytestmark = pytest.mark.django_db

CREATED, READ, UPDATED = "message_created_or_updated", "messages_read", "thread_updated"
CORRECTED, FLAGGED = "run_corrected", "flag_raised"
VIDEO = {"type": "youtube", "url": "https://www.youtube.com/watch?v=abcdefghijk"}


@dataclass
class Scene:
    """Alice and Bob in a thread with messages."""

    alice: Talk
    bob: Talk

    def said(self, number: int = 0) -> str:
        return f"{self.alice.path}/messages/{self.alice.messages()[number]['id']}"

    def script(self, **more: Any) -> Any:
        questions: list[dict[str, Any]] = [
            {"type": "message"},
            {"type": "choice", "answers": [{"variable_modifications": [["x", "x + 1"]]}]},
            {"type": "control"},
            {"type": "text", "text": "So {{ answers.q2 }}?"},
        ]
        return start_script(self.alice, published_schema(questions), self.bob.user, **more)

    def choose(self) -> None:
        question = self.bob.thread()["question_data"]
        self.bob.say(answers=[question["answers"][0]["id"]])


def attach(scene: Scene) -> str:
    answer = scene.alice.client.post(f"{scene.said()}/attachments", VIDEO, format="json")
    assert answer.status_code == 201, answer.content
    return f"{scene.said()}/attachments/{answer.json()['id']}"


def fe_control(scene: Scene) -> None:
    schema = published_schema([{"type": "control"}, {"type": "text"}])
    scene.alice.control(scene.bob.user, state="scripted_fe_controlled", schema=schema.pk)
    scene.bob.confirm(question=schema.questions.get(qid=1).pk)


def repeat(scene: Scene) -> None:
    schema = published_schema([{"type": "text"}])
    start_script(
        scene.alice, schema, scene.bob.user, on_finish="repeat", frequency_unit="days", frequency_value=1
    )
    scene.bob.say(text="done")
    set_state(scene.bob, next_restart=timezone.now() - timedelta(minutes=1))
    call_command("restart_due_scripts")


def everything(scene: Scene) -> None:
    scene.script()
    scene.choose()
    scene.bob.confirm()
    assert scene.bob.roll_back().status_code == 200
    scene.bob.confirm()
    scene.bob.say(text="the end")


def correct(scene: Scene) -> None:
    """Correct an answer, so that another is superseded and a flag raised."""
    flag = {"name": "flagged", "if": 'a == "hide"', "label": "to look at"}
    questions = [{"name": "a"}, {"name": "b", "show_if": 'a != "hide"'}, {"name": "c"}]
    start_script(scene.alice, published_schema(questions, flags=[flag]), scene.bob.user)
    said = scene.bob.say(text="x")
    scene.bob.say(text="y")
    body = {"message": said["id"], "last": scene.bob.messages()[-1]["id"], "text": "hide"}
    answer = scene.bob.client.post(f"{scene.bob.path}/correct", body, format="json")
    assert answer.status_code == 201, answer.content


#: By name: the change, and the kinds of events that it covers.
CASES: dict[str, tuple[Callable[[Scene], Any], set[str]]] = {
    "a message": (lambda s: s.alice.say(text="new"), {CREATED}),
    "a message sent twice": (
        lambda s: [s.alice.post(text="new", client_id="6f1f9d16-6f2a-4f57-9a83-8c7d2b8d6a10") for _ in "ab"],
        {CREATED},
    ),
    "a changed message": (
        lambda s: s.alice.client.patch(s.said(), {"text": "changed"}, format="json"),
        {CREATED},
    ),
    "a deleted message": (lambda s: s.alice.client.delete(s.said()), {CREATED}),
    "the last message deleted": (lambda s: s.alice.client.delete(s.said(-1)), {CREATED}),
    "an attachment": (attach, {CREATED}),
    "a changed attachment": (
        lambda s: s.alice.client.patch(attach(s), {"title": "other"}, format="json"),
        {CREATED},
    ),
    "a deleted attachment": (lambda s: s.alice.client.delete(attach(s)), {CREATED}),
    "reading": (lambda s: s.bob.client.get(f"{s.bob.path}/messages?limit=1"), {READ}),
    "reading all": (lambda s: s.bob.client.get(f"{s.bob.path}/messages?limit=9"), {READ}),
    "reading between messages": (
        lambda s: [s.bob.client.get(s.said(1)), s.alice.say(text="new"), s.bob.client.get(s.said(0))],
        {READ, CREATED},
    ),
    "a title": (lambda s: s.alice.patch(title="another"), {UPDATED}),
    "notifications": (lambda s: s.bob.patch(notifications=1 | 8), {UPDATED}),
    "closing": (lambda s: s.alice.patch(state="closed"), {UPDATED}),
    "opening": (lambda s: [s.alice.patch(state=state) for state in ("closed", "open")], {UPDATED}),
    "reopening by a message": (
        lambda s: [s.alice.patch(state="closed"), s.bob.say(text="open again")],
        {UPDATED, CREATED},
    ),
    "a new member": (
        lambda s: s.alice.client.post(f"{s.alice.path}/users", {"user": UserFactory.create().pk}),
        {UPDATED},
    ),
    "a member leaves": (
        lambda s: [
            s.alice.client.post(f"{s.alice.path}/users", {"user": (other := UserFactory.create()).pk}),
            s.alice.client.delete(f"{s.alice.path}/users/{other.pk}"),
        ],
        {UPDATED},
    ),
    "other permissions": (lambda s: s.alice.control(s.bob.user, permissions=1 | 2 | 16), {UPDATED}),
    "a script": (lambda s: s.script(), {CREATED, UPDATED}),
    "a script to its end": (everything, {CREATED, UPDATED}),
    "a script broken off": (
        lambda s: [s.script(), s.alice.say(text="stop", break_state=True)],
        {CREATED, UPDATED},
    ),
    "a paused script": (lambda s: [s.script(), s.alice.control(s.bob.user, paused=True)], {UPDATED}),
    "a resumed script": (
        lambda s: [s.script(), *[s.alice.control(s.bob.user, paused=paused) for paused in (True, False)]],
        {UPDATED},
    ),
    "a control of the frontend's": (fe_control, {UPDATED}),
    "assistance": (
        lambda s: s.alice.control(s.bob.user, state="assisted", schema=published_schema([{}]).pk),
        {UPDATED},
    ),
    "a repeated script": (repeat, {CREATED, UPDATED}),
    "a corrected answer": (correct, {CREATED, UPDATED, CORRECTED, FLAGGED}),
    "another ending": (lambda s: [s.script(), s.alice.control(s.bob.user, on_finish="close")], {UPDATED}),
}


@pytest.fixture
def scene(db: None) -> Scene:
    alice, bob = UserFactory.create_batch(2)
    sides = talks(thread_with(alice, bob, type="chat"), alice, bob)
    for number in range(3):
        sides[number % 2].say(text=str(number))
    sides[0].say(text="last")
    return Scene(*sides)


def state_of(talk: Talk) -> ClientState:
    def get(path: str) -> Any:
        answer = talk.client.get(f"/api/{path}")
        assert answer.status_code == 200, (path, answer.content)
        return answer.json()

    return ClientState.read(get, user_id=talk.user.pk)


def frames_after(talk: Talk, seq: int) -> list[dict[str, Any]]:
    answer = talk.client.get(f"{talk.path}/events?after={seq}").json()
    assert answer["outcome"] in ("current", "replayed")
    frames: list[dict[str, Any]] = answer["events"]
    return frames


@pytest.mark.parametrize("case", CASES)
def test_events_rebuild_state(scene: Scene, case: str) -> None:
    do, kinds = CASES[case]
    before = [(talk, state_of(talk), len(frames_after(talk, 0))) for talk in (scene.alice, scene.bob)]
    do(scene)
    for talk, state, head in before:
        frames = frames_after(talk, head)
        # Bob, whom the script asks, gets no flags.
        expected = kinds - {FLAGGED} if talk is scene.bob else kinds
        assert expected <= {frame["message"] for frame in frames}
        assert_events_rebuild_state(state, frames, state_of(talk))


def test_every_event_has_a_case() -> None:
    assert set().union(*(kinds for _, kinds in CASES.values())) == EVENTS.keys()


def test_assertion_names_the_difference(scene: Scene) -> None:
    before = state_of(scene.alice)
    scene.bob.say(text="missed")
    with pytest.raises(AssertionError) as failed:
        assert_events_rebuild_state(before, [], state_of(scene.alice))
    assert f"thread {scene.alice.thread_id}: unread is 1 by events, and 2 by REST" in str(failed.value)
    assert "is missing" in str(failed.value)
