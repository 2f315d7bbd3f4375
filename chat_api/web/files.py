"""The static files of the client, and their URLs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.templatetags.static import static

from chat_api import __version__
from chat_api.lib.url_prefix import under_prefix

#: The version in the path keeps browsers from mixing files of two releases.
_FOLDER: Final = f"chat_api/client/{__version__}"
MODULE: Final = f"{_FOLDER}/client.js"
#: The classes of the elements, and the module that defines their tags.
ELEMENTS: Final = f"{_FOLDER}/elements.js"
REGISTER: Final = f"{_FOLDER}/register.js"
#: How the elements look.
STYLES: Final = f"{_FOLDER}/elements.css"
#: By language, the texts of the elements.
TEXTS: Final[Mapping[str, str]] = {
    language: f"{_FOLDER}/strings/{language}.json" for language in ("en", "es", "fr", "pl", "ar")
}
#: The style sheet of the hosted pages.
PAGE_STYLES: Final = "chat_api/client-page.css"


def file_url(path: str) -> str:
    """Return the URL of a static file, with its hash where the storage adds one, under the current prefix."""
    return under_prefix(static(path), "STATIC_URL")
