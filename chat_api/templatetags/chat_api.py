"""Template tags, which templates load with ``{% load chat_api %}``."""

from __future__ import annotations

from django import template
from django.core.exceptions import ImproperlyConfigured
from django.template import Context
from django.utils.safestring import SafeString

from chat_api.web.page import client_tags

register = template.Library()


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
