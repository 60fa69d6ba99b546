"""Answering "how long can I return a toaster?" without any order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from returnflow.conversation.effects import AnswerPolicy, PolicyAnswered
from returnflow.retail.answers import policy_answer
from returnflow.retail.days import local_today
from returnflow.retail.rules import StorePolicy


def answer(effect: AnswerPolicy, now: datetime, *, policies: Mapping[str, StorePolicy], time_zone: str) -> PolicyAnswered:
    """One sentence from the store's policy. Nothing is known of the customer, so today is the shop's. Raises KeyError for no such store."""
    found = policy_answer(policies[effect.store], effect.category, local_today(now, time_zone))
    return PolicyAnswered(found.rule_id, found.certainty, found.days, found.sentence)
