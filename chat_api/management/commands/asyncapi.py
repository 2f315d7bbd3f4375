"""``manage.py asyncapi``: write the AsyncAPI document of the socket."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml
from django.core.management.base import BaseCommand, CommandError, CommandParser

from chat_api.chat.api.asyncapi import asyncapi_document
from chat_api.realtime.socket.frames import SOCKET_PATH


class Command(BaseCommand):
    """`manage.py asyncapi`."""

    help = "Write the AsyncAPI document of the socket: its commands, events, errors and close codes."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the arguments."""
        parser.add_argument("--format", choices=("yaml", "json"), default="yaml", help="Default: yaml.")
        parser.add_argument("-o", "--output", type=Path, help="The file to write. Default: standard output.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the document."""
        document = asyncapi_document(address=f"/{SOCKET_PATH}")
        if options["format"] == "json":
            text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
        else:
            text = yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True)
        if options["output"] is None:
            self.stdout.write(text, ending="")
            return
        try:
            Path(options["output"]).write_text(text, encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{options['output']}: {error.strerror or error}") from error


class _Dumper(yaml.SafeDumper):
    """Writes repeated objects in full, not as YAML aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        """Return True: no aliases."""
        return True
