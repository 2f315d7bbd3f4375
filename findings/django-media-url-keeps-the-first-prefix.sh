#!/usr/bin/env bash
# Django's MEDIA_URL and STATIC_URL, where they are relative, get the script prefix of whoever reads them first, and keep
# it for the life of the process. A thread that has no request (a WebSocket's, a task's) reads them without a prefix: if
# it is the first, the URLs of files are wrong in every later response of a site that is served under a prefix.
#
# Seen with Django 5.2.8: "/media/" for the prefix "/", and still "/media/" after it has become "/app/"; STATIC_URL,
# read later for the first time, is "/app/static/".
# Source: django.conf.LazySettings.__getattr__, which stores what _add_script_prefix returned; run below.
# What follows: the prefix is set in each thread of sockets and in each task before anything is shown there.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" --quiet --disable-pip-version-check install Django==5.2.8
"$folder/venv/bin/python" - <<'PYTHON' | tee "$folder/seen"
import django
from django.conf import settings
from django.urls import set_script_prefix

settings.configure(MEDIA_URL="media/", STATIC_URL="static/")
django.setup()
set_script_prefix("/")
print(settings.MEDIA_URL)
set_script_prefix("/app/")
print(settings.MEDIA_URL, settings.STATIC_URL)
PYTHON
diff "$folder/seen" - <<'EXPECTED'
/media/
/media/ /app/static/
EXPECTED
