"""A small project: a clinic whose patients answer scripts and surveys."""

from clinic.celery import app as celery_app

__all__ = ["celery_app"]
