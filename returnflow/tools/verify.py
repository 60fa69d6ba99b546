"""Proving that an order is the caller's, without an oracle.

A hit and a miss run the same queries in the same order and write the same number of rows; what was wrong is never told apart. The
limits count only complete sets of facts: a return number whose check digit is wrong was misheard and costs nothing. Failures with
one last name switch repair off, whose many readings of one number would each have a limit of their own; exact facts still verify.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from returnflow.conversation.effects import NotVerified, OrderVerified, VerifyOrder
from returnflow.conversation.ports import UnitOfWork
from returnflow.privacy import digest
from returnflow.retail import rma as rmas
from returnflow.retail.model import Order
from returnflow.retail.rules import StorePolicy
from returnflow.retail.verification import (
    REPAIR_LIMIT,
    SUFFIX_LENGTH,
    Claims,
    Limit,
    allowed,
    match,
    normalise_name,
    normalise_number,
    normalise_zip,
    since,
)
from returnflow.tools.facts import order_facts

MOST_CANDIDATES = 5
_NOWHERE = "0"
"""A number that no store gives: asked for where a hit would ask for a real one."""


def verify(
    effect: VerifyOrder, uow: UnitOfWork, now: datetime, *, limits: Mapping[str, Limit], digest_key: bytes
) -> OrderVerified | NotVerified:
    """Check all facts together. Past a limit the answer is `locked`, whether the facts are right or not."""
    if not _complete(effect):
        return NotVerified(locked=False, failures=0)
    numbers = _numbers(effect) if effect.rma is None else (_of_return(effect.rma, uow),)
    scopes = _scopes(effect, numbers, digest_key)
    counts = uow.attempts.counts(scopes, since({**limits, "name": REPAIR_LIMIT}, now))
    may_try = allowed(counts, limits)
    order = _find(effect, numbers, uow, exact_only=not allowed(counts, {"name": REPAIR_LIMIT}))
    returns = uow.returns.for_order(order.order_number if order else _NOWHERE)
    verified = order if may_try else None
    if may_try:
        uow.attempts.record([(f"matched_{scope}" if verified else scope, key) for scope, key in scopes], now)
    action = "order.verified" if verified else "order.not_verified"
    uow.audit.record("assistant", action, scopes[1][1][:16], {"session": effect.session_id}, now)
    if verified is not None:
        return OrderVerified(order_facts(verified, returns, repaired=_repaired(effect, verified)), returns)
    after = {scope: counts.get(scope, 0) + may_try for scope, _ in scopes}
    return NotVerified(locked=not allowed(after, limits), failures=after["call"])


def strictest(policies: Iterable[StorePolicy]) -> dict[str, Limit]:
    """The tightest limit of every scope over all stores: whose order it is must not show in how often one may try."""
    tightest: dict[str, Limit] = {}
    for policy in policies:
        for scope, limit in policy.verification.limits().items():
            known = tightest.get(scope, limit)
            hours = None if None in (known.hours, limit.hours) else max(known.hours or 0, limit.hours or 0)
            tightest[scope] = Limit(min(known.failures, limit.failures), hours)
    return tightest


def _complete(effect: VerifyOrder) -> bool:
    """A set that could match: everything given, and a return number that was at least heard whole."""
    if not (normalise_zip(effect.zip) and normalise_name(effect.last_name)):
        return False
    if effect.rma is not None:
        return rmas.is_valid(effect.rma)
    return bool(_numbers(effect)) or len(normalise_number(effect.suffix)) >= SUFFIX_LENGTH


def _numbers(effect: VerifyOrder) -> tuple[str, ...]:
    return tuple(number for said in effect.numbers[:MOST_CANDIDATES] if (number := normalise_number(said)))


def _of_return(rma: str, uow: UnitOfWork) -> str:
    known = uow.returns.get(rma)
    return known.order_number if known else _NOWHERE


def _find(effect: VerifyOrder, numbers: tuple[str, ...], uow: UnitOfWork, *, exact_only: bool) -> Order | None:
    by_number = tuple(order for number in numbers if (order := uow.orders.find(number)) is not None)
    by_facts = uow.orders.matching(normalise_zip(effect.zip), normalise_name(effect.last_name))
    claims = Claims(zip=effect.zip, last_name=effect.last_name, order_numbers=numbers, suffix=effect.suffix)
    return match(claims, by_number, by_facts if effect.rma is None else (), exact_only=exact_only)


def _scopes(effect: VerifyOrder, numbers: tuple[str, ...], digest_key: bytes) -> list[tuple[str, str]]:
    """Who tried what; how many there are depends on what was said alone.

    An order is a keyed digest of its last digits, so that all ways of saying it count together: every reading of the number,
    its end, and a return of it. A return that does not exist gets a key that no order has.
    """
    if effect.rma is None:
        end = normalise_number(effect.suffix)
        ends = [each[-SUFFIX_LENGTH:] for each in (*numbers, *([end] if len(end) >= SUFFIX_LENGTH else ()))]
    else:
        ends = [effect.rma, *(f"none of {effect.rma}" if number == _NOWHERE else number[-SUFFIX_LENGTH:] for number in numbers)]
    orders = dict.fromkeys(("order", digest(digest_key, "order", end)) for end in ends)
    name = digest(digest_key, "name", normalise_name(effect.last_name))
    scopes = [("call", effect.session_id), *orders, ("name", name)]
    return [*scopes, ("caller", effect.caller)] if effect.caller else scopes


def _repaired(effect: VerifyOrder, order: Order) -> bool:
    """Whether a digit of what was said had to be mended."""
    if effect.rma is not None:
        return False
    suffix = normalise_number(effect.suffix)
    return order.order_number not in _numbers(effect) and not (suffix and order.order_number.endswith(suffix[-SUFFIX_LENGTH:]))
