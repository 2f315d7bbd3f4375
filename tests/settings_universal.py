"""A host with universal_notifications, as 0.8.8 wanted it. The package is not among those that the suite needs."""

from tests.settings import *  # noqa: F403
from tests.settings import INSTALLED_APPS as PLAIN_APPS
from tests.settings import REST_FRAMEWORK as PLAIN_REST_FRAMEWORK

INSTALLED_APPS = [
    # Before the library and not after it, so that the order shows to be of no matter.
    "chat_api.notifications.universal.UniversalNotificationsConfig",
    "django.contrib.sites",
    *PLAIN_APPS,
]
REST_FRAMEWORK = PLAIN_REST_FRAMEWORK
SITE_ID = 1
CELERY_APP_PATH = "tests.celery.app"
WS4REDIS_CONNECTION: dict[str, object] = {}
UNIVERSAL_NOTIFICATIONS_CATEGORIES = {"email": {"chat": "New messages"}}
UNIVERSAL_NOTIFICATIONS_USE_PREMAILER = False
