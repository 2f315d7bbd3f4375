"""Questions for files in chats: the answer is what is attached to the message."""

from __future__ import annotations

from typing import Any

import pytest

from chat_api.chat.choices import PERMISSIONS_ALL
from chat_api.chat.models import Attachment, Message, ScriptRun
from chat_api.raised_flags.models import Flag
from chat_api.schemas.models import Schema
from tests.attachments.pictures import as_text, picture
from tests.chat.talking import Talk, answer, begin, events, question, start_script
from tests.chat.test_correcting import corrected
from tests.chat.test_repeats import form
from tests.factories import published_schema

pytestmark = pytest.mark.django_db

PNG = {"type": "image", "file_content": as_text(picture())}
GIF = {"type": "image", "file_content": as_text(picture("GIF"))}

PHOTOS: list[dict[str, Any]] = [
    {
        "qid": 1,
        "type": "file",
        "text": "Photos?",
        "name": "photos",
        "limits": {"max_files": 3},
        "constraints": [{"check": "value > 1", "message": "Only one?", "severity": "warning"}],
        "variable_modifications": [["asked", "asked + 1"]],
        "next_qid": 2,
    },
    {"qid": 2, "type": "text", "text": "Of what?", "name": "what", "next_qid": 3},
    {
        "qid": 3,
        "type": "fork",
        "variable_modifications": [["n", "photos"]],
        "forking_rules": [["4", "photos > 2"], ["5", "true"]],
    },
    {"qid": 4, "text": "Why {{ answers.photos }}?", "name": "why", "next_qid": 5},
    {"qid": 5, "text": "Anything else?", "name": "rest", "next_qid": -1},
]
RESULTS: dict[str, Any] = {
    "scores": [{"name": "effort", "expression": "photos * 10"}],
    "flags": [{"name": "many", "if": "photos > 2"}],
}


def start(user: Any, questions: Any = PHOTOS, *, state: str = "scripted", **schema: Any) -> Talk:
    made = published_schema(questions, **schema)
    return begin(user, made, permissions=PERMISSIONS_ALL, state=state)


def attach(talk: Talk, message: dict[str, Any], body: dict[str, Any] = PNG, query: str = "") -> Any:
    return talk.client.post(f"{talk.path}/messages/{message['id']}/attachments{query}", body, format="json")


def detach(talk: Talk, message: dict[str, Any], place: int = 0, query: str = "") -> Any:
    pk = Attachment.objects.filter(message=message["id"]).order_by("pk")[place].pk
    return talk.client.delete(f"{talk.path}/messages/{message['id']}/attachments/{pk}{query}")


def stored(message: dict[str, Any]) -> Any:
    """Return the stored value of an answer."""
    reply = Message.objects.get(pk=message["id"]).reply
    return None if reply is None else reply["value"]


@pytest.mark.parametrize("names", [{}, {"name": "photos"}], ids=["unnamed", "named"])
def test_last_file_of_an_answer_cannot_go(alice: Any, names: dict[str, Any]) -> None:
    talk = start(alice, [{"type": "file", **names}, {"text": "Else?"}])
    said = talk.say(text="my arm", attachments=[PNG, PNG])
    assert detach(talk, said).status_code == 204
    response = detach(talk, said)
    assert (response.status_code, response.json()) == (400, {"attachments": ["REQUIRED"]})
    assert Attachment.objects.count() == 1


@pytest.mark.parametrize("names", [{}, {"name": "photos"}], ids=["unnamed", "named"])
@pytest.mark.parametrize(
    ("limits", "code"),
    [({"max_files": 1}, "TOO_MANY"), ({"accept": [".gif"]}, "WRONG_FORMAT"), ({"max_size": 60}, "TOO_LARGE")],
    ids=["max_files", "accept", "max_size"],
)
def test_added_file_has_to_fit_the_limits(
    alice: Any, names: dict[str, Any], limits: dict[str, Any], code: str
) -> None:
    talk = start(alice, [{"type": "file", "limits": limits, **names}])
    tiny = {"type": "image", "file_content": as_text(picture("GIF", (1, 1)))}
    said = talk.say(attachments=[tiny])
    response = attach(talk, said)
    assert (response.status_code, response.json()) == (400, {"attachments": [code]})
    assert Attachment.objects.count() == 1


def test_changed_file_has_to_fit_the_limits(alice: Any) -> None:
    talk = start(alice, [{"type": "file", "limits": {"accept": [".png"]}}])
    said = talk.say(attachments=[PNG])
    path = f"{talk.path}/messages/{said['id']}/attachments/{Attachment.objects.get().pk}"
    response = talk.client.patch(path, {"file_content": GIF["file_content"]}, format="json")
    assert (response.status_code, response.json()) == (400, {"attachments": ["WRONG_FORMAT"]})
    assert talk.client.patch(path, {"title": "Arm"}, format="json").status_code == 200


