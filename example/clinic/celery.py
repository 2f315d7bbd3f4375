"""The clinic's Celery app: ``celery -A clinic worker`` and ``celery -A clinic beat``, from the folder example/."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")

app = Celery("clinic")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# In every thread: otherwise Celery's current app belongs to the thread that created it, and servers have many threads.
app.set_default()
