"""The HTML of the template tags that put an element of the client on a page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from chat_api.chat.models import UserThread
from chat_api.web.files import ELEMENTS, REGISTER, STYLES, TEXTS, file_url

#: The names that keyword arguments can have; underscores become hyphens.
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
#: The type of threads where a tag names neither a type nor a thread.
_TYPE: Final = "chat"


def element(tag: str, attributes: Mapping[str, Any]) -> SafeString:
    """Return the element, for example `dca-thread`.

    A value that is True makes an attribute without a value; None and False leave it out. A model instance stands for
    its id, a `UserThread` for that of its thread. Raises `ImproperlyConfigured` for a name that no attribute has.
    """
    shown = [
        (_attribute_name(tag, name), _attribute_value(value))
        for name, value in attributes.items()
        if value is not None and value is not False
    ]
    written = format_html_join("", "{}{}", [(f" {name}", _quoted(value)) for name, value in shown])
    return format_html("<{}{}></{}>", tag, written, tag)


def register_script() -> SafeString:
    """Return the script element that defines the elements; it can be on a page several times.

    In front of it are links, so that browsers load at once what the script would have them load one after another.
    """
    links = format_html('<link rel="modulepreload" href="{}">', file_url(ELEMENTS)) + format_html_join(
        "",
        '<link rel="preload" as="fetch" crossorigin href="{}">',
        [(file_url(path),) for path in (STYLES, _texts())],
    )
    return links + format_html('<script type="module" src="{}"></script>', file_url(REGISTER))


def _texts() -> str:
    """Return the file of the texts that the elements show where the page has the language of the request."""
    language = (get_language() or settings.LANGUAGE_CODE).lower()
    return TEXTS.get(language) or TEXTS.get(language.split("-")[0]) or TEXTS["en"]


def thread_element(thread: Any, attributes: Mapping[str, Any]) -> SafeString:
    """Return the element that shows one thread: an object or an id. Raises `ImproperlyConfigured` without one."""
    return element("dca-thread", {"thread": _named("chat_thread", "thread", thread), **attributes})


def threads_element(attributes: Mapping[str, Any]) -> SafeString:
    """Return the element with the list of threads of a type, and the chosen one."""
    return element("dca-threads", {"type": _TYPE, **attributes})


def survey_element(survey: Any, attributes: Mapping[str, Any]) -> SafeString:
    """Return the element that shows a survey: an object or an id; without it, it starts one of `schema`.

    Raises `ImproperlyConfigured` without either.
    """
    if survey is None and attributes.get("schema") not in (None, ""):
        return element("dca-survey", attributes)
    return element("dca-survey", {"survey": _named("chat_survey", "survey", survey), **attributes})


def launcher_element(attributes: Mapping[str, Any]) -> SafeString:
    """Return the element that opens a thread, or the threads of a type, in a pop-up."""
    kind = {} if "thread" in attributes else {"type": _TYPE}
    return element("dca-launcher", {**kind, **attributes})


def _named(tag: str, name: str, value: Any) -> Any:
    """Return the value. Raises `ImproperlyConfigured` for what a template inserts for a missing variable."""
    if value is None or value == "":
        raise ImproperlyConfigured(f"{{% {tag} %}} needs a {name}: an object or an id.")
    return value


def _attribute_name(tag: str, name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ImproperlyConfigured(
            f"<{tag}> cannot have the attribute {name!r}: use lower-case letters, digits and underscores."
        )
    return name.replace("_", "-")


def _attribute_value(value: Any) -> Any:
    if isinstance(value, UserThread):
        return value.thread_id
    return value.pk if isinstance(value, Model) else value


def _quoted(value: Any) -> SafeString | str:
    return "" if value is True else format_html('="{}"', value)
