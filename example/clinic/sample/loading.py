"""Loading the sample, once."""

from django.contrib.auth import get_user_model
from django.db import transaction

from chat_api.models import Thread
from clinic.people import PEOPLE
from clinic.sample import conversations, surveys

#: A thread with this type exists only where the sample was loaded.
_MARK = "support"


def load_sample() -> bool:
    """Create the conversations and surveys, unless they exist; return whether they were created.

    All are created, or none: an interrupted start leaves nothing behind.
    """
    if Thread.objects.filter(type=_MARK).exists():
        return False
    names = [person.username for person in PEOPLE]
    found = get_user_model()._default_manager.filter(username__in=names)
    users = {user.get_username(): user for user in found}
    with transaction.atomic():
        conversations.onboarding(users)
        conversations.results_of_a_blood_test(users)
        conversations.after_the_operation(users)
        conversations.weekly_trackers(users)
        conversations.reception(users)
        surveys.health_checks(users)
    return True
