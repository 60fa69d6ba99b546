"""HTTP/1.1 on a kept connection, with as little work as possible: the generator shares the cores with what it measures."""

from __future__ import annotations

import asyncio
import json
from typing import Any

SECONDS = 15.0
"""After that long nobody waits for an answer."""


class Failed(Exception):
    """No right answer. The text says which status and code, or what happened to the connection."""


class Connection:
    """One customer's connection: opened on first use, kept until closed."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, path: str, body: dict[str, Any], bearer: str = "", request_id: str = "") -> Any:
        """The JSON answer. Raises Failed for anything but 2xx."""
        return json.loads(await self._ask("POST", path, json.dumps(body).encode(), bearer, request_id))

    async def get(self, path: str) -> bytes:
        """The body of the answer. Raises Failed for anything but 2xx."""
        return await self._ask("GET", path, b"", "", "")

    async def close(self) -> None:
        if self._streams:
            self._streams[1].close()
            self._streams = None

    async def _ask(self, method: str, path: str, body: bytes, bearer: str, request_id: str) -> bytes:
        head = [f"{method} {path} HTTP/1.1", f"Host: {self._host}:{self._port}", f"Content-Length: {len(body)}"]
        head += ["Content-Type: application/json"] if body else []
        head += [f"Authorization: Bearer {bearer}"] if bearer else []
        head += [f"X-Request-ID: {request_id}"] if request_id else []
        try:
            async with asyncio.timeout(SECONDS):
                status, content = await self._exchange("\r\n".join([*head, "", ""]).encode() + body)
        except (OSError, EOFError, TimeoutError, asyncio.LimitOverrunError) as error:
            await self.close()
            raise Failed(f"no answer ({type(error).__name__})") from None
        if status // 100 != 2:
            raise Failed(f"{status} {_code(content)}")
        return content

    async def _exchange(self, request: bytes) -> tuple[int, bytes]:
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._host, self._port)
        reader, writer = self._streams
        writer.write(request)
        await writer.drain()
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
        content = await reader.readexactly(int(headers["content-length"]))
        if headers.get("connection", "").lower() == "close":
            await self.close()
        return int(head[0].split()[1]), content


def _code(content: bytes) -> str:
    """The problem's code, which is fixed text; never the rest of the body."""
    try:
        return str(json.loads(content)["code"])
    except (ValueError, KeyError, TypeError):
        return "without a code"
