"""The scripts of the guide to front ends: their types are checked, and they are bundled with the client.

Tests that use it are skipped without node, or fail where CHAT_API_REQUIRE_SERVICES is set.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from os import environ
from pathlib import Path

import pytest

from chat_api.web.files import MODULE
from tests import services
from tests.docs.examples import ROOT
from tests.docs.projects import GUIDE, docs_blocks

PACKAGES = ROOT / "client" / "node_modules"
#: The module that pip installs.
CLIENT = ROOT / "chat_api" / "static" / MODULE
#: What the guide promises, and nothing that makes it easier.
OPTIONS = {
    "strict": True,
    "noEmit": True,
    "target": "ES2022",
    "module": "ES2022",
    "moduleResolution": "bundler",
    "lib": ["ES2022", "DOM", "DOM.Iterable"],
    "types": [],
}
SCRIPTS = {"typescript", "jsx"}

if shutil.which("node") is None or not (PACKAGES / ".bin" / "tsc").exists():
    missing = "there is no node, or `npm ci` was not run in client/"
    if services.required():
        raise services.ServiceUnavailable(missing)
    pytest.skip(missing, allow_module_level=True)


def write_scripts(folder: Path) -> list[Path]:
    """Write the scripts of the guide into a folder and return their paths."""
    paths = []
    for block in docs_blocks(GUIDE):
        if block.language in SCRIPTS:
            paths.append(folder / block.caption)
            paths[-1].write_text(block.body)
    return paths


def types_errors(folder: Path) -> str:
    """Return what ``tsc --strict`` says about the TypeScript files of a folder; nothing if all is well."""
    paths = {"django-chat-api-client": [str(CLIENT.with_suffix(".d.ts"))]}
    config = {"compilerOptions": {**OPTIONS, "paths": paths}, "include": ["*.ts"]}
    (folder / "tsconfig.json").write_text(json.dumps(config))
    command = [str(PACKAGES / ".bin" / "tsc"), "-p", str(folder)]
    return subprocess.run(command, check=False, capture_output=True, text=True).stdout


def bundle(scripts: list[Path], out: Path) -> None:
    """Bundle each script with the client, and with React if it imports it, into a module in the folder `out`."""
    command = [
        str(PACKAGES / ".bin" / "esbuild"),
        *map(str, scripts),
        "--bundle",
        "--format=esm",
        "--jsx=automatic",
        '--define:process.env.NODE_ENV="production"',
        f"--alias:django-chat-api-client={CLIENT}",
        f"--outdir={out}",
    ]
    subprocess.run(command, check=True, capture_output=True, env={**environ, "NODE_PATH": str(PACKAGES)})
