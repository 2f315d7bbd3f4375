"""Check the AsyncAPI document on standard input with ``@asyncapi/parser``: ``manage.py asyncapi --format json | …``.

The parser is pinned in ``.ci/asyncapi`` and installed there on first use, which needs Node.js. Without it, the check is
skipped; where ``CHAT_API_REQUIRE_SERVICES`` is set, that is a failure.
"""

import json
import subprocess
import sys
from os import environ
from pathlib import Path
from shutil import which
from typing import Final

FOLDER: Final = Path(__file__).resolve().with_name("asyncapi")
LOCK: Final = FOLDER / "package-lock.json"
#: A copy of the lock file, beside what was installed from it.
_INSTALLED: Final = FOLDER / "node_modules" / "installed-package-lock.json"


def main(text: str) -> int:
    """Return 0 if the document is valid, or if nothing can check it and nothing requires that."""
    json.loads(text)
    node, npm = which("node"), which("npm")
    if node is None or npm is None:
        required = environ.get("CHAT_API_REQUIRE_SERVICES", "") not in ("", "0")
        outcome = "required by CHAT_API_REQUIRE_SERVICES" if required else "skipped"
        print(f"The AsyncAPI check is {outcome}: it needs node and npm.", file=sys.stderr)
        return int(required)
    install(npm)
    return subprocess.run([node, "check.mjs"], cwd=FOLDER, input=text, text=True, check=False).returncode


def is_installed() -> bool:
    """Return whether the packages of the lock file are installed."""
    return _INSTALLED.exists() and _INSTALLED.read_bytes() == LOCK.read_bytes()


def install(npm: str) -> None:
    """Install the packages of the lock file with that program, if they are not there."""
    if not is_installed():
        print("Installing @asyncapi/parser, into .ci/asyncapi/node_modules", file=sys.stderr)
        subprocess.run([npm, "ci", "--silent"], cwd=FOLDER, check=True)
        _INSTALLED.write_bytes(LOCK.read_bytes())


if __name__ == "__main__":
    sys.exit(main(sys.stdin.read()))
