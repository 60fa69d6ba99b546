"""How often something may be done. Counted in Redis when there is one, else in this process; a lost Redis is never the customer's error.

`limits` is asked directly: Flask-Limiter, which is built on it, costs a hundred times more per request.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from math import ceil

from limits import RateLimitItem, RateLimitItemPerDay, RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage, Storage
from limits.strategies import SlidingWindowCounterRateLimiter

from returnflow import log
from returnflow.config import Settings
from returnflow.errors import RateLimited

_TIMEOUT = 0.1
"""Seconds that Redis may take to answer."""
_PAUSE = 5.0
"""Seconds for which a Redis that failed is not asked again."""
_log = log.get(__name__)


class Limits:
    """The limits of the HTTP edge. `hit` is told the name of a limit that was reached."""

    def __init__(self, settings: Settings, hit: Callable[[str], None]) -> None:
        self._hit = hit
        self._here = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._shared = SlidingWindowCounterRateLimiter(_redis(settings.redis_url)) if settings.redis_url else None
        self._ask_again_at = 0.0
        burst, rate = settings.turn_burst, settings.turns_per_second
        self._turns = RateLimitItemPerSecond(burst, max(1, ceil(burst / rate)), namespace="turn")
        self._session = RateLimitItemPerDay(settings.turns_per_session, namespace="session")
        self._sessions = RateLimitItemPerMinute(settings.sessions_per_minute, namespace="sessions")

    def turn(self, session_id: str) -> None:
        """Count a turn. Raises RateLimited."""
        self._count("turns", self._turns, session_id)
        self._count("turns_per_session", self._session, session_id)

    def new_session(self, address: str) -> None:
        """Count a new conversation from this address. Raises RateLimited."""
        self._count("sessions", self._sessions, address)

    def _count(self, name: str, item: RateLimitItem, key: str) -> None:
        limiter = self._limiter()
        try:
            allowed = limiter.hit(item, key)
        except StorageError:
            self._ask_again_at = time.monotonic() + _PAUSE
            _log.warning("redis did not answer, limits are counted in this process")
            limiter = self._here
            allowed = limiter.hit(item, key)
        if not allowed:
            self._hit(name)
            raise RateLimited(self._wait(limiter, item, key))

    def _limiter(self) -> SlidingWindowCounterRateLimiter:
        return self._here if self._shared is None or time.monotonic() < self._ask_again_at else self._shared

    def _wait(self, limiter: SlidingWindowCounterRateLimiter, item: RateLimitItem, key: str) -> int:
        """Whole seconds until one more may come."""
        try:
            return ceil(limiter.get_window_stats(item, key).reset_time - time.time())
        except StorageError:
            return 1


def _redis(url: str) -> Storage:
    return RedisStorage(url, wrap_exceptions=True, socket_timeout=_TIMEOUT, socket_connect_timeout=_TIMEOUT)
