"""The audit trail, on every database."""

from __future__ import annotations

import json

from returnflow.storage.database import SqlDatabase
from tests.unit.storage.samples import NOW


def test_who_did_what_is_recorded_without_personal_data(database: SqlDatabase) -> None:
    """The detail is redacted like a log line."""
    detail = {"outcome": "approved", "rma": "482913077", "contact": "+12075550188", "reason": "zip 04101 said"}
    with database.begin(write=True) as work:
        work.audit.record("dana", "handoff.close", "609148251", detail, NOW)
        actor, action, subject, text = work.connection.exec_driver_sql("SELECT actor, action, subject, detail FROM audit").one()

    assert (actor, action, subject) == ("dana", "handoff.close", "609148251")
    assert json.loads(text) == {"outcome": "approved", "rma": "482913077", "contact": "[personal]", "reason": "zip [number] said"}
