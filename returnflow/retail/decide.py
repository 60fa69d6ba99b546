"""May this line go back? One decision with its reason, from the policy's data alone.

The checks run in a fixed order: what nobody may approve, what only a person may judge, the days, the state of the
item, and last the risk rules, so that a refusal never depends on them and never reveals them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from returnflow.retail import words
from returnflow.retail.days import local_today
from returnflow.retail.deadline import Window, hedged, season_warnings, windows
from returnflow.retail.model import FAULT_REASONS, Decision, Fee, LineRequest, Order, OrderLine, Verdict
from returnflow.retail.refund import percent, refunds_shipping, unreturned
from returnflow.retail.risk import NO_HISTORY, ReturnHistory, risk_reason
from returnflow.retail.rules import EVERY_CATEGORY, KEEP_METHOD, UNSURE, Rule, StorePolicy

__all__ = ["ReturnHistory", "capability", "decide", "local_today", "order_gone", "season_warnings", "too_dear_to_send"]

_PERSON = "I'll have a colleague finish this one."
_FEES = "A person checks what you would get back for this one."
_UNSURE = "I'd rather a person checks the rule for this one."


@dataclass(frozen=True, slots=True)
class _Case:
    """Everything known about one requested line. `windows` is empty when the rule has no days or nothing started them."""

    order: Order
    line: OrderLine
    request: LineRequest
    rule: Rule
    policy: StorePolicy
    today: date
    left: int
    history: ReturnHistory
    windows: tuple[Window, ...]
    season_open: bool
    rejected: bool

    @property
    def fault(self) -> bool:
        return self.request.reason in FAULT_REASONS

    @property
    def unsure(self) -> bool:
        return self.rule.certainty in UNSURE

    @property
    def days_late(self) -> int:
        return max((self.today - self.windows[0].deadline).days, 0)

    @property
    def refund_cents(self) -> int:
        shipping = refunds_shipping(self.policy, self.request.reason)
        gone = range(self.line.quantity - self.left)
        return sum(unit.refund_cents(with_shipping=shipping) for unit in unreturned(self.line, self.request.quantity, gone))

    def says(self, verdict: Verdict, code: str, plain: str, fees: tuple[Fee, ...] = (), *, unclear: bool = False) -> Decision:
        deadline = self.windows[0].deadline if self.windows else None
        if deadline and verdict is Verdict.ELIGIBLE:
            late = timedelta(days=self.policy.late.accept_days)
            deadline = deadline + late if self.days_late else min(each.deadline for each in self.windows)
        methods = (KEEP_METHOD,) if verdict is Verdict.ELIGIBLE and _keeps(self) else self.policy.ways_back(self.rule, self.line.seller)
        return Decision(
            verdict, self.rule.id, self.rule.certainty, code, plain, deadline, fees, methods, hedged=unclear or self.season_open
        )

    def person(self, code: str, plain: str) -> Decision:
        return self.says(Verdict.ASK_HUMAN, code, plain)

    def refuse(self, code: str, plain: str) -> Decision:
        return self.says(Verdict.NOT_ELIGIBLE, code, plain)


def decide(
    order: Order,
    request: LineRequest,
    policy: StorePolicy,
    *,
    today: date,
    returned_units: Mapping[str, int],
    rejected_lines: Collection[str] = (),
    history: ReturnHistory = NO_HISTORY,
) -> Decision:
    """What the policy says about this line. `today` is the day in the order's time zone (`local_today`).

    `returned_units` counts the units of each line that already came back or are in an open return; `rejected_lines` have one
    that staff did not accept: which of the units the customer means cannot be seen, so a person looks. Raises KeyError when the
    order has no such line. Fees are for the requested quantity.
    """
    line = order.line(request.line_id)
    rule = policy.rule_for(line.category, line.seller, request.condition)
    if rule is None:
        return Decision(Verdict.ASK_HUMAN, "", "M", "unknown_seller", _PERSON)
    left = line.quantity - returned_units.get(line.line_id, 0)
    found = windows(order, line, rule, policy)
    open_season, rejected = hedged(order, line, policy, today), line.line_id in rejected_lines
    case = _Case(order, line, request, rule, policy, today, left, history, found, open_season, rejected)
    for check in _CHECKS:
        decision = check(case)
        if decision is not None:
            return decision
    return _eligible(case)


def too_dear_to_send(decision: Decision) -> Decision:
    """This line is a person's to decide, because of the offer it would be in nothing is left after the fees."""
    return replace(decision, verdict=Verdict.ASK_HUMAN, reason_code="fee_takes_all", plain=_FEES)


def order_gone() -> Decision:
    """The order or the line has left the order book since it was proven: no rule can be asked."""
    return Decision(Verdict.ASK_HUMAN, "", "M", "order_gone", _PERSON)


def capability(order: Order, line_ids: Sequence[str], policy: StorePolicy) -> frozenset[str]:
    """What we can do for all these lines together: `create_return`, `exchange`, `cancel`, `instruct`.

    Empty when they are sold by different hands or by a seller the policy does not know: that takes a person.
    """
    able = [policy.sellers.get(order.line(line_id).seller) for line_id in line_ids]
    sets = [frozenset[str](seller.capabilities) if seller else frozenset[str]() for seller in able]
    return frozenset[str].intersection(*sets) if sets else frozenset()


