"""Wiring only: settings, the Celery app, the addresses of the site, health."""

from digest_project.celery import app as celery_app

__all__ = ["celery_app"]
