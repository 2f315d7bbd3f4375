"""The settings of the example, with more URLs."""

from clinic.settings import *  # noqa: F403

ROOT_URLCONF = "tests.elements.site.urls"
