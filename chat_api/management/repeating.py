"""Commands that run once, or repeatedly until they are stopped."""

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
    """Runs `once`, or with ``--forever`` repeatedly; an error of one round is logged, and the next round retries."""

    #: A past participle for the objects that `once` counts: "3 sent".
    done: ClassVar[str]
    #: Default seconds between two rounds.
    pause: ClassVar[float] = 1.0

    def once(self) -> int:
        """Run one round and return the number of processed objects."""
        raise NotImplementedError

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the arguments."""
        parser.add_argument("--forever", action="store_true", help="Repeat until stopped.")
        parser.add_argument(
            "--pause",
            type=float,
            default=self.pause,
            help=f"Seconds between two rounds. Default: {self.pause}.",
        )

    @public_prefix()
    def handle(self, *args: Any, **options: Any) -> None:
        """Run one round and write the number, or repeat."""
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
