"""Who did what: staff actions and moves of returns, append-only."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, insert

from returnflow.privacy import redact_mapping
from returnflow.storage.schema import audit

_ADD: Final = insert(audit)


class SqlAudit:
    """Implements `conversation.ports.Audit`. The detail is redacted like a log line."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def record(self, actor: str, action: str, subject: str, detail: dict[str, Any], at: datetime) -> None:
        text = json.dumps(redact_mapping(detail), ensure_ascii=True, default=str)
        self._connection.execute(_ADD, {"at": at, "actor": actor, "action": action, "subject": subject, "detail": text})
