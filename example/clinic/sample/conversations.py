"""The conversations of the sample: with a doctor, with the reception, onboarding, and weekly trackers."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

from django.core.management import call_command
from django.utils import timezone

from chat_api.api import ScriptPlan, ThreadDraft, assign_thread, create_thread
from chat_api.models import UserThread
from clinic.permissions import PATIENT_PERMISSIONS, STAFF_PERMISSIONS
from clinic.questionnaires import ONBOARDING, PAIN_FOLLOW_UP, TRACKER
from clinic.sample.pictures import blood_results, insurance_card
from clinic.sample.talk import Talk, local, post, published, weekly

Users = dict[str, Any]


def results_of_a_blood_test(users: Users) -> None:
    """Create a week of messages between Anna and the doctor; Anna has not read the last one."""
    anna, dora = users["anna"], users["dora"]
    member = create_thread(
        creator=dora, draft=ThreadDraft(type="chat", title="Your blood test"), permissions=STAFF_PERMISSIONS
    )
    talk = Talk(member).at(days=6)
    talk.join(anna)
    talk.say(dora, "Hello Anna, the laboratory has sent your results.")
    talk.at(days=6, minutes=2).show(dora, blood_results(), "Five of six values are where they should be.")
    talk.at(days=6, minutes=40).say(anna, "Thank you! And the sixth?")
    talk.at(days=5).say(dora, "Your iron is a little low. That can explain why you are tired.")
    talk.at(days=5, minutes=25).say(anna, "I have been, since September. Can I do something about it?")
    talk.at(days=5, minutes=31).say(
        dora, "Yes: lentils, spinach, meat if you eat it, and a tablet a day. Take it with orange juice."
    )
    talk.at(days=5, minutes=33).say(anna, "With juice?")
    talk.at(days=5, minutes=36).say(dora, "Vitamin C helps the body to take up iron. Tea does the opposite.")
    talk.at(days=2).say(anna, "Day three of the tablets. My stomach does not like them.")
    talk.at(days=2, minutes=90).say(dora, "Take them after a meal then, and write to me if it stays.")
    talk.at(days=1).say(anna, "Better already 🙂")
    talk.at(days=0.1).say(dora, "Good. Let us repeat the test in six weeks: https://www.who.int/")
    talk.read(dora)
    talk.read(anna, but=1)
    assign_thread(thread_id=talk.id, user=dora)


def after_the_operation(users: Users) -> None:
    """Create a conversation with a script about pain; the first answers raise a flag, and some are still missing."""
    ben, dora = users["ben"], users["dora"]
    member = create_thread(
        creator=dora,
        draft=ThreadDraft(type="chat", title="After your operation"),
        permissions=STAFF_PERMISSIONS,
    )
    talk = Talk(member).at(days=3)
    talk.join(ben)
    talk.say(dora, "Hello Ben, how is the knee?")
    talk.at(days=3, minutes=50).say(ben, "Stiff, but I can walk to the kitchen.")
    talk.at(days=3, minutes=55).say(dora, "Very good. I will send you a few questions on the third day.")
    talk.at(days=0.3)
    post(
        dora,
        f"threads/{talk.id}/users/{ben.pk}",
        {"state": "scripted", "schema": published(PAIN_FOLLOW_UP).pk},
        method="patch",
    )
    talk.date()
    talk.at(days=0.2).say(ben, "9")
    talk.choose(ben, "knee")
    talk.say(ben, local(timezone.now() - timedelta(days=1))[:10])
    talk.read(ben)
    talk.read(dora, but=2)


def onboarding(users: Users) -> None:
    """Create the first questions of both: in progress for Anna, finished for Ben, with an answer that raises a flag."""
    for name in ("anna", "ben"):
        user = users[name]
        plan = ScriptPlan(schema=published(ONBOARDING))
        draft = ThreadDraft(type="chat", title="Welcome to the clinic", plan=plan)
        talk = Talk(create_thread(creator=user, draft=draft, permissions=PATIENT_PERMISSIONS))
        talk.at(days=9 if name == "ben" else 0.5).date()
        talk.join(users["dora"])
        if name == "anna":
            talk.choose(user, "pain", text="in my left shoulder")
            talk.say(user, "1988-04-17")
            talk.skip(user)
            talk.say(user, "4")
        else:
            _finish_onboarding(talk, user)
        talk.read(user)
        talk.read(users["dora"], but=1 if name == "ben" else 0)


def _finish_onboarding(talk: Talk, ben: Any) -> None:
    talk.choose(ben, "medicine")
    talk.say(ben, "1971-11-02")
    talk.say(ben, "52.2297,21.0122")
    talk.choose(ben, "asthma", "pressure")
    talk.say(ben, "Pollen, in April & May")
    talk.say(ben, "81.5")
    talk.say(ben, "6")
    talk.say(ben, "06:45")
    talk.choose(ben, 3)
    talk.at(days=9, minutes=6).confirm(ben)
    talk.show(ben, insurance_card())
    talk.say(ben, local(timezone.now() + timedelta(days=12)))


def weekly_trackers(users: Users) -> None:
    """Create trackers of both patients, with two finished weeks and the questions of the third."""
    weeks = {
        "anna": [("5", "fair", "4", "A headache on Tuesday"), ("3", "good", "6", "")],
        "ben": [("8", "low", "2", "The knee wakes me up"), ("6", "fair", "4", "")],
    }
    for name, answered in weeks.items():
        user = users[name]
        draft = ThreadDraft(type="tracker", title="Your week")
        talk = Talk(create_thread(creator=users["dora"], draft=draft, permissions=STAFF_PERMISSIONS))
        talk.at(days=14).date()
        talk.join(user, weekly(published(TRACKER)))
        for week, (pain, mood, nights, note) in enumerate(answered):
            talk.at(days=14 - 7 * week, minutes=45).say(user, pain)
            talk.choose(user, mood)
            talk.say(user, nights)
            talk.say(user, note) if note else talk.skip(user)
            talk.at(days=7 - 7 * week)
            # The next start is due now; the questions are asked by the app itself.
            UserThread.objects.filter(thread_id=talk.id, user=user).update(
                next_restart=timezone.now() - timedelta(minutes=1)
            )
            call_command("restart_due_scripts", stdout=StringIO())
            talk.date()
        series = timezone.localtime() - timedelta(days=14)
        UserThread.objects.filter(thread_id=talk.id, user=user).update(
            series_begin=series.replace(tzinfo=None).isoformat()
        )
        talk.read(user, but=1)
        talk.read(users["dora"])


def reception(users: Users) -> None:
    """Create a conversation of each patient with the reception."""
    ada = users["admin"]
    for name in ("anna", "ben"):
        user = users[name]
        draft = ThreadDraft(type="support", title="Reception")
        talk = Talk(create_thread(creator=user, draft=draft, permissions=PATIENT_PERMISSIONS)).at(days=1)
        talk.join(ada)
        talk.say(
            ada, f"Hello {user.first_name}, this is the reception. Ask us about appointments and letters."
        )
        talk.read(user)
