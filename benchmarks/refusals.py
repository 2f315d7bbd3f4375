"""The cost of rejecting inputs that were made to be expensive, beside the cost of accepting them.

``python -m benchmarks.refusals``; SQLite, CPU time of the process, the least of five.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from io import BytesIO
from typing import Any


def cpu_milliseconds(call: Callable[[], Any]) -> float:
    """Return the CPU time of the cheapest of five calls."""
    took = []
    for _ in range(5):
        before = time.process_time()
        call()
        took.append(time.process_time() - before)
    return min(took) * 1000


def main() -> None:
    """Measure, and print a table."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    import django

    django.setup()
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases
    from PIL import Image

    from tests.attachments.pictures import as_text, many_scans
    from tests.chat.conftest import client_of, thread_with
    from tests.factories import MessageFactory, UserFactory

    setup_test_environment(debug=False)
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        user = UserFactory.create()
        thread = thread_with(user)
        message = MessageFactory.create(thread=thread, sender=user)
        client, path = client_of(user), f"/api/threads/{thread.pk}/messages"
        scans = many_scans(2000)
        image = {"type": "image", "file_content": as_text(scans)}
        meta = json.dumps({"text": "x", "meta": "m" * 12_000_000}).encode()
        rows: list[tuple[str, Callable[[], Any], Callable[[], Any]]] = [
            (
                f"an image of 2,000 scans, {len(scans) // 1000} KB",
                lambda: client.post(f"{path}/{message.pk}/attachments", image, format="json"),
                lambda: Image.open(BytesIO(scans)).load(),
            ),
            (
                "a message with 12 MB of meta",
                lambda: client.post(path, meta, content_type="application/json"),
                lambda: json.loads(meta),
            ),
        ]
        print(f"{'what':<36}{'refused, ms':>12}{'taken, ms':>12}")
        for name, refuse, take in rows:
            print(f"{name:<36}{cpu_milliseconds(refuse):>12.1f}{cpu_milliseconds(take):>12.1f}")
    finally:
        teardown_databases(databases, verbosity=0)


if __name__ == "__main__":
    main()
