"""Deletes files of attachments that no row names any more."""

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
        "Deletes files in the folders of attachments that no attachment names: what a process left that died before it"
        " could delete them. To be run now and then, once a week will do."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the arguments."""
        parser.add_argument(
            "--hours", type=int, default=24, help="Spare what is younger than this. Default: 24."
        )
        parser.add_argument("--dry-run", action="store_true", help="Name the files, and delete nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Delete them. Raises `CommandError` where the storage failed; what could be deleted is deleted then."""
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
