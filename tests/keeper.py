"""Keeps one server alive as long as the process that started it.

``python -I keeper.py FOLDER USER COMMAND...`` runs COMMAND as USER ("" for the current one) until standard
input ends, which happens however the starting process ends; then the server is stopped and FOLDER, its data,
removed.
"""

import os
import shutil
import signal
import subprocess
import sys


def keep(folder: str, user: str, command: list[str]) -> int:
    """Run `command` until standard input ends or the server does; return the server's exit code."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with open(os.path.join(folder, "server.log"), "ab") as log:
        server = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=folder,
            user=user or None,
            group=_group_of(user),
            extra_groups=[] if user else None,
            start_new_session=True,
            restore_signals=True,
        )
    sys.stdin.buffer.read()
    server.send_signal(signal.SIGINT)
    try:
        code = server.wait(timeout=10)
    except subprocess.TimeoutExpired:
        server.kill()
        code = server.wait()
    shutil.rmtree(folder, ignore_errors=True)
    return code


def _group_of(user: str) -> int | None:
    if not user:
        return None
    import pwd

    return pwd.getpwnam(user).pw_gid


if __name__ == "__main__":
    sys.exit(keep(sys.argv[1], sys.argv[2], sys.argv[3:]))
