"""``manage.py delete_unused_files``: delete orphaned files of attachments."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from chat_api.attachments.orphans import unused_files
from chat_api.attachments.storage import available, delete_file
from chat_api.lib.errors import StorageUnavailable


class Command(BaseCommand):
    """`manage.py delete_unused_files`."""

    help = (
        "Delete the files in the folders of attachments that no attachment refers to: crashed processes leave them."
        " Run it from time to time; once a week is enough."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the arguments."""
        parser.add_argument(
            "--hours", type=int, default=24, help="Keep files that are newer than this. Default: 24."
        )
        parser.add_argument("--dry-run", action="store_true", help="List the files, and delete none.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Delete the files. Raises `CommandError` if the storage failed for some; the others are deleted."""
        count, failed = 0, 0
        before = timezone.now() - timedelta(hours=options["hours"])
        try:
            with available("listing the files of attachments"):
                for storage, name in unused_files(before=before):
                    if options["dry_run"] or options["verbosity"] >= 2:
                        self.stdout.write(name)
                    if options["dry_run"] or delete_file(storage, name):
                        count += 1
                    else:
                        failed += 1
        except StorageUnavailable as error:
            raise CommandError(f"The storage cannot list its files: {error.__cause__}") from error
        if options["verbosity"] >= 1:
            done = "would be deleted" if options["dry_run"] else "deleted"
            self.stdout.write(f"{count} file(s) {done}.")
        if failed:
            raise CommandError(f"{failed} file(s) could not be deleted.")
