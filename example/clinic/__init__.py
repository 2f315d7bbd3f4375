"""A small host project: a clinic whose patients talk to scripts and fill in surveys."""

from clinic.celery import app as celery_app

__all__ = ["celery_app"]
