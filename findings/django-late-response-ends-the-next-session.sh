#!/usr/bin/env bash
# A page polls while its user signs in again in another tab, as somebody else. The sign-in ends the old session and sets
# the cookie of the new one. A request that is on its way with the old cookie is answered after that: Django takes its
# session for empty and deletes the cookie, by its name. The browser drops the cookie of the new session, so the user
# who has just signed in is signed out, by a request that only read something.
#
# Seen with Django 5.2.19: the output below; the late response is that of a view that only asks who the user is.
# Source: django.contrib.sessions.middleware.SessionMiddleware.process_response: "The session cookie should be deleted
# only if the session is entirely empty", whatever cookie the browser has by then; run below.
# What follows: after rejected credentials, the browser client ends the requests that are on their way, and sends
# nothing until somebody has signed in.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip --quiet --disable-pip-version-check install Django==5.2.19
venv/bin/python - <<'PYTHON' | tee seen
import django
from django.conf import settings

settings.configure(
    SECRET_KEY="x",
    ROOT_URLCONF="__main__",
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "db.sqlite3"}},
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    ALLOWED_HOSTS=["*"],
    USE_TZ=True,
)
django.setup()
from django.contrib.auth import get_user_model, login
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client
from django.urls import path

call_command("migrate", verbosity=0)
User = get_user_model()
for name in ("anna", "ben"):
    User.objects.create_user(name)


def sign_in(request, name):
    login(request, User.objects.get(username=name))
    return HttpResponse()


urlpatterns = [
    path("sign-in/<name>", sign_in),
    path("poll", lambda request: HttpResponse(str(request.user.is_authenticated))),
    path("me", lambda request: HttpResponse(request.user.get_username() or "nobody")),
]

browser = Client()
browser.get("/sign-in/ben")
sent = browser.cookies["sessionid"].value  # A poll leaves the browser with this cookie, and takes its time.
browser.get("/sign-in/anna")
print(browser.get("/me").content.decode())
late = Client(headers={"cookie": f"sessionid={sent}"}).get("/poll")
cookie = late.cookies["sessionid"]
print(repr(cookie.value), cookie["expires"])
browser.cookies.update(late.cookies)  # As browsers do: a cookie is known by its name, its domain and its path.
print(browser.get("/me").content.decode())
PYTHON
diff seen - <<'EXPECTED'
anna
'' Thu, 01 Jan 1970 00:00:00 GMT
nobody
EXPECTED
