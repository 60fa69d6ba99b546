"""Conversations that go on at their own pace: each turn has its time, whatever the service does (an open loop).

A customer who still waits for an answer cannot speak, so that turn goes out late; its wait is counted from its time all the same.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.load.customer import Astray, Customer
from tests.load.figures import Sample
from tests.load.http_client import Connection, Failed

PATIENCE = 5.0
"""Seconds after the end for which turns that are due may still be sent; the rest is counted as never sent."""


@dataclass(slots=True)
class Call:
    """A conversation in progress. `answer` is the last answer, `slip` a link that was not opened yet."""

    customer: Customer
    connection: Connection
    path: str
    bearer: str
    answer: dict[str, Any]
    slip: str = ""
    has_return: bool = False


@dataclass(slots=True)
class Driver:
    """Holds conversations with the service at `host:port`; `customers` gives as many people as are needed."""

    host: str
    port: int
    customers: Iterator[Customer]
    samples: list[Sample] = field(default_factory=list)
    returns: int = 0
    never_sent: int = 0

    async def hold(self, conversations: int, every: float, seconds: float) -> list[Sample]:
        """`conversations` at a time, each with a turn every `every` seconds, evenly staggered. Gives the samples of this stretch."""
        self.samples, self.returns, self.never_sent = [], 0, 0
        start = time.monotonic() + every / 2
        offsets = (start + every * place / conversations for place in range(conversations))
        async with asyncio.TaskGroup() as group:
            for first in offsets:
                group.create_task(self._one_after_another(first, every, start + seconds))
        return self.samples

    async def _one_after_another(self, due: float, every: float, until: float) -> None:
        """One customer after the other on the same beat: turns on the beat, everything else between two beats."""
        call = await self._begin(due - every / 2)
        while due < until:
            if time.monotonic() > until + PATIENCE:
                self.never_sent += 1
            else:
                call = await self._beat(call, due, due + every / 2, more=due + every < until)
            due += every
        if call:
            await call.connection.close()

    async def _beat(self, call: Call | None, due: float, between: float, *, more: bool) -> Call | None:
        """A turn, and what this customer does before the next: open the slip, or leave and, with `more` beats to come, make room."""
        if call is not None and not await self._turn(call, due):
            await call.connection.close()
            call = None
        if call is None:
            return await self._begin(between) if more else None
        if call.slip:
            await self._open_slip(call, between)
        return call

    async def _begin(self, at: float) -> Call | None:
        if (customer := next(self.customers, None)) is None:
            raise RuntimeError("ran out of orders: make more of them for this load")
        connection = Connection(self.host, self.port)
        started = await self._timed("session", at, lambda: connection.post("/api/sessions", {"mode": customer.mode}))
        if started is None:
            return None
        return Call(customer, connection, f"/api/sessions/{started['session_id']}/turns", started["session_token"], started)

    async def _turn(self, call: Call, due: float) -> bool:
        """Say the next thing. False when the conversation is over, well or not."""
        try:
            body = call.customer.next_turn(call.answer)
        except Astray as lost:
            now = time.monotonic()
            self.samples.append(Sample("turn", now, now, now, str(lost)))
            return False
        assert body is not None, "the end was seen with the last answer"
        answer = await self._timed("turn", due, lambda: call.connection.post(call.path, body, call.bearer))
        if answer is None:
            return False
        call.answer = answer
        self._note_return(call)
        return not (answer["state"]["status"] == "ended" and answer["state"]["return"])

    def _note_return(self, call: Call) -> None:
        made = call.answer["state"]["return"]
        if made and not call.has_return:
            call.has_return = True
            self.returns += 1
            call.slip = made["slip"]["pdf_url"] if made["slip"] else ""

    async def _open_slip(self, call: Call, at: float) -> None:
        link, call.slip = call.slip, ""
        path = "/" + link.partition("://")[2].partition("/")[2] if "://" in link else link
        await self._timed("slip", at, lambda: call.connection.get(path))

    async def _timed(self, endpoint: str, scheduled: float, ask: Callable[[], Awaitable[Any]]) -> Any:
        """Wait for the moment, ask, note how it went. None when it failed."""
        await asyncio.sleep(max(0.0, scheduled - time.monotonic()))
        sent = time.monotonic()
        try:
            answer, problem = await ask(), ""
        except Failed as failed:
            answer, problem = None, str(failed)
        self.samples.append(Sample(endpoint, scheduled, sent, time.monotonic(), problem))
        return answer
