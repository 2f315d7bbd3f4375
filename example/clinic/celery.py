"""The clinic's Celery app: ``celery -A clinic worker`` and ``celery -A clinic beat``, from the folder example/."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")

app = Celery("clinic")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# In every thread: Celery's current app is otherwise that of the thread which made it, and servers have many.
app.set_default()
