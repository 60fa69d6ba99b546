"""Signed links to a return slip. They carry the return number and the session, nothing personal, and end by themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from itsdangerous import BadData, TimestampSigner, URLSafeTimedSerializer

DAY = 86_400
_SALT = "returnflow.slip.v1"


class SlipLinks:
    """Makes and checks links. `key` is a key of its own purpose; `max_age` is in seconds."""

    def __init__(self, key: bytes | str, clock: Callable[[], datetime], max_age: int = DAY) -> None:
        self._clock = clock
        self._max_age = max_age
        self._key = key

    def __call__(self, rma: str, session_id: str, now: datetime) -> dict[str, str]:
        """The two addresses of the slip and when they end (ISO 8601 UTC)."""
        token = self._serializer(now).dumps([rma, session_id])
        expires = (now + timedelta(seconds=self._max_age)).astimezone(UTC).replace(microsecond=0)
        return {
            "pdf_url": f"/returns/{rma}/slip.pdf?t={token}",
            "html_url": f"/returns/{rma}/slip.html?t={token}",
            "expires_at": expires.isoformat().replace("+00:00", "Z"),
        }

    def check(self, rma: str, token: str) -> bool:
        """Whether this token opens this return's slip now. Forged, expired and foreign look alike."""
        try:
            claims = self._serializer(self._clock()).loads(token, max_age=self._max_age)
        except BadData:
            return False
        return isinstance(claims, list) and len(claims) == 2 and claims[0] == rma

    def _serializer(self, now: datetime) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self._key, salt=_SALT, signer=_signer_at(now))


def _signer_at(now: datetime) -> type[TimestampSigner]:
    """itsdangerous reads the wall clock; this one reads ours."""

    class ClockSigner(TimestampSigner):
        def get_timestamp(self) -> int:
            return int(now.timestamp())

    return ClockSigner
