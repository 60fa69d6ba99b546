"""The one door: an effect of the conversation goes in, its outcome comes out, inside the turn's transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from secrets import SystemRandom

from returnflow.conversation.effects import (
    AddHandoffNote,
    AnswerPolicy,
    Assess,
    CancelReturn,
    CreateReturn,
    Effect,
    ListReturns,
    OpenHandoff,
    Outcome,
    VerifyOrder,
)
from returnflow.conversation.ports import UnitOfWork
from returnflow.retail.policy import Policies
from returnflow.retail.shop import Shop
from returnflow.retail.verification import Limit
from returnflow.tools import handoffs, policy, returns
from returnflow.tools.assess import assess
from returnflow.tools.verify import strictest, verify


class Tools:
    """Implements `conversation.ports.ToolRunner`. `rng(low, high)` draws whole numbers; only tests bring their own."""

    def __init__(self, policies: Policies, shop: Shop, digest_key: bytes, rng: Callable[[int, int], int] | None = None) -> None:
        self._policies = policies
        self._shop = shop
        self._digest_key = digest_key
        self._rng = rng or SystemRandom().randint
        self._limits: dict[str, Limit] = strictest(policies.enabled())

    def run(self, effect: Effect, uow: UnitOfWork, now: datetime) -> Outcome:
        """Carry it out. Nothing is committed here, and nothing leaves the process."""
        match effect:
            case VerifyOrder():
                return verify(effect, uow, now, limits=self._limits, digest_key=self._digest_key)
            case Assess():
                return assess(effect, uow, now, policies=self._policies)
            case CreateReturn():
                version = self._policies.version
                return returns.create(effect, uow, now, policies=self._policies, policy_version=version, shop=self._shop, rng=self._rng)
            case ListReturns():
                return returns.listed(effect, uow)
            case CancelReturn():
                return returns.cancel(effect, uow, now)
            case AnswerPolicy():
                return policy.answer(effect, now, policies=self._policies, shop=self._shop)
            case OpenHandoff():
                return handoffs.open_case(effect, uow, now, shop=self._shop, rng=self._rng)
            case AddHandoffNote():
                return handoffs.add_note(effect, uow, now)
