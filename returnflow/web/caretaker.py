"""What nobody asks for and somebody has to do: every hour, in the background of a serving process.

Every worker has one. They may run at the same time: each finds what the others have left, and nothing is done twice.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import asdict

from returnflow import log
from returnflow.tools.retention import attempts_kept, end_idle, purge
from returnflow.wiring import Services

FIRST = 60.0
INTERVAL = 3600.0
"""Seconds, as `FIRST`."""
_log = log.get(__name__)


class Caretaker:
    """Ends idle conversations and deletes what is past its time, in a thread of this process; a fork gets a new one."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._lock = threading.Lock()
        self._process: int | None = None

    def start(self) -> None:
        """Begin, unless this process already has."""
        if self._process == os.getpid():
            return
        with self._lock:
            if self._process != os.getpid():
                self._process = os.getpid()
                threading.Thread(target=self._keep_going, name="caretaker", daemon=True).start()

    def run_once(self) -> None:
        """One round, in this thread. What fails is logged by its type and tried again in the next round."""
        for name, task in (("idle", self._end_idle), ("purge", self._purge)):
            self._try(name, task)

    def _keep_going(self) -> None:
        pause = threading.Event()
        pause.wait(FIRST)
        while True:
            self.run_once()
            pause.wait(INTERVAL)

    def _try(self, name: str, task: Callable[[], None]) -> None:
        try:
            task()
        except Exception as error:  # noqa: BLE001  the next round has to come, whatever this one met
            _log.warning("caretaker failed", task=name, exc_info=error)

    def _end_idle(self) -> None:
        having = self._services
        ended = end_idle(having.conversations, having.database, having.clock())
        for each in ended:
            having.metrics.ended(each.context.outcome, each.version)
        if ended:
            _log.info("idle conversations ended", count=len(ended))

    def _purge(self) -> None:
        having = self._services
        keep_attempts = attempts_kept(having.policies.stores.values())
        done = purge(having.database, having.clock(), having.settings.keep_text_days, dry_run=False, keep_attempts=keep_attempts)
        found = {kind: number for kind, number in asdict(done).items() if number}
        having.metrics.purged(found)
        if found:
            _log.info("deleted what was past its time", **found)
