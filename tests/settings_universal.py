"""A host with universal_notifications, as required by 0.8.8. The suite does not need the package."""

from tests.settings import *  # noqa: F403
from tests.settings import INSTALLED_APPS as PLAIN_APPS
from tests.settings import REST_FRAMEWORK as PLAIN_REST_FRAMEWORK

INSTALLED_APPS = [
    # Before the library instead of after it, to show that the order does not matter.
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