def test_variables_values_and_the_way_that_follows_read_the_files_as_they_are(alice: Any) -> None:
    talk = start(alice)
    said = talk.say(attachments=[PNG, PNG])
    assert attach(talk, said).status_code == 201
    assert stored(said) == 3
    talk.say(text="arm")
    assert talk.thread()["question_data"]["qid"] == 4
    assert talk.texts()[-1] == "Why 3?"
    assert talk.row.variables == {"asked": 1, "n": 3}
    # The way that was gone stays; what is computed follows.
    assert detach(talk, said).status_code == 204
    assert talk.thread()["question_data"]["qid"] == 4
    assert talk.row.values["given"][0]["value"] == 2


def test_scores_and_flags_follow_the_number_of_files(alice: Any) -> None:
    talk = start(alice, **RESULTS)
    said = talk.say(attachments=[PNG, PNG])
    assert talk.row.values["scores"]["effort"] == 20
    attach(talk, said)
    assert talk.row.values["scores"]["effort"] == 30
    flag = Flag.objects.get()
    assert (flag.cleared, flag.message_id) == (None, said["id"])
    detach(talk, said)
    assert talk.row.values["scores"]["effort"] == 20
    assert Flag.objects.get().cleared is not None


def test_results_of_the_finished_run_follow_until_the_next_one_starts(alice: Any) -> None:
    talk = start(alice, [{**PHOTOS[0], "next_qid": -1}], **RESULTS)
    said = talk.say(attachments=[PNG, PNG])
    run = ScriptRun.objects.get()
    assert (run.finished is not None, run.values["scores"]["effort"]) == (True, 20)
    attach(talk, said)
    assert ScriptRun.objects.get().values["scores"]["effort"] == 30
    start_script(talk, run.schema, alice)
    assert detach(talk, said).status_code == 204
    assert (stored(said), ScriptRun.objects.get(pk=run.pk).values["scores"]["effort"]) == (2, 30)
    assert talk.row.values["given"] == []
    detach(talk, said)
    assert detach(talk, said).json() == {"attachments": ["REQUIRED"]}


def test_warning_is_confirmed_with_the_answer_or_with_the_change(alice: Any) -> None:
    talk = start(alice)
    assert talk.refused(attachments=[PNG]) == {"attachments": ["CONFIRM"]}
    said = talk.say(attachments=[PNG, PNG])
    assert detach(talk, said).json() == {"attachments": ["CONFIRM"]}
    assert detach(talk, said, query="?confirm=true").status_code == 204
    # It stays confirmed.
    assert attach(talk, said).status_code == 201
    assert detach(talk, said).status_code == 204
    assert stored(said) == 1


def test_files_of_a_corrected_answer_belong_to_the_question_that_it_corrects(alice: Any) -> None:
    talk = start(alice)
    said = talk.say(attachments=[PNG, PNG])
    talk.say(text="arm")
    again = corrected(talk, said["id"], attachments=[PNG, PNG])
    assert attach(talk, again).status_code == 201
    assert talk.row.values["given"][0]["value"] == 3
    assert detach(talk, said).status_code == 404


def test_files_of_a_run_that_the_front_end_leads_are_checked(alice: Any) -> None:
    talk = start(alice, state="scripted_fe_controlled", **RESULTS)
    schema = Schema.objects.get()
    said = talk.say(question=question(schema, 1).pk, attachments=[PNG, PNG])
    talk.say(question=question(schema, 2).pk, text="arm")
    attach(talk, said)
    assert talk.row.values["scores"]["effort"] == 30
    assert attach(talk, said).json() == {"attachments": ["TOO_MANY"]}


def test_attachments_of_other_messages_are_not_an_answer(alice: Any) -> None:
    schema = [{"type": "choice", "answers": [{"text": "yes"}], "name": "ok"}]
    talk = start(alice, schema)
    said = talk.say(answers=[answer(Schema.objects.get(), 1, 1)], attachments=[PNG])
    plain = talk.say(text="Hello", attachments=[PNG])
    for message in (said, plain):
        assert detach(talk, message).status_code == 204
    assert not Attachment.objects.exists()


def test_attachments_of_a_skipped_question_are_not_an_answer(alice: Any) -> None:
    talk = start(alice, [{"type": "file", "name": "photos", "skip": "Later"}, {"text": "Else?"}])
    said = talk.say(skip=True)
    assert attach(talk, said).status_code == 201
    assert stored(said) is None
    assert detach(talk, said).status_code == 204


