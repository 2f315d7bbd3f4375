"""A TCP proxy that cuts connections: all at once, or by chance."""

from __future__ import annotations

import asyncio
import random
import re
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Self

_REQUEST = re.compile(rb"^(GET|POST|PATCH|DELETE) (\S+) HTTP/1\.1\r\n")


class Proxy(AbstractContextManager["Proxy"]):
    """Forwards connections to a port while the block lasts.

    `risk` is the probability that a part of the stream, in either direction, is lost together with its connection.
    """

    def __init__(self, target: int, *, seed: int = 0) -> None:
        self.target, self.risk, self.is_open = target, 0.0, True
        #: The requests that arrived, as "POST /path?query".
        self.requests: list[str] = []
        #: Connections that were refused while it was closed.
        self.refused = 0
        self.cuts = 0
        self._chance = random.Random(seed)
        self._writers: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = self._run(asyncio.start_server(self._accept, "127.0.0.1", 0))
        self.port: int = self._server.sockets[0].getsockname()[1]
        self.base = f"http://127.0.0.1:{self.port}"
        return self

    def __exit__(self, *_: object) -> None:
        self._run(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def posts(self, part: str) -> list[str]:
        """Return the POST requests that arrived with `part` in their paths."""
        return [each for each in list(self.requests) if each.startswith("POST ") and part in each]

    def close(self) -> None:
        """Cut all connections, and every new one, until `open`."""
        self.is_open = False
        self._loop.call_soon_threadsafe(self._cut_all)

    def open(self) -> None:
        """Accept connections again."""
        self.is_open = True

    def _run(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(30)

    async def _end(self) -> None:
        self._server.close()
        self._cut_all()
        await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()}, return_exceptions=True)

    def _cut_all(self) -> None:
        for writer in self._writers:
            writer.transport.abort()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if self.is_open:
                await self._forward(reader, writer)
            else:
                self.refused += 1
        except OSError:
            pass
        finally:
            writer.transport.abort()

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server_reader, server_writer = await asyncio.open_connection("127.0.0.1", self.target)
        both = {writer, server_writer}
        self._writers |= both
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._pass_on(reader, server_writer, both, self._note))
                group.create_task(self._pass_on(server_reader, writer, both))
        except* OSError:
            pass
        finally:
            self._writers -= both
            server_writer.transport.abort()

    async def _pass_on(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        both: set[asyncio.StreamWriter],
        note: Callable[[bytes], None] = lambda part: None,
    ) -> None:
        while part := await reader.read(65536):
            if self._chance.random() < self.risk:
                self.cuts += 1
                for each in both:
                    each.transport.abort()
                return
            note(part)
            writer.write(part)
            await writer.drain()
        for each in both:
            each.close()

    def _note(self, part: bytes) -> None:
        found = _REQUEST.match(part)
        if found:
            self.requests.append(f"{found[1].decode()} {found[2].decode()}")