def _quantity(case: _Case) -> Decision | None:
    if 1 <= case.request.quantity <= case.left:
        return None
    if case.left <= 0:
        return case.refuse("quantity", "All of those are already in a return.")
    verb = "is" if case.left == 1 else "are"
    return case.refuse("quantity", f"Only {words.number(case.left)} of those {verb} left to send back.")


def _for_a_person(case: _Case) -> Decision | None:
    if case.request.reason in case.policy.risk.reasons:
        return case.person("not_received", "A person has to look into a parcel that did not arrive.")
    if case.rule.route == "person":
        return case.person("uncertain_policy", _UNSURE) if case.unsure else case.person("special_handling", _PERSON)
    if case.rule.resolution == "refund_without_return" and not _keeps(case):
        return case.person("keep_it", "This is not sent back; a person takes care of the refund.")
    return None


def _returnable(case: _Case) -> Decision | None:
    if case.rule.returnable:
        return None
    if case.fault:
        return case.person("final_sale", "This normally cannot be sent back, but because something is wrong with it a person decides.")
    if case.unsure:
        return case.person("uncertain_policy", _UNSURE)
    return case.refuse("final_sale", "This kind of item cannot be sent back unless something is wrong with it.")


def _in_time(case: _Case) -> Decision | None:
    if case.rule.window_days is None:
        return None
    if not case.windows:
        return case.person("no_delivery_date", "I cannot see when this was delivered, so a person checks the date.")
    inside = [case.today <= each.deadline for each in case.windows]
    if all(inside):
        return None
    if any(inside):
        return case.person("uncertain_policy", _UNSURE)
    if not case.windows[0].sure:
        return case.person("no_delivery_date", "I cannot see when this was delivered, so a person checks the date.")
    if case.fault:
        return case.person("fault_after_deadline", f"{_ended(case)}, but because something is wrong with it a person can decide.")
    if case.season_open:
        return case.person("uncertain_policy", "A person checks whether the holiday return time covers this one.")
    if case.days_late <= case.policy.late.accept_days:
        return None
    return case.refuse("out_of_window", f"{_ended(case)}.")


def _accepted_before(case: _Case) -> Decision | None:
    if case.rejected:
        return case.person("rejected_before", "There was already a return for this one, so a person takes another look.")
    return None


def _condition(case: _Case) -> Decision | None:
    condition = case.request.condition
    if case.fault or condition is None or condition in case.rule.accepts or condition in case.rule.if_condition:
        return None
    return case.person("condition", f"Because it is {condition}, a person needs to look at it.")


def _fee_is_sane(case: _Case) -> Decision | None:
    fees = _fees(case)
    if fees and case.unsure:
        return case.person("uncertain_policy", _UNSURE)
    if fees and sum(fee.amount_cents for fee in fees) >= case.refund_cents:
        return case.person("fee_takes_all", _FEES)
    return None


def _risk(case: _Case) -> Decision | None:
    code = risk_reason(case.policy.risk, case.order, case.line, case.refund_cents, case.history)
    return case.person(code, _PERSON) if code else None


_CHECKS: tuple[Callable[[_Case], Decision | None], ...] = (
    _quantity,
    _for_a_person,
    _returnable,
    _in_time,
    _accepted_before,
    _condition,
    _fee_is_sane,
    _risk,
)


def _eligible(case: _Case) -> Decision:
    if _keeps(case):
        return case.says(Verdict.ELIGIBLE, "keep_it", "You can keep it and still get the money back.")
    first = case.windows[0]
    if case.days_late:
        last = words.day(first.deadline + timedelta(days=case.policy.late.accept_days), case.today)
        plain = f"{_ended(case)}, but it can still go back until {last}, for a fee."
        return case.says(Verdict.ELIGIBLE, "late_with_fee", plain, _fees(case))
    last = words.day(min(each.deadline for each in case.windows), case.today)
    unclear = case.unsure or not first.sure
    start = "You can send it back at least until" if unclear or case.season_open else "You can send it back until"
    return case.says(Verdict.ELIGIBLE, "in_window", f"{start} {last}.", _fees(case), unclear=unclear)


def _ended(case: _Case) -> str:
    first = case.windows[0]
    time = "The holiday return time" if first.by_season else f"The {first.days} days"
    return f"{time} ended on {words.day(first.deadline, case.today)}"


def _fees(case: _Case) -> tuple[Fee, ...]:
    """Percent of the price after discount, before tax; none on fault."""
    if case.fault:
        return ()
    gone = range(case.line.quantity - case.left)
    net = sum(unit.net_cents for unit in unreturned(case.line, case.request.quantity, gone))
    fees, restocking = case.rule.fees, 0
    if not fees.if_condition or case.request.condition in fees.if_condition:
        restocking = percent(net, fees.restocking_percent)
    late = percent(net, case.policy.late.percent(case.days_late)) if case.windows else 0
    both = (Fee("restocking", restocking, "Checking and repacking"), Fee("late", late, "Sent back after the deadline"))
    return tuple(fee for fee in both if fee.amount_cents)


def _keeps(case: _Case) -> bool:
    """Whether the merchant lets the customer keep this and refunds it all the same."""
    keep = case.policy.keep_it
    return (
        keep.enabled
        and case.request.reason in keep.reasons
        and (EVERY_CATEGORY in keep.categories or case.line.category in keep.categories)
        and case.refund_cents <= keep.item_cap_cents
        and case.order.total_cents <= keep.order_cap_cents
    )
