"""Installs the wheel alone in an empty environment and follows the README's quick start there.

``python .ci/wheel.py FOLDER``: FOLDER holds exactly one wheel. Fails where a step fails, where an optional
package comes along, or where the README has no steps.
"""

import os
import re
import subprocess
import sys
import tempfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.rst"
BLOCK = re.compile(r"^\.\. code-block:: (console|django|python|yaml)\n\n((?:   .*\n|\n)+)", re.MULTILINE)
OPTIONAL = (
    "cachalot",
    "channels_redis",
    "django_redis",
    "drf_spectacular_sidecar",
    "httpx",
    "openpyxl",
    "orjson",
    "polib",
    "psycopg",
    "pywebpush",
    "twilio",
    "universal_notifications",
)

ANSWERS = """
import json
import re
from importlib import import_module

from django.contrib.staticfiles.finders import find
from django.test import Client
from django.urls import reverse

answer = Client().get(reverse("thread-details", kwargs={"thread_id": 1}), SERVER_NAME="localhost")
assert answer.status_code in (401, 403) and "detail" in answer.json(), (answer.status_code, answer.content)
print("A request without a login:", answer.status_code, answer.json())
visitor = Client(SERVER_NAME="localhost")
assert visitor.get("/").url == "/admin/login/?next=/"
assert visitor.login(username="anna", password="secret")
page = visitor.get("/").content.decode()
assert page.startswith("<!doctype html>") and '<dca-threads type="chat" can-start ' in page, page
data = json.loads(re.search(r'type="application/json">(.*?)</script>', page)[1])
files = [data["module"], data["elements"], data["register"], data["styles"], data["texts"]["en"]]
assert data["api"] == "/api/" and all(find(file.removeprefix("/static/")) for file in files), data
threads = visitor.get(f"{data['api']}accounts/{data['user']}/threads/chat").json()["results"]
assert [thread["title"] for thread in threads] == ["Lunch"], threads
asgi = import_module("mysite.asgi").application
assert set(asgi.application_mapping) == {"http", "websocket"}
"""


def quick_start() -> list[tuple[str, str]]:
    """Return the blocks of the README's section "Quick start", as (language, text)."""
    text = README.read_text()
    heading = re.search(r"^Quick start\n-+\n", text, re.MULTILINE)
    if heading is None:
        raise SystemExit("README.rst has no section named Quick start")
    rest = text[heading.end() :]
    following = re.search(r"^[^\s.].*\n(-+|=+)\n", rest, re.MULTILINE)
    section = rest[: following.start()] if following else rest
    return [
        (kind, re.sub(r"^   ", "", body, flags=re.MULTILINE).strip()) for kind, body in BLOCK.findall(section)
    ]


def refuse_missing_files(wheel: Path) -> None:
    """Raise `SystemExit` if a static file, template, catalog or document of the package is not in the wheel."""
    package = ROOT / "chat_api"
    folders = ("static/**/*", "templates/**/*", "locale/**/*.mo", "schemas/**/*.yaml", "schemas/*.json")
    wanted = [path for folder in folders for path in package.glob(folder)]
    packed = set(zipfile.ZipFile(wheel).namelist())
    names = {path.relative_to(ROOT).as_posix() for path in wanted if path.is_file()}
    if missing := sorted(names - packed):
        raise SystemExit(f"The wheel lacks {', '.join(missing)}")


def main(folder: str) -> None:
    """Carry it all out in a temporary folder."""
    [wheel] = Path(folder).resolve().glob("*.whl")
    refuse_missing_files(wheel)
    with tempfile.TemporaryDirectory(prefix="chat-api-wheel-") as place:
        home = Path(place)
        venv.create(home / "env", with_pip=True)
        environment = {
            **os.environ,
            "PATH": f"{home / 'env' / 'bin'}{os.pathsep}{os.environ['PATH']}",
        }
        for key in ("PYTHONPATH", "DJANGO_SETTINGS_MODULE"):
            environment.pop(key, None)
        host = home / "host"
        host.mkdir()

        def run(*command: str) -> None:
            print("$", *command, flush=True)
            subprocess.run(command, cwd=host, env=environment, check=True)

        run("pip", "install", "-qq", "--disable-pip-version-check", str(wheel))
        run("python", "-c", "import chat_api; print('chat_api', chat_api.__version__)")
        run(
            "python",
            "-c",
            "from importlib.util import find_spec\n"
            f"came = [name for name in {OPTIONAL} if find_spec(name)]\n"
            "assert not came, came",
        )
        blocks = quick_start()
        if not any(kind == "python" for kind, _ in blocks):
            raise SystemExit("The README's quick start has no Python block")
        for kind, body in blocks:
            if kind == "console":
                for line in re.findall(r"^\$ (.+)$", body, re.MULTILINE):
                    if not line.startswith(("pip install django-chat-api", "uvicorn ")):
                        run("sh", "-c", line)
                continue
            name, rest = named(body)
            if name == "manage.py shell":
                run("python", "manage.py", "shell", "-v", "0", "-c", rest)
            elif kind == "python":
                append(host, body)
            else:
                (host / name).parent.mkdir(exist_ok=True)
                (host / name).write_text(f"{rest}\n")
        for command in ("check", "migrate", "makemigrations --check --dry-run"):
            run("python", *f"manage.py {command}".split())
        run("python", "manage.py", "shell", "-v", "0", "-c", ANSWERS)


def named(body: str) -> tuple[str, str]:
    """Return the name in the comment of a block's first line, and the rest of the block."""
    first, _, rest = body.partition("\n")
    comment = re.fullmatch(r"# (\S.*)|\{# (\S+) #\}", first)
    if comment is None:
        raise SystemExit(f"A block of the quick start begins with {first!r}, not with a name")
    return comment[1] or comment[2], rest


def append(host: Path, body: str) -> None:
    """Append a block to the file that its first line names; the rest of the block is the text."""
    name, rest = named(body)
    path = host / name
    if not path.is_file():
        raise SystemExit(
            f"A Python block of the quick start names {name}, which is not a file of the project"
        )
    with path.open("a") as file:
        file.write(f"\n{rest}\n")


if __name__ == "__main__":
    main(sys.argv[1])
