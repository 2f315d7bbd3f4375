"""The pages of the project, with the content security policy of the documentation, and signing in by name."""

from __future__ import annotations

import json

from django.contrib.auth import get_user_model, login, logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.views.decorators.csrf import csrf_exempt

from tests.client.host.tokens import token_of
from tests.docs.examples import ROOT, blocks_of

_HOWTO = (ROOT / "docs" / "howto" / "client.rst").read_text(encoding="utf-8")


def _documented_policy() -> str:
    (code,) = [block.body for block in blocks_of(_HOWTO) if "POLICY = (" in block.body]
    found: dict[str, str] = {}
    exec(code[code.index("POLICY = (") : code.index(")\n", code.index("POLICY = (")) + 1], found)  # noqa: S102
    return found["POLICY"]


POLICY = _documented_policy()


def page(request: HttpRequest) -> HttpResponse:
    """Return a page with the template tag and the module `script`: a static file, or a path that begins with `/`."""
    script = request.GET.get("script", "client/live.js")
    source = script if script.startswith("/") else static(script)
    response = render(request, "client_page.html", {"script": source})
    sources = [f"ws://{request.get_host()}", *request.GET.getlist("connect")]
    response["Content-Security-Policy"] = POLICY.format(socket=" ".join(sources))
    return response


@csrf_exempt
def sign_in(request: HttpRequest) -> JsonResponse:
    """Sign in the user of that name."""
    user = get_user_model().objects.get(username=json.loads(request.body)["username"])
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return JsonResponse({"id": user.pk})


@csrf_exempt
def sign_out(request: HttpRequest) -> JsonResponse:
    """End the session."""
    logout(request)
    return JsonResponse({})


def token(request: HttpRequest) -> JsonResponse:
    """Return a token of the user of that name."""
    user = get_user_model().objects.get(username=request.GET["username"])
    response = JsonResponse({"id": user.pk, "token": token_of(user, seconds=float(request.GET["seconds"]))})
    response["Access-Control-Allow-Origin"] = "*"
    return response
