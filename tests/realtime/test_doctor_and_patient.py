"""A doctor who is assisted by a script, and a patient: send questions, start the script, pause and resume it."""

from __future__ import annotations

from typing import Any

import pytest

from chat_api.realtime.models import ThreadEvent
from tests.chat.conftest import thread_with
from tests.chat.talking import Talk, set_state, talks
from tests.factories import published_schema
from tests.realtime.sockets import CREATED, Opener, names, outside, say, texts

pytestmark = pytest.mark.django_db(transaction=True)


def assessment() -> Any:
    """Create the script of the doctor: a message to send, and a group of questions for the patient."""
    return published_schema(
        [
            {"type": "message", "text": "Hello {{ thread.title }}, what is the matter?"},
            {
                "type": "choice",
                "group": "basic_assessment",
                "text": "Do you have elevated temperature?",
                "answers": [{"text": "Yes"}, {"text": "No"}],
            },
            {"type": "int", "group": "basic_assessment", "text": "How high is it?", "next_qid": -1},
        ]
    )


async def control(doctor: Talk, patient: Any, **body: Any) -> dict[str, Any]:
    changed = await outside(doctor.client.patch, f"{doctor.path}/users/{patient.pk}", body, format="json")
    assert changed.status_code == 200, changed.content
    shown: dict[str, Any] = changed.json()
    return shown


async def test_doctor_assists_pauses_and_resumes_the_script_of_a_patient(
    alice: Any, bob: Any, opened: Opener
) -> None:
    patient, doctor = alice, bob
    thread = await outside(thread_with, patient, doctor, title="Anna")
    patient_talk, doctor_talk = await outside(talks, thread, patient, doctor)
    schema = await outside(assessment)
    await outside(set_state, doctor_talk, state="assisted", schema=schema)
    patient_socket, doctor_socket = await opened(patient), await opened(doctor)

    # The doctor loads the script: its groups and questions.
    script = (await outside(doctor_talk.client.get, f"/api/schemas/{schema.pk}")).json()
    (group,) = script["groups"]
    assert (group["name"], len(group["questions"]), len(script["questions"])) == ("basic_assessment", 2, 1)

    await say(patient_talk, "Hi, I'm not feeling well")
    assert texts(await doctor_socket.news()) == ["Hi, I&#x27;m not feeling well"]
    # The doctor sends one of its texts as their own message.
    sent = await outside(doctor_talk.say, question=script["questions"][0]["id"])
    assert (sent["text"], sent["sender"], sent["is_own"]) == (
        "Hello Anna, what is the matter?",
        doctor.pk,
        True,
    )
    assert texts(await patient_socket.news())[-1] == "Hello Anna, what is the matter?"

    # A script with the group starts for the patient, with the doctor as sender.
    await control(doctor_talk, patient, state="scripted", schema=schema.pk, group=group["id"])
    frames = await patient_socket.news()
    asked = [frame["data"] for frame in frames if frame["message"] == CREATED]
    assert [(message["text"], message["sender"]) for message in asked] == [
        ("Do you have elevated temperature?", doctor.pk)
    ]
    shown = asked[0]["thread_data"]
    assert (shown["state"], shown["question_data"]["text"]) == (
        "scripted",
        "Do you have elevated temperature?",
    )
    assert await outside(patient_talk.refused, text="I do not know") == {
        "answers": ["REQUIRED"],
        "text": ["WRONG_STATE"],
    }
    yes = shown["question_data"]["answers"][0]["id"]
    await outside(patient_talk.say, answers=[yes])
    assert texts(await doctor_socket.news())[-2:] == ["Yes", "How high is it?"]

    # The doctor pauses the script, and the patient can write freely.
    paused = await control(doctor_talk, patient, paused=True)
    assert (paused["state"], paused["paused"]) == ("open", True)
    await outside(patient_talk.say, text="Is it dangerous?")
    assert texts(await doctor_socket.news())[-1] == "Is it dangerous?"
    await outside(doctor_talk.say, text="Not at all")

    # The doctor resumes it: the patient is at the same question, which is not asked again.
    await patient_socket.news()
    resumed = await control(doctor_talk, patient, paused=False)
    assert (resumed["state"], resumed["paused"]) == ("scripted", False)
    frames = await patient_socket.news()
    assert CREATED not in names(frames)
    assert frames[-1]["data"]["question_data"]["text"] == "How high is it?"
    await outside(patient_talk.say, text="38")
    state = (await outside(patient_talk.thread))["state"]
    assert state == "open"

    # Every change of the patient's state is in the log, with the user who made it.
    rows = await outside(list, ThreadEvent.objects.filter(thread=thread, name="thread_updated"))
    assert [row.data["user"] for row in rows] == [doctor.pk, doctor.pk, doctor.pk, patient.pk]
    assert await outside(patient_talk.texts) == [
        "Hi, I&#x27;m not feeling well",
        "Hello Anna, what is the matter?",
        "Do you have elevated temperature?",
        "Yes",
        "How high is it?",
        "Is it dangerous?",
        "Not at all",
        "38",
    ]
