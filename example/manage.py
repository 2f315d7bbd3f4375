#!/usr/bin/env python
"""Command line of the example: ``python example/manage.py demo``."""

import os
import sys


def main() -> None:
    """Pass the command line to Django."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
