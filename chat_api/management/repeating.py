"""Commands that do something once, or again and again until they are stopped."""

from __future__ import annotations

import logging
import time
from argparse import ArgumentParser
from typing import Any, ClassVar

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from chat_api.lib.url_prefix import public_prefix

logger = logging.getLogger("chat_api")

_PAUSE_MIN = 0.1


class RepeatingCommand(BaseCommand):
    """Does `once`, or with ``--forever`` again and again; what goes wrong in one round is logged and tried again."""

    #: What was done to the things that `once` counts.
    done: ClassVar[str]
    #: Seconds between two rounds, unless told.
    pause: ClassVar[float] = 1.0

    def once(self) -> int:
        """Do it once and give how many."""
        raise NotImplementedError

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take how often to do it."""
        parser.add_argument("--forever", action="store_true", help="do it again and again until stopped")
        parser.add_argument(
            "--pause",
            type=float,
            default=self.pause,
            help=f"seconds between two rounds (default: {self.pause})",
        )

    @public_prefix()
    def handle(self, *args: Any, **options: Any) -> None:
        """Do it and say how many."""
        if not options["forever"]:
            self.stdout.write(f"{self.once()} {self.done}")
            return
        try:
            while True:
                self._round()
                time.sleep(max(_PAUSE_MIN, options["pause"]))
        except KeyboardInterrupt:
            self.stdout.write("stopped")

    def _round(self) -> None:
        close_old_connections()
        try:
            self.once()
        except Exception:
            logger.exception("A round of %s failed", type(self).__module__)
        finally:
            close_old_connections()