def test_changed_files_are_published(alice: Any) -> None:
    talk = start(alice)
    said = talk.say(attachments=[PNG, PNG])
    before = len(events(talk.thread_id))
    attach(talk, said)
    names = [name for name, _ in events(talk.thread_id)[before:]]
    assert names == ["message_created_or_updated", "thread_updated"]


def test_files_of_a_round_count_in_their_round(alice: Any) -> None:
    file = {
        "type": "file",
        "text": "Photos?",
        "name": "photos",
        "group": "children",
        "limits": {"max_files": 2},
    }
    questions: list[dict[str, Any]] = [
        {"qid": 1, "type": "int", "text": "How many?", "name": "number", "next_qid": 2},
        {"qid": 2, **file, "next_qid": 3},
        {
            "qid": 3,
            "type": "calculation",
            "name": "total",
            "calculate": "sum(children.photos)",
            "next_qid": 4,
        },
        {"qid": 4, "text": "Anything else?", "name": "rest", "next_qid": -1},
    ]
    talk = begin(alice, form(questions), permissions=PERMISSIONS_ALL)
    talk.say(text="2")
    first, second = (talk.say(attachments=[PNG]) for _ in range(2))
    assert attach(talk, first).status_code == 201
    assert attach(talk, first).json() == {"attachments": ["TOO_MANY"]}
    assert (stored(first), stored(second)) == (2, 1)
    assert [*talk.row.values["calculated"].values()] == [3]
    assert detach(talk, second).json() == {"attachments": ["REQUIRED"]}


def explained(response: Any) -> list[tuple[str, str]]:
    """Return the errors of a refused change in words, and check that they are those of the response."""
    refused = response.json()
    found = refused.pop("explanations")
    assert response.status_code == 400
    assert refused == {"attachments": [each["code"] for each in found]}
    assert {(each["field"], each["expected"]["type"]) for each in found} == {("attachments", "file")}
    return [(each["code"], each["text"]) for each in found]


LIMITED: list[dict[str, Any]] = [
    {"qid": 1, "type": "text", "text": "Of what?", "name": "what", "next_qid": 2},
    {
        "qid": 2,
        "type": "file",
        "text": "Photos?",
        "name": "photos",
        "required_message": "Send your {{ answers.what }}.",
        "limits": {"max_files": 3, "accept": [".png", ".gif"], "max_size": 2000},
        "constraints": [
            {"check": "value != 2", "message": "Not two of your {{ answers.what }}"},
            {"check": "value > 0", "message": "never"},
        ],
    },
]


def test_refused_changes_are_explained_in_the_language_of_the_request(alice: Any) -> None:
    talk = start(alice, LIMITED)
    talk.say(text="arm")
    said = talk.say(attachments=[PNG])
    large = {"type": "image", "file_content": as_text(picture("PNG", (900, 900)))}
    jpeg = {"type": "image", "file_content": as_text(picture("JPEG", (1, 1)))}
    assert explained(attach(talk, said, query="?explain=true")) == [("CONSTRAINT", "Not two of your arm")]
    assert explained(attach(talk, said, large, "?explain=true")) == [("TOO_LARGE", "files of at most 2 kB")]
    path = f"{talk.path}/messages/{said['id']}/attachments/{Attachment.objects.get().pk}?explain=true"
    for change in (talk.client.patch, talk.client.put):
        assert explained(change(path, {"file_content": jpeg["file_content"]}, format="json")) == [
            ("WRONG_FORMAT", "files of these types: .png, .gif")
        ]
    assert explained(detach(talk, said, query="?explain=true")) == [("REQUIRED", "Send your arm.")]
    polish = talk.client.patch(path, jpeg, format="json", headers={"Accept-Language": "pl"})
    assert explained(polish) == [("WRONG_FORMAT", "pliki tych typów: .png, .gif")]


def test_refused_changes_to_answers_of_earlier_runs_are_explained(alice: Any) -> None:
    talk = start(alice, [{**PHOTOS[0], "limits": {"max_files": 2}, "next_qid": -1}])
    said = talk.say(attachments=[PNG, PNG])
    start_script(talk, Schema.objects.get(), alice)
    assert explained(attach(talk, said, query="?explain=true")) == [("TOO_MANY", "at most 2 files")]


def test_other_refusals_of_attachments_have_no_explanations(alice: Any) -> None:
    talk = start(alice)
    said = talk.say(attachments=[PNG, PNG])
    assert detach(talk, said).json() == {"attachments": ["CONFIRM"]}
    response = attach(talk, said, {"type": "image", "file_content": "x"}, "?explain=true")
    assert (response.status_code, response.json()) == (400, {"file_content": ["INCORRECT_TYPE"]})
    response = talk.client.get(f"{talk.path}/messages/0/attachments?explain=true")
    assert (response.status_code, "explanations" in response.json()) == (404, False)
