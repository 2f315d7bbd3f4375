"""Template tags, which templates load with ``{% load chat_api %}``."""

from __future__ import annotations

from typing import Any

from django import template
from django.core.exceptions import ImproperlyConfigured
from django.template import Context
from django.utils.safestring import SafeString

from chat_api.web import elements
from chat_api.web.page import client_tags, file_tags

register = template.Library()

#: The key of the render context under which a template remembers that the script is on the page.
_HAS_SCRIPT = "chat_api_has_script"


@register.simple_tag(takes_context=True)
def chat_api_client(context: Context) -> SafeString:
    """Return the HTML that a page needs for the client: its data as JSON, and a link that preloads its module.

    Nothing in it is executed, so it works under any content security policy. Raises `ImproperlyConfigured` if the
    context has no request, or if no prefix of the REST API can be found.
    """
    request = context.get("request")
    if request is None:
        raise ImproperlyConfigured(
            "{% chat_api_client %} needs the request: pass it to render(), and add "
            "'django.template.context_processors.request' to the context_processors in TEMPLATES."
        )
    return client_tags(request)


@register.simple_tag
def chat_api_files() -> SafeString:
    """Return the URLs of the client's files as JSON, for elements that show something without the API."""
    return file_tags()


@register.simple_tag(takes_context=True)
def chat_thread(context: Context, thread: Any = None, **attributes: Any) -> SafeString:
    """Return the element that shows a thread: a `Thread`, a `UserThread` or an id."""
    return _with_script(context, elements.thread_element(thread, attributes))


@register.simple_tag(takes_context=True)
def chat_threads(context: Context, **attributes: Any) -> SafeString:
    """Return the element with the list of the user's threads of `type`, and the chosen one."""
    return _with_script(context, elements.threads_element(attributes))


@register.simple_tag(takes_context=True)
def chat_survey(context: Context, survey: Any = None, **attributes: Any) -> SafeString:
    """Return the element that shows a survey: a `Survey` or an id; with `schema` alone, it starts one."""
    return _with_script(context, elements.survey_element(survey, attributes))


@register.simple_tag(takes_context=True)
def chat_launcher(context: Context, **attributes: Any) -> SafeString:
    """Return the bubble that opens a thread, or the threads of `type`, in a pop-up."""
    return _with_script(context, elements.launcher_element(attributes))


def _with_script(context: Context, element: SafeString) -> SafeString:
    """Return the element, the first one of a template with the script that defines all of them."""
    if context.render_context.get(_HAS_SCRIPT):
        return element
    context.render_context[_HAS_SCRIPT] = True
    return elements.register_script() + element
