"""The tests of chat_api. The Celery application is created here, so that shared tasks find it."""

from tests.celery import app as celery_app

__all__ = ["celery_app"]
