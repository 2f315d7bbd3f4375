"""How the documentation is built: ``make docs``. Needs no network."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(ROOT / "docs" / "_ext"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django  # noqa: E402

django.setup()

from chat_api import __version__  # noqa: E402

project = "django-chat-api"
author = "The django-chat-api authors"
project_copyright = f"2026, {author}"
version = release = __version__

extensions = [
    "sphinx.ext.autodoc",
    "chat_settings",
    "client_elements",
    "question_types",
    "reference_examples",
    "rest_reference",
]
exclude_patterns = ["_build"]

autodoc_typehints = "description"
autodoc_member_order = "bysource"
default_role = "code"
# Names of other projects: their pages would have to be fetched.
nitpick_ignore_regex = [
    (r"py:.*", r"(django|rest_framework|drf_tweaks|drf_spectacular|celery|channels)\..*"),
    (r"py:.*", r"(collections|datetime|typing|decimal|uuid|types|dataclasses|enum|functools)(\..*)?"),
    (r"py:(class|exc)", r"[A-Za-z]+"),
    # A part of `Sent` for the views of this package.
    (r"py:class", r"chat_api\.chat\.member_previews\.ThreadPreview"),
    # What question types of a host get.
    (r"py:class", r"chat_api\.engine\.(script\.Question|question_types\.number_texts\.NumberFormat)"),
]

html_theme = "furo"
html_title = f"django-chat-api {release}"
